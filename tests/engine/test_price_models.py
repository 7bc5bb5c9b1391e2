"""Stated models in a run: replays, targets and shocks give the quarters that follow from them by hand."""

# ruff: noqa: E501 - a case is a row of a table

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases import run_case, value
from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.errors import InputError

LOT = {"acquired": date(2025, 1, 2), "quantity": 2, "unit_cost": 100}
FLAT = {date(2025, 1, 1): 100.0}
IMPAIRMENT, FAIR_VALUE = "us_gaap_impairment", "us_gaap_fair_value"
FROM = date(2025, 4, 1)
ENDS = {date(2025, 6, 30): 80, date(2025, 9, 30): 90, date(2025, 12, 31): 50}


def run_with(folder: Path, prices: Mapping[str, Any], steps: Mapping[date, Any] = FLAT, **sections: Any) -> Result:
    return run_case(folder, steps, [LOT], prices={"BTC": {"file": "prices.csv", **prices}}, **sections)


def charge(result: Result, label: str) -> float:
    return -(value(result, IMPAIRMENT, label, "remeasurement_pl") or 0.0)


@pytest.mark.parametrize("policy", ["intraday_low", "weekly", "period_end"])
def test_a_window_replayed_as_it_was_is_the_replay_of_history(policy: str, tmp_path: Path) -> None:
    text = """
schema: 1
extends: library:strategy/base.yaml
title: The quarter of Terra
period: {{start: 2022-04-01, end: 2022-09-30}}
prices: {{BTC: {prices}}}
accounting: {{frameworks: [us_gaap_impairment, us_gaap_fair_value, ifrs_revaluation], impairment_price: {policy}}}
"""
    results = []
    for prices in ("{}", "{window: [2022-04-01, 2022-09-30], from: 2022-04-01, replay: levels}"):
        file = tmp_path / "x.yaml"
        file.write_text(text.format(prices=prices, policy=policy), encoding="utf-8")
        results.append(run(load(file), band=True))
    as_it_was, replayed = results
    assert replayed.bands == as_it_was.bands
    for key, statement in as_it_was.statements.items():
        for name, line in statement.lines.items():
            again = replayed.statements[key].lines[name]
            assert (line is None and again is None) or np.array_equal(line, again, equal_nan=True)  # type: ignore[arg-type]
        assert replayed.statements[key].assets["BTC"].prices[-1].source.startswith("model: 2022-04-01 to 2022-09-30")


def test_returns_of_the_same_days_from_the_last_close_are_history_too(tmp_path: Path) -> None:
    steps = {
        date(2025, 1, 1): 100.0,
        date(2025, 4, 5): (60.0, 80.0),
        date(2025, 8, 1): 90.0,
        date(2025, 11, 1): (30, 45),
    }
    history = run_with(tmp_path, {}, steps)
    window = {"from": FROM, "window": [FROM, date(2025, 12, 31)]}
    replayed = run_with(tmp_path, window, steps)
    for key in (IMPAIRMENT, FAIR_VALUE):
        for label in ("2025Q2", "2025Q3", "2025Q4", "2025Q1"):
            for line in ("carrying", "remeasurement_pl"):
                assert value(replayed, key, label, line) == pytest.approx(value(history, key, label, line))


def test_what_happens_at_market_happens_at_the_price_of_the_model(tmp_path: Path) -> None:
    plan = {
        "purchases": [{"date": date(2025, 6, 30), "quantity": 1}],
        "sales": [{"date": date(2025, 9, 30), "quantity": 1}],
    }
    result = run_with(tmp_path, {"model": "target", "from": FROM, "quarter_end": ENDS}, plan=plan)
    assert value(result, FAIR_VALUE, "2025Q2", "additions") == pytest.approx(80.0)
    assert value(result, FAIR_VALUE, "2025Q3", "net_proceeds") == pytest.approx(90.0)


def test_a_target_meets_its_prices_and_lows(tmp_path: Path) -> None:
    lows = {date(2025, 6, 30): {"price": 70}, date(2025, 12, 31): {"price": 40, "date": date(2025, 12, 24)}}
    result = run_with(tmp_path, {"model": "target", "from": FROM, "quarter_end": ENDS, "quarter_low": lows})
    # Two coins at 100: 30 each to the low of the second quarter, 30 more to that of the fourth.
    assert [charge(result, f"2025Q{number}") for number in (1, 2, 3, 4)] == pytest.approx([0, 60, 0, 60])
    assert [value(result, FAIR_VALUE, f"2025Q{n}", "carrying") for n in (2, 3, 4)] == pytest.approx([160, 180, 100])
    lowest = result.statements[IMPAIRMENT].assets["BTC"]
    assert (lowest.low_days[1], lowest.low_days[3]) == (date(2025, 5, 16), date(2025, 12, 24))
    assert (lowest.low[1], lowest.low[3]) == (70.0, 40.0)


def test_looking_more_often_at_a_target_never_gives_a_smaller_charge(tmp_path: Path) -> None:
    lows = {date(2025, 6, 30): {"price": 70, "date": date(2025, 5, 5)}}
    prices = {"model": "target", "from": FROM, "quarter_end": ENDS, "quarter_low": lows}
    totals = []
    for policy in ("period_end", "month_end", "weekly", "daily_close", "intraday_low"):
        result = run_with(tmp_path, prices, accounting={"impairment_price": policy})
        totals.append(value(result, IMPAIRMENT, "2025Q2", "accumulated_impairment"))
    assert totals == sorted(totals)  # type: ignore[type-var]
    assert totals[0] == pytest.approx(40.0)
    assert totals[-1] == pytest.approx(60.0)


@pytest.mark.parametrize(
    ("shock", "carrying", "charges"),
    [
        ({"relative": -0.4}, [120, 120, 120], [80, 0, 0]),
        ({"absolute": -30, "shape": "linear"}, [None, None, 140], [None, None, None]),
        ({"equal_to": 40, "shape": "l", "trough": date(2025, 6, 30)}, [80, 80, 80], [120, 0, 0]),
        (
            {"equal_to": 40, "shape": "v", "trough": date(2025, 6, 30), "end": date(2025, 9, 30)},
            [80, 200, 200],
            [120, 0, 0],
        ),
        ({"relative": 0.5, "start": date(2025, 12, 31)}, [200, 200, 300], [0, 0, 0]),
    ],
)
def test_a_shock_by_hand(
    tmp_path: Path, shock: dict[str, Any], carrying: list[float | None], charges: list[float | None]
) -> None:
    result = run_with(tmp_path, {"model": "shock", "from": FROM, **shock})
    for number, expected, charged in zip((2, 3, 4), carrying, charges, strict=True):
        if expected is not None:
            assert value(result, FAIR_VALUE, f"2025Q{number}", "carrying") == pytest.approx(expected)
        if charged is not None:
            assert charge(result, f"2025Q{number}") == pytest.approx(charged)


def test_a_run_says_where_its_prices_are_from(tmp_path: Path) -> None:
    result = run_with(tmp_path, {"model": "shock", "from": FROM, "relative": -0.4, "spot": 100})
    prices = result.statements[FAIR_VALUE].assets["BTC"].prices
    assert prices[0].source == "UTC close of prices.csv (user's file), not the cut-off"
    assert prices[1].source == "model: shock of 100 to 60, at once on 2025-04-01"
    assert "BTC prices from 2025-04-01 on come from the price model, not from history." in result.notes
    late = {"date": date(2025, 6, 1), "quantity": 1, "unit_cost": 7}
    result = run_with(tmp_path, {"model": "shock", "from": FROM, "relative": -0.4}, plan={"purchases": [late]})
    assert any("at stated costs, independent of the model: 1." in note for note in result.notes)


def test_a_price_that_is_stated_goes_before_that_of_a_model(tmp_path: Path) -> None:
    prices = {"model": "shock", "from": FROM, "relative": -0.4, "quarter_end": {date(2025, 12, 31): 65}}
    result = run_with(tmp_path, prices)
    assert value(result, FAIR_VALUE, "2025Q4", "carrying") == 130.0


WRONG = {
    "a model before history": ({"model": "shock", "relative": -0.4}, "BTC.from: expected a day from 2025-01-02 to 2026-01-01"),
    "a window that history has not": (
        {"from": FROM, "window": [date(2024, 12, 1), date(2025, 12, 31)]}, "BTC.window: expected a window inside the history"),
    "a bootstrap of days that history has not": (
        {"model": "bootstrap", "window": [date(2025, 1, 1), date(2025, 12, 31)], "block_length": 9, "from": FROM},
        "BTC.window: expected a window inside the history"),
    "returns without the day before": (
        {"from": FROM, "window": [date(2025, 1, 1), date(2025, 12, 31)]}, "history of BTC, 2025-01-02 to 2025-12-31"),
    "a window that is too short": (
        {"from": FROM, "window": [date(2025, 2, 1), date(2025, 2, 28)]},
        "a window of at least 275 days, to the end of the period, found 2025-02-01 to 2025-02-28, 28 days. .* repeat: true"),
    "a window that begins after the period": (
        {"window": [date(2025, 2, 1), date(2025, 2, 28)], "repeat": True}, "BTC.from: expected a day of the period, .* 2026-01-01"),
    "a fall of more than the price": (
        {"model": "shock", "from": FROM, "absolute": -100}, "BTC.absolute: expected a fall of less than the price of 100.00"),
    "a trough at the very end": (
        {"model": "shock", "from": FROM, "relative": -0.1, "shape": "v", "trough": date(2025, 12, 31)}, "BTC.trough: expected a day before"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_a_model_cannot_do_is_told(tmp_path: Path, case: tuple[dict[str, Any], str]) -> None:
    prices, message = case
    with pytest.raises(InputError) as caught:
        run_with(tmp_path, prices)
    assert re.search(message, str(caught.value))
    assert re.search(r"scenario.yaml:\d+: prices", str(caught.value))


def test_a_window_that_is_too_short_may_begin_again(tmp_path: Path) -> None:
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 2): 50.0, date(2025, 2, 3): 100.0}
    # Down to half and back, then a day without change: three days, over and over.
    prices = {"from": FROM, "window": [date(2025, 2, 2), date(2025, 2, 4)], "repeat": True}
    result = run_with(tmp_path, prices, steps)
    assert charge(result, "2025Q1") == pytest.approx(100.0)
    daily = result.holdings["BTC"].daily
    assert daily.close[-275:-269] == pytest.approx([50, 100, 100, 50, 100, 100])


def test_every_framework_measures_a_model(tmp_path: Path) -> None:
    prices = {"model": "shock", "from": FROM, "relative": -0.4, "shape": "v", "trough": date(2025, 8, 1)}
    result = run_with(tmp_path, prices, accounting={"frameworks": list(FRAMEWORKS)})
    for statement in result.statements.values():
        carrying = statement.lines["carrying"]
        assert carrying is not None
        assert np.isfinite(carrying).all()
