"""Worked examples from the literature and by hand, from YAML to the statement."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cases import run_case, value

IMPAIRMENT, FAIR_VALUE = "us_gaap_impairment", "us_gaap_fair_value"


def test_no_write_up_after_a_recovery(tmp_path: Path) -> None:
    """A coin bought at 500,000 falls to 400,000 and recovers to 600,000: 100,000 of impairment, then nothing.

    https://ryanwingate.com/accounting/other-accounting-topics/accounting-for-crypto-mining-income
    """
    steps = {date(2025, 1, 1): 500_000.0, date(2025, 2, 1): (400_000.0, 450_000.0), date(2025, 4, 2): 600_000.0}
    result = run_case(tmp_path, steps, [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 500_000}])
    assert value(result, IMPAIRMENT, "2025Q1", "remeasurement_pl") == -100_000
    assert value(result, IMPAIRMENT, "2025Q1", "carrying") == 400_000
    assert value(result, IMPAIRMENT, "2025Q2", "remeasurement_pl") == 0
    assert value(result, IMPAIRMENT, "2025Q2", "carrying") == 400_000
    assert value(result, FAIR_VALUE, "2025Q2", "remeasurement_pl") == 150_000


def test_fair_value_goes_both_ways(tmp_path: Path) -> None:
    """60,000, 55,500, 62,000: a loss of 4,500 and a gain of 6,500 a coin.

    https://www.journalentrieshub.com/entries/crypto-asu-2023-08-fv-loss-income
    """
    steps = {date(2025, 1, 1): 60_000.0, date(2025, 3, 1): 55_500.0, date(2025, 5, 1): 62_000.0}
    result = run_case(tmp_path, steps, [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 60_000}])
    assert value(result, FAIR_VALUE, "2025Q1", "remeasurement_pl") == -4_500
    assert value(result, FAIR_VALUE, "2025Q2", "remeasurement_pl") == 6_500


def test_fair_value_uses_the_cut_off_price_and_not_the_low(tmp_path: Path) -> None:
    """10 units: opening 100, low 70, cut-off 90: -100; the low would give -300 (ASC 350-60-35-1)."""
    steps = {date(2025, 1, 1): 100.0, date(2025, 4, 10): (70.0, 95.0), date(2025, 6, 30): 90.0}
    result = run_case(tmp_path, steps, [{"acquired": date(2025, 1, 1), "quantity": 10, "unit_cost": 100}])
    assert value(result, FAIR_VALUE, "2025Q2", "carrying") == 900
    assert value(result, FAIR_VALUE, "2025Q2", "remeasurement_pl") == -100
    assert value(result, IMPAIRMENT, "2025Q2", "remeasurement_pl") == -300


@pytest.mark.parametrize(
    ("policy", "cost_basis", "remeasurement", "fee_expense"),
    [("capitalise", 101, -1, 0), ("expense", 100, 0, -1)],
)
def test_fees_change_geography_and_not_net_income(
    tmp_path: Path, policy: str, cost_basis: float, remeasurement: float, fee_expense: float
) -> None:
    """One coin at 100 with a fee of 1, closing at 100: -1 either way (ASC 350-60-05-2 leaves it open)."""
    lots = [{"acquired": date(2025, 1, 2), "quantity": 1, "unit_cost": 100, "fee": 1}]
    accounting = {"fees": policy}
    result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, accounting=accounting, tax={"rate": "25%"})
    assert value(result, FAIR_VALUE, "2025Q1", "cost_basis") == cost_basis
    assert value(result, FAIR_VALUE, "2025Q1", "remeasurement_pl") == remeasurement
    assert value(result, FAIR_VALUE, "2025Q1", "fee_expense") == fee_expense
    assert value(result, FAIR_VALUE, "2025Q1", "tax_basis") == 101
    assert value(result, FAIR_VALUE, "2025Q1", "pre_tax_income") == -1
    assert value(result, FAIR_VALUE, "2025Q1", "net_income") == -0.75


def test_the_day_of_purchase_shows_its_close_and_not_its_low(tmp_path: Path) -> None:
    steps = {date(2025, 1, 1): 100.0, date(2025, 1, 10): (40.0, 90.0), date(2025, 1, 11): 95.0}
    result = run_case(tmp_path, steps, [{"acquired": date(2025, 1, 10), "quantity": 1, "unit_cost": 100}])
    assert value(result, IMPAIRMENT, "2025Q1", "carrying") == 90


@pytest.mark.parametrize(
    ("policy", "carrying"),
    [("intraday_low", 60), ("daily_close", 70), ("weekly", 80), ("month_end", 85), ("period_end", 95)],
)
def test_what_each_observation_policy_sees(tmp_path: Path, policy: str, carrying: float) -> None:
    steps = {
        date(2025, 1, 1): 100.0,
        date(2025, 1, 15): (60.0, 70.0),  # a Wednesday
        date(2025, 1, 16): 100.0,
        date(2025, 1, 19): 80.0,  # a Sunday
        date(2025, 1, 20): 100.0,
        date(2025, 1, 31): 85.0,  # a month's last day, a Friday
        date(2025, 2, 1): 100.0,
        date(2025, 3, 31): 95.0,
        date(2025, 4, 1): 100.0,
    }
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    result = run_case(tmp_path, steps, lots, accounting={"impairment_price": policy})
    assert value(result, IMPAIRMENT, "2025Q1", "carrying") == carrying


def test_a_sale_takes_its_impairment_with_it(tmp_path: Path) -> None:
    """Two lots, one impaired by 40; selling it at 90 is a book gain of 30 and a tax loss of 10."""
    steps = {date(2025, 1, 1): 50.0, date(2025, 1, 10): 100.0, date(2025, 2, 1): (60.0, 95.0)}
    lots = [
        {"id": "cheap", "acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 50},
        {"id": "dear", "acquired": date(2025, 1, 10), "quantity": 1, "unit_cost": 100},
    ]
    sales = [{"date": date(2025, 5, 1), "quantity": 1, "proceeds": 90}]
    result = run_case(tmp_path, steps, lots, plan={"sales": sales, "lot_relief": "hifo"}, tax={"rate": 0.25})
    assert value(result, IMPAIRMENT, "2025Q1", "accumulated_impairment") == 40
    assert value(result, IMPAIRMENT, "2025Q2", "accumulated_impairment") == 0
    assert value(result, IMPAIRMENT, "2025Q2", "realised_pl") == 30
    assert value(result, IMPAIRMENT, "2025Q2", "realised_gain_disclosed") == -10
    assert value(result, FAIR_VALUE, "2025Q2", "realised_pl") == 0
    # Deferred tax asset of 10 on the impairment is used up; the tax loss of 10 brings 2.5 back: -10 + 2.5 = -7.5.
    assert value(result, IMPAIRMENT, "2025Q2", "income_tax") == pytest.approx(-7.5)


def test_a_quarter_low_of_ones_own_is_the_lowest_price_of_the_quarter(tmp_path: Path) -> None:
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 1): (40.0, 45.0), date(2025, 2, 2): 100.0}
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    low = {date(2025, 3, 31): {"price": 70.0, "date": date(2025, 3, 1)}}
    prices = {"BTC": {"file": "prices.csv", "quarter_low": low}}
    result = run_case(tmp_path, steps, lots, prices=prices)
    assert value(result, IMPAIRMENT, "2025Q1", "carrying") == 70
    asset = result.statements[IMPAIRMENT].assets["BTC"]
    assert (asset.low[0], asset.low_days[0]) == (70.0, date(2025, 3, 1))


def test_the_quarter_end_price_is_an_observation_of_its_own(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    prices = {"BTC": {"file": "prices.csv", "quarter_end": {date(2025, 3, 31): 30.0}}}
    result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, prices=prices)
    assert value(result, IMPAIRMENT, "2025Q1", "carrying") == 30
    assert value(result, IMPAIRMENT, "2025Q2", "carrying") == 30
    assert value(result, FAIR_VALUE, "2025Q2", "carrying") == 100


def test_the_switch_of_rules_books_the_step_to_equity(tmp_path: Path) -> None:
    """Cost 100, impaired to 60, worth 150 at adoption: +90 to equity; DTA of 10 reversed, DTL of 12.5 arises."""
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 1): (60.0, 100.0), date(2025, 6, 30): 150.0}
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    accounting = {"frameworks": ["us_gaap"], "adoption_date": date(2025, 7, 1)}
    result = run_case(
        tmp_path, steps, lots, accounting=accounting, tax={"rate": 0.25}, holder={"fiscal_year_end": "06-30"}
    )
    assert value(result, "us_gaap", "2025Q4", "carrying") == 60
    assert value(result, "us_gaap", "2026Q1", "equity_direct") == 90
    assert value(result, "us_gaap", "2026Q1", "remeasurement_pl") == 0
    assert value(result, "us_gaap", "2026Q1", "adoption_dta_reversal") == -10
    assert value(result, "us_gaap", "2026Q1", "adoption_new_dtl") == -12.5
    assert value(result, "us_gaap", "2026Q1", "equity_direct_net_of_tax") == 67.5
    assert value(result, "us_gaap", "2026Q1", "income_tax") == 0
    assert value(result, "us_gaap", "2026Q1", "opening_carrying") == 60


def test_income_that_is_not_given_is_null_outside_the_period_and_holdings_are_not(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    period = {"start": date(2025, 10, 1), "end": date(2025, 12, 31)}
    result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, period=period, tax={"rate": 0.25})
    from treasury_sim.report.json_result import as_json

    found = as_json(result)["frameworks"][FAIR_VALUE]  # type: ignore[index]
    assert found["quarters"][0]["net_income"] == 0
    assert found["fiscal_years"][0]["net_income"] is None
    assert found["fiscal_years"][0]["remeasurement_pl"] == 0
    assert found["quarters"][0]["preferred_dividends"] is None


def test_an_empty_holder_has_zeros_and_no_error(tmp_path: Path) -> None:
    result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, [], tax={"rate": 0.25})
    assert value(result, FAIR_VALUE, "2025Q4", "carrying") == 0
    assert value(result, FAIR_VALUE, "2025Q4", "net_income") == 0


def test_purchases_of_the_plan_at_market(tmp_path: Path) -> None:
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 1): 80.0}
    purchases = [
        {"date": date(2025, 2, 3), "amount": 160},
        {"date": date(2025, 2, 4), "quantity": 3, "unit_cost": 82, "fee": 6},
    ]
    result = run_case(tmp_path, steps, [], plan={"purchases": purchases})
    assert value(result, IMPAIRMENT, "2025Q1", "units") == 5
    assert value(result, IMPAIRMENT, "2025Q1", "cost_basis") == 160 + 3 * 84
    assert value(result, IMPAIRMENT, "2025Q1", "carrying") == 5 * 80
