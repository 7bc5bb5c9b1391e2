"""Tables as a workbook, a sheet for each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from treasury_sim.domain.text_out import visible
from treasury_sim.errors import TreasurySimError
from treasury_sim.report.render.xlsx import FORMATS, width
from treasury_sim.report.tables.table import Table, kind_of

CREATED = datetime(2000, 1, 1)
"""A fixed date: the same tables give the same bytes."""
LONGEST_NAME = 31


def tables_workbook(tables: Sequence[Table], title: str) -> bytes:
    """Write every table on a sheet, numbers as numbers and text as text; money in whole units of currency.

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
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": visible(title), "created": CREATED})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        for table in tables:
            sheet = book.add_worksheet(table.name[:LONGEST_NAME])
            sheet.write_string(0, 0, visible(table.title), bold)
            for column, of in enumerate(table.columns):
                sheet.write_string(1, column, visible(of.title), bold)
                longest = max(
                    (len(str(row.cells[column])) for row in table.rows if row.cells[column] is not None), default=0
                )
                sheet.set_column(column, column, width(of.kind, longest))
            for number, row in enumerate(table.rows, start=2):
                for column, cell in enumerate(row.cells):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, visible(cell))
                    elif cell is not None:
                        sheet.write_number(number, column, cell, formats[kind_of(table, row, column)])
            for number, note in enumerate(table.notes, start=len(table.rows) + 3):
                sheet.write_string(number, 0, visible(note))
            sheet.freeze_panes(2, 1)
    return content.getvalue()
