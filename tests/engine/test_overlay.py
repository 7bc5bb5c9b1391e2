"""An overlay on prices: off it changes nothing; lows cost money where lows are observed; flows move prices."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_sim import InputError, Scenario, load, open_path, run, to_json
from treasury_sim.domain.result import Result

FAIR_VALUE, AT_LOWEST = "us_gaap_fair_value", "us_gaap_impairment"
BOOK = {"open_interest": 700_000}


@pytest.fixture(scope="module")
def crash() -> Scenario:
    """Strategy's first quarter of 2026, when bitcoin fell to 60,000, under both rules."""
    return load("strategy_2026q1").what_if({"accounting.frameworks": [FAIR_VALUE, AT_LOWEST]})


@pytest.fixture(scope="module")
def as_it_was(crash: Scenario) -> Result:
    return run(crash)


@pytest.fixture(scope="module")
def sampled() -> Scenario:
    """A model by day, so that an overlay does not change how paths are drawn."""
    return load("strategy_2026_garch").what_if({"simulation.paths": 256})


def overlaid(scenario: Scenario, **overlay: Any) -> Scenario:
    return scenario.what_if({"prices.BTC.overlay": overlay})


def loss(result: Result, framework: str) -> float:
    return float(np.mean(result.line("remeasurement_pl", framework=framework)))


def same(first: Result, second: Result) -> bool:
    """Whether every line is the same to the byte."""
    return lines_of(first) == lines_of(second)


def lines_of(result: Result) -> dict[tuple[str, str], bytes]:
    return {
        (key, name): b"" if line is None else line.tobytes()
        for key, statement in result.statements.items()
        for name, line in statement.lines.items()
    }


@pytest.mark.parametrize("mode", ["observe", "counterfactual"])
def test_with_the_flows_as_they_were_every_line_is_the_same_to_the_byte(
    crash: Scenario, as_it_was: Result, mode: str
) -> None:
    flows = {"mode": mode, "liquidations": BOOK, "sellers": {"miners": {"coins": 450}}}
    result = run(overlaid(crash, flows=flows))
    assert same(result, as_it_was)
    assert result.flows["BTC"].totals[0] > 5e9
    assert result.flows["BTC"].low.tobytes() == result.flows["BTC"].base_low.tobytes()


def test_observed_flows_leave_simulated_prices_as_they_are(sampled: Scenario) -> None:
    assert same(run(overlaid(sampled, flows={"liquidations": BOOK})), run(sampled))


def test_deeper_lows_cost_money_at_the_lowest_price_and_none_at_fair_value(crash: Scenario, as_it_was: Result) -> None:
    """The low of 6 February was 4 % below the close before it."""
    deeper = run(overlaid(crash, lows={"deeper": 0.2, "after_fall": 0.04}))
    assert loss(deeper, AT_LOWEST) < loss(as_it_was, AT_LOWEST) - 100e6
    assert loss(deeper, FAIR_VALUE) == loss(as_it_was, FAIR_VALUE)
    for name in ("carrying", "net_income", "deferred_tax_asset"):
        assert deeper.line(name, framework=FAIR_VALUE) == as_it_was.line(name, framework=FAIR_VALUE)


@settings(max_examples=5, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 0.3), st.floats(0.0, 0.1))
def test_no_deeper_low_ever_reduces_a_loss(deeper: float, venue: float, after: float) -> None:
    case = load("kulr_2025").what_if({"accounting.frameworks": [FAIR_VALUE, AT_LOWEST]})
    before = run(case)
    below = run(overlaid(case, lows={"deeper": deeper, "venue": venue, "after_fall": after}))
    for quarter in before.reported:
        figures = [each.line("carrying", quarter.label, framework=AT_LOWEST) for each in (below, before)]
        assert figures[0] <= figures[1] * (1.0 + 1e-12)
        figures = [each.line("carrying", quarter.label, framework=FAIR_VALUE) for each in (below, before)]
        assert figures[0] == figures[1]


def test_without_forced_sellers_the_lowest_price_rule_gains_more_than_fair_value(
    crash: Scenario, as_it_was: Result
) -> None:
    """Impact wears off: it deepens the low of 6 February and has gone by 31 March."""
    without = run(overlaid(crash, flows={"mode": "counterfactual", "liquidations": BOOK | {"times": 0}}))
    gain = {key: loss(without, key) - loss(as_it_was, key) for key in (FAIR_VALUE, AT_LOWEST)}
    assert 50e6 < gain[AT_LOWEST] < 200e6
    assert 0.0 < gain[FAIR_VALUE] < 20e6


def test_every_path_of_a_simulation_equals_its_replay(sampled: Scenario) -> None:
    case = overlaid(
        sampled,
        lows={"deeper": 0.2},
        flows={"mode": "counterfactual", "in_prices": False, "liquidations": BOOK, "own_sales": True},
    )
    result = run(case)
    for number in (0, 100):
        replay = open_path(case, number)
        for key in result.statements:
            line = result.line("remeasurement_pl", framework=key)
            assert isinstance(line, np.ndarray)
            assert replay.line("remeasurement_pl", framework=key) == pytest.approx(line[number], rel=1e-9)
    assert any("come on top of prices" in note for note in result.notes)


def test_own_sales_reach_the_market_only_if_stated(crash: Scenario) -> None:
    case = crash.what_if({"plan.sales": [{"date": date(2026, 3, 30), "asset": "BTC", "quantity": 20_000}]})
    quiet = run(case)
    heard = run(overlaid(case, flows={"mode": "counterfactual", "own_sales": True}))
    assert heard.flows["BTC"].sold.sum() == 20_000.0
    assert heard.line("carrying") < quiet.line("carrying")
    assert heard.line("units") == quiet.line("units")


def test_flows_are_in_the_json_and_on_the_page(crash: Scenario) -> None:
    flows = json.loads(to_json(run(overlaid(crash, flows={"liquidations": BOOK}))))["flows"]["BTC"]
    assert len(flows["days"]) == 90
    worst = flows["quarters"][0]
    assert worst["worst_day"] == "2026-02-05"
    assert worst["impact_least"] < worst["impact"] < worst["impact_most"] < 0.032
    assert worst["worst_liquidated"] == pytest.approx(17_600, rel=0.25)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "neither": ({}, "lows, flows or both"),
    "no flow": ({"flows": {"mode": "observe"}}, "liquidations, sellers or own_sales"),
    "shares": (
        {"flows": {"liquidations": BOOK | {"leverage": [{"up_to": 3, "share": 0.5}, {"up_to": 9, "share": 0.4}]}}},
        "add up to 100%",
    ),
    "order": (
        {"flows": {"liquidations": BOOK | {"leverage": [{"up_to": 9, "share": 0.5}, {"up_to": 3, "share": 0.5}]}}},
        "increasing leverage",
    ),
    "leverage below 1": ({"flows": {"liquidations": BOOK | {"leverage": [{"up_to": 0.5, "share": 1}]}}}, "above 1"),
    "a book above supply": ({"flows": {"liquidations": {"open_interest": 30_000_000}}}, "21,000,000"),
    "a mode": ({"flows": {"mode": "guess", "liquidations": BOOK}}, "observe"),
    "a coefficient of nothing": ({"flows": {"coefficient": 0, "liquidations": BOOK}}, "above 0"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_overlay_is_an_error_at_its_key(crash: Scenario, name: str) -> None:
    overlay, expected = WRONG[name]
    with pytest.raises(InputError) as error:
        overlaid(crash, **overlay)
    (problem,) = error.value.problems
    assert expected in problem.expected
    assert problem.key.startswith("prices.BTC.overlay")
