"""A new rate: deferred tax from its enactment, current tax from when it is in force, tax of a surplus in OCI."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tax.years import FAIR, reported, run_years
from treasury_sim import InputError
from treasury_sim.tax.deferred import Holdings, tax_on_holdings
from treasury_sim.tax.rules.stated import RateChange, rate_enacted, rate_in_force
from treasury_sim.tax.rules.us import enacted_by, in_force

LOT = [{"acquired": date(2024, 2, 1), "quantity": 10, "unit_cost": 100}]
DOUBLED = {date(2024, 1, 1): 100.0, date(2024, 5, 1): 200.0}
REVALUED = "ifrs_revaluation"


def test_a_law_counts_for_deferred_tax_from_its_enactment(tmp_path: Path) -> None:
    """Signed on 22 December 2017, in force in 2018: 1,000 x (35 % - 21 %) = 140 in 2017Q4 (ASC 740-10-25-47).

    Under the revaluation model the gain stands in OCI, and so does what another rate makes of its tax (IAS 12.61A).
    """
    lots = [{"acquired": date(2017, 2, 1), "quantity": 10, "unit_cost": 100}]
    steps = {date(2017, 1, 1): 100.0, date(2017, 5, 1): 200.0}
    period = (date(2017, 4, 1), date(2018, 3, 31))
    tax = {"jurisdiction": "us"}
    result = run_years(tmp_path, steps, lots, period, (REVALUED, FAIR), tax=tax)
    assert reported(result, "deferred_tax_on_holdings") == pytest.approx([-350.0, 0.0, 140.0, 0.0])
    assert reported(result, "income_tax_oci", REVALUED) == pytest.approx([-350.0, 0.0, 140.0, 0.0])
    assert reported(result, "income_tax", REVALUED) == pytest.approx([0.0] * 4)
    assert reported(result, "deferred_tax_liability", REVALUED) == pytest.approx([350.0, 350.0, 210.0, 210.0])


CHANGE = {"rate": 0.30, "effective": date(2026, 1, 1), "enacted": date(2025, 5, 20)}


def test_a_stated_change_has_both_dates(tmp_path: Path) -> None:
    """A gain of 1,000 at 25 %; 30 % is enacted in 2025Q2 for 2026: 50 more are owed from then on.

    Half is sold in August: current tax 500 x 25 %, while the liability of 150 on it goes.
    """
    plan = {"sales": [{"date": date(2025, 8, 1), "quantity": 5}]}
    tax = {"rate": 0.25, "rate_changes": [CHANGE]}
    result = run_years(tmp_path, DOUBLED, LOT, plan=plan, tax=tax)
    assert reported(result, "deferred_tax_liability") == pytest.approx([250.0, 300.0, 150.0, 150.0])
    assert reported(result, "current_tax_on_sales") == pytest.approx([0.0, 0.0, -125.0, 0.0])
    assert reported(result, "income_tax") == pytest.approx([0.0, -50.0, 25.0, 0.0])


def test_only_ifrs_counts_a_substantive_enactment(tmp_path: Path) -> None:
    """Certain in February, signed in May (IAS 12.47 and 12.48; ASC 740-10-25-47 waits for the signature)."""
    tax = {"rate": 0.25, "rate_changes": [{**CHANGE, "substantively_enacted": date(2025, 2, 3)}]}
    result = run_years(tmp_path, DOUBLED, LOT, frameworks=(REVALUED, FAIR), tax=tax)
    assert reported(result, "deferred_tax_liability", REVALUED)[:2] == pytest.approx([300.0, 300.0])
    assert reported(result, "deferred_tax_liability", FAIR)[:2] == pytest.approx([250.0, 300.0])
    assert reported(result, "income_tax_oci", REVALUED)[0] == pytest.approx(-50.0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enacted": date(2026, 2, 1)}, "enactment up to 2026-01-01"),
        ({"substantively_enacted": date(2025, 6, 1)}, "a day up to 2025-05-20"),
        ({"effective": "soon"}, "effective"),
    ],
)
def test_dates_that_contradict_each_other_are_a_mistake(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    tax = {"rate": 0.25, "rate_changes": [{**CHANGE, **changed}]}
    with pytest.raises(InputError, match=words):
        run_years(tmp_path, DOUBLED, LOT, tax=tax)


def test_changes_need_a_rate_and_a_day_each(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tax\.rate_changes: expected tax\.rate as well"):
        run_years(tmp_path, DOUBLED, LOT, tax={"jurisdiction": "us", "rate_changes": [CHANGE]})
    with pytest.raises(InputError, match="one change of the rate per day"):
        run_years(tmp_path, DOUBLED, LOT, tax={"rate": 0.2, "rate_changes": [CHANGE, CHANGE]})


def test_the_law_of_a_day_and_the_law_enacted_by_it() -> None:
    assert in_force(date(2017, 12, 31)).rate == 0.35
    assert enacted_by(date(2017, 12, 21)).rate == 0.35
    assert enacted_by(date(2017, 12, 22)).rate == 0.21
    assert enacted_by(date(1990, 1, 1)).rate == 0.35


def test_a_change_without_an_enactment_counts_when_it_is_effective() -> None:
    changes = (RateChange(0.3, date(2026, 1, 1)), RateChange(0.2, date(2025, 1, 1), date(2024, 6, 1)))
    assert [rate_in_force(0.25, changes, date(year, 6, 30)) for year in (2024, 2025, 2026)] == [0.25, 0.2, 0.3]
    for day, rate in ((date(2024, 5, 31), 0.25), (date(2024, 6, 1), 0.2), (date(2026, 1, 1), 0.3)):
        assert rate_enacted(0.25, changes, day, substantively=False) == rate


@given(
    st.lists(st.floats(0, 1e6), min_size=5, max_size=5),
    st.lists(st.floats(-0.9, 2.0), min_size=5, max_size=5),
    st.lists(st.floats(0, 0.5), min_size=5, max_size=5),
)
def test_all_tax_of_a_surplus_stands_in_oci(costs: list[float], moves: list[float], rates: list[float]) -> None:
    """Held throughout and above cost: tax in OCI so far is rate x surplus whatever rates do, and income has none."""
    surplus = np.abs(np.cumsum(np.array([costs]) * np.array([moves]), axis=1))
    basis = np.full((1, 5), 100.0)
    zeros = np.zeros((1, 5))
    oci = np.diff(surplus, prepend=0.0)
    initial = zeros.copy()
    holdings = Holdings(basis + surplus, basis, oci, zeros, initial, surplus)
    tax = tax_on_holdings(np.array(rates), holdings)
    np.testing.assert_allclose(tax["income_tax_oci"].cumsum(axis=1), -np.array(rates) * surplus, atol=1e-6)
    np.testing.assert_allclose(tax["deferred_tax_on_holdings"], 0.0, atol=1e-6)
