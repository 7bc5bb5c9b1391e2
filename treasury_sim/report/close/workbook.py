"""A close as an Excel workbook that calculates: the same tables, with the formulas that give their figures.

Every formula cell stores its result, for viewers that do not calculate. Inputs are blue on yellow; check cells show
whether the calculated figure is that of the run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.report.close.checks import MISSED, check_table
from treasury_sim.report.close.live.block import Behind, LiveTable
from treasury_sim.report.close.live.sheets import LiveSheets
from treasury_sim.report.close.live.summary import summary_tables
from treasury_sim.report.close.pack import ClosePack
from treasury_sim.report.render.xlsx import FORMATS, width
from treasury_sim.report.tables.table import Kind, Row, Table, kind_of


def workbook(pack: ClosePack, live: LiveSheets, progress: Progress = silent) -> bytes:
    """Write `pack` as XLSX; the same pack gives the same bytes. `progress` is called after each sheet.

    Sheets: Summary, Flash, Statement, Inputs, Roll-forward, Lot schedule, Journal, Journal lots, Disclosure, Checks,
    Lots, Tests, Disposals, By asset, Policies and sources.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy, and only for workbooks

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.worksheet_class = _plain_worksheet()
    created = datetime.combine(pack.end, time(), UTC).replace(tzinfo=None)
    book.set_properties({"title": f"{pack.title}: close of {pack.quarter}, {pack.framework}", "created": created})
    sheets = _Sheets(book, pack, live.behind)
    note = [pack.disclosure.title, *pack.disclosure.paragraphs]
    steps: list[Callable[[], None]] = [
        partial(sheets.add, "Summary", summary_tables(pack.checks, live)),
        partial(sheets.add, "Flash", [pack.flash]),
        *(partial(sheets.add_live, table) for table in live.first),
        partial(sheets.add, "Roll-forward", [pack.roll_forward]),
        partial(sheets.add, "Lot schedule", [pack.lots]),
        partial(sheets.add, "Journal", [pack.journal]),
        partial(sheets.add, "Journal lots", [pack.details]),
        partial(sheets.add, "Disclosure", pack.disclosure.tables, note),
        partial(sheets.add, "Checks", [check_table(pack.checks)]),
        *(partial(sheets.add_live, table) for table in live.last),
        partial(sheets.add, "Policies and sources", [pack.policies]),
    ]
    for step, _ in parts(steps, partial(_first_half, progress)):
        step()
    book.close()
    progress(1, 1)
    return buffer.getvalue()


def _first_half(progress: Progress, done: int, total: int) -> None:
    """Cells are placed in the first half of the time, and written as XML in the second."""
    progress(done, 2 * total)


def _plain_worksheet() -> type[Any]:
    """A worksheet that takes formulas as they are.

    XlsxWriter searches every formula for each of 29 functions that newer versions of Excel brought, to mark them; the
    formulas here have none of them, and that search was half the time of a large book.
    """
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # noqa: PLC0415

    class PlainWorksheet(Worksheet):  # type: ignore[misc]
        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
            return formula.removeprefix("=")

    return PlainWorksheet


class _Sheets:
    """Writes tables below each other into sheets."""

    def __init__(self, book: Any, pack: ClosePack, behind: Mapping[str, Behind]) -> None:
        self._book = book
        self._pack = pack
        self._behind = {name: of.formulas for name, of in behind.items()}
        self._missed: dict[str, dict[tuple[int, int], float]] = {name: of.missed for name, of in behind.items()}
        self._live: LiveTable | None = None
        self._styles: dict[tuple[Kind, bool, str], Any] = {}
        self._title = book.add_format({"bold": True, "font_size": 13})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._wrapped = book.add_format({"text_wrap": False})

    def add(self, name: str, tables: Sequence[Table], words: Sequence[str] = ()) -> None:
        """Add a sheet; a single table's heading stays in view."""
        sheet = self._book.add_worksheet(name)
        sheet.write_string(0, 0, f"{self._pack.holder}, {self._pack.framework}, {self._pack.currency}", self._title)
        at = 1
        for line in words:
            sheet.write_string(at, 0, line, self._wrapped)
            at += 1
        for table in tables:
            at = self._table(sheet, table, at)
        if len(tables) == 1:
            sheet.freeze_panes(3, 0)
        for column, wide in enumerate(_widths(tables)):
            sheet.set_column(column, column, wide)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def add_live(self, live: LiveTable) -> None:
        """Add a sheet of formulas."""
        self._behind = {**self._behind, live.table.name: dict(live.formulas)}
        self._live = live
        self.add(live.sheet, [live.table])
        self._live = None

    def _table(self, sheet: Any, table: Table, at: int) -> int:
        """Write `table` from row `at`; return the row after it and a blank one."""
        sheet.write_string(at, 0, table.title, self._title)
        for n, column in enumerate(table.columns):
            sheet.write_string(at + 1, n, column.title, self._head)
        first, formulas, missed = at + 2, self._behind.get(table.name, {}), self._missed.get(table.name, {})
        for number, row in enumerate(table.rows):
            for n, figure in enumerate(row.cells):
                style = self._style(kind_of(table, row, n), is_total=row.is_total, look=self._look(table, number, n))
                formula = formulas.get((number, n))
                cell = missed.get((number, n), figure)
                if formula is not None and cell is not None:
                    sheet.write_formula(first + number, n, formula, style, cell)
                elif isinstance(cell, str) and row.adds is not None and table.columns[n].kind != "text":
                    sheet.write_formula(first + number, n, _check(row, n, first), style, cell)
                elif isinstance(cell, str):
                    look = "indented" if row.indented == table.columns[n].name else self._look(table, number, n)
                    text = self._style("text", is_total=row.is_total, look=look)
                    sheet.write_string(first + number, n, cell, text)
                elif cell is not None:
                    sheet.write_number(first + number, n, cell, style)
        at = first + len(table.rows)
        for note in table.notes:
            sheet.write_string(at, 0, note)
            at += 1
        return at + 1

    def _look(self, table: Table, row: int, column: int) -> str:
        """``input``, ``missed`` or nothing."""
        live = self._live
        cell = table.rows[row].cells[column]
        if isinstance(cell, str) and cell.startswith((MISSED, "off by ")):
            return "missed"
        if live is not None and (row, column) in live.inputs:
            return "input"
        if (row, column) in self._missed.get(table.name, {}) or (live is not None and (row, column) in live.missed):
            return "missed"
        return ""

    def _style(self, kind: Kind, *, is_total: bool, look: str = "") -> Any:
        if (kind, is_total, look) not in self._styles:
            style = self._book.add_format({"num_format": FORMATS[kind], "bold": is_total, **LOOKS[look]})
            self._styles[kind, is_total, look] = style
        return self._styles[kind, is_total, look]


LOOKS: Mapping[str, Mapping[str, str | int]] = {
    "": {},
    "indented": {"indent": 2},
    "input": {"font_color": "#0000FF", "bg_color": "#FFF9DB"},
    "missed": {"font_color": "#9C0006", "bg_color": "#FFC7CE"},
}
"""Formats of a credit's account, an input, and a formula that does not give the figure of the run."""


def _check(row: Row, column: int, first: int) -> str:
    """The formula of a check cell: whether the rows above add up to the closing balance."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]  # noqa: PLC0415

    assert row.adds is not None  # noqa: S101 - the caller has looked
    top, bottom, total = (
        xl_rowcol_to_cell(first + place, column) for place in (row.adds.first, row.adds.last, row.adds.total)
    )
    off = f"SUM({top}:{bottom})-{total}"
    return f'=IF(ABS({off})<={row.adds.tolerance!r},"ties","off by "&TEXT({off},"0.00000000"))'


def _widths(tables: Sequence[Table]) -> list[int]:
    widths: dict[int, int] = {}
    for table in tables:
        for n, column in enumerate(table.columns):
            longest = max((len(cell) for row in table.rows if isinstance(cell := row.cells[n], str)), default=0)
            widths[n] = max(width(column.kind, longest), widths.get(n, 0))
    return list(widths.values())
