"""A table read cell by cell; every mistake has its file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import NoReturn

from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.scalars import date_fix, looks_like_date, number, number_fix
from treasury_sim.scenario.tree import nearest


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in a file.

    Attributes
    ----------
    line
        The line it begins in, or the row of a sheet.
    cells
        What stands in it, as text.
    faults
        Cells that hold no value, by position: what was expected, and how to fix it.
    """

    line: int
    cells: list[str]
    faults: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the line it begins in, and its cells by column, blanks around them removed."""

    line: int
    cells: dict[str, str]


class Table:
    """A table and the mistakes found in it so far.

    Parameters
    ----------
    records
        Its rows that are not empty; the first names the columns.
    where
        Its name, as it is to stand in messages.
    required
        Columns that must be there, with a value in every row.
    optional
        Other columns that may be; ``None`` lets any other pass unread.
    is_sheet
        Whether messages name cells as a spreadsheet does, such as ``quantity (E7)``.

    Raises
    ------
    InputError
        If it is empty, or its columns are wrong.
    """

    def __init__(
        self,
        records: Iterable[Record],
        where: str,
        *,
        required: Collection[str],
        optional: Collection[str] | None = None,
        is_sheet: bool = False,
    ) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self._told: set[tuple[int, str]] = set()
        self._required = tuple(required)
        self._is_sheet = is_sheet
        self._names: list[str] = []
        rows = iter(records)
        header = next(rows, None)
        if header is None:
            self._stop([Problem(where, 1, "", f"the columns {', '.join(required)}", "an empty file")])
        self._line, self._names = header.line, [name.strip() for name in header.cells]
        self._check_columns(self._names, optional)
        self.rows = [TableRow(record.line, self._cells(record, self._names, optional)) for record in rows]

    def key(self, line: int, column: str) -> str:
        """Name a cell in a message."""
        if not self._is_sheet or column not in self._names:
            return column
        return f"{column} ({letters(self._names.index(column))}{line})".strip()

    def _stop(self, problems: list[Problem]) -> NoReturn:
        raise InputError(problems)

    def _check_columns(self, names: list[str], optional: Collection[str] | None) -> None:
        known = [*self._required, *(optional or ())]
        if len(names) == 1 and ";" in names[0]:
            found = f"'{names[0]}'"
            fix = "Separate cells with commas, not semicolons."
            self._stop([Problem(self.where, self._line, "", "columns separated by commas", found, fix)])
        problems = [
            Problem(
                self.where,
                self._line,
                self.key(self._line, name),
                "a known column",
                name or "no name",
                nearest(name, known),
            )
            for name in names
            if optional is not None and name not in known
        ]
        problems += [
            Problem(self.where, self._line, name, "every column once", f"{name} {names.count(name)} times")
            for name in dict.fromkeys(names)
            if name in known and names.count(name) > 1
        ]
        missing = [name for name in self._required if name not in names]
        problems += [
            Problem(self.where, self._line, name, "this column, which is required", "nothing") for name in missing
        ]
        if problems:
            self._stop(problems)

    def _cells(self, record: Record, names: list[str], optional: Collection[str] | None) -> dict[str, str]:
        if len(record.cells) > len(names):
            found = f"{len(record.cells)} cells"
            fix = "Put a cell that holds a comma in quotes; write numbers without commas."
            fix = f"Name the column of {letters(len(names))}{record.line}, or clear it." if self._is_sheet else fix
            self.problems.append(
                Problem(self.where, record.line, "", f"{len(names)} cells, as in the first row", found, fix)
            )
        row = TableRow(record.line, dict(zip(names, [cell.strip() for cell in record.cells], strict=False)))
        for position, (expected, fix) in record.faults.items():
            if position < len(names) and (optional is not None or names[position] in self._required):
                self.tell(row, names[position], expected, fix)
        return row.cells

    def tell(self, row: TableRow, column: str, expected: str, fix: str = "", found: str = "") -> None:
        """Note a mistake in a cell, the first one only; `found` is by default what stands in it."""
        if (row.line, column) in self._told:
            return
        self._told.add((row.line, column))
        found = found or row.cells.get(column, "") or "an empty cell"
        self.problems.append(Problem(self.where, row.line, self.key(row.line, column), expected, found, fix))

    def number(self, row: TableRow, column: str) -> float | None:
        """Return the number in a cell, ``None`` if the cell is blank or wrong."""
        text = row.cells.get(column, "")
        value = number(text) if text else None
        if value is not None and isfinite(value):
            return float(value)
        if text or column in self._required:
            self.tell(row, column, "a finite number" if value is not None else "a number", text and number_fix(text))
        return None

    def day(self, row: TableRow, column: str) -> date | None:
        """Return the date in a cell, ``None`` if the cell is blank or wrong."""
        text = row.cells.get(column, "")
        if looks_like_date(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.tell(row, column, "a date", "There is no such day.")
                return None
        if text or column in self._required:
            self.tell(row, column, "a date", text and date_fix(text))
        return None

    def finish(self) -> None:
        """Raise every mistake noted, in the order of the rows."""
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda problem: problem.line or 0))


def letters(position: int) -> str:
    """Name a column as a spreadsheet does: A is 0, AA is 26."""
    text = ""
    while position >= 0:
        position, letter = divmod(position, 26)
        text, position = chr(ord("A") + letter) + text, position - 1
    return text


def csv_records(text: str, where: str, delimiter: str = ",") -> Iterator[Record]:
    """Each row of a CSV file that is not empty.

    Raises
    ------
    InputError
        If it is no CSV.
    """
    reader = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True, delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem(where, line, "", "a CSV table", str(error))]) from None
