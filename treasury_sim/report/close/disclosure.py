"""A draft of the note on the holdings: ASC 350-60-50 for assets at fair value, IAS 38 and its like for the others.

A draft: judgement, materiality and wording are the preparer's. What a standard asks for and the run does not know is
said, not left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import Table
from treasury_sim.report.close.movements import rule_in_force
from treasury_sim.report.close.note_cost import cost_and_impairment, cost_model_words, holdings, surplus
from treasury_sim.report.close.note_fair_value import realised, reconciliation, significant
from treasury_sim.report.close.note_tables import nature, restrictions
from treasury_sim.report.close.roll_forward import in_scope_of_350_60

RELIEF_WORDS = {
    "fifo": "first in, first out",
    "lifo": "last in, first out",
    "hifo": "specific identification, highest cost first",
    "specific": "specific identification",
    "average": "average cost",
}


@dataclass(frozen=True)
class Disclosure:
    """A draft note.

    Attributes
    ----------
    paragraphs
        What it says in words.
    tables
        Its tables, in order.
    """

    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]


def disclosure(result: Result, key: str, label: str) -> Disclosure:
    """The draft note of quarter `label` under framework `key`."""
    end = result.timeline.quarters[result.timeline.index_of(label)].end
    rules = {asset: rule_in_force(result, key, asset, label) for asset in result.holdings}
    at_fair_value = [asset for asset, rule in rules.items() if in_scope_of_350_60(rule)]
    others = [asset for asset in rules if asset not in at_fair_value]
    paragraphs: list[str] = []
    tables: list[Table] = []
    if at_fair_value:
        paragraphs += _fair_value_words(result, label)
        tables += [
            significant(result, key, label, at_fair_value),
            *reconciliation(result, key, label),
            realised(result, key, label, at_fair_value),
        ]
    if others:
        cited = "; ".join(dict.fromkeys(rules[asset].citation for asset in others))
        paragraphs.append(f"{', '.join(others)}: measured under {cited}. {FRAMEWORKS[key].interim}")
        tables += [
            holdings(result, key, label, others),
            *cost_and_impairment(result, key, label, others),
            *surplus(result, key, label, others),
        ]
        paragraphs += cost_model_words(result, key, label, others)
    tables.append(nature(result, key, label))
    restricted = restrictions(result, key, label)
    tables += restricted
    if not restricted:
        paragraphs.append("No coins are restricted at the quarter end, as far as the scenario says.")
    return Disclosure(f"Digital assets: draft note at {end}", tuple(paragraphs), tuple(tables))


def _fair_value_words(result: Result, label: str) -> list[str]:
    relief = RELIEF_WORDS.get(result.policies["lot_relief"], result.policies["lot_relief"])
    fees = "included" if result.policies["fees"] == "capitalise" else "expensed"
    cost = (
        f"Cost basis is determined by {relief} (ASC 350-60-50-2). It is the original cost, purchase fees {fees}; a "
        "filer whose cost basis restarts at the carrying amount of the adoption says so instead."
    )
    netting = (
        "Gains and losses are those of remeasurement and contain what dispositions realised. Each asset is netted over "
        "the period; assets with a gain and assets with a loss are never netted (350-60-50-3)."
    )
    price = f"Fair value is units times the price at the cut-off ({result.policies['cutoff']})."
    interim = "The reconciliation and the realised amounts are annual disclosures, drafted here for the interim close."
    is_interim = result.timeline.quarters[result.timeline.index_of(label)].number != 4
    return [cost, netting, price, *([interim] if is_interim else [])]
