"""The workbook says what the screen says, read back with another library."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from tests.report.close.holders import busy_scenario
from treasury_sim import run
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.checks import check_table
from treasury_sim.report.close.live.sheets import LiveSheets, live_sheets
from treasury_sim.report.close.pack import ClosePack, close_pack
from treasury_sim.report.close.workbook import workbook
from treasury_sim.report.render.xlsx import FORMATS
from treasury_sim.report.tables.table import Table

LIVE = {"Summary", "Statement", "Inputs", "Lots", "Tests", "Disposals", "By asset"}
"""Sheets that are formulas; what they calculate is tested in `test_live_workbook`."""


@dataclass(frozen=True)
class Written:
    pack: ClosePack
    live: LiveSheets


@pytest.fixture
def written(tmp_path: Path) -> Written:
    scenario = busy_scenario(tmp_path, ["ifrs_cost"])
    result = run(scenario)
    pack = close_pack(result, "ifrs_cost", "2025Q4", STANDARD)
    return Written(pack, live_sheets(scenario, pack))


def opened(written: Written, *, formulas: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(written.pack, written.live)), data_only=not formulas)


def assert_same(sheet: Any, table: Table, first: int) -> int:
    """The table stands in the sheet from row `first` on; return the row after it."""
    assert sheet.cell(first, 1).value == table.title
    for n, column in enumerate(table.columns, start=1):
        assert (sheet.cell(first + 1, n).value or "") == column.title
    for number, row in enumerate(table.rows, start=first + 2):
        for n, cell in enumerate(row.cells, start=1):
            found = sheet.cell(number, n).value
            assert (found or None) == (
                pytest.approx(cell, rel=1e-15) if isinstance(cell, float) and cell else cell or None
            )
    return first + 2 + len(table.rows) + len(table.notes) + 1


def test_every_sheet_equals_its_table(written: Written) -> None:
    book, pack = opened(written), written.pack
    single = {
        "Flash": pack.flash,
        "Roll-forward": pack.roll_forward,
        "Lot schedule": pack.lots,
        "Journal": pack.journal,
        "Journal lots": pack.details,
        "Checks": check_table(pack.checks),
        "Policies and sources": pack.policies,
    }
    assert set(book.sheetnames) == {*single, "Disclosure", *LIVE}
    for name, table in single.items():
        assert_same(book[name], table, 2)
        assert book[name].freeze_panes == "A4"
    row = 3 + len(pack.disclosure.paragraphs)
    for table in pack.disclosure.tables:
        row = assert_same(book["Disclosure"], table, row)


def test_check_cells_are_formulas_that_say_what_was_computed(written: Written) -> None:
    shown, formulas = opened(written)["Roll-forward"], opened(written, formulas=True)["Roll-forward"]
    checks = [
        (shown.cell(row, column).value, formulas.cell(row, column).value)
        for row in range(4, shown.max_row + 1)
        for column in range(3, 5)
        if shown.cell(row, 2).value == "Check"
    ]
    assert len(checks) >= 12
    assert {value for value, _ in checks} == {"ties"}
    assert all(formula.startswith("=IF(ABS(SUM(") for _, formula in checks)


def test_negative_money_stands_in_parentheses(written: Written) -> None:
    sheet = opened(written)["Roll-forward"]
    formats = {sheet.cell(row, 3).number_format for row in range(4, sheet.max_row + 1)}

    assert {FORMATS["money"], FORMATS["units"]} <= formats
    assert "(#,##0.00)" in FORMATS["money"]


def test_the_same_close_gives_the_same_bytes(written: Written) -> None:
    assert workbook(written.pack, written.live) == workbook(written.pack, written.live)


def test_text_that_begins_like_a_formula_stays_text(written: Written) -> None:
    title = replace(written.pack.flash, title="=1+1")
    with zipfile.ZipFile(io.BytesIO(workbook(replace(written.pack, flash=title), written.live))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"<t>=1+1</t>" in archive.read("xl/sharedStrings.xml")


def test_a_formula_that_misses_the_run_stays_a_formula_and_is_counted_on_the_first_sheet(tmp_path: Path) -> None:
    """The run is changed by 5 in one line: nothing may be put in the place of the formula."""
    scenario = busy_scenario(tmp_path, ["ifrs_cost"])
    result = run(scenario)
    statement = result.statements["ifrs_cost"]
    line = statement.lines["current_tax_on_sales"]
    assert line is not None
    lines = {**statement.lines, "current_tax_on_sales": line + 5.0}
    changed = replace(result, statements={"ifrs_cost": replace(statement, lines=lines)})
    pack = close_pack(changed, "ifrs_cost", "2025Q4", STANDARD)
    live = live_sheets(scenario, pack)
    assert [check.title for check in live.checks if not check.ties] == ["Workbook, Statement: Current tax on disposals"]

    shown, formulas = opened(Written(pack, live)), opened(Written(pack, live), formulas=True)["Statement"]
    (row,) = [r for r in range(4, formulas.max_row + 1) if formulas.cell(r, 1).value == "current_tax_on_sales"]
    assert str(formulas.cell(row, 3).value).startswith("=")
    assert shown["Statement"].cell(row, 5).value == "does not reproduce: off by -5.00"
    assert shown["Statement"].cell(row, 3).fill.fgColor.rgb == "FFFFC7CE"
    first = shown.worksheets[0]
    counts = {first.cell(r, 1).value: first.cell(r, 2).value for r in range(1, first.max_row + 1)}
    assert counts["Formulas that do not"] == 1
