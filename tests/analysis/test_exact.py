"""Closed forms of a scenario against its simulation."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cases import write_scenario
from treasury_sim import load, run
from treasury_sim.analysis.distribution import distribution
from treasury_sim.analysis.solve.exact import exact
from treasury_sim.domain.periods import cumulative, quarter_periods
from treasury_sim.errors import InputError

LOTS = [
    {"id": "cheap", "acquired": date(2025, 1, 5), "quantity": 10, "unit_cost": 50.0},
    {"id": "fair", "acquired": date(2025, 2, 5), "quantity": 4, "unit_cost": 100.0},
    {"id": "dear", "acquired": date(2025, 3, 1), "quantity": 7, "unit_cost": 130.0},
]
KEYS = [
    *("us_gaap_impairment", "us_gaap_fair_value", "us_gaap", "us_gaap_investment_company", "ifrs_cost"),
    *("ifrs_revaluation", "ifrs_broker_trader", "hgb_current_asset", "jgaap_active_market", "swiss_co_cost"),
]


def scenario(folder: Path, keys: list[str] = KEYS, **sections: Any) -> Path:
    prices = {"BTC": {"file": "prices.csv", "model": "gbm", "volatility": 0.6, "drift": 0.15, "spot": 100.0}}
    steps = {date(2025, 1, 1): 110.0, date(2025, 3, 20): (95.0, 105.0)}
    given = {
        "holder": {"lots": LOTS},
        "period": {"start": date(2025, 4, 1), "end": date(2025, 12, 31)},
        "prices": prices,
        "accounting": {"frameworks": keys, "disposal_costs": 0.02, **sections.pop("accounting", {})},
        "simulation": {"paths": 16_384, "seed": 5},
        **sections,
    }
    return write_scenario(folder, steps, **given)


def test_the_simulation_agrees_within_its_own_errors(tmp_path: Path) -> None:
    """Means of every quarter, and means and quantiles from the start to each, within four standard errors."""
    given = load(scenario(tmp_path))
    result = run(given)
    quarters, reported = result.timeline.quarters, result.reported
    for found in exact(given):
        for number, period in enumerate(quarter_periods(quarters, reported)):
            one = distribution(result, found.framework, "remeasurement_pl", period)
            assert one is not None
            assert found.mean[number] == pytest.approx(one.mean.value, abs=4.0 * one.mean.error + 1e-9)
        for number, period in enumerate(cumulative(quarters, reported)):
            one = distribution(result, found.framework, "remeasurement_pl", period)
            assert one is not None
            assert found.quantiles is not None
            assert found.cumulative[number] == pytest.approx(one.mean.value, abs=4.0 * one.mean.error + 1e-9)
            for share, values in found.quantiles.items():
                estimate = one.quantile(share)
                assert values[number] == pytest.approx(estimate.value, abs=4.0 * estimate.error + 1e-3)


def test_where_there_is_none_every_reason_is_told(tmp_path: Path) -> None:
    plan = {"purchases": [{"date": date(2025, 5, 5), "quantity": 1}]}
    file = scenario(tmp_path, ["jgaap_no_active_market"], plan=plan, accounting={"unit_of_account": "asset"})
    with pytest.raises(InputError, match="held throughout") as raised:
        exact(load(file))
    assert len(raised.value.problems) == 3


def test_there_is_none_where_the_rule_changes_within_the_simulation(tmp_path: Path) -> None:
    file = scenario(tmp_path, ["us_gaap"], accounting={"adoption_date": date(2026, 1, 1)})
    assert exact(load(file))
    inside = scenario(
        tmp_path,
        ["us_gaap", "us_gaap_impairment"],
        holder={"lots": LOTS, "fiscal_year_end": "06-30"},
        accounting={"adoption_date": date(2025, 7, 1)},
    )
    with pytest.raises(InputError, match="us_gaap, which adopts") as raised:
        exact(load(inside))
    assert len(raised.value.problems) == 1


def test_there_is_none_without_a_simulation(tmp_path: Path) -> None:
    history = {"BTC": {"file": "prices.csv", "model": "historical"}}
    with pytest.raises(InputError, match="a model that is drawn at random"):
        exact(load(scenario(tmp_path, prices=history)))


def test_there_is_none_with_a_waterfall(tmp_path: Path) -> None:
    capital = {"opening": {"cash": 100.0, "shares": 10.0}}
    with pytest.raises(InputError, match="a waterfall of debt and cash"):
        exact(load(scenario(tmp_path, ["us_gaap_fair_value"], capital=capital)))
