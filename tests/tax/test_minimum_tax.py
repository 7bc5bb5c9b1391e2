from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.cases import run_case, value
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
