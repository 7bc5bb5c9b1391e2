"""`treasury-sim batch` as people call it: exit codes, text, JSON, quiet where there is no terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.cases import SWEEP, write_holder
from tests.batch.test_batch import write_folder
from tests.terminal import shown_on_terminal


def call(*options: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "treasury_sim", "batch", *map(str, options)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_a_folder_with_broken_files_gives_its_results_and_leaves_with_1(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", 3)
    done = call(folder, "--format", "json", "--executor", "inprocess", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert (told["scenarios"], told["failed"]) == (3, 10)
    assert told["folder"] == "results/in"
    assert [row["rank"] for row in told["summary"]] == [1, 2, 3]
    assert told["summary"][0]["worst_quarter_share"] <= told["summary"][1]["worst_quarter_share"] < 0
    assert all(row["line"] or row["scenario"] == "empty" for row in told["failures"])
    assert (tmp_path / "results" / "in" / "summary.csv").exists()


def test_text_names_the_worst_and_says_what_it_took(tmp_path: Path) -> None:
    expect = {"us_gaap_fair_value": {"2025Q4": {"carrying": {"value": 1, "tolerance": 1}}}}
    file = write_holder(tmp_path / "in", expect=expect)
    done = call(file, "--executor", "inprocess", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (4, "")
    assert "1 scenario scored, 0 failed.\n" in done.stdout
    assert "Control totals:" in done.stdout
    swept = write_holder(tmp_path / "many", sweep=SWEEP)
    done = call(swept, "--executor", "inprocess", "--out", "here", "--xlsx", cwd=tmp_path)
    assert done.returncode == 0
    assert "The worst 20 of 40" in done.stdout
    assert "tax.rate=" in done.stdout
    assert (tmp_path / "here" / "batch.xlsx").exists()


def test_a_limit_on_a_line_that_is_not_computed_is_no_pass(tmp_path: Path) -> None:
    limits = [{"line": "equity", "below": 0}, {"line": "net_income", "below": -1e9}]
    file = write_holder(tmp_path / "in", limits=limits)
    done = call(file, "--executor", "inprocess", cwd=tmp_path)
    assert done.returncode == 0
    assert "Limits cannot be judged in 1 scenario; this is not a pass." in done.stdout
    assert "Cannot judge “equity below 0”" in " ".join(done.stdout.split())
    told = json.loads(call(file, "--executor", "inprocess", "--format", "json", cwd=tmp_path).stdout)
    assert told["not_judged"] == 1
    (row,) = told["summary"]
    assert (row["breach"], row["not_judged"]) == (0, 1)  # as stored: read back from the part
    assert "equity not computed." in row["sentence"]


def test_an_empty_folder_name_is_told(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    done = call(file, "--executor", "inprocess", "--out", "", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing is given" in done.stderr
    assert not (tmp_path / "parts").exists()


def test_a_key_in_a_list_that_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    done = call(file, "--executor", "inprocess", "--vary", "limits.0.above=1,2", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("--vary: limits[0].above: expected an existing key, found none.")
    assert f"{file} has the keys schema, title, " in done.stderr
    done = call(file, "--executor", "inprocess", "--vary", "plan.sales.3.quantity=1,2", cwd=tmp_path)
    assert f"plan.sales of {file} has 1 entry, [0]." in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_sees_how_far_it_is_how_fast_and_how_long_it_takes(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in", sweep=SWEEP)
    shown, told = shown_on_terminal("batch", str(file), "--executor", "inprocess", cwd=tmp_path)
    assert "0/40" in shown
    assert re.search(r"100% +40/40 +.*a second +0:00:\d\d +about 0:00:00 left", shown)
    assert told.startswith("The worst 20 of 40")
