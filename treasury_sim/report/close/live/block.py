"""A table whose cells may be formulas, and the address of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from treasury_sim.report.close.grid import Cell, Column, Kind, Row, Table

FIRST_ROW = 4
"""Row of a sheet, counted from 1, in which the first row of its only table stands."""


@dataclass(frozen=True, slots=True)
class Live:
    """A formula and what the engine has in its place."""

    formula: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that a reader may change: an input."""

    value: float | str | None


Written = Cell | Live | Given


def letters(column: int) -> str:
    """Name of a column, counted from 0: A, B, ... Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass
class Block:
    """A table in the making, alone on its sheet.

    Attributes
    ----------
    sheet
        Name of the sheet.
    formulas, inputs
        By (row, column) of the table, from 0: the formulas, and the cells that are inputs.
    """

    sheet: str
    name: str
    title: str
    columns: tuple[Column, ...]
    notes: list[str] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    inputs: set[tuple[int, int]] = field(default_factory=set)
    _rows: list[Row] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Rows so far; the number of the next one."""
        return len(self._rows)

    def add(self, cells: Sequence[Written], *, is_total: bool = False, kind: Kind | None = None) -> int:
        """Add a row; return its number. Its numbers are of `kind`, where not what the columns say."""
        number = self.size
        plain: list[Cell] = []
        for column, cell in enumerate(cells):
            if isinstance(cell, Live):
                self.formulas[number, column] = cell.formula
            if isinstance(cell, Given):
                self.inputs.add((number, column))
            plain.append(cell.value if isinstance(cell, (Live, Given)) else cell)
        self._rows.append(Row(tuple(plain), kind, is_total=is_total))
        return number

    def column(self, name: str) -> int:
        """Position of a column by its name."""
        return self._position[name]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {column.name: number for number, column in enumerate(self.columns)}

    def here(self, name: str, row: int) -> str:
        """Address of a cell for a formula in the same sheet."""
        return f"{letters(self.column(name))}{row + FIRST_ROW}"

    def at(self, name: str, row: int) -> str:
        """Address of a cell for a formula in any sheet."""
        return f"'{self.sheet}'!${letters(self.column(name))}${row + FIRST_ROW}"

    def span(self, name: str) -> str:
        """Address of a whole column of the table, which has to be complete."""
        letter = letters(self.column(name))
        return f"'{self.sheet}'!${letter}${FIRST_ROW}:${letter}${max(self.size, 1) + FIRST_ROW - 1}"

    def value(self, name: str, row: int) -> Cell:
        """What stands in a cell."""
        return self._rows[row].cells[self.column(name)]

    def table(self) -> Table:
        """The table of values."""
        return Table(self.name, self.title, self.columns, tuple(self._rows), tuple(self.notes))


@dataclass(frozen=True)
class LiveTable:
    """A table, the formulas behind its cells, and which of them are inputs."""

    sheet: str
    table: Table
    formulas: Mapping[tuple[int, int], str]
    inputs: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, block: Block) -> LiveTable:
        """A finished block."""
        return cls(block.sheet, block.table(), block.formulas, frozenset(block.inputs))
