from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import run_case, value
from tests.tax.years import reported, run_years
from treasury_sim.tax.minimum_tax import minimum_tax
from treasury_sim.tax.rules.us import RULES, blended, in_force

ENDS = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
YEAR = np.full(4, 2025)


def test_unrealised_gains_counted_until_the_notices() -> None:
    """A gain of 1,000 in the second quarter: 150 accrued, given back in the quarter of the notices."""
    gain = np.array([[0.0, 1_000.0, 0.0, 0.0]])
    nothing = np.zeros((1, 4))
    found = minimum_tax(gain, gain, nothing, YEAR, ENDS, exclude=True)
    assert found.tax.tolist() == [[0.0, -150.0, 150.0, 0.0]]
    assert found.credit.tolist() == [[0.0, 150.0, 0.0, 0.0]]
    kept = minimum_tax(gain, gain, nothing, YEAR, ENDS, exclude=False)
    assert kept.tax.sum() == -150.0


def test_realised_gains_stay_in() -> None:
    realised = np.array([[1_000.0, 0.0, 0.0, 0.0]])
    found = minimum_tax(realised, np.zeros((1, 4)), realised * 0.5, YEAR, ENDS, exclude=True)
    assert found.tax[0, 0] == -(0.15 * 1_000 - 0.21 * 500)


def test_the_credit_is_used_against_regular_tax_above_the_minimum() -> None:
    book, taxable = np.array([[1_000.0, 1_000.0]]), np.array([[0.0, 2_000.0]])
    ends = [date(2025, 12, 31), date(2026, 12, 31)]
    found = minimum_tax(book, np.zeros((1, 2)), taxable, np.array([2025, 2026]), ends, exclude=True)
    assert found.tax.tolist() == [[-150.0, 150.0]]
    assert found.credit.tolist() == [[150.0, 0.0]]


def test_there_was_none_before_2023() -> None:
    book = np.full((1, 1), 1_000.0)
    found = minimum_tax(book, book * 0, book * 0, np.array([2022]), [date(2022, 12, 31)], exclude=False)
    assert not found.tax.any()


def test_the_credit_is_an_asset_so_income_is_not_touched_unless_it_needs_an_allowance(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 1): 200.0}
    tax = {"rate": 0.25, "minimum_tax": "camt", "exclude_unrealised": False}
    result = run_case(tmp_path, steps, lots, tax=tax)
    fair = "us_gaap_fair_value"
    assert value(result, fair, "2025Q1", "minimum_tax") == -15.0
    assert value(result, fair, "2025Q1", "minimum_tax_credit") == 15.0
    assert value(result, fair, "2025Q1", "income_tax") == -25.0


@pytest.mark.parametrize(
    ("day", "rate", "minimum", "excluded"),
    [
        (date(2017, 12, 31), 0.35, 0.0, False),
        (date(2022, 12, 31), 0.21, 0.0, False),
        (date(2025, 9, 29), 0.21, 0.15, False),
        (date(2025, 9, 30), 0.21, 0.15, True),
    ],
)
def test_a_day_has_the_rules_in_force(day: date, rate: float, minimum: float, excluded: bool) -> None:
    rules = in_force(day)
    assert (rules.rate, rules.minimum_rate, rules.unrealised_may_be_excluded) == (rate, minimum, excluded)


def test_rules_are_in_order_and_cited() -> None:
    assert [rules.since for rules in RULES] == sorted(rules.since for rules in RULES)
    assert all(rules.citation for rules in RULES)


def test_the_blended_rate_of_strategy() -> None:
    """28.75 % is 21 % federal and 9.81 % state (case H02)."""
    assert blended(in_force(date(2025, 12, 31)).rate, 0.0981) == pytest.approx(0.2875, abs=1e-4)


SHOWN = ("us_gaap_fair_value", "us_gaap_impairment", "us_gaap_investment_company", "us_gaap")


def test_a_realised_gain_counts_whenever_it_was_shown(tmp_path: Path) -> None:
    """Bought at 50, carried at 150 since 2024, sold at 160 in 2026: the gain of 1,100 is realised in 2026.

    A loss carried forward offsets it for the regular tax, so the minimum tax is 15 % x 1,100 = 165, however much of it
    was shown as unrealised before, and left out then (Notices 2025-46 and 2025-49).
    """
    lots = [{"acquired": date(2024, 2, 1), "quantity": 10, "unit_cost": 50}]
    steps = {date(2024, 1, 1): 50.0, date(2024, 6, 1): 150.0, date(2026, 2, 1): 160.0}
    tax = {"jurisdiction": "us", "character": "capital", "capital_losses": {"FY2023": 2_000}, "minimum_tax": "camt"}
    plan = {"sales": [{"date": date(2026, 3, 2), "quantity": 10}]}
    result = run_years(tmp_path, steps, lots, (date(2026, 1, 1), date(2026, 6, 30)), SHOWN, plan=plan, tax=tax)
    for framework in SHOWN:
        assert reported(result, "minimum_tax", framework) == pytest.approx([-165.0, 0.0])


AT_MARKET = (
    "us_gaap_fair_value",
    "us_gaap_investment_company",
    "jgaap_active_market",
    "ifrs_broker_trader",
    "ifrs_revaluation",
    "us_gaap_impairment",
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(1.0, 3.0), min_size=3, max_size=3), st.floats(0.1, 0.9))
def test_one_taxable_fact_is_taxed_alike_under_each_framework(growth: list[float], share: float) -> None:
    """Prices that never fall, so that nothing is impaired: the minimum tax is that on what is realised."""
    prices = 50.0 * np.cumprod([1.0, *growth])
    days = (date(2024, 1, 1), date(2025, 6, 1), date(2025, 12, 1), date(2026, 2, 1))
    steps = dict(zip(days, prices.tolist(), strict=True))
    lots = [{"acquired": date(2024, 2, 1), "quantity": 10, "unit_cost": 50}]
    plan = {"sales": [{"date": date(2026, 3, 2), "quantity": 10 * share}]}
    tax = {"jurisdiction": "us", "character": "capital", "capital_losses": {"FY2023": 1e6}, "minimum_tax": "camt"}
    with TemporaryDirectory() as folder:
        period = (date(2025, 10, 1), date(2026, 3, 31))
        result = run_years(Path(folder), steps, lots, period, AT_MARKET, plan=plan, tax=tax)
    expected = -0.15 * 10 * share * (prices[-1] - 50.0)
    for framework in AT_MARKET:
        assert reported(result, "minimum_tax", framework) == pytest.approx([0.0, expected], abs=1e-6)
