"""A table: columns that say what their cells are, rows of raw values. `report.render` writes it in every format."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report import words

Kind = Literal[
    "text",
    "quarter",
    "framework",
    "money",
    "price",
    "per_share",
    "units",
    "shares",
    "share",
    "count",
    "number",
    "figure",
]
"""The kind of a cell, which decides its unit, precision and sign:

- ``text``; ``quarter``, a label that is printed as ``Q4 2025``; ``framework``, a key that is printed as its title;
- ``money`` [currency], in the unit of the table; ``price`` and ``per_share`` [currency], two decimals;
- ``units`` [coins], up to eight decimals; ``shares`` and ``count``, whole; ``number``, six significant digits;
- ``share``, a fraction of 1, printed as a percentage;
- ``figure``, a number that is already written, because its unit differs by row.

A negative number stands in parentheses on a page; a file has a minus sign.
"""

Cell = str | float | None

TEXTS = frozenset({"text", "quarter", "framework"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name
        Key in JSON, heading in CSV, name in a data frame.
    title
        Heading for people.
    kind
        What its cells are, unless a row says otherwise.
    decimals
        Digits after the point on a page, where they are not those of the kind.
    note
        What a reader must know about its figures, such as their sign; stands below the table on a page.
    missing
        The text on a page where a value is missing.
    only_in_files
        Whether a page leaves it out.
    shown_once
        Whether a page shows it only in the first of neighbouring rows whose first cells are equal.
    """

    name: str
    title: str
    kind: Kind = "text"
    decimals: int | None = None
    note: str = ""
    missing: str = words.MISSING
    only_in_files: bool = False
    shown_once: bool = False

    @property
    def is_text(self) -> bool:
        """Whether its cells are words, which stand to the left and may be wrapped."""
        return self.kind in TEXTS


@dataclass(frozen=True, slots=True)
class Adds:
    """That the row ties where the rows `first` to `last` (positions in the table) add up to the row `total`."""

    first: int
    last: int
    total: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes
    ----------
    cells
        One for each column; ``None`` where a value is missing.
    kind
        What the numbers of the row are, where they are not what the column says.
    is_total
        Whether it stands out: it sums the ones above.
    adds
        For a row of check cells, what they check.
    indented
        The column whose text is indented: the account of a credit; empty for none.
    line
        The line of the statement that it shows; empty if it is none.
    is_part
        Whether it is part of the row above it that is none; the parts of a row add up to it.
    """

    cells: tuple[Cell, ...]
    kind: Kind | None = None
    is_total: bool = False
    adds: Adds | None = None
    indented: str = ""
    line: str = ""
    is_part: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(map(_plain, self.cells)))

    @property
    def title(self) -> str:
        """The first cell, where that names the row."""
        return str(self.cells[0])

    @property
    def amounts(self) -> tuple[float | None, ...]:
        """The cells behind the first one, without words."""
        return tuple(None if isinstance(cell, str) else cell for cell in self.cells[1:])

    @property
    def is_nil(self) -> bool:
        """Whether nothing is there that two decimals of a currency unit, or eight of a coin, would show."""
        least = 0.5e-8 if self.kind in {"units", "shares"} else 0.005
        return all(amount is None or abs(amount) < least for amount in self.amounts)


def _plain(cell: Cell) -> Cell:
    """A cell as every format has it: what was not computed is missing, and nothing has no sign."""
    if not isinstance(cell, float):
        return cell
    return cell + 0.0 if math.isfinite(cell) else None


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name
        File name and key.
    title
        Words above it; the renderings add the unit of its money.
    columns, rows
        What it holds.
    notes
        Sentences below the table.
    currency
        ISO code of its money; its unit is not shown if not given.
    in_full
        Whether its money is printed to the cent, whatever its size.
    most
        Columns that stand beside the first in text; any number if not given.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    currency: str = ""
    in_full: bool = False
    most: int | None = None

    @property
    def scale(self) -> words.Scale:
        """The unit of all its money: the one that shows the largest amount without a wall of digits."""
        if self.in_full:
            return words.UNITS
        return words.scale_for(
            cell
            for row in self.rows
            for number, cell in enumerate(row.cells)
            if isinstance(cell, float) and kind_of(self, row, number) == "money"
        )

    @property
    def unit(self) -> str:
        """The units of its money in words: ``$m``, ``$m; prices in $``; empty if it has none."""
        kinds = {
            kind_of(self, row, number) for row in self.rows for number, cell in enumerate(row.cells) if _counts(cell)
        }
        plain = words.UNITS.label(self.currency)
        parts = [self.scale.label(self.currency)] if "money" in kinds else []
        if parts != [plain]:
            parts += [f"prices in {plain}"] if "price" in kinds else []
            parts += [f"per share in {plain}"] if "per_share" in kinds else []
        return "; ".join(parts)


def _counts(cell: Cell) -> bool:
    return isinstance(cell, (int, float))


def kind_of(table: Table, row: Row, column: int) -> Kind:
    """The kind of the number in `column` of `row`."""
    kind = table.columns[column].kind
    return kind if row.kind is None or kind in TEXTS else row.kind


INDENT = "    "

_PLACES: Mapping[Kind, int] = {"shares": 0, "count": 0}


def cell_text(
    cell: Cell,
    kind: Kind,
    scale: words.Scale = words.UNITS,
    decimals: int | None = None,
    missing: str = words.MISSING,
) -> str:
    """Write a cell for people, a negative number in parentheses.

    Parameters
    ----------
    cell
        Raw value, of the unit of its kind.
    scale
        Unit of money.
    decimals
        Digits after the point, where they are not those of the kind.
    missing
        Stands where a value is missing.
    """
    if isinstance(cell, str):
        return FRAMEWORKS[cell].title if kind == "framework" and cell in FRAMEWORKS else cell
    if cell is None or words.known(cell) is None:
        return missing
    if kind == "units" and decimals is None:
        return words.units(cell)
    if kind == "share":
        return words.percent(cell, 2 if decimals is None else decimals)
    if kind == "money" and decimals is None:
        cell, decimals = cell / scale.divisor, scale.decimals
    if decimals is None and kind != "number":
        decimals = _PLACES.get(kind, 2)
    return words.in_parentheses(cell, ",.6g" if decimals is None else f",.{decimals}f")


def shown_text(table: Table, row: Row, column: int, scale: words.Scale = words.UNITS) -> str:
    """Write the cell in `column` of `row` for people, indented where the row says so."""
    of = table.columns[column]
    text = cell_text(row.cells[column], kind_of(table, row, column), scale, of.decimals, of.missing)
    return INDENT + text if row.indented and of.name == row.indented else text
