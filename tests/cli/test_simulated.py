"""A simulation at the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.analysis.test_exact import scenario
from treasury_sim.cli.main import cli

RUNNER = CliRunner()


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 256}))


def test_one_path_is_opened(file: str) -> None:
    done = RUNNER.invoke(cli, ["run", file, "--open-path", "p5", "--format", "json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["basis"], told["paths"]) == ("replay", 1)
    assert isinstance(told["frameworks"]["us_gaap_impairment"]["quarters"][0]["remeasurement_pl"], float)


def test_a_path_is_opened_down_to_its_journal_and_lots(file: str) -> None:
    closed = RUNNER.invoke(cli, ["close", file, "--open-path", "p5", "--format", "json"])
    assert closed.exit_code == 0
    (pack,) = json.loads(closed.stdout)["close"]
    assert pack["ties"]
    explained = RUNNER.invoke(cli, ["explain", file, "--open-path", "p5", "--line", "remeasurement_pl"])
    assert "lots" in explained.stdout


def test_closed_forms_are_instant(file: str) -> None:
    done = RUNNER.invoke(cli, ["run", file, "--closed-form", "--format", "json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["basis"] == "closed form"
    assert "no sampling, no error" in RUNNER.invoke(cli, ["run", file, "--closed-form"]).stdout


def test_how_often_the_price_is_looked_at(file: str, tmp_path: Path) -> None:
    done = RUNNER.invoke(cli, ["sensitivity", file, "--observation", "--chart", str(tmp_path / "policies.svg")])
    assert done.exit_code == 0
    assert "daily close" in done.stdout
    assert (tmp_path / "policies.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_check_draws_no_path(file: str) -> None:
    assert RUNNER.invoke(cli, ["check", file]).exit_code == 0


def test_a_simulated_run_needs_no_statistics_library(file: str) -> None:
    """Importing scipy.stats takes longer than the simulation: the points of the sequence are made here."""
    program = (
        "import sys\n"
        f"sys.argv = ['treasury-sim', 'run', {file!r}]\n"
        "from treasury_sim.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('LOADED', *sorted({'scipy.stats', 'scipy.special', 'pandas', 'arch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.rsplit("LOADED", 1)[1].split() == ["scipy.special"]
