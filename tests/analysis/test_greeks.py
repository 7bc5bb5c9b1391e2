"""Derivatives of a simulation against closed forms, within their own errors."""

from __future__ import annotations

import math
from datetime import date
from statistics import NormalDist

import pytest

from tests.cases import load_case
from treasury_sim import InputError, Scenario, load
from treasury_sim.analysis.sensitivity.greeks import greeks
from treasury_sim.analysis.solve.solve import loss_target, solve

VOLATILITY, SPOT, COST, UNITS = 0.6, 100.0, 100.0, 1_000.0
T = 90 / 365


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Coins at cost at the spot, and one quarter of geometric Brownian motion, seen at its end only."""
    return load_case(
        tmp_path_factory.mktemp("greeks"),
        {date(2025, 1, 1): SPOT},
        [{"acquired": date(2025, 1, 2), "quantity": UNITS, "unit_cost": COST}],
        period={"start": date(2026, 1, 1), "end": date(2026, 3, 31)},
        prices={"BTC": {"file": "prices.csv", "model": "gbm", "volatility": VOLATILITY, "from": date(2026, 1, 1)}},
        accounting={"frameworks": ["us_gaap_fair_value", "hgb_current_asset"]},
        simulation={"paths": 16_384, "seed": 3},
    )


def test_the_gain_of_fair_value_moves_with_spot_coin_by_coin(scenario: Scenario) -> None:
    """E[units x S(T)] = units x spot: delta is the number of coins, and volatility does not matter."""
    found = {one.key: one for one in greeks(scenario, line="carrying").greeks}
    delta, vega = found["prices.BTC.spot"].derivative, found["prices.BTC.volatility"].derivative
    assert delta.value == pytest.approx(UNITS, abs=4 * delta.error + 0.05)
    assert vega.value == pytest.approx(0.0, abs=5 * vega.error + 1.0)
    drift = found["prices.BTC.drift"].derivative
    assert drift.value == pytest.approx(UNITS * SPOT * T, rel=0.01)


def test_a_write_down_is_a_put(scenario: Scenario) -> None:
    """E[-units x max(cost - S(T), 0)]: minus the Black and Scholes put, so its delta and vega are known."""
    found = {one.key: one for one in greeks(scenario, line="remeasurement_pl", framework="hgb_current_asset").greeks}
    root = VOLATILITY * math.sqrt(T)
    d1 = (math.log(SPOT / COST) + root**2 / 2.0) / root
    normal = NormalDist()
    delta, vega = found["prices.BTC.spot"].derivative, found["prices.BTC.volatility"].derivative
    assert delta.value == pytest.approx(UNITS * normal.cdf(-d1), rel=0.005, abs=4 * delta.error)
    assert vega.value == pytest.approx(-UNITS * SPOT * normal.pdf(d1) * math.sqrt(T), rel=0.005, abs=4 * vega.error)
    assert 0.0 < delta.error < 0.01 * delta.value


def test_which_volatility_makes_a_loss_likely(scenario: Scenario) -> None:
    """P(units x (spot - S(T)) > x) = N((log((spot - x / units) / spot) + v^2 / 2) / v), v = volatility x sqrt(T)."""
    target = loss_target("remeasurement_pl", 25_000.0)
    found = solve(scenario, target, "prices.BTC.volatility", between=(0.2, 1.5), probability=0.05)
    (answer,) = found.answers
    assert isinstance(answer.first, float)
    root = answer.first * math.sqrt(T)
    exact = NormalDist().cdf((math.log(0.75) + root**2 / 2.0) / root)
    assert exact == pytest.approx(0.05, abs=0.002)
    assert answer.figure == pytest.approx(0.05, abs=2 / 16_384)


def test_one_path_has_none() -> None:
    with pytest.raises(InputError, match="a model that is simulated"):
        greeks(load("strategy_2025q4"))
