"""A table read cell by cell; every error has its file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from math import isfinite
from typing import NoReturn

from treasury_sim.case.scalars import (
    NO_CONTROL,
    control_character,
    date_fix,
    looks_like_date,
    number,
    number_fix,
)
from treasury_sim.domain.lookup import nearest
from treasury_sim.domain.text_out import from_spreadsheet_text
from treasury_sim.errors import InputError, Problem

_AS_BLANK = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
"""What other programs treat as the end of a line; within a cell it becomes a space."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it is in the file.

    Attributes
    ----------
    line
        The line on which it begins, or the row of a sheet.
    cells
        Its cells, as text.
    faults
        Cells without a usable value, by position: what was expected, and the fix.
    """

    line: int
    cells: list[str]
    faults: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Attributes
    ----------
    line
        The line on which it begins.
    cells
        The cell of each column, without spaces around it.
    faults
        Cells without a usable value, by column: what was expected, and the fix.
    width
        Number of cells up to the last that is not empty.
    """

    line: int
    cells: dict[str, str]
    faults: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    width: int = 0


class Table:
    """A table, and the errors found in it so far.

    Parameters
    ----------
    records
        Its rows that are not empty; the first names the columns.
    where
        Its name in messages.
    required
        Columns that must exist, with a value in every row.
    optional
        Other columns allowed; ``None`` allows any other, unread.
    is_sheet
        Whether messages name cells as a spreadsheet does, such as ``quantity (E7)``.
    check_rows
        Whether every row is checked; else only those passed to `check`.

    Raises
    ------
    InputError
        If the table is empty, or its columns are wrong.
    """

    def __init__(
        self,
        records: Iterable[Record],
        where: str,
        *,
        required: Collection[str],
        optional: Collection[str] | None = None,
        is_sheet: bool = False,
        check_rows: bool = True,
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
        self.rows = [self._row(record) for record in rows]
        self._read = [name for name in self._names if optional is not None or name in self._required]
        if check_rows:
            for row in self.rows:
                self.check(row)

    @property
    def line(self) -> int:
        """The line of the header."""
        return self._line

    @property
    def names(self) -> Sequence[str]:
        """The columns, in their order."""
        return tuple(self._names)

    def key(self, line: int, column: str) -> str:
        """Name a cell in a message."""
        if not self._is_sheet or column not in self._names:
            return column
        return f"{column} ({letters(self._names.index(column))}{line})".strip()

    def _stop(self, problems: list[Problem]) -> NoReturn:
        raise InputError(problems)

    def _check_columns(self, names: list[str], optional: Collection[str] | None) -> None:
        known = [*self._required, *(optional or ())]
        if len(names) == 1:
            self._check_separator(names[0])

        def problem(name: str, expected: str, actual: str, fix: str = "") -> Problem:
            return Problem(self.where, self._line, self.key(self._line, name), expected, actual, fix)

        problems = [problem(name, NO_CONTROL, control) for name in names if (control := control_character(name))]
        if problems:
            self._stop(problems)
        problems += [
            problem(name, "a known column", name or "no name", nearest(name, known))
            for name in names
            if optional is not None and name not in known
        ]
        problems += [
            problem(name, "every column once", f"{name} {names.count(name)} times")
            for name in dict.fromkeys(names)
            if name in known and names.count(name) > 1
        ]
        problems += [
            problem(name, "this column, which is required", "nothing", _missing_fix(name, names, known))
            for name in self._required
            if name not in names
        ]
        if problems:
            self._stop(problems)

    def _check_separator(self, line: str) -> None:
        for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if sign in line:
                line_text = f"'{line}'".replace("\t", "<tab>")
                fix = f"Separate cells with commas, not {name}."
                self._stop([Problem(self.where, self._line, "", "columns separated by commas", line_text, fix)])

    def _row(self, record: Record) -> TableRow:
        cells = [from_spreadsheet_text(cell.translate(_AS_BLANK).strip()) for cell in record.cells]
        width = max((number for number, cell in enumerate(cells, start=1) if cell), default=0)
        names = self._names
        faults = {names[position]: fault for position, fault in record.faults.items() if position < len(names)}
        return TableRow(record.line, dict(zip(names, cells, strict=False)), faults, width)

    def check(self, row: TableRow) -> None:
        """Report cells without a column, and cells without a usable value."""
        if row.width > len(self._names):
            fix = "Put a cell that contains a comma in quotes; write numbers without commas."
            fix = f"Name the column of {letters(len(self._names))}{row.line}, or clear it." if self._is_sheet else fix
            expected = f"{len(self._names)} cells, as in the header"
            self.problems.append(Problem(self.where, row.line, "", expected, f"{row.width} cells", fix))
        for column in self._read:
            if column in row.faults:
                self.tell(row, column, *row.faults[column])
            elif control_character(row.cells.get(column, "")):
                self.tell(row, column, NO_CONTROL)

    def tell(self, row: TableRow, column: str, expected: str, fix: str = "", found: str = "") -> None:
        """Report an error in a cell, only the first one; `found` defaults to the text of the cell."""
        if (row.line, column) in self._told:
            return
        self._told.add((row.line, column))
        actual = found or row.cells.get(column, "") or "an empty cell"
        if control := control_character(actual):
            expected, actual, fix = NO_CONTROL, control, ""
        self.problems.append(Problem(self.where, row.line, self.key(row.line, column), expected, actual, fix))

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
                self.tell(row, column, "a date", "This day does not exist.")
                return None
        if text or column in self._required:
            self.tell(row, column, "a date", text and date_fix(text))
        return None

    def finish(self) -> None:
        """Raise every error reported, in the order of the rows."""
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda problem: problem.line or 0))


def from_columns(records: Iterable[Record], names_them: Callable[[Record], bool]) -> list[Record]:
    """Begin at the header, perhaps below a title; return all rows if no header is found.

    Without a header, a row further down that is not CSV is not reported: the missing header is.
    """
    above: list[Record] = []
    rest = iter(records)
    try:
        for record in rest:
            if names_them(record):
                break
            above.append(record)
        else:
            return above
    except InputError:
        if not above:
            raise
        return above
    return [record, *rest]


def _missing_fix(name: str, names: Sequence[str], known: Sequence[str]) -> str:
    """Suggest the column that was probably meant."""
    fix = nearest(name, [other for other in names if other and other not in known])
    return fix.replace("Known here", "Its columns are") if fix.startswith("Did") or len(names) <= MOST_NAMED else ""


MOST_NAMED = 20
"""Largest number of columns listed in a message."""


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
        If `text` is not CSV.
    """
    lines = StringIO(text.removeprefix("\ufeff"), newline="")  # rows end only at LF, CR or CRLF
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem(where, line, "", "a CSV table", str(error))]) from None
