"""A table whose cells may be formulas, and the address of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from treasury_sim.report.close.checks import MONEY_TIES, Check
from treasury_sim.report.close.live.terms import ZERO, Term
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table

FIRST_ROW = 4
"""Row of a sheet, counted from 1, in which the first row of its only table stands."""


@dataclass(frozen=True, slots=True)
class Live:
    """A cell with a formula that stands for a figure of the run; a `Term` alone is a cell without one.

    Attributes
    ----------
    engine
        The figure of the run that the formula has to give; ``None`` if the run has no such figure.
    tolerance
        How far the two may differ.
    """

    term: Term
    engine: float | None = None
    tolerance: float = MONEY_TIES


@dataclass(frozen=True, slots=True)
class Word:
    """A cell whose formula gives text, such as the word of a check, and the text as the book is delivered."""

    formula: str
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that a reader may change: an input."""

    value: float | str | None


@dataclass(frozen=True, slots=True)
class FromRun:
    """A figure that the workbook does not calculate, and why."""

    value: float | None
    why: str


MOST_RUNS = 60
"""Spans of rows that a sum names one by one; a sum over more searches the column of lot numbers."""

Written = Cell | Term | Live | Word | Given | FromRun


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
    if live.engine is None:
        return None
    return Check(f"Workbook, {sheet}: {line}", live.term.value, live.engine, live.tolerance)


def shown(cell: Written) -> Cell:
    """The value of a cell, for viewers that do not calculate."""
    if isinstance(cell, Live):
        return cell.term.value
    if isinstance(cell, Word):
        return cell.text
    return cell.value if isinstance(cell, (Term, Given, FromRun)) else cell


def _formula(cell: Written) -> str | None:
    """The formula of a cell; ``None`` for a value. A term without cells is a value too."""
    term = cell.term if isinstance(cell, Live) else cell
    if isinstance(term, Term):
        return None if term.is_constant else f"={term.formula}"
    return term.formula if isinstance(term, Word) else None


@cache
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
    _groups: tuple[int, dict[tuple[Cell, Cell], list[int]]] | None = None

    @property
    def size(self) -> int:
        """Rows so far; the number of the next one."""
        return len(self._rows)

    def add(self, cells: Sequence[Written], *, is_total: bool = False, kind: Kind | None = None) -> int:
        """Add a row; return its number. `kind`, where given, replaces the kinds of the columns."""
        number = self.size
        plain: list[Cell] = []
        for column, cell in enumerate(cells):
            formula = _formula(cell)
            if formula is not None:
                self.formulas[number, column] = formula
            if isinstance(cell, Live):
                check = reproduces(self.sheet, self._name_of(cells, column), cell)
                if check is not None:
                    self.checks.append(check)
                    if not check.ties:
                        self.missed.add((number, column))
            elif isinstance(cell, FromRun):
                self.from_run.append(RunValue(self.sheet, self._name_of(cells, column), cell.value, cell.why))
            elif isinstance(cell, Given):
                self.inputs.add((number, column))
            plain.append(shown(cell))
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

    def number(self, name: str, row: int) -> float:
        """The number in a cell; 0 where there is none."""
        cell = self.value(name, row)
        return float(cell) if isinstance(cell, (int, float)) else 0.0

    def term(self, name: str, row: int) -> Term:
        """A cell, for a formula in any sheet."""
        return Term(self.at(name, row), self.number(name, row))

    def sum_of(self, name: str, asset: str, kind: str = "") -> Term:
        """The sum of a column over the rows of `asset`; over those of `kind` only, where given."""
        also = f',{self.span("kind")},"{kind}"' if kind else ""
        formula = f'SUMIFS({self.span(name)},{self.span("asset")},"{asset}"{also})'
        return Term(formula, sum(self.number(name, row) for row in self._of(asset, kind)))

    def product_of(self, first: str, second: str, asset: str, kind: str = "") -> Term:
        """Two columns multiplied row by row and added up, over the rows of `asset` and, where given, `kind`."""
        rows = "*".join(f'({self.span(name)}="{key}")' for name, key in (("asset", asset), ("kind", kind)) if key)
        formula = f"SUMPRODUCT({rows}*{self.span(first)}*{self.span(second)})"
        products = (self.number(first, row) * self.number(second, row) for row in self._of(asset, kind))
        return Term(formula, sum(products))

    def sum_over(self, name: str, rows: Sequence[int]) -> Term:
        """The sum of a column over `rows`, in ascending order."""
        value = sum(self.number(name, row) for row in rows)
        runs = [(row, row) for row in rows[:1]]
        for row in rows[1:]:
            runs[-1:] = [(runs[-1][0], row)] if row == runs[-1][1] + 1 else [runs[-1], (row, row)]
        if len(runs) > MOST_RUNS:
            column, number = self.span("n"), self.number("n", rows[0])
            return Term(f"SUMIFS({self.span(name)},{column},{number:g})", value)
        letter = letters(self.column(name))
        spans = [
            self.at(name, first) + (f":${letter}${last + FIRST_ROW}" if last > first else "") for first, last in runs
        ]
        if not spans:
            return ZERO
        return Term(f"SUM({','.join(spans)})" if rows[1:] else spans[0], value)

    def _of(self, asset: str, kind: str) -> list[int]:
        """Rows of an asset and, where given, a kind; all rows are in place when the first is asked for."""
        if self._groups is None or self._groups[0] != self.size:
            groups: dict[tuple[Cell, Cell], list[int]] = {}
            for row in range(self.size):
                groups.setdefault((self.value("asset", row), ""), []).append(row)
                if "kind" in self._position:
                    groups.setdefault((self.value("asset", row), self.value("kind", row)), []).append(row)
            self._groups = self.size, groups
        return self._groups[1].get((asset, kind), [])

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
        formula = _formula(live)
        if formula is not None:
            self.formulas[row, column] = formula
        check = reproduces(self.sheet, line, live)
        if check is None:
            return
        self.checks.append(check)
        if not check.ties:
            self.missed[row, column] = check.computed

    def run_value(self, line: str, amount: float | None, why: str) -> None:
        """Note that a figure of the table stays a value."""
        self.from_run.append(RunValue(self.sheet, line, amount, why))
