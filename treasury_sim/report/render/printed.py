"""A table in words: what text, HTML, PDF and Markdown show alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from treasury_sim.report.tables.table import Row, Table, shown_text
from treasury_sim.report.words import in_print


@dataclass(frozen=True)
class Printed:
    """A table of text.

    Attributes
    ----------
    title
        Words above it, with the unit of its money.
    header
        Headings, the first one that of the rows.
    rows
        Cells.
    totals
        Which rows are sums.
    texts
        Positions of the columns that hold words; the others are numbers.
    notes
        Sentences below.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[bool, ...]
    texts: frozenset[int]
    notes: tuple[str, ...] = ()


def printed(table: Table, *, is_calendar: bool = True) -> Printed:
    """Write a table in words: its money in one unit, quarters as ``Q4 2025``, negative numbers in parentheses.

    Parameters
    ----------
    is_calendar
        Whether fiscal years are calendar years.
    """
    chosen = [number for number, column in enumerate(table.columns) if not column.only_in_files]
    columns = [table.columns[number] for number in chosen]

    def words(text: str) -> str:
        return in_print(text, is_calendar=is_calendar)

    unit = table.unit
    remarks = [f"{column.title}: {column.note}" for column in columns if column.note]
    return Printed(
        title=words(f"{table.title} ({unit})" if unit else table.title),
        header=tuple(words(column.title) for column in columns),
        rows=tuple(tuple(map(words, cells)) for cells in _cells(table, chosen)),
        totals=tuple(row.is_total for row in table.rows),
        texts=frozenset(place for place, column in enumerate(columns) if column.is_text),
        notes=tuple(map(words, (*remarks, *table.notes))),
    )


def _cells(table: Table, chosen: list[int]) -> Iterator[list[str]]:
    scale = table.scale
    once = [place for place, number in enumerate(chosen) if table.columns[number].shown_once]
    before: Row | None = None
    for row in table.rows:
        cells = [shown_text(table, row, number, scale) for number in chosen]
        if once and before is not None and row.cells[0] == before.cells[0]:
            for place in once:
                cells[place] = ""
        before = row
        yield cells
