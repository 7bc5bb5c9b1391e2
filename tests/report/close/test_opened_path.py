"""The workbook of a path opened from a simulation calculates that path."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.analysis.test_exact import scenario
from treasury_sim import Scenario, load, open_path
from treasury_sim.cli.main import cli
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import close_pack

KEYS = ["us_gaap_impairment", "us_gaap_fair_value", "ifrs_revaluation"]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(scenario(tmp_path_factory.mktemp("simulated"), KEYS, simulation={"paths": 256}))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.integers(0, 255), key=st.sampled_from(KEYS))
def test_its_formulas_give_the_figures_of_the_path(simulated: Scenario, path: int, key: str) -> None:
    result = open_path(simulated, path)
    quarter = result.reported[-1]
    live = live_sheets(simulated, close_pack(result, key, quarter.label, STANDARD))
    inputs = next(table.table for table in live.first if table.sheet == "Inputs")
    prices = {row.cells[0]: row.cells[2] for row in inputs.rows}
    quoted = result.statements[key].assets["BTC"].prices[result.timeline.index_of(quarter.label)]
    assert prices["price_BTC"] == quoted.price
    assert len(live.checks) > 30
    assert [check for check in live.checks if not check.ties] == []


def test_the_command_writes_it(tmp_path: Path) -> None:
    file = str(scenario(tmp_path, KEYS[:1], simulation={"paths": 256}))
    written = CliRunner().invoke(
        cli, ["close", file, "--open-path", "p5", "--format", "xlsx", "--out", str(tmp_path / "books")]
    )
    assert written.exit_code == 0, written.output
    assert [path.suffix for path in (tmp_path / "books").iterdir()] == [".xlsx"]
