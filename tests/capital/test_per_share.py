from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tax.years import FAIR, reported, run_years
from treasury_sim import InputError, Result
from treasury_sim.capital.per_share import Potential, earnings_per_share, treasury_stock
from treasury_sim.domain.periods import fiscal_years, single, year_to_date


def test_in_a_loss_potential_shares_do_not_dilute_and_in_a_profit_they_do() -> None:
    common = np.array([[-12_600.0, 10_000.0]])
    potential = Potential(np.array([26.5, 40.0]), np.zeros(2))
    basic, diluted = earnings_per_share(common, np.array([293.5, 280.0]), [potential])
    np.testing.assert_allclose(basic, [[-42.93015332, 35.71428571]])
    np.testing.assert_allclose(diluted, [[-42.93015332, 31.25]])


def test_the_most_dilutive_comes_first_and_what_is_anti_dilutive_stays_out() -> None:
    """1,000 on 100 shares. Options: 1,000 / 110. Notes save 2 a share: 1,040 / 130. Stock that saves 9: 1,130 / 140.

    The last would raise 8.00 to 8.07, so it stays out (ASC 260-10-45-18).
    """
    options = Potential(np.array([[10.0]]), np.array([[0.0]]))
    notes = Potential(np.array([[20.0]]), np.array([[40.0]]))
    preferred = Potential(np.array([[10.0]]), np.array([[90.0]]))
    _, diluted = earnings_per_share(np.array([[1_000.0]]), np.array([[100.0]]), [preferred, notes, options])
    assert diluted[0, 0] == pytest.approx(8.0)


def test_paths_are_judged_each_on_its_own() -> None:
    notes = Potential(np.array([[50.0], [50.0]]), np.array([[100.0], [100.0]]))
    basic, diluted = earnings_per_share(np.array([[150.0], [1_000.0]]), np.array([[100.0]]), [notes])
    assert basic[:, 0].tolist() == [1.5, 10.0]
    assert diluted[:, 0].tolist() == [1.5, pytest.approx(1_100 / 150)]


def test_options_count_by_the_treasury_stock_method() -> None:
    """50 options at 4 when the share is 5: 200 buy back 40, so 10 are new (ASC 260-10-45-23); none at a price of 4."""
    price = np.array([[5.0, 4.0, 3.0, np.nan, 0.0]])
    found = treasury_stock(50.0, 4.0, price)
    np.testing.assert_allclose(found, [[10.0, 0.0, 0.0, np.nan, 0.0]])
    np.testing.assert_allclose(treasury_stock(50.0, 0.0, price[:, :3]), [[50.0] * 3])


def test_the_order_is_that_of_each_quarter() -> None:
    """Notes save 4 a share in the first quarter and nothing in the second: 100 on 20 and 100 on 10 by hand.

    First: stock saves 1, (100 + 10) / (20 + 10) = 3.67, and notes would raise it. Second: notes, 100 / 20 = 5.
    """
    notes = Potential(np.array([[10.0, 10.0]]), np.array([[40.0, 0.0]]))
    stock = Potential(np.array([[10.0, 10.0]]), np.array([[10.0, 90.0]]))
    _, diluted = earnings_per_share(np.array([[100.0, 100.0]]), np.array([[20.0, 10.0]]), [notes, stock])
    np.testing.assert_allclose(diluted, [[110.0 / 30.0, 5.0]])


POTENTIALS = st.lists(st.tuples(st.floats(0.0, 1e3), st.floats(0.0, 1e4)), max_size=4)


@example(income=1.0, weighted=1.0, potentials=[(1e-308, 1e4)])
@given(st.floats(-1e6, 1e6), st.floats(1.0, 1e4), POTENTIALS)
def test_diluted_is_never_above_basic_and_a_loss_is_not_diluted(
    income: float, weighted: float, potentials: list[tuple[float, float]]
) -> None:
    """ASC 260-10-45-17 to 45-19."""
    common, shares = np.array([[income]]), np.array([[weighted]])
    several = [Potential(np.array([[more]]), np.array([[saved]])) for more, saved in potentials]
    basic, diluted = earnings_per_share(common, shares, several)
    assert diluted[0, 0] <= basic[0, 0] + 1e-9
    if income < 0.0:
        assert diluted[0, 0] == basic[0, 0]


# ------------------------------------------------------------------------------ through the engine

FLAT = {date(2024, 12, 1): 100.0}
LOT = [{"acquired": date(2024, 12, 2), "quantity": 1_000, "unit_cost": 100}]
CAPITAL = {"cash": 10_000, "shares": 100, "share_price": 5}
EARNING = {"other_operating": {"2025Q1": 1_000, "2025Q2": -200, "2025Q3": 1_000, "2025Q4": 1_000}}


def earned(folder: Path, opening: dict[str, Any], framework: str = FAIR, **sections: Any) -> Result:
    capital = {"opening": {**CAPITAL, **opening}, **sections.pop("capital", {})}
    steps = sections.pop("steps", FLAT)
    tax, income = {"rate": 0.25}, sections.pop("income", EARNING)
    return run_years(folder, steps, LOT, frameworks=(framework,), tax=tax, income=income, capital=capital, **sections)


def test_options_without_a_strike_are_left_out_and_the_run_says_so(tmp_path: Path) -> None:
    result = earned(tmp_path, {"potential_shares": 50})
    assert reported(result, "eps_diluted")[0] == pytest.approx(7.5)
    assert any("capital.opening.strike" in note for note in result.notes)


def test_options_with_a_strike_dilute_and_a_loss_does_not(tmp_path: Path) -> None:
    """750 on 100 and 10 new shares is 6.82; the loss of 150 in the second quarter is 1.5 a share, diluted or not."""
    result = earned(tmp_path, {"potential_shares": 50, "strike": 4})
    assert reported(result, "eps_basic") == pytest.approx([7.5, -1.5, 7.5, 7.5])
    assert reported(result, "eps_diluted") == pytest.approx([750 / 110, -1.5, 750 / 110, 750 / 110])
    assert not any("capital.opening.strike" in note for note in result.notes)


def test_a_year_to_date_is_a_period_of_its_own(tmp_path: Path) -> None:
    """600 of half a year on 100 shares is 6, diluted 600 / 110 (ASC 260-10-45-10).

    10 shares a month are sold from January on at 5, so weighted shares are the mean of all months of the year to date.
    """
    result = earned(tmp_path, {"potential_shares": 50, "strike": 4})
    lines = result.statements[FAIR].lines
    half = year_to_date(result.timeline.quarters, result.reported)[1]
    assert single(half, "eps_basic", lines) == pytest.approx(6.0)
    assert single(half, "eps_diluted", lines) == pytest.approx(600 / 110)
    issuance = [{"of": "common", "per_month": 50}]
    more = earned(tmp_path, {}, capital={"issuance": issuance})
    lines = more.statements[FAIR].lines
    (year,) = fiscal_years(more.timeline.quarters, more.reported)
    weighted = single(year, "weighted_shares", lines)
    quarters = reported(more, "weighted_shares")
    assert weighted == pytest.approx(sum(quarters) / 4)
    assert single(year, "eps_basic", lines) == pytest.approx(2_100 / (sum(quarters) / 4))
    assert single(year, "eps_basic", lines) != pytest.approx(sum(reported(more, "eps_basic")))


@pytest.mark.parametrize(("framework", "new"), [(FAIR, (10 + 0) / 2), ("ifrs_broker_trader", 50 * (1 - 4 / 4.5))])
def test_options_of_a_year_to_date(tmp_path: Path, framework: str, new: float) -> None:
    """The share is at 5 in the first quarter and at 4 in the second, an average of 4.5; the strike is 4.

    US GAAP takes the mean of 10 and 0 new shares (ASC 260-10-55-3), IAS 33.37 those at the average of the half year.
    """
    capital = {"share_price": {"model": "beta"}}
    steps = {**FLAT, date(2025, 4, 2): 80.0}
    income = {"other_operating": {"2025Q1": 60_000, "2025Q2": 60_000, "2025Q3": 0, "2025Q4": 0}}
    opening = {"potential_shares": 50, "strike": 4}
    result = earned(tmp_path, opening, framework, capital=capital, steps=steps, income=income)
    half = year_to_date(result.timeline.quarters, result.reported)[1]
    lines = result.statements[framework].lines
    common = single(half, "net_income_common", lines)
    assert common is not None
    assert common == pytest.approx(0.75 * (120_000 - 20_000))
    assert single(half, "eps_diluted", lines) == pytest.approx(common / (100 + new))


def test_a_dividend_that_was_not_declared_is_not_added_back(tmp_path: Path) -> None:
    """Convertible, not cumulative, no cash for its dividend: nothing was deducted, so 750 / (100 + 20) diluted.

    With the cash 25 is deducted and added back: the same, and 7.25 basic (ASC 260-10-45-11, 45-40).
    """
    series = {"name": "P", "notional": 1_000, "rate": 0.1, "cumulative": False, "conversion_shares": 20}
    flat = {"other_operating": 1_000}
    for cash, basic in ((0, 7.5), (10_000, 7.25)):
        capital = {"preferred": [series], "sell_coins": False}
        result = earned(tmp_path, {"cash": cash}, capital=capital, income=flat)
        assert reported(result, "eps_basic")[0] == pytest.approx(basic)
        assert reported(result, "eps_diluted")[0] == pytest.approx(750 / 120)


def test_a_strike_needs_what_can_be_exercised(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"capital\.opening\.strike: expected capital\.opening\.potential_shares"):
        earned(tmp_path, {"strike": 4})


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-1e4, 1e4), min_size=4, max_size=4), st.lists(st.floats(50, 500), min_size=4, max_size=4))
def test_the_year_to_date_is_its_income_over_its_weighted_shares(incomes: list[float], shares: list[float]) -> None:
    """Shares typed in: each year to date is the sum of income over the mean of shares."""
    labels = [f"2025Q{number}" for number in range(1, 5)]
    income = {"other_operating": dict(zip(labels, incomes, strict=True))}
    capital = {"weighted_shares": dict(zip(labels, shares, strict=True))}
    with TemporaryDirectory() as folder:
        result = run_years(Path(folder), FLAT, LOT, tax={"rate": 0.25}, income=income, capital=capital)
    lines = result.statements[FAIR].lines
    for number, period in enumerate(year_to_date(result.timeline.quarters, result.reported), start=1):
        expected = 0.75 * sum(incomes[:number]) / (sum(shares[:number]) / number)
        assert single(period, "eps_basic", lines) == pytest.approx(expected, abs=1e-9)
