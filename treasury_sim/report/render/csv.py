"""The one way to a CSV file: numbers as they are, text so that a spreadsheet shows it and computes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from treasury_sim.domain.text_out import spreadsheet_text, visible
from treasury_sim.report.tables.table import Table


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV, lines ending as on Unix."""
    return csv_rows([header, *rows])


def csv_rows(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, without a header."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def csv_cell(cell: object) -> object:
    """A cell: text through the gate, anything else as it is."""
    return spreadsheet_text(visible(cell)) if isinstance(cell, str) else cell


def table_csv(table: Table) -> str:
    """Write a table with the names of its columns and all digits; what was not computed is empty."""
    return csv_text([column.name for column in table.columns], (row.cells for row in table.rows))
