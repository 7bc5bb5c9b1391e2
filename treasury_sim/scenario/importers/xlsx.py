"""Rows of an Excel sheet as text, so that the rules of CSV tables apply to them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import zip_longest
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.importers.table import Record, letters
from treasury_sim.scenario.importers.xlsx_size import check_size, no_workbook

MOST_ROWS = 100_000
MOST_COLUMNS = 200

_NAME = re.compile(r"(?P<file>.+\.xlsx)(?:#(?P<sheet>.+))?", re.IGNORECASE)
_ERROR = ("a value", "Correct the formula, or enter the value.")
_UNKNOWN = ("a value", "Open the file in a spreadsheet program and save it, so that the formula has a result.")


def split_reference(reference: str) -> tuple[str, str | None] | None:
    """Split ``lots.xlsx#Sheet name`` into file and sheet; ``None`` if `reference` is not an Excel file."""
    match = _NAME.fullmatch(reference)
    return match and (match["file"], match["sheet"])


@dataclass(frozen=True)
class Sheet:
    """The non-empty rows of a sheet.

    Attributes
    ----------
    records
        All rows, hidden ones included: a filter does not change the holdings.
    note
        The hidden parts, in words; empty if nothing is hidden.
    """

    records: list[Record]
    note: str


def read_sheet(content: bytes, where: str, sheet: str | None, *, decimal: str = ".") -> Sheet:
    """Read the non-empty rows of a sheet.

    Parameters
    ----------
    content
        The whole file.
    where
        Its name in messages.
    sheet
        Name of the sheet; ``None`` takes the first that is visible.
    decimal
        The decimal separator to write numbers with.

    Raises
    ------
    InputError
        If it is not an Excel file, is too large, lacks the sheet, or openpyxl is not installed.
    """
    check_size(content, where)
    values, formulas = _open(content, where, values=True), _open(content, where, values=False)
    try:
        name = _sheet_name(values.worksheets, where, sheet)
        records = list(_records(values[name], formulas[name], where, decimal))
        rows, columns = _hidden(content, values[name])
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file can raise anything inside openpyxl
        raise InputError([no_workbook(where, error)]) from None
    finally:
        values.close()
        formulas.close()
    return Sheet(records, _note(where, records, rows, columns, is_hidden=values[name].sheet_state != "visible"))


def _note(where: str, records: list[Record], rows: set[int], columns: set[int], *, is_hidden: bool) -> str:
    """A note on the parts of a sheet that its reader does not see."""
    lines = [record.line for record in records if record.line in rows]
    names = [
        letters(position)
        for position in sorted(columns)
        if any(record.cells[position : position + 1] not in ([], [""]) for record in records)
    ]
    hidden = ["the sheet"] if is_hidden else []
    if lines:
        which = ", ".join(map(str, lines[:MOST_SHOWN])) + (" and more" if len(lines) > MOST_SHOWN else "")
        hidden.append(f"{len(lines)} row{'s'[: len(lines) > 1]} ({which})")
    if names:
        hidden.append(f"{len(names)} column{'s'[: len(names) > 1]} ({', '.join(names)})")
    if not hidden:
        return ""
    plural = len(hidden) > 1 or len(lines) > 1 or len(names) > 1
    return f"{where}: {' and '.join(hidden)} {'are' if plural else 'is'} hidden, but read like the others."


MOST_SHOWN = 10
"""Largest number of hidden rows listed."""


def _hidden(content: bytes, sheet: Any) -> tuple[set[int], set[int]]:
    """Return the hidden rows of a sheet, from 1, and its hidden columns, from 0."""
    rows: set[int] = set()
    columns: set[int] = set()
    line = 0
    with ZipFile(BytesIO(content)) as parts, parts.open(sheet._worksheet_path) as part:  # noqa: SLF001 - not public
        for _, element in ET.iterparse(part, ("end",)):  # noqa: S314 - size and entities are bounded
            kind = element.tag.rpartition("}")[2]
            if kind == "col" and element.get("hidden") in {"1", "true"}:
                last = min(int(element.get("max", "0")), MOST_COLUMNS)
                columns.update(range(int(element.get("min", "1")) - 1, last))
            elif kind == "row":
                line = int(element.get("r", line + 1))
                if element.get("hidden") in {"1", "true"}:
                    rows.add(line)
                element.clear()
    return rows, columns


def _open(content: bytes, where: str, *, values: bool) -> Any:
    try:
        import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy, and only for Excel files
    except ImportError:
        fix = 'Run: pip install "treasury-sim[excel]", or save the sheet as CSV.'
        raise InputError(
            [Problem(where, None, "", "openpyxl, which reads .xlsx", "it is not installed", fix)]
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about drawings and validations, which do not hold lots
            return openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=values)
    except Exception as error:  # noqa: BLE001 - as above
        raise InputError([no_workbook(where, error)]) from None


def _sheet_name(sheets: list[Any], where: str, sheet: str | None) -> str:
    names = [part.title for part in sheets]
    if sheet is not None and sheet not in names:
        raise InputError([Problem(where, None, "", "a sheet of this file", sheet, nearest(sheet, names))])
    shown = [part.title for part in sheets if part.sheet_state == "visible"]
    return sheet or next(iter(shown), names[0])


def _records(values: Any, formulas: Any, where: str, decimal: str) -> Iterator[Record]:
    for part in (values, formulas):
        part.reset_dimensions()  # the dimensions stated in a file may be wrong
    for line, (row, written) in enumerate(zip_longest(values.iter_rows(), formulas.iter_rows(), fillvalue=()), start=1):
        if line > MOST_ROWS or len(row) > MOST_COLUMNS:
            expected = f"at most {MOST_ROWS:_} rows and {MOST_COLUMNS} columns"
            raise InputError([Problem(where, line, "", expected, "more", "Keep only the table of lots.")])
        cells = [_text(cell.value, decimal) for cell in row]
        faults = {position: _ERROR for position, cell in enumerate(row) if cell.data_type == "e"}
        for position, cell in enumerate(written):
            if cell.data_type == "f" and row[position].value is None and row[position].data_type == "n":
                cells[position] = str(getattr(cell.value, "text", cell.value))
                faults[position] = _UNKNOWN
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield Record(line, cells, faults)


def _text(value: object, decimal: str) -> str:
    """Write a cell as in a CSV table."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
