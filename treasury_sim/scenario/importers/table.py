"""A CSV table read cell by cell; every mistake has its file, row line and column."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import NoReturn

from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.scalars import date_fix, looks_like_date, number, number_fix
from treasury_sim.scenario.tree import nearest


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the line it begins in, and its cells by column, blanks around them removed."""

    line: int
    cells: dict[str, str]


class Table:
    """A CSV table and the mistakes found in it so far.

    Parameters
    ----------
    text
        The whole file; the first row that is not empty names the columns.
    where
        Its name, as it is to stand in messages.
    required
        Columns that must be there, with a value in every row.
    optional
        Other columns that may be; ``None`` lets any other pass unread.

    Raises
    ------
    InputError
        If it is empty or no CSV, or its columns are wrong.
    """

    def __init__(
        self, text: str, where: str, *, required: Collection[str], optional: Collection[str] | None = None
    ) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self._required = tuple(required)
        records = _records(text.removeprefix("\ufeff"), where)
        header = next(records, None)
        if header is None:
            self._stop([Problem(where, 1, "", f"the columns {', '.join(required)}", "an empty file")])
        self._line, names = header[0], [name.strip() for name in header[1]]
        self._check_columns(names, optional)
        self.rows = [TableRow(line, self._cells(line, names, record)) for line, record in records]

    def _stop(self, problems: list[Problem]) -> NoReturn:
        raise InputError(problems)

    def _check_columns(self, names: list[str], optional: Collection[str] | None) -> None:
        known = [*self._required, *(optional or ())]
        if len(names) == 1 and ";" in names[0]:
            found = f"'{names[0]}'"
            fix = "Separate cells with commas, not semicolons."
            self._stop([Problem(self.where, self._line, "", "columns separated by commas", found, fix)])
        problems = [
            Problem(self.where, self._line, name, "a known column", name or "no name", nearest(name, known))
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

    def _cells(self, line: int, names: list[str], record: list[str]) -> dict[str, str]:
        if len(record) > len(names):
            found = f"{len(record)} cells"
            fix = "Put a cell that holds a comma in quotes; write numbers without commas."
            self.problems.append(Problem(self.where, line, "", f"{len(names)} cells, as in the first row", found, fix))
        return dict(zip(names, [cell.strip() for cell in record], strict=False))

    def tell(self, row: TableRow, column: str, expected: str, fix: str = "", found: str = "") -> None:
        """Note a mistake in a cell; `found` is by default what stands in it."""
        found = found or row.cells.get(column, "") or "an empty cell"
        self.problems.append(Problem(self.where, row.line, column, expected, found, fix))

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


def _records(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line it begins in."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem(where, line, "", "a CSV table", str(error))]) from None
