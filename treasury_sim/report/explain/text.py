"""An explanation as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.explain.explanation import Explanation, LotTerm
from treasury_sim.report.explain.figures import written
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.table import Column, Row, Table

FEW = 5
"""Lots that are shown of a part; the line that is explained shows all."""
INDENT = "   "


def explanation_report(explanation: Explanation, heading: str, currency: str = "") -> Page:
    """What `treasury-sim explain` prints."""
    return Page((Words(heading, "title"), *_shown(explanation, currency, 0)))


def _shown(explanation: Explanation, currency: str, depth: int) -> Iterator[Part]:
    indent = INDENT * depth
    amount = _amount(explanation)
    yield Words(f"{indent}{explanation.title}: {amount}", "title" if depth == 0 else "plain")
    formula = "" if explanation.formula == amount else f"= {explanation.formula}"
    source = explanation.source and f"From: {explanation.source}"
    below = [f"{indent}  {line}" for line in (formula, explanation.rule, source) if line]
    if below:
        yield Words("\n".join(below), "note")
    if explanation.lots:
        lots = explanation.lots if depth == 0 else explanation.lots[:FEW]
        yield _lots(lots, len(explanation.lots), currency)
    for part in explanation.parts:
        if part.amount != 0.0:
            yield from _shown(part, currency, depth + 1)


def _amount(explanation: Explanation) -> str:
    return written(explanation.amount, LINES[explanation.line].kind if explanation.line else "flow")


def _lots(lots: tuple[LotTerm, ...], count: int, currency: str) -> Table:
    """The lots of an amount, and below them the source of each price that was observed, once."""
    columns = (
        Column("lot", "Lot"),
        Column("acquired", "Acquired"),
        Column("units", "Units", "units"),
        Column("unit_cost", "Unit cost", "price"),
        Column("price", "Price observed", "price"),
        Column("day", "On"),
        Column("amount", "Amount", "money"),
        Column("formula", "How"),
    )
    rows = tuple(
        Row(
            (
                *(term.lot, term.acquired, term.units, term.unit_cost, term.price),
                *(term.day.isoformat(), term.amount, term.formula),
            )
        )
        for term in lots
    )
    observed = sorted(dict.fromkeys((term.day, term.price, term.source) for term in lots))
    sources = tuple(f"{words.price(price)} of {day}: {source}." for day, price, source in observed)
    more = f", the largest {len(lots)} of {count}" if len(lots) < count else ""
    return Table("lots", f"By lot{more}", columns, rows, sources, currency, in_full=True)


def explanation_json(explanation: Explanation) -> str:
    """The tree as JSON; amounts in whole currency units."""
    return json_text(explanation)
