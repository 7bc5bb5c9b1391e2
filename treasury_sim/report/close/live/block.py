"""A table whose cells may be formulas, and the address of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from treasury_sim.report.close.checks import MONEY_TIES, Check
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table

FIRST_ROW = 4
"""Row of a sheet, counted from 1, in which the first row of its only table stands."""


@dataclass(frozen=True, slots=True)
class Live:
    """A formula and its result.

    Attributes
    ----------
    value
        Result of the formula, for viewers that do not calculate.
    engine
        The figure of the run that it has to give; ``None`` if the run has no such figure.
    tolerance
        How far the two may differ.
    """

    formula: str
    value: float | str
    engine: float | None = None
    tolerance: float = MONEY_TIES


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that a reader may change: an input."""

    value: float | str | None


@dataclass(frozen=True, slots=True)
class FromRun:
    """A figure that the workbook does not calculate, and why."""

    value: float | None
    why: str


Written = Cell | Live | Given | FromRun


@dataclass(frozen=True, slots=True)
class RunValue:
    """A value in the workbook that is not a formula.

    Attributes
    ----------
    amount
        The figure; ``None`` where there is one for each row of a column.
    """

    sheet: str
    line: str
    amount: float | None
    why: str


def reproduces(sheet: str, line: str, live: Live) -> Check | None:
    """Whether a formula gives the figure of the run; ``None`` if the run has no such figure."""
    if live.engine is None or isinstance(live.value, str):
        return None
    return Check(f"Workbook, {sheet}: {line}", live.value, live.engine, live.tolerance)


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
    missed
        The cells whose formula does not give the figure of the run.
    checks
        Whether each formula that stands for a figure of the run gives it.
    from_run
        The values that are not formulas.
    """

    sheet: str
    name: str
    title: str
    columns: tuple[Column, ...]
    notes: list[str] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    inputs: set[tuple[int, int]] = field(default_factory=set)
    missed: set[tuple[int, int]] = field(default_factory=set)
    checks: list[Check] = field(default_factory=list)
    from_run: list[RunValue] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Rows so far; the number of the next one."""
        return len(self._rows)

    def add(self, cells: Sequence[Written], *, is_total: bool = False, kind: Kind | None = None) -> int:
        """Add a row; return its number. `kind`, where given, replaces the kinds of the columns."""
        number = self.size
        plain: list[Cell] = []
        for column, cell in enumerate(cells):
            if isinstance(cell, Live):
                self.formulas[number, column] = cell.formula
                check = reproduces(self.sheet, self._name_of(cells, column), cell)
                if check is not None:
                    self.checks.append(check)
                    if not check.ties:
                        self.missed.add((number, column))
            elif isinstance(cell, FromRun):
                self.from_run.append(RunValue(self.sheet, self._name_of(cells, column), cell.value, cell.why))
            elif isinstance(cell, Given):
                self.inputs.add((number, column))
            plain.append(cell.value if isinstance(cell, (Live, Given, FromRun)) else cell)
        self._rows.append(Row(tuple(plain), kind, is_total=is_total))
        return number

    def _name_of(self, cells: Sequence[Written], column: int) -> str:
        """Name of a cell: its row and, where there are several columns of numbers, its column."""
        row = next((cell for cell in reversed(cells[:column]) if isinstance(cell, str) and cell), "")
        numbers = sum(column.kind != "text" for column in self.columns)
        return f"{row}, {self.columns[column].title}" if numbers > 2 else row

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
        """Content of a cell."""
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
    missed: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, block: Block) -> LiveTable:
        """A finished block."""
        return cls(block.sheet, block.table(), block.formulas, frozenset(block.inputs), frozenset(block.missed))


@dataclass
class Behind:
    """The formulas behind a table of the close, which has the engine's figures.

    Attributes
    ----------
    missed
        The result of each formula that does not give the figure of the run.
    checks, from_run
        As in `Block`.
    """

    sheet: str
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    missed: dict[tuple[int, int], float] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    from_run: list[RunValue] = field(default_factory=list)

    def put(self, row: int, column: int, line: str, live: Live) -> None:
        """Put a formula behind a cell."""
        self.formulas[row, column] = live.formula
        check = reproduces(self.sheet, line, live)
        if check is None:
            return
        self.checks.append(check)
        if not check.ties:
            self.missed[row, column] = check.computed

    def run_value(self, line: str, amount: float | None, why: str) -> None:
        """Note that a figure of the table stays a value."""
        self.from_run.append(RunValue(self.sheet, line, amount, why))
