"""A lot that comes with another tax basis than its cost: taxed at once under US GAAP, exempt for good elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tax.years import FAIR, reported, run_years
from treasury_sim import Result

LOT = [{"id": "a", "acquired": date(2025, 1, 2), "quantity": 10, "unit_cost": 100, "tax_basis": 60}]
UP = {date(2025, 1, 1): 100.0, date(2025, 2, 1): 150.0}
OPENING = {"cash": 2_000}


def balance(result: Result, framework: str) -> tuple[np.ndarray, np.ndarray]:
    """Equity, and assets less liabilities, in the quarters of the period; no tax is due in what is tested here."""

    def of(line: str) -> np.ndarray:
        values = result.statements[framework].lines[line]
        return np.zeros(len(result.reported)) if values is None else values[0, -len(result.reported) :]

    assets = of("carrying") + of("cash") + of("deferred_tax_asset") - of("valuation_allowance")
    payable = result.capital.runway.tax_payable[0, list(result.capital.funding.quarter_ends)] if result.capital else 0.0
    return of("equity"), assets - of("deferred_tax_liability") - payable


def test_under_us_gaap_the_difference_is_taxed_at_once(tmp_path: Path) -> None:
    """ASC 740-10-25-51: paid 1,000, basis 600, 25 %.

    The simultaneous equations give a cost of (1,000 - 25 % x 600) / 75 % = 1,133.33 and a liability of 133.33. Fair
    value is 1,000 all the same: 133.33 are written off, with a tax of 33.33, so 100 are lost, and the liability is 100.
    At 150 a unit: (1,500 - 600) x 25 % = 225, and equity is 2,000 + 500 - 225 = 2,275.
    """
    capital = {"opening": {**OPENING, "equity": 2_000}}
    result = run_years(tmp_path, UP, LOT, tax={"rate": 0.25}, capital=capital)
    assert reported(result, "deferred_tax_liability")[0] == pytest.approx(225.0)
    assert reported(result, "net_income")[0] == pytest.approx(500.0 - 225.0)
    equity, assets = balance(result, FAIR)
    assert equity == pytest.approx([2_275.0] * 4)
    assert assets == pytest.approx(equity)


def test_under_ifrs_the_difference_is_exempt_also_later(tmp_path: Path) -> None:
    """IAS 12.15 and 12.24: deferred tax goes by the cost of 1,000, so 500 x 25 % = 125.

    Half is sold at 150: current tax by its basis in law, 5 x (150 - 60) x 25 % = 112.5; 62.5 of it were deferred.
    """
    capital = {"opening": {**OPENING, "equity": 2_000}}
    revalued, plan = "ifrs_broker_trader", {"sales": [{"date": date(2025, 5, 2), "quantity": 5}]}
    result = run_years(tmp_path, UP, LOT, frameworks=(revalued,), plan=plan, tax={"rate": 0.25}, capital=capital)
    assert reported(result, "deferred_tax_liability", revalued) == pytest.approx([125.0, 62.5, 62.5, 62.5])
    assert reported(result, "income_tax", revalued)[:2] == pytest.approx([-125.0, -112.5 + 62.5])
    equity, assets = balance(result, revalued)
    assert assets == pytest.approx(equity)


def test_an_average_of_all_keeps_the_exemption(tmp_path: Path) -> None:
    """10 at 100 with a basis of 60, 10 at 100 with its cost; half is sold: 1,000 is the deferred-tax basis left."""
    lots = [*LOT, {"id": "b", "acquired": date(2025, 1, 3), "quantity": 10, "unit_cost": 100}]
    plan = {"lot_relief": "average", "sales": [{"date": date(2025, 5, 2), "quantity": 10}]}
    result = run_years(tmp_path, UP, lots, frameworks=("ifrs_broker_trader",), plan=plan, tax={"rate": 0.25})
    assert reported(result, "tax_basis", "ifrs_broker_trader")[1] == pytest.approx(800.0)
    assert reported(result, "deferred_tax_liability", "ifrs_broker_trader")[1] == pytest.approx(0.25 * 500.0)


LOTS = st.lists(
    st.tuples(st.integers(0, 80), st.floats(0.1, 5.0), st.floats(1.0, 200.0), st.none() | st.floats(0.0, 300.0)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(LOTS, st.floats(20.0, 300.0), st.sampled_from([FAIR, "us_gaap_impairment", "ifrs_cost", "ifrs_revaluation"]))
def test_assets_less_liabilities_are_equity(
    rows: list[tuple[int, float, float, float | None]], price: float, framework: str
) -> None:
    """Whatever tax basis lots of the period come with."""
    lots = [
        {"acquired": date(2025, 1, 2) + timedelta(days), "quantity": quantity, "unit_cost": cost}
        | ({} if basis is None else {"tax_basis": basis})
        for days, quantity, cost, basis in rows
    ]
    capital = {"opening": {"cash": 10_000, "equity": 10_000}}
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 15): price, date(2025, 8, 1): 0.7 * price}
    with TemporaryDirectory() as folder:
        result = run_years(Path(folder), steps, lots, frameworks=(framework,), tax={"rate": 0.25}, capital=capital)
    equity, assets = balance(result, framework)
    np.testing.assert_allclose(assets, equity, atol=1e-6)
