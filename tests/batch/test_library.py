"""The shipped library is a batch, and so is what its documentation says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.batch.cases import batch
from treasury_sim.cli.main import cli
from treasury_sim.scenario.library import library_dir

DOCS = Path(__file__).parents[2] / "docs" / "batch.md"


def test_the_whole_library_is_scored(tmp_path: Path) -> None:
    report = batch(library_dir(), out=tmp_path / "out")
    assert report.summary.failures == ()
    assert report.summary.unmet == 0
    names = {score.scenario.partition(":")[0] for score in report.summary.ranked}
    assert len(names) >= 20
    assert {"strategy_2025q4", "sweep_prices", "sweep_policies"} <= names
    # Nothing of it was worse than the sweep's deepest price, under the limit that its file states.
    worst = report.summary.ranked[0]
    assert worst.count("breach") == 1
    assert "60000" in worst.scenario


def test_the_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shell, *_) = re.findall(r"```sh\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)
    commands = [line.partition("#")[0].strip() for line in shell.splitlines() if "--vary" in line]
    assert len(commands) == 2
    monkeypatch.chdir(tmp_path)
    for command in commands:
        small = command.replace("count: 1_000", "count: 30").replace("step: 1%", "step: 5%")
        _, *options = shlex.split(small)
        done = CliRunner().invoke(cli, [*options, "--executor", "inprocess"])
        assert done.exit_code == 0, done.output
        assert " scenarios scored, 0 failed." in done.output


def test_the_python_of_the_page_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    losses = names["losses"]
    assert losses.shape == (8,)  # type: ignore[attr-defined]
    assert losses[0] < losses[-1]  # type: ignore[index]
