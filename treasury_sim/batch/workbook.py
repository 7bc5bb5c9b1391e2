"""A batch as a workbook: the summary, the failures, the control totals, and the first rows of the long table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import import_module
from itertools import chain, islice
from typing import Any

from treasury_sim.batch.folder import Folder
from treasury_sim.batch.summary import (
    FAILURE_COLUMNS,
    NOTE_COLUMNS,
    RANKED_COLUMNS,
    TOTAL_COLUMNS,
    Summary,
    failure_rows,
    ranked_rows,
    total_rows,
)
from treasury_sim.batch.table import COLUMNS, arrow
from treasury_sim.domain.text_out import from_spreadsheet_text, visible
from treasury_sim.errors import TreasurySimError

FILE = "batch.xlsx"
MOST_ROWS = 100_000

LONGEST_CELL = 32_767
"""Most characters that Excel accepts in a cell."""

CREATED = datetime(2000, 1, 1)

PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options with which XlsxWriter leaves text as text."""

Row = Sequence[object]


def workbook(folder: Folder, summary: Summary, keys: Sequence[str]) -> bytes:
    """Write the workbook.

    Raises
    ------
    TreasurySimError
        If XlsxWriter is not installed.
    """
    try:
        xlsxwriter: Any = import_module("xlsxwriter")
    except ImportError:
        message = 'A workbook needs XlsxWriter: pip install "treasury-sim[excel]".'
        raise TreasurySimError(message) from None
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True, **PLAIN_TEXT}) as book:
        # A fixed date: the same batch gives the same bytes.
        book.set_properties({"created": CREATED})
        bold = book.add_format({"bold": True})
        for name, columns, rows in (
            ("Summary", RANKED_COLUMNS, ranked_rows(summary)),
            ("Failures", FAILURE_COLUMNS, failure_rows(summary)),
            ("Control totals", TOTAL_COLUMNS, total_rows(summary)),
            *([("Notes", NOTE_COLUMNS, summary.notes)] if summary.notes else []),
            ("Rows", COLUMNS, islice(_rows(folder, keys), MOST_ROWS)),
        ):
            sheet = book.add_worksheet(name)
            shown = min(summary.rows, MOST_ROWS)
            note = (
                [(f"The first {shown:,} of {summary.rows:,} rows; all are in the folder.",)] if name == "Rows" else []
            )
            sheet.freeze_panes(1 + len(note), 0)
            for number, row in enumerate(chain(note, [columns], rows)):
                _write_row(sheet, number, row, bold if number <= len(note) else None)
    return content.getvalue()


def _write_row(sheet: Any, number: int, row: Row, style: Any) -> None:
    """Write a row; text never becomes a formula, a link or a number."""
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(number, column, visible(cell)[:LONGEST_CELL], style)
        elif cell is not None:
            sheet.write(number, column, cell, style)


def _rows(folder: Folder, keys: Sequence[str]) -> Iterator[Row]:
    """The rows of the long table, one part at a time."""
    for key in keys:
        content = folder.rows_file(key).read_bytes()
        yield from _parquet_rows(content) if folder.table == "parquet" else _csv_rows(content)


def _csv_rows(content: bytes) -> Iterator[Row]:
    for row in csv.reader(io.StringIO(content.decode())):
        yield [*map(from_spreadsheet_text, row[:4]), *(float(figure) if figure else None for figure in row[4:])]


def _parquet_rows(content: bytes) -> Iterator[Row]:
    _, pq = arrow()
    for group in pq.ParquetFile(io.BytesIO(content)).iter_batches(batch_size=10_000):
        yield from zip(*(column.to_pylist() for column in group.columns), strict=True)
