"""Capital gains and losses that a scenario states are balances of the opening, never income of the period."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tax.years import reported, run_years
from treasury_sim.tax.capital_losses import Carry, taxed_gains

LOT = [{"id": "a", "acquired": date(2024, 6, 3), "quantity": 10, "unit_cost": 70}]
FIRST = date(2024, 1, 1)


def test_a_loss_of_the_year_before_is_an_asset_of_the_opening(tmp_path: Path) -> None:
    """A loss of 1,000 in FY2024 at 25 %: an asset of 250 at the end of 2024 and of 2025Q1, so no income of 2025Q1.

    ASC 740-10-25-2 and 30-5: income takes the change of the balance, and there is none.
    """
    tax = {"rate": 0.25, "character": "capital", "capital_losses": {"FY2024": 1_000}}
    result = run_years(tmp_path, {FIRST: 90.0}, LOT, tax=tax)
    assert reported(result, "capital_loss_carryforward") == [1_000.0] * 4
    # The gain of 200 on the coins is a liability of 50.
    assert reported(result, "deferred_tax_asset") == [250.0] * 4
    assert reported(result, "deferred_tax_liability") == [50.0] * 4
    assert reported(result, "income_tax") == [0.0] * 4


def test_a_gain_of_the_year_before_supports_the_opening_as_well(tmp_path: Path) -> None:
    """Coins 100 below their basis, no other support, a gain of 1,000 in FY2024: the asset of 25 stands all along."""
    tax = {"rate": 0.25, "character": "capital", "support": 0, "capital_gains": {"FY2024": 1_000}}
    result = run_years(tmp_path, {FIRST: 60.0}, LOT, tax=tax)
    assert reported(result, "deferred_tax_asset") == [25.0] * 4
    assert reported(result, "valuation_allowance") == [0.0] * 4
    assert reported(result, "income_tax") == [0.0] * 4


def test_a_loss_that_no_later_year_can_use_is_an_expense_when_its_last_year_ends(tmp_path: Path) -> None:
    """A loss of FY2020 can be used up to 2025 (IRC 1212(a)(1)(B)): its asset of 250 is gone on 31 December 2025."""
    tax = {"rate": 0.25, "character": "capital", "capital_losses": {"FY2020": 1_000}}
    result = run_years(tmp_path, {FIRST: 70.0}, LOT, tax=tax)
    assert reported(result, "capital_loss_carryforward") == [1_000.0] * 3 + [0.0]
    assert reported(result, "income_tax") == [0.0] * 3 + [-250.0]


YEARS = st.dictionaries(st.integers(2018, 2024).map(lambda year: f"FY{year}"), st.floats(0, 1e6), max_size=4)


@settings(max_examples=25, deadline=None)
@given(YEARS, YEARS, st.sampled_from([40.0, 70.0, 110.0]), st.none() | st.floats(0, 1e4))
def test_flat_prices_and_typed_balances_bring_no_tax(
    losses: dict[str, float], gains: dict[str, float], price: float, support: float | None
) -> None:
    """At a flat price nothing is earned in the first quarter, so nothing is taxed: what was there is the opening's."""
    tax = {"rate": 0.25, "character": "capital", "capital_losses": losses, "capital_gains": gains, "support": support}
    with TemporaryDirectory() as folder:
        result = run_years(Path(folder), {FIRST: price}, LOT, (date(2025, 1, 1), date(2025, 3, 31)), tax=tax)
    assert reported(result, "income_tax") == pytest.approx([0.0], abs=1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=12), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_typed_year_is_used_as_if_the_run_had_had_it(gains: list[float], loss: float, gain: float) -> None:
    """A year before the run: stated or calculated, every later year is taxed alike."""
    net = gain - loss
    whole = np.array([[net, *gains]])
    years = np.arange(2020, 2020 + whole.size)
    rates = np.full(whole.size, 0.25)
    calculated = taxed_gains(whole, years, rates, Carry(3, 5))
    stated = Carry(3, 5, {2020: max(net, 0.0)}, {2020: max(-net, 0.0)}, {2020: 0.25})
    later = taxed_gains(whole[:, 1:], years[1:], rates[1:], stated)
    for line in ("current_tax", "taxable", "carryforward", "carryback_capacity"):
        np.testing.assert_allclose(getattr(later, line), getattr(calculated, line)[:, 1:], atol=1e-6, err_msg=line)
