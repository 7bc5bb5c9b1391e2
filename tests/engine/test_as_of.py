"""`as_of` in a run: history up to that day, the model after it, and a quarter reported to date."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import load_case, value
from treasury_sim import Scenario, attribute, close_pack, load, loss_target, run, solve
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.running.running_scenarios import running_quarter
from treasury_sim.errors import InputError
from treasury_sim.market.history import load_history
from treasury_sim.report.close.accounts import STANDARD

AS_OF = date(2025, 5, 10)
QUARTER = (date(2025, 4, 1), date(2025, 6, 30))
STEPS = {date(2025, 1, 1): 100.0, date(2025, 4, 20): (70.0, 80.0), AS_OF: 90.0, date(2025, 6, 1): (40.0, 200.0)}
LOT = {"id": "early", "acquired": date(2025, 1, 2), "quantity": 10, "unit_cost": 100}
LATER = {"id": "later", "acquired": date(2025, 6, 2), "quantity": 1, "unit_cost": 60}
IMPAIRMENT, FAIR_VALUE = "us_gaap_impairment", "us_gaap_fair_value"
LOWEST = [key for key, framework in FRAMEWORKS.items() if framework.rule.price == "lowest_since_acquisition"]


def case(folder: Path, as_of: date | None, end: date = QUARTER[1], **sections: Any) -> Scenario:
    period = {"start": QUARTER[0], "end": end}
    return load_case(folder, STEPS, [LOT, LATER], period=period, as_of=as_of, **sections)


def test_a_quarter_to_date_by_hand(tmp_path: Path) -> None:
    income = {"other_operating": -910, "interest": {"2025Q2": -91}}
    result = run(case(tmp_path, AS_OF, AS_OF, income=income, tax={"rate": 0.2}))
    figures = {name: value(result, FAIR_VALUE, "2025Q2", name) for name in ("units", "carrying", "remeasurement_pl")}
    assert figures == {"units": 10.0, "carrying": 900.0, "remeasurement_pl": -100.0}
    assert value(result, IMPAIRMENT, "2025Q2", "remeasurement_pl") == -300.0  # the low of 70 on 20 April
    # 40 of the 91 days have passed.
    assert value(result, FAIR_VALUE, "2025Q2", "other_operating_income") == pytest.approx(-400.0)
    assert value(result, FAIR_VALUE, "2025Q2", "interest") == pytest.approx(-40.0)
    assert value(result, FAIR_VALUE, "2025Q2", "net_income") == pytest.approx(-540.0 * 0.8)
    assert "Not used, because after the period ends on 2025-05-10: 1 lot." in result.notes


def test_without_a_model_the_price_stays_and_later_prices_are_not_used(tmp_path: Path) -> None:
    result = run(case(tmp_path, AS_OF))
    # 10 coins from 100 to 90, and the later one, bought at 60, to 90; prices held for June are not used.
    assert value(result, FAIR_VALUE, "2025Q2", "remeasurement_pl") == -100.0 + 30.0
    assert value(result, IMPAIRMENT, "2025Q2", "remeasurement_pl") == -300.0
    assert result.statements[FAIR_VALUE].assets["BTC"].prices[-1].source == "unchanged since 2025-05-10"
    assert any("from 2025-05-11 on stay at 90.00" in note for note in result.notes)


def test_a_model_begins_on_the_day_after(tmp_path: Path) -> None:
    prices = {"BTC": {"file": "prices.csv", "model": "shock", "relative": -0.5, "shape": "instant"}}
    result = run(case(tmp_path, AS_OF, prices=prices))
    assert result.holdings["BTC"].daily.close[[129, 130]].tolist() == [90.0, 45.0]
    prices = {"BTC": {"file": "prices.csv", "model": "gbm", "volatility": 0.5}}
    sampling = run(case(tmp_path, AS_OF, prices=prices, simulation={"paths": 256})).sampling
    assert sampling is not None
    assert sampling.first_day == date(2025, 5, 11)


@pytest.mark.parametrize(
    ("as_of", "end", "words"),
    [
        (date(2026, 1, 1), QUARTER[1], "as_of: expected a day with a BTC price, 2025-01-01 to 2025-12-31"),
        (date(2025, 2, 1), QUARTER[1], "as_of: expected a day from 2025-03-31 on"),
        (None, AS_OF, "add as_of: 2025-05-10"),
        (AS_OF, date(2025, 5, 11), "the last day of a fiscal quarter"),
    ],
)
def test_a_wrong_day_is_refused(as_of: date | None, end: date, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words.replace(".", "[.]")):
        run(case(tmp_path, as_of, end))


def test_interest_accrues_by_days_and_cash_moves_at_month_ends(tmp_path: Path) -> None:
    loan = {"name": "Loan", "principal": 120, "rate": 0.1, "maturity": date(2027, 5, 31), "pays": "month"}
    issuance = {"of": "common", "per_month": 5, "to_bitcoin": 0}
    capital = {
        "opening": {"cash": 100, "shares": 10, "share_price": 100},
        "loans": [loan],
        "issuance": [issuance],
        "operating_cash_flow": -30,
    }
    result = run(case(tmp_path, AS_OF, AS_OF, capital=capital))
    # A month's interest is 1; April is paid, 10 of the 31 days of May have accrued.
    assert value(result, FAIR_VALUE, "2025Q2", "interest") == pytest.approx(-1.0 - 10 / 31)
    assert value(result, FAIR_VALUE, "2025Q2", "cash") == pytest.approx(100.0 - 1.0 - 10.0 + 5.0)


HOLDERS = [
    "strategy_2025q4",
    "kulr_2025",
    "average_cost_2025",
    "lender_2025",
    "miner_2025",
    "no_debt",
    "secured_borrower",
]


@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.parametrize("days", [10, 41])
def test_a_quarter_to_date_closes_on_any_day(name: str, days: int) -> None:
    scenario = load(name)
    as_of = min(scenario.spec.period.end, load_history("BTC").last) - timedelta(days=days)
    result = run(running_quarter(scenario, as_of=as_of).to_date)
    assert result.reported[-1].end == as_of
    for key in result.statements:
        pack = close_pack(result, key, result.reported[-1].label, STANDARD)
        assert [check.title for check in pack.checks if not check.ties] == []
        assert pack.end == as_of


@pytest.mark.parametrize("cost", [None, 60.0])
def test_a_window_has_its_units_so_far(cost: float | None, tmp_path: Path) -> None:
    window = {"date": [date(2025, 5, 9), date(2025, 5, 12)], "quantity": 4}
    bought = [{**window, "unit_cost": cost} if cost else window]
    sold = [{"date": [date(2025, 5, 10), date(2025, 5, 11)], "quantity": 2}]
    scenario = case(tmp_path, AS_OF, AS_OF, plan={"purchases": bought, "sales": sold})
    result = run(scenario)
    # Two of the four days of the purchase, one of the two of the sale. On 9 May the price was 80, from then on 90.
    assert value(result, FAIR_VALUE, "2025Q2", "units") == pytest.approx(10.0 + 2.0 - 1.0)
    # The cost of a day follows its close; the mean of the window's closes is 87.5 if the price stays at 90.
    paid = cost / 87.5 * (80.0 + 90.0) if cost else 80.0 + 90.0
    assert value(result, FAIR_VALUE, "2025Q2", "additions") == pytest.approx(paid)
    assert value(result, FAIR_VALUE, "2025Q2", "net_proceeds") == pytest.approx(90.0)


def test_the_price_of_the_day_may_be_stated_and_solved_for(tmp_path: Path) -> None:
    scenario = case(tmp_path, AS_OF, AS_OF)
    stated = scenario.what_if({f"prices.BTC.quarter_end.{AS_OF}": 95})
    assert value(run(stated), FAIR_VALUE, "2025Q2", "remeasurement_pl") == -50.0
    answer = solve(scenario, loss_target("remeasurement_pl", 250), framework=FAIR_VALUE)
    assert [each.first for each in answer.answers] == pytest.approx([75.0])


@st.composite
def _lots(draw: st.DrawFn) -> list[dict[str, Any]]:
    days = st.dates(date(2025, 1, 2), QUARTER[1])
    return [
        {"id": f"lot{i}", "acquired": draw(days), "quantity": draw(st.integers(1, 9)), "unit_cost": draw(_PRICES)}
        for i in range(draw(st.integers(1, 4)))
    ]


_PRICES = st.integers(20, 400)
_STEPS = st.dictionaries(st.dates(date(2025, 1, 1), date(2025, 12, 31)), _PRICES.map(float), max_size=12)
_KEYS = [key for key in FRAMEWORKS if key != "us_gaap"]


@given(_lots(), _STEPS, st.dates(*QUARTER), st.sampled_from(["each_quarter", "year_to_date"]))
@settings(max_examples=15)
def test_with_a_price_that_stays_and_no_later_lot_nothing_is_still_to_come(
    tmp_path_factory: pytest.TempPathFactory, lots: list[dict[str, Any]], steps: dict[date, float], as_of: date, i: str
) -> None:
    lots = [lot for lot in lots if lot["acquired"] <= as_of]
    folder, steps = tmp_path_factory.mktemp("x"), {**steps, date(2025, 1, 1): 100.0}
    accounting = {"frameworks": _KEYS, "interim": i, "adoption_date": date(2025, 1, 1)}
    both = [
        run(
            load_case(folder, steps, lots, period={"start": QUARTER[0], "end": end}, as_of=as_of, accounting=accounting)
        )
        for end in (as_of, QUARTER[1])
    ]
    to_date, quarter = both if lots else (both[0], both[0])
    for key in _KEYS:
        for name, line in quarter.statements[key].lines.items():
            before = to_date.statements[key].lines[name]
            assert (line is None) == (before is None)
            if line is not None and before is not None:
                np.testing.assert_allclose(before, line, rtol=1e-12, atol=1e-9, err_msg=f"{key} {name}")


@given(_lots(), _STEPS, st.dates(*QUARTER))
@settings(max_examples=15)
def test_the_charge_to_date_at_the_lowest_price_is_a_floor_for_the_quarter(
    tmp_path_factory: pytest.TempPathFactory, lots: list[dict[str, Any]], steps: dict[date, float], as_of: date
) -> None:
    folder, steps = tmp_path_factory.mktemp("x"), {**steps, date(2025, 1, 1): 100.0}
    accounting = {"frameworks": LOWEST}
    period = {"start": QUARTER[0], "end": QUARTER[1]}
    quarter = run(load_case(folder, steps, lots, period=period, accounting=accounting))
    to_date = run(load_case(folder, steps, lots, period={**period, "end": as_of}, as_of=as_of, accounting=accounting))
    for key in LOWEST:
        booked, whole = (value(each, key, "2025Q2", "remeasurement_pl") or 0.0 for each in (to_date, quarter))
        assert whole <= booked + 1e-9
        if as_of == QUARTER[1]:
            assert whole == booked


def test_two_days_of_a_quarter_are_attributed(tmp_path: Path) -> None:
    scenario = case(tmp_path, AS_OF, AS_OF)
    earlier = date(2025, 4, 25)
    other = scenario.what_if({"as_of": earlier, "period.end": earlier})
    attribution = attribute(scenario, other, framework=FAIR_VALUE, line="remeasurement_pl")
    # From 90 to 80 for 10 coins; the day is the only cause.
    (step,) = attribution.steps
    assert step.cause == "period"
    assert step.amount == pytest.approx(-100.0)
