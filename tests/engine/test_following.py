"""Scenarios in which an asset follows another: the leader held or not, drawn or stated."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from treasury_sim import InputError, Scenario, load, open_path, run
from treasury_sim.cli.main import cli

ETHER: dict[str, Any] = {
    "model": "follows",
    "beta": 0.909,
    "momentum": 1.009,
    "on_falls": 0.214,
    "noise": 0.37,
    "degrees_of_freedom": 3.1,
}
GARCH = {"model": "garch", "volatility": 0.6, "alpha": 0.06, "gamma": 0.04, "beta": 0.88, "degrees_of_freedom": 4.0}


def treasury(**prices: Any) -> Scenario:
    """A holder of ether alone, in September to November 2025."""
    return load("bitmine_2026q1").what_if({"prices": {"ETH": ETHER} | prices, "simulation.paths": 4_096})


@pytest.mark.parametrize("leader", [{}, {"BTC": {"model": "gbm", "volatility": 0.6}}, {"BTC": GARCH}])
def test_a_path_equals_its_replay_and_the_mean_is_the_spot(leader: dict[str, Any]) -> None:
    case = treasury(**leader)
    result = run(case)
    line = result.line("remeasurement_pl")
    assert isinstance(line, np.ndarray)
    assert open_path(case, 11).line("remeasurement_pl") == pytest.approx(line[11], rel=1e-9)
    prices = result.statements[result.framework()].assets["ETH"].lines["price"][:, -1]
    if leader:
        error = prices.std() / np.sqrt(prices.size)
        assert abs(prices.mean() - open_path(case, 0).holdings["ETH"].daily.close[-92]) < 4.0 * error


def test_along_bitcoin_as_it_was_ether_loses_what_it_lost() -> None:
    """Bitcoin fell from 108,000 to 90,000; ether from 4,400 to 3,000: the actual price lies within the sample."""
    prices = run(treasury()).statements["us_gaap_fair_value"].assets["ETH"].lines["price"][:, -1]
    assert np.quantile(prices, 0.05) < 2_990 < np.quantile(prices, 0.95)
    assert prices.mean() < 3_600


def test_a_leader_that_is_held_is_the_same_path_for_both() -> None:
    lots = [
        {"acquired": date(2025, 1, 2), "asset": asset, "quantity": 1, "unit_cost": 1_000} for asset in ("BTC", "ETH")
    ]
    prices = {"ETH": ETHER | {"noise": 0.0}, "BTC": GARCH}
    case = load("bitmine_2026q1").what_if(
        {"holder.lots": lots, "plan": None, "prices": prices, "simulation.paths": 4_096}
    )
    result = run(case)
    correlation = next(pair for pair in result.sampling.correlations if pair.pair == "BTC/ETH")  # type: ignore[union-attr]
    assert correlation.shocks is None
    assert correlation.prices > 0.97


WRONG = {
    "itself": ({"ETH": ETHER | {"leader": "ETH"}}, "gbm or garch"),
    "a bootstrap": (
        {"ETH": ETHER, "BTC": {"model": "bootstrap", "window": "2018 winter", "block_length": 10}},
        "gbm or garch",
    ),
    "an unknown asset": ({"ETH": ETHER | {"leader": "XYZ"}}, "a CSV of daily prices"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_leader_that_cannot_be_followed_is_an_error(name: str) -> None:
    prices, expected = WRONG[name]
    with pytest.raises(InputError) as error:
        run(load("bitmine_2026q1").what_if({"prices": prices}))
    assert any(expected in problem.expected for problem in error.value.problems)


def test_calibrate_prints_weeks_tails_and_blocks() -> None:
    arguments = ["calibrate", "--asset", "ETH", "--model", "follows", "--from", "2018-01-01", "--to", "2023-12-31"]
    printed = CliRunner().invoke(cli, arguments)
    assert printed.exit_code == 0, printed.output
    for words in ("momentum: 1.009", "standard error", "Weeks of a crash", "price_correlation: {BTC/ETH: 0.8342}"):
        assert words in printed.stdout
    assert CliRunner().invoke(cli, ["calibrate", "--model", "follows"]).exit_code == 1
    assert CliRunner().invoke(cli, [*arguments, "--model", "gbm"]).exit_code == 2
