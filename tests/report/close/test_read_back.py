"""Every figure of a close is read back from every format, and is the figure of the result; what is added up foots."""

from __future__ import annotations

import csv
import io
import math
import re
import subprocess
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.cases import run_case
from tests.figures import read, same
from tests.programs import require
from treasury_sim import Result, load, run
from treasury_sim.domain.periods import shown_periods
from treasury_sim.report import words
from treasury_sim.report.board.content import board
from treasury_sim.report.board.pdf import pdf
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.checks import check_table
from treasury_sim.report.close.formats import csv_files, prefix
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import ClosePack, close_pack
from treasury_sim.report.close.workbook import workbook
from treasury_sim.report.render.frame import sortable
from treasury_sim.report.render.html import as_html
from treasury_sim.report.render.printed import printed as in_words
from treasury_sim.report.tables.statement import income_bridge
from treasury_sim.report.tables.table import Cell, Kind, Row, Table, cell_text, kind_of

FRAMEWORKS = ["us_gaap_fair_value", "us_gaap_impairment"]
STEPS = {date(2025, 1, 1): 100.37, date(2025, 2, 11): (71.13, 88.0), date(2025, 7, 3): 133.33, date(2025, 11, 5): 90.01}

SHIPPED = ("strategy_2025q4", "kulr_2025", "secured_borrower", "adoption_2025", "miner_2025")


@st.composite
def holders(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lots with up to eight decimal places, some bought over a window, and a sale of a part or of all."""
    lots: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        places = draw(st.integers(0, 8))
        first = date(2025, 1, 2) + timedelta(days=draw(st.integers(0, 250)))
        is_window = draw(st.booleans())
        lots.append(
            {
                "id": f"lot {number}",
                "acquired": [first, first + timedelta(days=draw(st.integers(1, 60)))] if is_window else first,
                # Six lots stay below all the bitcoin that there can be.
                "quantity": round(draw(st.integers(1, min(10**9, 3 * 10 ** (6 + places)))) / 10**places, places),
                "unit_cost": draw(st.integers(1, 20_000)) / 100,
                "fee": draw(st.sampled_from([0.0, 1.23, 77.77])),
            }
        )
    total = sum(lot["quantity"] for lot in lots)
    sales = []
    if draw(st.booleans()):
        quantity = total if draw(st.booleans()) else round(total * draw(st.floats(0.1, 0.9)), 8)
        if quantity:
            sales = [{"date": date(2025, 12, 10), "quantity": quantity, "proceeds": round(quantity * 95.55, 2) or 0.01}]
    return lots, sales


def packs(result: Result) -> Iterator[ClosePack]:
    for key in result.statements:
        for quarter in result.reported:
            yield close_pack(result, key, quarter.label, STANDARD)


def cells(table: Table) -> Iterator[tuple[Cell, Kind, int, int]]:
    for at, row in enumerate(table.rows):
        for number, cell in enumerate(row.cells):
            if isinstance(cell, float):
                yield cell, kind_of(table, row, number), at, number


def every_table(pack: ClosePack) -> Iterator[Table]:
    yield from (*pack.tables(), check_table(pack.checks), *pack.disclosure.tables)


def read_back_as_text(table: Table, scale: words.Scale) -> None:
    for cell, kind, *_ in cells(table):
        text = cell_text(cell, kind, scale)
        assert isinstance(cell, float)
        assert same(text, cell, scale.divisor if kind == "money" else 1.0), (table.name, kind, cell, text)
        assert not text.startswith("-"), text


def read_back_as_grid(table: Table) -> None:
    frame, writers = sortable(table)
    for title, write in writers.items():
        for number, row in enumerate(table.rows):
            cell = row.cells[list(frame.columns).index(title)]
            if isinstance(cell, float):
                assert same(write(frame[title].iloc[number]), cell)
            else:
                assert write(frame[title].iloc[number]) in {"", cell}


def read_back_as_html(table: Table) -> None:
    shown = in_words(table)
    rows = re.findall(r"<tr class=.*?</tr>", as_html(shown))
    assert len(rows) == len(shown.rows)
    for html, row in zip(rows, shown.rows, strict=True):
        written = [unescape(text) for text in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html)]
        assert written == [row[0].strip(), *row[1:]]


def read_back_as_csv(pack: ClosePack) -> None:
    files = csv_files(pack)
    for table in (*pack.tables(), check_table(pack.checks)):
        rows = list(csv.reader(io.StringIO(files[f"{prefix(pack)}_{table.name}.csv"])))[1:]
        for cell, _, at, number in cells(table):
            assert float(rows[at][number]) == cell
            assert not rows[at][number].startswith("-0.0") or cell


def foots(table: Table) -> None:
    """The written rows of each asset add up to its written total, within the last digits."""
    frame, writers = sortable(table)
    kinds = [column.kind for column in table.columns]
    texts = [[writers.get(title, str)(cell) for cell in frame[title]] for title in frame.columns]
    asset = [row.cells[0] for row in table.rows]
    for total in (at for at, row in enumerate(table.rows) if row.is_total):
        mine = [at for at, row in enumerate(table.rows) if asset[at] == asset[total] and not row.is_total]
        for kind, column in zip(kinds, texts, strict=True):
            whole = read(column[total]) if kind in {"units", "money"} else None
            if whole is None:
                assert column[total] in {"", "Total", asset[total]}
                continue
            parts = [figure for at in mine if (figure := read(column[at])) is not None]
            off = abs(math.fsum(part.amount for part in parts) - whole.amount)
            assert off <= sum(part.half for part in parts) + whole.half + 1e-12 * abs(whole.amount)


@settings(max_examples=10)
@given(holders())
def test_every_figure_of_random_holders_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, holder: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    lots, sales = holder
    folder = tmp_path_factory.mktemp("holder")
    result = run_case(folder, STEPS, lots, plan={"sales": sales}, accounting={"frameworks": FRAMEWORKS})
    for pack in packs(result):
        for table in every_table(pack):
            read_back_as_text(table, words.UNITS)
        read_back_as_grid(pack.lots)
        read_back_as_csv(pack)
        foots(pack.lots)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_figure_of_shipped_cases_is_read_back(name: str) -> None:
    for pack in packs(run(load(name))):
        for table in every_table(pack):
            for scale in (words.UNITS, words.THOUSANDS, words.MILLIONS):
                read_back_as_text(table, scale)
            read_back_as_html(table)
        read_back_as_grid(pack.lots)
        read_back_as_csv(pack)
        foots(pack.lots)


@pytest.mark.parametrize("name", ["kulr_2025", "adoption_2025"])
def test_every_figure_of_a_workbook_is_that_of_the_close(name: str) -> None:
    scenario = load(name)
    result = run(scenario)
    pack = next(packs(result))
    book = load_workbook(io.BytesIO(workbook(pack, live_sheets(scenario, pack))), data_only=True)
    for sheet, table in (("Flash", pack.flash), ("Lot schedule", pack.lots), ("Journal", pack.journal)):
        for cell, _, at, number in cells(table):
            found = book[sheet].cell(row=at + 4, column=number + 1).value
            assert float(found) == pytest.approx(cell, abs=1e-9, rel=1e-14), (sheet, at, number)


@pytest.mark.parametrize("name", ["strategy_2025q4", "secured_borrower"])
def test_every_figure_of_the_report_stands_in_its_pdf(name: str, tmp_path: Path) -> None:
    whole = board(load(name))
    (tmp_path / "report.pdf").write_bytes(pdf(whole))
    program = require("pdftotext")
    done = subprocess.run([program, "-layout", "report.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    printed = set(re.findall(r"\(?[\d,]+(?:\.\d+)?\)?%?", done.stdout.decode()))
    written = {
        cell
        for section in whole.sections
        for table in map(in_words, section.tables)
        for row in table.rows
        for cell in row[1:]
        if re.fullmatch(r"\(?[\d,]+(?:\.\d+)?\)?%?", cell)
    }
    assert len(written) > 20
    assert written <= printed


@cache
def shipped(name: str) -> Result:
    return run(load(name))


def parts_of(rows: Sequence[Row], total: int) -> Sequence[Row]:
    """The rows directly below row `total` that are part of it."""
    found = []
    for row in rows[total + 1 :]:
        if not row.is_part:
            break
        found.append(row)
    return found


def foot_of_parts(result: Result, label: str) -> int:
    rows = income_bridge(result, label).rows
    checked = 0
    for at, row in enumerate(rows):
        below = parts_of(rows, at)
        if row.is_part or not below:
            continue
        for column, amount in enumerate(row.amounts):
            if amount is not None:
                assert math.fsum(part.amounts[column] or 0.0 for part in below) == pytest.approx(amount, abs=0.01)
                checked += 1
    return checked


@pytest.mark.parametrize(
    "name", ["secured_borrower", "no_debt", "strategy_2025q4", "strategy_2026q1", "strategy_history"]
)
def test_the_parts_of_a_line_add_up_to_it_in_every_period(name: str) -> None:
    result = shipped(name)
    labels = [period.label for period in shown_periods(result.timeline.quarters, result.reported)]
    assert sum(foot_of_parts(result, label) for label in labels)


def test_the_tax_of_the_secured_borrower_is_balanced_by_tax_on_other_income() -> None:
    """25 % of the loss of 500,000 and 70,781 of interest, which no asset remains of."""
    rows = {row.title.strip(): row.amounts[0] for row in income_bridge(shipped("secured_borrower"), "2026Q4").rows}
    assert rows["Income tax"] == pytest.approx(0.0, abs=0.01)
    assert rows["of which deferred tax on other assets: changed allowance, credit"] == pytest.approx(-142_695, abs=1)
    assert rows["of which on other income"] == pytest.approx(142_695, abs=1)


@settings(max_examples=10)
@given(holders(), st.sampled_from([0.0, 0.21, 0.3]), st.floats(-1e4, 1e4), st.sampled_from(["ordinary", "capital"]))
def test_the_parts_of_tax_add_up_for_random_holders(
    tmp_path_factory: pytest.TempPathFactory,
    holder: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    rate: float,
    other: float,
    character: str,
) -> None:
    lots, sales = holder
    folder = tmp_path_factory.mktemp("holder")
    result = run_case(
        folder,
        STEPS,
        lots,
        plan={"sales": sales},
        tax={"rate": rate, "character": character, "support": 0.0},
        income={"other_operating": other},
    )
    for period in shown_periods(result.timeline.quarters, result.reported):
        assert foot_of_parts(result, period.label) == len(result.statements)
