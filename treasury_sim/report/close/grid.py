"""A table of raw values that every format shows alike: screen, CSV, JSON, XLSX."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from treasury_sim.report import words

Kind = Literal["text", "units", "price", "money", "share"]
Cell = str | float | None

MONEY_TIES = 0.005
"""Money that differs by less ties: half a cent."""
UNITS_TIE = 1e-8
"""Coins that differ by less tie: the smallest unit of a bitcoin."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name
        Key in JSON and heading in CSV.
    title
        Heading for people.
    kind
        What its numbers are, unless a row says otherwise.
    """

    name: str
    title: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Adds:
    """That the row ties where the rows `first` to `last` (positions in the table) add up to the row `total`."""

    first: int
    last: int
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes
    ----------
    cells
        One for each column.
    kind
        What the numbers of the row are, where they are not what the column says.
    is_total
        Whether it stands out.
    adds
        For a row of check cells, what they check.
    """

    cells: tuple[Cell, ...]
    kind: Kind | None = None
    is_total: bool = False
    adds: Adds | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(map(_plain, self.cells)))


def _plain(cell: Cell) -> Cell:
    """A cell as every format has it: what was not computed is missing, and nothing has no sign."""
    if not isinstance(cell, float):
        return cell
    return None if math.isnan(cell) else cell + 0.0


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name
        File name and key.
    notes
        Sentences below the table.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to the same figure.

    Attributes
    ----------
    title
        What is compared.
    computed, expected
        The sum of the report, and the figure of the statement.
    tolerance
        How far they may differ: half a cent where a figure is exact, a few cents where entries are rounded.
    """

    title: str
    computed: float
    expected: float
    tolerance: float = MONEY_TIES

    @property
    def ties(self) -> bool:
        """Whether the two agree."""
        return abs(self.computed - self.expected) <= self.tolerance


def tie_word(difference: float, tolerance: float) -> str:
    """What a check cell says."""
    return "ties" if abs(difference) <= tolerance else f"off by {difference:,.8g}"


def check_table(checks: Sequence[Check]) -> Table:
    """Every check as a table."""
    columns = (
        Column("check", "Check"),
        Column("computed", "Added up", "money"),
        Column("statement", "Statement", "money"),
        Column("difference", "Difference", "money"),
        Column("result", "Result"),
    )
    rows = tuple(
        Row((c.title, c.computed, c.expected, c.computed - c.expected, tie_word(c.computed - c.expected, c.tolerance)))
        for c in checks
    )
    return Table("checks", "Checks", columns, rows)


def cell_text(cell: Cell, kind: Kind, scale: words.Scale = words.UNITS) -> str:
    """Write a cell for people."""
    if isinstance(cell, str):
        return cell
    if kind == "units":
        return words.units(cell)
    if kind == "share":
        return words.percent(cell)
    return words.price(cell) if kind == "price" else words.money(cell, scale)


def kind_of(table: Table, row: Row, column: int) -> Kind:
    """What the number in `column` of `row` is."""
    own = table.columns[column].kind
    return own if row.kind is None or own == "text" else row.kind
