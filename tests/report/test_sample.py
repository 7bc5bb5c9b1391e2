"""A sample as text, JSON and files: every view shows the figures of `analysis.distribution`."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from tests.analysis.test_exact import scenario
from treasury_sim import Result, load, run, to_json
from treasury_sim.analysis.distribution import chances, distribution
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.periods import quarter_periods
from treasury_sim.report.files import write_result
from treasury_sim.report.tables.run import run_report
from treasury_sim.report.tables.sample import chances_table

KEYS = ["us_gaap_impairment", "us_gaap_fair_value"]
LIMITS = [{"line": "carrying", "below": 1_500.0, "name": "little left"}]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(load(scenario(tmp_path_factory.mktemp("sample"), KEYS, limits=LIMITS, tax={"rate": 0.25})))


@pytest.fixture(scope="module")
def told(result: Result) -> dict[str, Any]:
    return dict(json.loads(to_json(result)))


def test_json_has_means_quantiles_and_their_errors(result: Result, told: dict[str, Any]) -> None:
    assert (told["basis"], told["paths"], told["sampling"]["method"]) == ("sample", 16_384, "sobol")
    period = quarter_periods(result.timeline.quarters, result.reported)[0]
    found = distribution(result, KEYS[0], "net_income", period)
    assert found is not None
    figure = told["frameworks"][KEYS[0]]["quarters"][0]["net_income"]
    assert figure["mean"] == found.mean.value
    assert figure["p5_se"] == found.quantile(0.05).error
    assert figure["var_95"] == pytest.approx(-figure["p5"])
    assert figure["cvar_95"] > figure["var_95"]


def test_json_tells_prices_lows_and_what_is_certain(told: dict[str, Any]) -> None:
    quarter = told["frameworks"][KEYS[0]]["quarters"][0]
    bitcoin = quarter["assets"]["BTC"]
    assert bitcoin["low"]["mean"] < bitcoin["price"]["mean"]
    certain = {name: value for name, value in bitcoin["units"].items() if not name.endswith("se")}
    assert certain == {"mean": 21.0, "p5": 21.0, "p50": 21.0, "p95": 21.0}
    assert {value for name, value in bitcoin["units"].items() if name.endswith("se")} == {0.0}
    assert quarter["preferred_dividends"] is None


def test_json_adds_up_from_the_start_and_tells_how_figures_settle(told: dict[str, Any]) -> None:
    framework = told["frameworks"][KEYS[0]]
    assert [one["label"] for one in framework["cumulative"]] == ["2025Q2", "2025Q2 to 2025Q3", "2025Q2 to 2025Q4"]
    total = sum(quarter["remeasurement_pl"]["mean"] for quarter in framework["quarters"])
    last = framework["cumulative"][-1]["remeasurement_pl"]
    assert last["mean"] == pytest.approx(total)
    rows = framework["convergence"]["rows"]
    assert (rows[-1]["paths"], rows[-1]["mean"]) == (16_384, last["mean"])


def test_json_tells_how_likely_limits_are_to_fail(told: dict[str, Any]) -> None:
    found = told["limits"][0]
    assert found["name"] == "little left"
    assert 0.0 < found["probability"] < 1.0
    assert max(quarter["probability"] for quarter in found["quarters"]) <= found["probability"]


def test_the_text_shows_errors_chances_and_how_figures_settle(result: Result) -> None:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(run_report(result))
    text = captured.get()
    for words in (
        "sample of 16,384 equally likely price paths",
        "± is the standard error",
        "impairment of digital assets",
        "Mean of the worst 5%",
        "How likely each limit is to fail",
        "by number of paths",
    ):
        assert words in text
    assert "nan" not in text.lower()


def test_files_of_a_sample(result: Result, tmp_path: Path, told: dict[str, Any]) -> None:
    names = [path.name for path in write_result(result, tmp_path)]
    assert names == ["distributions.csv", "expect.csv", "result.json"]
    rows = list(csv.DictReader((tmp_path / "distributions.csv").read_text(encoding="utf-8").splitlines()))
    (row,) = [
        row
        for row in rows
        if (row["framework"], row["period"], row["line"], row["statistic"]) == (KEYS[0], "2025Q3", "carrying", "p95")
    ]
    assert float(row["value"]) == told["frameworks"][KEYS[0]]["quarters"][1]["carrying"]["p95"]


def test_limits_that_no_path_can_judge_have_no_chance_and_no_table(result: Result) -> None:
    console = Console(width=200, file=io.StringIO())
    with console.capture() as captured:
        console.print(run_report(replace(result, watched=(Limit("equity", "below", 0.0),))))
    assert "How likely each limit is to fail" not in captured.get()
    statement = result.statements[KEYS[0]]
    lines = {**statement.lines, "carrying": np.full((1, len(statement.quarters)), np.nan)}
    unknown = replace(result, statements={KEYS[0]: replace(statement, lines=lines)})
    assert chances(unknown, unknown.watched) == []
    assert chances_table(unknown).rows == ()
