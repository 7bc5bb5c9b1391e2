"""Progress on a terminal: only there, only of what takes long, and never in the output."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from typer.testing import CliRunner

from tests.analysis.test_exact import scenario
from tests.terminal import shown_on_terminal
from treasury_sim import cli as commands
from treasury_sim.cli import progress
from treasury_sim.cli.main import cli

ON_A_TERMINAL = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
RUNNER = CliRunner()


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 256}))


def without_time(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("Run in ")]


@ON_A_TERMINAL
def test_a_simulation_shows_its_share_and_the_time_left_beside_a_clean_output(file: str, tmp_path: Path) -> None:
    shown, printed = shown_on_terminal("run", file, cwd=tmp_path)
    assert "100%" in shown
    assert "about 0:00:00 left" in shown
    assert without_time(printed) == without_time(RUNNER.invoke(cli, ["run", file]).stdout)


@ON_A_TERMINAL
def test_what_has_no_count_of_steps_shows_the_time_it_has_taken(file: str, tmp_path: Path) -> None:
    shown, _ = shown_on_terminal("check", file, cwd=tmp_path)
    assert "0:00:00" in shown
    assert "left" not in shown


@ON_A_TERMINAL
def test_what_is_over_soon_shows_nothing(file: str, tmp_path: Path) -> None:
    shown, printed = shown_on_terminal("run", file, cwd=tmp_path, delay=60.0)
    assert not shown
    assert printed


@ON_A_TERMINAL
def test_a_mistake_is_reported_below_no_bar(tmp_path: Path) -> None:
    shown, _ = shown_on_terminal("run", "--expect", "strategy_2026_simulated", cwd=tmp_path, delay=60.0)
    assert shown.startswith("strategy_2026_simulated has nothing to tie out") or "band" in shown


def test_there_is_none_in_a_pipe(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    assert RUNNER.invoke(cli, ["run", file]).stderr == ""


@pytest.mark.parametrize("name", sorted(module.name for module in iter_modules(commands.__path__)))
def test_every_command_that_reads_a_scenario_shows_progress(name: str) -> None:
    if name in {"new", "app"}:
        pytest.skip("reads no scenario, or runs until it is ended")
    source = inspect.getsource(import_module(f"treasury_sim.cli.{name}"))
    assert " load(" not in source or "with progress_bar(" in source
