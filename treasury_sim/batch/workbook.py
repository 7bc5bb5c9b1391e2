"""A batch as a workbook: the summary, the failures, the control totals, and the first rows of the long table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
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
from treasury_sim.errors import TreasurySimError

FILE = "batch.xlsx"
MOST_ROWS = 100_000

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
    with xlsxwriter.Workbook(content, {"constant_memory": True, "strings_to_formulas": False}) as book:
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
                sheet.write_row(number, 0, row, bold if number <= len(note) else None)
    return content.getvalue()


def _rows(folder: Folder, keys: Sequence[str]) -> Iterator[Row]:
    """The rows of the long table, a part at a time."""
    for key in keys:
        content = folder.rows_file(key).read_bytes()
        yield from _parquet_rows(content) if folder.table == "parquet" else _csv_rows(content)


def _csv_rows(content: bytes) -> Iterator[Row]:
    for row in csv.reader(io.StringIO(content.decode())):
        yield [*row[:4], *(float(figure) if figure else None for figure in row[4:])]


def _parquet_rows(content: bytes) -> Iterator[Row]:
    _, pq = arrow()
    for group in pq.ParquetFile(io.BytesIO(content)).iter_batches(batch_size=10_000):
        yield from zip(*(column.to_pylist() for column in group.columns), strict=True)
