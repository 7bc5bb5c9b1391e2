"""An explanation as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.explain.explanation import Explanation, LotTerm
from treasury_sim.report.explain.figures import written
from treasury_sim.report.text_table import Column, TextTable

FEW = 5
"""Lots that are shown of a part; the line that was asked for shows all."""


def explanation_report(found: Explanation, heading: str) -> Group:
    """What `treasury-sim explain` prints."""
    return Group(Text(heading, style="bold"), *_shown(found, 0))


def _shown(found: Explanation, depth: int) -> Iterator[RenderableType]:
    text = Text(f"{found.title}: {_amount(found)}", style="bold" if depth == 0 else "")
    formula = "" if found.formula == _amount(found) else f"= {found.formula}"
    for line in (formula, found.rule, found.source and f"From: {found.source}"):
        if line:
            text.append(f"\n  {line}", style="not bold dim")
    yield Padding(text, (0, 0, 0, 3 * depth))
    if found.lots:
        lots = found.lots if depth == 0 else found.lots[:FEW]
        yield Padding(Group(_lots(lots, len(found.lots)), _prices(lots)), (0, 0, 0, 3 * depth + 2))
    for part in found.parts:
        if part.amount != 0.0:
            yield from _shown(part, depth + 1)


def _amount(found: Explanation) -> str:
    return written(found.amount, LINES[found.line].kind if found.line else "flow")


def _lots(lots: tuple[LotTerm, ...], count: int) -> TextTable:
    more = f", the largest {len(lots)} of {count}" if len(lots) < count else ""
    columns = (
        Column("Lot", is_text=True),
        Column("acquired", is_text=True),
        *map(Column, ("units", "unit cost", "looked at", "seen on", "amount")),
        Column("how", is_text=True),
    )
    table = TextTable(f"By lot{more}", columns)
    for term in lots:
        table.add(
            term.lot,
            term.acquired,
            words.units(term.units),
            words.price(term.unit_cost),
            words.price(term.price),
            term.day.isoformat(),
            words.money(term.amount),
            term.formula,
        )
    return table


def _prices(lots: tuple[LotTerm, ...]) -> Text:
    """Where the prices that were looked at are from, each once."""
    seen = dict.fromkeys((term.day, term.price, term.source) for term in lots)
    said = [f"{words.price(price)} of {day}: {source}." for day, price, source in sorted(seen)]
    return Text("\n".join(said), style="dim")


def explanation_json(found: Explanation) -> str:
    """The tree as JSON; amounts in whole currency units."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"
