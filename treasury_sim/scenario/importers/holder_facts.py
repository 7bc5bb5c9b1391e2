"""The table of holders: sourced figures, one a row, from a CSV."""

from __future__ import annotations

from pathlib import Path

from treasury_sim.case.scalars import number
from treasury_sim.domain.holder_facts import Fact
from treasury_sim.scenario.importers.table import Table, csv_records
from treasury_sim.scenario.source.files import Folders, SourceFile, Store

REQUIRED = ("holder", "ticker", "as_of", "key", "value", "source", "confidence")
OPTIONAL = ("unit", "basis", "note", "explanation")
CONFIDENCE = ("high", "medium", "low")
MONEY_AND_COINS = ("units_", "fair_value", "cost_basis", "avg_cost", "cash", "shares_", "debt_", "unrealised_")
"""Beginnings of keys whose values are numbers."""


def read_facts_file(path: Path) -> list[Fact]:
    """Read the table in a file; raises as `read_facts`, and if it cannot be read."""
    file = SourceFile(path, str(path))
    return read_facts(Store(Folders.of(path)).text(file), file.name)


def read_facts(text: str, where: str) -> list[Fact]:
    """Read the table.

    Raises
    ------
    InputError
        With every wrong cell: a figure without a source, an unknown confidence, a day or number that is none, a figure
        that is stated twice with different values.
    """
    table = Table(csv_records(text, where), where, required=REQUIRED, optional=OPTIONAL)
    facts: list[Fact] = []
    seen: dict[tuple[str, object, str, str], str] = {}
    for row in table.rows:
        cells = row.cells
        empty = [column for column in REQUIRED if not cells.get(column)]
        for column in empty:
            fix = "A figure without a source cannot be used." if column == "source" else ""
            table.tell(row, column, "a value", fix, "nothing")
        day = None if "as_of" in empty else table.day(row, "as_of")
        if cells.get("confidence") and cells["confidence"] not in CONFIDENCE:
            table.tell(row, "confidence", "high, medium or low")
        value = number(cells.get("value", ""))
        if value is None and cells.get("value") and cells.get("key", "").startswith(MONEY_AND_COINS):
            table.tell(row, "value", "a number in whole units, without commas")
        if day is None:
            continue
        same = (cells["ticker"], day, cells["key"], cells["source"])
        if seen.setdefault(same, cells["value"]) != cells["value"]:
            table.tell(row, "value", f"the value {seen[same]} that the same source has for this day above")
        others = {
            name: cells.get(name, "") for name in ("unit", "source", "confidence", "basis", "note", "explanation")
        }
        facts.append(
            Fact(row.line, cells["holder"], cells["ticker"], day, cells["key"], cells["value"], value, **others)
        )
    table.finish()
    return facts
