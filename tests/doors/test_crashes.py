"""Input that once crashed a door: a result, or an error with its place and code 1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.batch.cases import SWEEP, batch, content, write_holder
from treasury_sim import Scenario, TreasurySimError, load, run
from treasury_sim.report.board.content import board
from treasury_sim.report.board.html import html
from treasury_sim.report.board.pdf import pdf
from treasury_sim.report.charts import draw
from treasury_sim.report.files import OutputError, write_result, write_together

HERE = Path(__file__).parent
MISTAKE = "bug in treasury-sim"


def call(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "treasury_sim", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, **options)


def test_an_empty_map_by_quarter_is_an_error_at_its_line(tmp_path: Path) -> None:
    done = call("run", HERE / "hostile" / "empty_net_operating_loss.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert ".yaml:11: tax.net_operating_loss: expected at least one entry" in done.stderr


@pytest.mark.parametrize("key", ["net_operating_loss", "support", "other_deferred_tax_asset", "other_support"])
def test_every_map_by_quarter_of_the_tax_section_needs_an_entry(tmp_path: Path, key: str) -> None:
    file = write_holder(tmp_path, tax={"rate": 0.2, key: {}})
    with pytest.raises(TreasurySimError, match=rf"tax\.{key}: expected at least one entry"):
        load(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of memory there")
def test_more_paths_than_there_is_memory_is_an_error_in_words(tmp_path: Path) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))

    done = call("run", HERE / "hostile" / "more_paths_than_memory.yaml", cwd=tmp_path, preexec_fn=limit)
    assert done.returncode == 1
    assert "Not enough memory for this run" in done.stderr


@pytest.mark.parametrize(
    "vary", [".=1", "[=1", "2025-12-31=1", "]=~", ".=~", "a..b=1", "plan.sales[0=1", "plan.sales[99999999999]=1", "x=~"]
)
def test_a_key_that_is_none_is_named_as_given(tmp_path: Path, vary: str) -> None:
    file = write_holder(tmp_path / "in")
    done = call("batch", file, "--vary", vary, "--executor", "inprocess", "--out", "out", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("--vary: ")
    assert vary.partition("=")[0] in done.stderr
    assert not (tmp_path / "out").exists()


def test_values_of_a_sweep_may_be_maps_by_day(tmp_path: Path) -> None:
    maps = [{"2025-12-31": 75_000}, {"2025-12-31": 90_000}]
    file = write_holder(tmp_path / "in", sweep={"grid": {"prices.BTC.quarter_end": maps}})
    file.write_text(file.read_text().replace("'2025-12-31'", "2025-12-31"))
    assert call("check", file, cwd=tmp_path).returncode == 0
    report = batch(file, out=tmp_path / "out")
    assert {score.scenario for score in report.summary.ranked} == {
        'scenario: prices.BTC.quarter_end={"2025-12-31": 75000}',
        'scenario: prices.BTC.quarter_end={"2025-12-31": 90000}',
    }


def test_an_empty_name_is_a_failure_and_many_workers_are_refused(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    done = call("batch", "", file, "--executor", "inprocess", "--out", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "found no name" in " ".join(done.stdout.split())
    done = call("batch", file, "--workers", "99999999999999999999", cwd=tmp_path)
    assert done.returncode == 2
    assert "1000" in done.stderr
    with pytest.raises(TreasurySimError, match="1,001 workers are out of range"):
        batch(file, out=tmp_path / "none", executor="process", workers=1_001)


def test_a_wrong_executor_leaves_no_folder(tmp_path: Path) -> None:
    file = write_holder(tmp_path / "in")
    with pytest.raises(TreasurySimError, match="Executor threads is unknown"):
        batch(file, out=tmp_path / "out" / "below", executor="threads")
    assert not (tmp_path / "out").exists()


def test_a_control_character_in_an_id_never_ends_in_a_crash(tmp_path: Path) -> None:
    done = call("report", HERE / "reports" / "08-control-character-in-id" / "a.yaml", "--out", "out", cwd=tmp_path)
    assert done.returncode in {0, 1}
    assert MISTAKE not in done.stderr
    assert "lots.csv:2" in done.stderr or (tmp_path / "out" / "report.pdf").exists()


def strange(text: str) -> Scenario:
    """A scenario made in Python, past the checks of a file."""
    found = load("ifrs_cost_2025")
    lots = tuple(replace(lot, id=text) for lot in found.lots)
    holder = found.spec.holder.model_copy(update={"name": text})
    spec = found.spec.model_copy(update={"title": text, "holder": holder})
    return replace(found, case=replace(found.case, lots=lots, spec=spec))


@pytest.mark.parametrize("text", ["B\x01", "\x00", "\ud800", "\ufffe", "\x1b[2J", "a\x0bb"])
def test_a_report_of_any_text_is_drawn(text: str) -> None:
    page = board(strange(text))
    assert pdf(page).startswith(b"%PDF")
    written = html(page)
    assert "<svg" in written
    assert text not in written
    written.encode()


def test_a_renderer_that_dies_is_an_error_and_ends_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(draw, "_CHILD", child)
    for code, how in (("import os; os.abort()", "ended with SIGABRT"), ("raise SystemExit(3)", "ended with code 3")):
        child.write_text(code)
        with pytest.raises(TreasurySimError, match=f"A chart cannot be drawn as a picture: .*{how}"):
            pdf(board(load("ifrs_cost_2025")))
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(draw, "PATIENCE", 0.2)
    with pytest.raises(TreasurySimError, match=r"took longer than 0\.2 s"):
        draw.drawn([{}], "svg")


def test_scenarios_in_capitals_are_read_and_others_named(tmp_path: Path) -> None:
    cases = HERE / "reports" / "42-capital-extension" / "cases"
    assert batch(cases, out=tmp_path / "a").summary.scenarios == 2
    for name in ("a.yaml", "B.YAML", "c.Yml", "_part.yaml", "plan.yaml.bak", "notes.txt"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes((cases / "a.yaml").read_bytes())
    report = batch(tmp_path / "in", out=tmp_path / "b")
    assert {score.scenario for score in report.summary.ranked} == {"a", "B", "c"}
    assert report.passed_over == ("_part.yaml", "plan.yaml.bak")
    done = call("check", "in", cwd=tmp_path)
    assert "Skipped (a scenario ends in .yaml or .yml and does not begin with _): _part.yaml, " in done.stdout


def test_reperform_of_a_folder_with_a_broken_file_is_identical(tmp_path: Path) -> None:
    cases = HERE / "reports" / "15-reperform-with-a-broken-file" / "cases"
    assert call("batch", cases, "--executor", "inprocess", "--out", "out", cwd=tmp_path).returncode == 1
    done = call("reperform", "out", "--executor", "inprocess", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Identical: every byte is the same.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_ends_a_batch_in_words_and_it_goes_on_later(tmp_path: Path, number: int, code: int) -> None:
    file, out = write_holder(tmp_path / "in", sweep=SWEEP), tmp_path / "out"
    vary = "income.other_operating={from: 1, to: 2, count: 2000}"
    command = [sys.executable, "-m", "treasury_sim", "batch", str(file), "--executor", "inprocess"]
    running = subprocess.Popen([*command, "--vary", vary, "--out", str(out)], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(out.glob("parts/*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(number)
    _, told = running.communicate(timeout=60)
    assert running.returncode == code
    assert told.startswith("Interrupted. ")
    assert "Continue with:\n  treasury-sim batch" in told
    assert not (out / "manifest.json").exists()


def test_files_of_a_run_are_put_in_place_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay, out = run(load("ifrs_cost_2025")), tmp_path / "deep" / "out"
    write_result(replay, out)
    first = content(out)
    (out / "notes.txt").write_text("mine")
    (out / "distributions.csv").write_text("of an earlier sample")
    write_result(replay, out)
    assert content(out) == {**first, "notes.txt": b"mine"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for folder in (out, tmp_path / "new"):
        before = content(folder) if folder.exists() else None
        with pytest.raises(OutputError, match="No space left on device"):
            write_together(folder, {"statements.csv": "new", "result.json": "new"})
        assert (content(folder) if folder.exists() else None) == before


def test_no_moment_shows_files_of_two_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("a.csv", "b.csv", "c.json")
    out, rename = tmp_path / "out", Path.rename
    write_together(out, dict.fromkeys(names, "old"))
    seen: list[set[str]] = []

    def watched(self: Path, target: Path) -> Path:
        seen.append({(out / name).read_text() for name in names if (out / name).exists()})
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", watched)
    write_together(out, dict.fromkeys(names, "new"))
    assert seen == [set(), {"new"}, {"new"}]
    (out / "a.csv").unlink()
    (out / "a.csv").mkdir()
    with pytest.raises(OutputError, match=r"a\.csv is a folder there"):
        write_together(out, dict.fromkeys(names, "third"))
    assert (out / "b.csv").read_text() == "new"


def test_a_table_of_an_earlier_close_does_not_stay(tmp_path: Path) -> None:
    assert call("close", "ifrs_cost_2025", "--format", "csv", "--out", "out", cwd=tmp_path).returncode == 0
    first = content(tmp_path / "out")
    (table,) = (name for name in first if name.endswith("_journal.csv"))
    (tmp_path / "out" / table.replace("journal", "of_before")).write_text("old")
    assert call("close", "ifrs_cost_2025", "--format", "csv", "--out", "out", cwd=tmp_path).returncode == 0
    assert content(tmp_path / "out") == first


@pytest.mark.parametrize("saved", [None, [], 5, "x", {}, {"name": 1, "original": "", "edited": ""}])
def test_autosave_of_another_kind_opens_nothing(saved: object) -> None:
    from treasury_sim.app import opening

    with pytest.raises(TreasurySimError, match="expected name, original and edited as text"):
        opening.from_saved(saved)


def test_autosave_opens_no_file_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from treasury_sim.app import opening

    file = write_holder(tmp_path, title="secret")
    monkeypatch.chdir(tmp_path)
    for name in (str(file), str(file.with_suffix("")), "scenario.yaml", "../x", "library:no_debt", "no_debt.yaml", ""):
        with pytest.raises(TreasurySimError, match="expected the name of a shipped case"):
            opening.from_saved({"name": name, "original": "", "edited": ""})
    assert opening.from_saved({"name": "no_debt", "original": "", "edited": ""}).shipped


def test_the_written_page_says_what_the_manifest_holds(tmp_path: Path) -> None:
    batch(write_holder(tmp_path / "in"), out=tmp_path / "out", xlsx=True, table="csv")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    written = {path.name for path in (tmp_path / "out").iterdir() if path.is_file()} - {"manifest.json", ".lock"}
    assert set(manifest["reports"]) == written
