"""Capital losses by hand, and the law that no loss is used twice or lost before its time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import run_case, value
from treasury_sim.tax.capital_losses import Carry, taxed_gains

US = Carry(3, 5)


def yearly(*gains: float, carry: Carry = US, rate: float = 0.25) -> tuple[list[float], list[float], list[float]]:
    """One quarter a year from 2020 on: tax, carry-forward and carry-back capacity."""
    years = np.arange(2020, 2020 + len(gains))
    found = taxed_gains(np.array([gains]), years, np.full(len(gains), rate), carry)
    return found.current_tax[0].tolist(), found.carryforward[0].tolist(), found.carryback_capacity[0].tolist()


def test_a_loss_brings_back_the_tax_of_three_years_and_the_rest_goes_forward() -> None:
    tax, forward, capacity = yearly(100.0, 40.0, 0.0, -200.0, 30.0)
    assert tax == [-25.0, -10.0, 0.0, 35.0, 0.0]
    assert forward == [0.0, 0.0, 0.0, 60.0, 30.0]
    assert capacity == [25.0, 35.0, 35.0, 0.0, 0.0]


def test_a_gain_of_four_years_ago_is_out_of_reach() -> None:
    tax, forward, _ = yearly(100.0, 0.0, 0.0, 0.0, -50.0)
    assert tax[-1] == 0.0
    assert forward[-1] == 50.0


def test_a_loss_expires_after_five_years() -> None:
    _, forward, _ = yearly(-50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert forward == [50.0] * 5 + [0.0, 0.0]


def test_earlier_years_are_an_input() -> None:
    carry = Carry(3, 5, {2019: 80.0}, {2018: 30.0}, {2019: 0.25})
    tax, forward, _ = yearly(20.0, -100.0, carry=carry)
    assert tax == [0.0, 20.0]
    assert forward == [10.0, 30.0]


def test_quarters_of_one_year_are_one_result() -> None:
    """A gain of 100 taxed in the first quarter, a loss of 60 in the second: 15 comes back at once."""
    found = taxed_gains(np.array([[100.0, -60.0]]), np.array([2025, 2025]), np.array([0.25, 0.25]), US)
    assert found.current_tax.tolist() == [[-25.0, 15.0]]
    assert found.carryforward.tolist() == [[0.0, 0.0]]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), st.integers(0, 3))
def test_no_loss_is_used_twice(gains: list[float], start: int) -> None:
    """With one rate and nothing expiring, all tax so far is that on the sum, or less where losses are still carried."""
    quarters = np.array([gains])
    years = (np.arange(len(gains)) + start) // 4
    found = taxed_gains(quarters, years, np.full(len(gains), 0.25), Carry(99, 99))
    so_far = -found.current_tax.cumsum(axis=1) / 0.25
    np.testing.assert_allclose(so_far - found.carryforward, quarters.cumsum(axis=1), atol=1e-4)
    assert (so_far >= -1e-6).all()


def test_a_sale_at_a_loss_of_capital_character_through_the_engine(tmp_path: Path) -> None:
    """Sold for 60 at a basis of 100: no refund; a carry-forward of 40, whose asset of 10 has an allowance."""
    lots = [{"acquired": date(2025, 1, 1), "quantity": 2, "unit_cost": 100}]
    plan = {"sales": [{"date": date(2025, 6, 1), "quantity": 1, "proceeds": 60}]}
    tax = {"rate": 0.25, "support": 0, "character": "capital"}
    steps = {date(2025, 1, 1): 60.0, date(2025, 7, 1): 120.0}
    result = run_case(tmp_path, steps, lots, plan=plan, tax=tax)
    fair = "us_gaap_fair_value"
    assert value(result, fair, "2025Q2", "current_tax_on_sales") == 0.0
    assert value(result, fair, "2025Q2", "capital_loss_carryforward") == 40.0
    assert value(result, fair, "2025Q2", "deferred_tax_asset") == 20.0
    assert value(result, fair, "2025Q2", "valuation_allowance") == 20.0
    # At 120 the liability on the coin left, 5, supports half of the asset of 10 on the loss.
    assert value(result, fair, "2025Q3", "deferred_tax_liability") == 5.0
    assert value(result, fair, "2025Q3", "valuation_allowance") == 5.0
    assert value(result, fair, "2025Q3", "deferred_tax_on_holdings") == 0.0


def test_a_sale_at_a_gain_uses_the_loss(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    plan = {"sales": [{"date": date(2025, 6, 1), "quantity": 1, "proceeds": 130}]}
    tax = {"rate": 0.25, "support": 0, "character": "capital", "capital_losses": {"FY2022": 20}}
    result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, plan=plan, tax=tax)
    assert value(result, "us_gaap_fair_value", "2025Q2", "current_tax_on_sales") == -2.5
    assert value(result, "us_gaap_fair_value", "2025Q2", "capital_loss_carryforward") == 0.0


def test_a_refund_is_at_the_rate_at_which_the_gain_was_taxed() -> None:
    """100 taxed at 35 % in 2017 and lost in 2018, when the rate is 21 %: 35 come back."""
    carry = Carry(3, 5, {2017: 100.0}, {}, {2017: 0.35})
    found = taxed_gains(np.array([[-100.0]]), np.array([2018]), np.array([0.21]), carry)
    assert found.current_tax.item() == pytest.approx(35.0)


def test_a_loss_that_has_expired_before_the_run_is_no_asset(tmp_path: Path) -> None:
    """2019 was open until 2024; its tax is no expense of 2025. That of 2021 is open until the end of 2026."""
    lots = [{"acquired": date(2025, 2, 1), "quantity": 1, "unit_cost": 100}]
    for year, open_ in (("FY2019", 0.0), ("FY2021", 20.0)):
        tax = {"rate": 0.25, "character": "capital", "capital_losses": {year: 20}}
        result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, tax=tax)
        assert value(result, "us_gaap_fair_value", "2025Q1", "income_tax") == 0.0
        assert value(result, "us_gaap_fair_value", "2025Q4", "capital_loss_carryforward") == open_


def test_a_balance_after_the_run_is_a_mistake(tmp_path: Path) -> None:
    from treasury_sim import InputError

    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 1}]
    with pytest.raises(InputError, match=r"tax\.support: expected a figure for a fiscal quarter up to 2025Q4"):
        run_case(tmp_path, {date(2025, 1, 1): 1.0}, lots, tax={"rate": 0.25, "support": {"2052Q1": 5}})


@pytest.mark.parametrize("year", ["2022", "FY22", "FY0000", "FY2025"])
def test_years_are_fiscal_years_before_the_period(tmp_path: Path, year: str) -> None:
    from treasury_sim import InputError

    tax = {"rate": 0.25, "character": "capital", "capital_losses": {year: 20}}
    with pytest.raises(InputError, match="fiscal year"):
        run_case(
            tmp_path,
            {date(2025, 1, 1): 100.0},
            [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 1}],
            tax=tax,
        )
