"""Reverse stress: by hand, round trips on random scenarios, every root, and never with its reason."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.cases import load_case
from treasury_sim import InputError, Scenario, load, run
from treasury_sim.analysis.solve.roots import roots
from treasury_sim.analysis.solve.solve import loss_target, solve
from treasury_sim.domain.limit import Limit
from treasury_sim.report.tables.solution import sentence, solution_json

STEPS = {
    date(2025, 1, 1): 100.0,
    date(2025, 6, 1): (65.0, 70.0),
    date(2025, 8, 1): 90.0,
    date(2025, 11, 1): (80.0, 95.0),
    date(2025, 12, 1): 110.0,
}
END = ("prices", "BTC", "quarter_end", date(2025, 12, 31))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    lots = [
        {"acquired": date(2025, 1, 10), "quantity": 5, "unit_cost": 100.0},
        {"acquired": date(2025, 8, 10), "quantity": 5, "unit_cost": 92.0},
        {"acquired": [date(2025, 11, 20), date(2025, 12, 10)], "quantity": 4, "unit_cost": 105.0},
    ]
    return load_case(
        tmp_path_factory.mktemp("solve"),
        STEPS,
        lots,
        plan={"purchases": [{"date": date(2025, 12, 20), "amount": 300.0, "unit_cost": 100.0}]},
        accounting={"frameworks": ["us_gaap_fair_value", "us_gaap_impairment"]},
        tax={"rate": 0.25},
        income={"interest": -10.0},
    )


@pytest.fixture(scope="module")
def strategy() -> Scenario:
    return load("strategy_2025q4")


def test_an_unrealised_loss_of_ten_billion_by_hand(strategy: Scenario) -> None:
    """What all coins would be worth: opening carrying amount + cost of the quarter's coins - 10bn, a coin."""
    result = run(strategy).statements["us_gaap_fair_value"]
    opening, additions = (result.lines[name] for name in ("opening_carrying", "additions"))
    assert opening is not None
    assert additions is not None
    by_hand = (opening[0, -1] + additions[0, -1] - 10e9) / 672_503
    (answer,) = solve(strategy, loss_target("remeasurement_pl", 10e9)).answers
    assert answer.first == pytest.approx(by_hand, rel=1e-12)
    assert answer.first == pytest.approx(98_570, abs=5)
    assert answer.miss < 1e-9


def test_a_net_loss_of_ten_billion_by_hand(strategy: Scenario) -> None:
    """Before tax the loss is 10bn / (1 - 28.73 %), of which 24.5m is other income and interest."""
    result = run(strategy).statements["us_gaap_fair_value"]
    opening, additions = (result.lines[name] for name in ("opening_carrying", "additions"))
    assert opening is not None
    assert additions is not None
    unrealised = 10e9 / (1 - 0.2873) - 13.4e6 - 11.1e6
    by_hand = (opening[0, -1] + additions[0, -1] - unrealised) / 672_503
    (answer,) = solve(strategy, loss_target("net_income", 10e9)).answers
    assert answer.first == pytest.approx(by_hand, rel=1e-12)
    assert answer.first == pytest.approx(92_614.47, abs=0.01)


@settings(max_examples=40)
@given(
    st.floats(20.0, 300.0),
    st.sampled_from(["us_gaap_fair_value", "us_gaap_impairment", "ifrs_revaluation", "ifrs_cost", "hgb_current_asset"]),
    st.sampled_from(["net_income", "remeasurement_pl", "carrying", "comprehensive_income", "deferred_tax_liability"]),
    st.sampled_from(["lot", "asset"]),
)
def test_a_price_is_found_again(base: Scenario, price: float, key: str, line: str, unit: str) -> None:
    """What a run at a price gives is solved for, and a run at the answer gives it."""
    scenario = base.with_values({("accounting", "frameworks"): [key], ("accounting", "unit_of_account"): unit})
    target = Limit(line, "above", figure(scenario.with_values({END: price}), key, line))
    found = solve(scenario, target, framework=key)
    assert found.answers
    for answer in found.answers:
        again = figure(scenario.with_values({END: answer.first}), key, line)
        assert again == pytest.approx(target.value, rel=1e-9, abs=1e-9)
    ends = [
        (one.first, one.last) for one in found.answers if isinstance(one.first, float) and isinstance(one.last, float)
    ]
    assert any(first * (1 - 1e-9) <= price <= last * (1 + 1e-9) for first, last in ends)


def figure(scenario: Scenario, key: str, line: str) -> float:
    values = run(scenario).statements[key].lines[line]
    assert values is not None
    return float(values[0, -1])


@settings(max_examples=12)
@given(
    st.sampled_from(
        [
            ("tax.rate", ("tax", "rate"), 0.05, 0.9),
            ("income.interest", ("income", "interest"), -900.0, 900.0),
            ("plan.purchases[0].amount", ("plan", "purchases", 0, "amount"), 5.0, 9_000.0),
        ]
    ),
    st.floats(0.0, 1.0),
)
def test_other_keys_are_found_again(base: Scenario, key: tuple[str, Any, float, float], share: float) -> None:
    name, path, low, high = key
    value = low + share * (high - low)
    target = Limit("net_income", "above", figure(base.with_values({path: value}), "us_gaap_fair_value", "net_income"))
    found = solve(base, target, name, between=(low, high))
    assert found.answers
    assert any(one.first == pytest.approx(value, rel=1e-6) for one in found.answers)
    assert all(one.miss < 1e-6 for one in found.answers)


def test_a_low_is_found_and_its_day_is_kept(strategy: Scenario) -> None:
    found = solve(strategy, loss_target("remeasurement_pl", 3e9), "low", framework="us_gaap_impairment")
    (answer,) = found.answers
    day = {"price": answer.first, "date": date(2025, 11, 21)}
    changes: dict[Any, Any] = {("prices", "BTC", "quarter_low", date(2025, 12, 31)): day}
    assert figure(strategy.with_values(changes), "us_gaap_impairment", "remeasurement_pl") == pytest.approx(
        -3e9, rel=1e-9
    )


def test_a_limit_may_be_another_line(strategy: Scenario) -> None:
    """The coins are worth what they cost at their average cost."""
    (answer,) = solve(strategy, Limit("fair_value", "below", "cost_basis")).answers
    assert answer.first == pytest.approx(74_998.59, abs=0.01)


def test_where_every_price_will_do_the_stretch_is_told(base: Scenario) -> None:
    """Under impairment nothing is charged in the quarter at any price from the carrying amounts up."""
    found = solve(base, Limit("deferred_tax_liability", "above", 0.0), framework="us_gaap_fair_value")
    (answer,) = found.answers
    basis = figure(base, "us_gaap_fair_value", "tax_basis") / figure(base, "us_gaap_fair_value", "units")
    assert isinstance(answer.first, float)
    assert answer.first < 0.02
    assert answer.last == pytest.approx(basis, rel=1e-9)


def test_never_has_a_reason(strategy: Scenario) -> None:
    found = solve(strategy, loss_target("remeasurement_pl", 3e12), framework="us_gaap_impairment")
    assert found.answers == ()
    assert "stays between" in found.reason
    assert sentence(found).startswith("Never")
    assert json.loads(solution_json(found))["answers"] == []


def test_a_day_is_found(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With closes of Sundays alone the fall has to begin by the last Sunday of the quarter, 2025-12-28."""
    scenario = load("strategy_2025q4").with_values(
        {
            ("prices", "BTC"): {
                "model": "shock",
                "from": date(2025, 10, 1),
                "spot": 114_378.49,
                "equal_to": 60_000,
                "start": date(2025, 12, 1),
                "quarter_end": {date(2025, 12, 31): 114_378.49},
            },
            ("expect",): None,
            ("accounting", "impairment_price"): "weekly",
            ("accounting", "frameworks"): ["us_gaap_impairment"],
        }
    )
    found = solve(scenario, loss_target("remeasurement_pl", 1e9), "prices.BTC.start", framework="us_gaap_impairment")
    assert [answer.first for answer in found.answers] in ([date(2025, 12, 28)], [date(2025, 12, 29)])


def test_every_root_of_a_function_with_kinks() -> None:
    def function(x: np.ndarray) -> np.ndarray:
        return np.abs(np.abs(x - 5.0) - 2.0) - 0.5

    grid = np.linspace(0.0, 10.0, 41)
    found = [root.first for root in roots(function, grid, function(grid))]
    assert found == pytest.approx([2.5, 3.5, 6.5, 7.5], rel=1e-14)


@settings(max_examples=50)
@given(st.lists(st.floats(1.0, 99.0), min_size=2, max_size=6, unique=True), st.integers(0, 2**16))
def test_roots_of_random_straight_pieces(kinks: list[float], seed: int) -> None:
    xs = np.array([0.0, *sorted(kinks), 100.0])
    assume(np.diff(xs).min() > 1e-3)
    ys = np.random.default_rng(seed).normal(size=xs.size)
    grid = np.union1d(xs, np.linspace(0.0, 100.0, 21))
    found = roots(lambda x: np.interp(x, xs, ys), grid, np.interp(grid, xs, ys))
    expected = int((ys[:-1] * ys[1:] < 0.0).sum())
    assert len(found) == expected
    # A root is as near as a float can be; how far off that is depends on the slope.
    steepest = np.abs(np.diff(ys) / np.diff(xs)).max()
    assert all(abs(root.off) <= 1e-13 * steepest for root in found)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"key": "tax.rat"}, "a key that holds a number"),
        ({"key": ""}, "found several keys"),
        ({"key": "accounting.frameworks"}, "found a list"),
        ({"quarter": "2024Q1"}, "2024Q1"),
        ({"framework": "us_gap"}, "us_gap"),
        ({"target": Limit("equity", "below", 0.0)}, "a line that is computed"),
        ({"target": Limit("equty", "below", 0.0)}, "a line of the statement"),
        ({"probability": 0.05}, "a simulation"),
    ],
)
def test_what_cannot_be_solved_is_told(strategy: Scenario, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        solve(strategy, **{"target": loss_target("net_income", 1e9), **asked})


def test_a_line_that_needs_a_tax_rate_names_what_can_be_solved_instead() -> None:
    with pytest.raises(InputError, match=r"give tax\.rate, or use pre_tax_income, which needs none"):
        solve(load("kulr_2025"), Limit("net_income", "below", 0.0))


def test_a_rate_is_solved_for_as_a_percentage(strategy: Scenario) -> None:
    said = sentence(solve(strategy, Limit("net_income", "above", -12e9), "tax.rate"))
    assert said == "At a tax rate of 31.2737% the net income of 2025Q4 is -12,000,000,000."
