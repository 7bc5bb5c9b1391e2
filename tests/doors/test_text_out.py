"""Text of a user on its way out: no spreadsheet computes it, no terminal obeys it, and what was written reads back."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.batch.cases import batch
from tests.programs import require
from treasury_sim import Scenario, close_pack, load, run
from treasury_sim.batch.block import FigureBlock
from treasury_sim.batch.table import encode
from treasury_sim.domain.text_out import escaped, from_spreadsheet_text, spreadsheet_text, visible
from treasury_sim.report.close import formats
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.files import lots_csv
from treasury_sim.report.render.csv import csv_text
from treasury_sim.scenario.importers.lots_table import read_lots_csv

REPORT = Path(__file__).parent / "reports" / "16-formulas-in-csv"
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HOSTILE = st.text(
    st.sampled_from("=+-@'\"\t\r\n,;|\x00\x02\x1b\x7f\x9b\u202e\ud800＝é ab1.") | st.characters(), max_size=12
)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def is_harmless(cell: str) -> bool:
    return not cell.startswith(BEGINS) and not any(
        unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\n" for sign in cell
    )


@given(HOSTILE)
@example("'=1")
@example("''=1")
def test_what_the_gate_writes_reads_back_as_it_was(text: str) -> None:
    cell = spreadsheet_text(text)
    assert not cell.startswith(BEGINS)
    assert from_spreadsheet_text(cell) == text


@given(HOSTILE)
def test_visible_text_has_no_control_character_and_is_left_alone_otherwise(text: str) -> None:
    shown = visible(text)
    assert all(unicodedata.category(sign) not in {"Cc", "Cs"} or sign in "\t\n" for sign in shown)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    shown.encode()
    escaped(text).encode()


@given(st.lists(st.lists(HOSTILE | st.floats() | st.integers() | st.none(), min_size=2, max_size=2), max_size=4))
def test_a_csv_table_holds_text_as_text_and_numbers_as_numbers(rows: list[list[object]]) -> None:
    read = cells(csv_text(("a", "b"), rows))[1:]
    for row, written in zip(rows, read, strict=True):
        for cell, text in zip(row, written, strict=True):
            if isinstance(cell, str):
                assert is_harmless(text)
                assert from_spreadsheet_text(text) == visible(cell)
            elif cell is not None:
                assert text == repr(cell)


@given(HOSTILE)
@settings(max_examples=30)
def test_the_long_table_of_a_batch_holds_names_as_text(name: str) -> None:
    import numpy as np

    from treasury_sim.batch.block import LINE_NAMES

    values = np.full((1, len(LINE_NAMES), 1), -5.0)
    block = FigureBlock((name,), (("ifrs_cost", "2025Q1"),), values, np.full((1, len(LINE_NAMES)), np.nan))
    rows = cells(encode([block], "csv").decode())
    assert len(rows) == len(LINE_NAMES)
    assert all(is_harmless(row[0]) and row[5] == "-5.0" for row in rows)


def with_texts(text: str) -> Scenario:
    """A scenario made in Python, past the checks of a file: every name in it is `text`."""
    found = load("ifrs_cost_2025")
    lots = tuple(replace(lot, id=text, source=text, wallet=text) for lot in found.lots)
    holder = found.spec.holder.model_copy(update={"name": text})
    spec = found.spec.model_copy(update={"title": text, "holder": holder})
    return replace(found, case=replace(found.case, lots=lots, spec=spec))


@given(HOSTILE)
@settings(max_examples=15, deadline=None)
def test_lots_and_the_tables_of_a_close_hold_text_as_text(text: str) -> None:
    result = run(with_texts(text))
    pack = close_pack(result, "ifrs_cost", result.reported[-1].label, STANDARD)
    for table in (lots_csv(result), *formats.csv_files(pack).values()):
        for row in cells(table):
            for cell in row:
                try:
                    float(cell)
                except ValueError:
                    assert is_harmless(cell), cell


def test_lots_that_were_written_read_back(tmp_path: Path) -> None:
    ids = ["=HYPERLINK(1)", "+1", "-1", "@SUM", "'=1", "plain", "'quoted"]
    rows = [(name, "2025-10-06", 2, 123_000, name) for name in ids]
    text = csv_text(("id", "acquired", "quantity", "unit_cost", "source"), rows)
    lots = read_lots_csv(text, "lots.csv").lots
    assert [lot.id for lot in lots] == ids
    assert [lot.source for lot in lots] == ids


def call(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "treasury_sim", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_formulas_of_the_report_stand_as_text_in_every_file(tmp_path: Path) -> None:
    assert call("run", REPORT / "a.yaml", "--out", "run", cwd=tmp_path).returncode == 0
    assert call("close", REPORT / "a.yaml", "--format", "csv", "--out", "close", cwd=tmp_path).returncode == 0
    for table in ("csv", "parquet"):
        batch(REPORT, out=tmp_path / table, table=table, xlsx=True)
    files = sorted(tmp_path.rglob("*.csv"))
    found = {cell for file in files for row in cells(file.read_text()) for cell in row}
    assert {"'=cmd", '\'=HYPERLINK("http://x","y")', "'@SUM(1+1)*cmd"} <= found
    for file in files:
        for row in cells(file.read_text()):
            assert all(is_harmless(cell) or _is_number(cell) for cell in row), (file, row)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_workbook_of_a_batch_has_no_formula_and_no_link(tmp_path: Path) -> None:
    text = (REPORT / "=cmd.yaml").read_text()
    names = ["{=1+1}", "=1+1", "http:", "external:x"]
    for name in names:
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "bad.yaml").write_text(text.replace("title: name", "title: {http://x/y: 1}"))
    (tmp_path / "unc.yaml").write_text(text.replace("title: name", 'theme: ["external:\\\\\\\\evil\\\\share"]'))
    batch(tmp_path, out=tmp_path / "out", xlsx=True)
    book = openpyxl.load_workbook(tmp_path / "out" / "batch.xlsx")
    found: set[Any] = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None
                found.add(cell.value)
    assert set(names) <= found


def test_libreoffice_shows_the_lots_as_text(tmp_path: Path) -> None:
    office = require("soffice")
    assert call("run", REPORT / "a.yaml", "--out", "run", cwd=tmp_path).returncode == 0
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), "run/lots.csv"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    sheet = openpyxl.load_workbook(tmp_path / "lots.xlsx").active
    rows = list(sheet.iter_rows())
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert "HYPERLINK" in rows[1][1].value


@pytest.mark.parametrize("escape", ["\x1b]0;pwned\x07", "\x9b31m", "\x7f", "\u202eexe"])
def test_no_command_sends_a_control_character_of_a_scenario_to_the_terminal(
    tmp_path: Path, escape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from treasury_sim.cli.options import print_report, print_text, say
    from treasury_sim.report.json_result import to_json
    from treasury_sim.report.tables.run import run_report

    result = run(with_texts(f"T{escape}"))
    print_report(run_report(result))
    print_text(to_json(result))
    say(f"x{escape}", is_error=True)
    shown = capsys.readouterr()
    for text in (shown.out, shown.err):
        assert text
        assert not set(escape) & {sign for sign in text if not sign.isprintable() and sign != "\n"}


def test_a_wrong_value_with_an_escape_is_shown_without_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('schema: 1\ntitle: x\nperiod: "T\\e]0;pwned\\a"\n')
    done = call("check", "a.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr + done.stdout
    assert "found U+001B" in done.stderr
    done = call("run", "a.yaml", "--no\x1b[31m", cwd=tmp_path)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
