"""A sweep of prices in one pass: each point is what a run of its own gives."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_sim import InputError, Scenario, load, run, to_json
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.engine.paths.points import PointRunner, run_points, vary_prices_only

END = date(2025, 12, 31)
PRICE: KeyPath = ("prices", "BTC", "quarter_end", END)
LOW: KeyPath = ("prices", "BTC", "quarter_low", END, "price")
BEFORE: KeyPath = ("prices", "BTC", "quarter_end", date(2025, 9, 30))
STATED_LOW: dict[KeyPath, object] = {
    ("prices", "BTC", "quarter_low", END): {"price": 80_000.0, "date": date(2025, 11, 21)}
}

LOTS = [
    {"acquired": [date(2025, 8, 1), date(2025, 8, 20)], "quantity": 40, "unit_cost": 115_000},
    {"acquired": date(2025, 11, 20), "quantity": 5, "unit_cost": 90_000, "fee": 100},
    {"acquired": [date(2025, 11, 15), date(2025, 12, 5)], "quantity": 8, "unit_cost": 91_000},
]
PLAN = {
    "sales": [{"date": date(2025, 12, 10), "quantity": 6}],
    "loans": [{"date": date(2025, 11, 1), "quantity": 4}],
    "receipts": [{"date": [date(2025, 10, 1), date(2025, 10, 9)], "quantity": 1}],
}


def holder(**changes: Any) -> Scenario:
    """A few lots with windows, a sale, a loan, a receipt; under every framework that goes with them."""
    base = load("strategy_2025q4")
    values: dict[KeyPath, object] = {
        ("expect",): None,
        ("holder", "lots"): LOTS,
        ("plan", "sales"): None,
        ("plan", "lot_relief"): "fifo",
        ("period", "start"): date(2025, 7, 1),
        ("capital", "preferred_dividends"): None,
        ("accounting", "frameworks"): list(FRAMEWORKS),
        ("accounting", "permanent"): ["2025Q4"],
        ("accounting", "disposal_costs"): 0.01,
        **{("plan", table): rows for table, rows in PLAN.items()},
        **STATED_LOW,
    }
    return base.with_values({**values, **{tuple(key.split("__")): value for key, value in changes.items()}})


def agree(scenario: Scenario, points: dict[KeyPath, Floats]) -> None:
    """Hold every line of every point against a run of its own."""
    result = run_points(scenario, points)
    assert (result.basis, result.paths) == ("points", len(next(iter(points.values()))))
    for number in range(result.paths):
        own = run(scenario.with_values({path: float(column[number]) for path, column in points.items()}))
        for key, statement in own.statements.items():
            for name in LINES:
                expected, found = statement.lines[name], result.statements[key].lines[name]
                if expected is None:
                    assert found is None, (key, name)
                    continue
                assert found is not None
                row = np.broadcast_to(found, (result.paths, found.shape[1]))[number]
                np.testing.assert_allclose(row, expected[0], rtol=1e-9, atol=1e-3, err_msg=f"{key} {name} {number}")


PRICES = st.floats(40_000, 130_000)


@settings(max_examples=6)
@given(
    st.lists(st.tuples(PRICES, st.floats(0.3, 1.0), PRICES), min_size=2, max_size=4),
    st.sampled_from(["intraday_low", "daily_close", "weekly", "month_end", "period_end"]),
    st.sampled_from(["fifo", "average"]),
    st.sets(st.sampled_from(["price", "low", "before"]), min_size=1),
)
def test_a_point_is_the_scenario_at_it(
    drawn: list[tuple[float, float, float]], policy: str, relief: str, varied: set[str]
) -> None:
    scenario = holder(accounting__impairment_price=policy, plan__lot_relief=relief)
    columns = {
        "price": (PRICE, np.array([price for price, _, _ in drawn])),
        "low": (LOW, np.array([min(price, 87_515.0) * share for price, share, _ in drawn])),
        "before": (BEFORE, np.array([before for _, _, before in drawn])),
    }
    if "price" in varied and "low" not in varied:
        columns["price"] = (PRICE, np.array([max(price, 80_000.0) for price, _, _ in drawn]))
    agree(scenario, dict(columns[name] for name in ("price", "low", "before") if name in varied))


def test_a_low_in_two_quarters_and_more_points_than_a_block() -> None:
    """The kernel works in blocks of 4,096 paths; the two halves of a longer sweep meet without a seam."""
    scenario = load("strategy_2025q4")
    prices = np.linspace(60_000, 130_000, 5_000)
    result = run_points(scenario, {PRICE: prices})
    for number in (0, 4_095, 4_096, 4_999):
        own = run(scenario.with_values({PRICE: float(prices[number]), ("expect",): None}))
        for key, statement in own.statements.items():
            for name in ("net_income", "carrying", "remeasurement_pl", "eps_basic"):
                expected, found = statement.lines[name], result.statements[key].lines[name]
                assert expected is not None
                assert found is not None
                assert found[number, -1] == pytest.approx(expected[0, -1], rel=1e-9)


def test_json_tells_each_point_as_a_run_of_its_own_does() -> None:
    scenario = holder()
    points = {PRICE: np.array([85_000.0, 120_000.0]), LOW: np.array([60_000.0, 84_000.0])}
    told = json.loads(to_json(run_points(scenario, points)))
    assert told["basis"] == "points"
    assert "frameworks" not in told
    assert told["points"][1]["at"] == {
        "prices.BTC.quarter_end.2025-12-31": 120_000,
        "prices.BTC.quarter_low.2025-12-31.price": 84_000,
    }
    for number, point in enumerate(told["points"]):
        own = run(scenario.with_values({path: float(column[number]) for path, column in points.items()}))
        expected = json.loads(to_json(own))["frameworks"]
        assert list(point["frameworks"]) == list(expected)
        for key, periods in point["frameworks"].items():
            assert periods["quarters"][-1]["assets"]["BTC"]["low_date"] == "2025-11-21"
            for kind, rows in periods.items():
                for row, other in zip(rows, expected[key][kind], strict=True):
                    assert _same(row, other), (key, kind, row["label"])


def _same(one: Any, other: Any) -> bool:
    """Compare trees of figures; pytest's `approx` does not look into nested mappings."""
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, float) and isinstance(other, (int, float)):
        return bool(one == pytest.approx(other, rel=1e-9, abs=1e-3))
    return bool(one == other)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf, 1e16])
def test_an_impossible_price_is_told_with_its_point(bad: float) -> None:
    with pytest.raises(InputError, match=r"point 1: expected prices above zero"):
        run_points(load("strategy_2025q4"), {PRICE: np.array([90_000.0, bad])})


def test_a_low_above_its_price_is_impossible_also_where_only_one_of_them_varies() -> None:
    scenario = holder()
    with pytest.raises(InputError, match=r"point 1"):
        run_points(scenario, {PRICE: np.array([90_000.0, 79_999.0])})
    with pytest.raises(InputError, match=r"point 0"):
        run_points(scenario, {LOW: np.array([90_000.0, 79_999.0])})
    runner = PointRunner(scenario, {PRICE: np.array([90_000.0])})
    assert runner.impossible({PRICE: np.array([1.0, 80_000.0, 70_000.0])}).tolist() == [True, False, True]


def test_only_prices_over_history_as_it_was_vary_along_points() -> None:
    scenario = holder()
    assert vary_prices_only(scenario.case, [PRICE, LOW])
    assert not vary_prices_only(scenario.case, [PRICE, ("tax", "rate")])
    assert not vary_prices_only(scenario.case, [("prices", "BTC", "quarter_low", END, "date")])
    target = {"model": "target", "from": date(2025, 10, 1), "quarter_end": {END: 90_000}}
    modelled = scenario.with_values({("prices", "BTC"): target})
    assert not vary_prices_only(modelled.case, [PRICE])
    with pytest.raises(InputError, match=r"tax\.rate: expected prices\.ASSET\.quarter_end"):
        run_points(scenario, {("tax", "rate"): np.array([0.1])})
