"""A draft of the note on the holdings: ASC 350-60-50 for assets at fair value, IAS 38 and its like for the others.

A draft: judgement, materiality and wording are the preparer's. A disclosure that a standard
requires and the run cannot give is stated as missing, not left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.note_cost import cost_and_impairment, cost_model_words, holdings, surplus
from treasury_sim.report.close.note_fair_value import realised, reconciliation, significant
from treasury_sim.report.close.note_tables import nature, restrictions
from treasury_sim.report.close.roll_forward import in_scope_of_350_60
from treasury_sim.report.tables.table import Table

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


def disclosure(close: Close) -> Disclosure:
    """The draft note of the quarter."""
    end = close.dates.end
    rules = {asset: close.rule(asset) for asset in close.result.holdings}
    at_fair_value = [asset for asset, rule in rules.items() if in_scope_of_350_60(rule)]
    others = [asset for asset in rules if asset not in at_fair_value]
    paragraphs: list[str] = []
    tables: list[Table] = []
    if at_fair_value:
        paragraphs += _fair_value_words(close)
        tables += [
            significant(close, at_fair_value),
            *reconciliation(close),
            realised(close, at_fair_value),
        ]
    if others:
        cited = "; ".join(dict.fromkeys(rules[asset].citation for asset in others))
        paragraphs.append(f"{', '.join(others)}: measured under {cited}. {FRAMEWORKS[close.framework].interim}")
        tables += [
            holdings(close, others),
            *cost_and_impairment(close, others),
            *surplus(close, others),
        ]
        paragraphs += cost_model_words(close, others)
    tables.append(nature(close))
    restricted = restrictions(close)
    tables += restricted
    if not restricted:
        paragraphs.append("No coins are restricted at the quarter end, as far as the scenario says.")
    return Disclosure(f"Digital assets: draft note at {end}", tuple(paragraphs), tuple(tables))


def _fair_value_words(close: Close) -> list[str]:
    relief = RELIEF_WORDS.get(close.result.policies["lot_relief"], close.result.policies["lot_relief"])
    fees = "included" if close.result.policies["fees"] == "capitalise" else "expensed"
    cost = (
        f"Cost basis is determined by {relief} (ASC 350-60-50-2). It is the original cost, purchase fees {fees}; a "
        "filer whose cost basis restarts at the carrying amount of the adoption says so instead."
    )
    netting = (
        "Gains and losses are those of remeasurement and include those realised by dispositions. Each asset is netted "
        "over the period; assets with a gain and assets with a loss are never netted (350-60-50-3)."
    )
    price = f"Fair value is units times the price at the cut-off ({close.result.policies['cutoff']})."
    interim = "The reconciliation and the realised amounts are annual disclosures, drafted here for the interim close."
    is_interim = close.dates.number != 4
    return [cost, netting, price, *([interim] if is_interim else [])]
