"""Coins out on loan stay in the tax ledger, and are not the ones sold meanwhile, whatever pool and relief there are."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tax.years import FAIR, reported, run_years
from treasury_sim.treasury.lot_relief import Move, relieve

STEPS = {date(2024, 12, 1): 120.0}
LOTS = [
    {"id": "a", "acquired": date(2025, 1, 2), "quantity": 10, "unit_cost": 50},
    {"id": "b", "acquired": date(2025, 1, 3), "quantity": 10, "unit_cost": 100},
]
LOAN = {"date": date(2025, 2, 1), "quantity": 10, "borrower": "B"}
SALE = {"date": date(2025, 3, 1), "quantity": 10}
TAX = {"rate": 0.25}

POOLS = ("all", "wallet")


@pytest.mark.parametrize(("pool", "tax_pool", "tax_relief"), list(product(POOLS, POOLS, ("fifo", "lifo", "hifo"))))
def test_the_lot_that_left_the_books_on_loan_is_not_sold_for_tax(
    tmp_path: Path, pool: str, tax_pool: str, tax_relief: str
) -> None:
    """First in, first out lends `a`, so `b` is sold: tax 10 x (120 - 100) x 25 % = 50, and 500 of basis are left."""
    plan = {"pool": pool, "tax_pool": tax_pool, "tax_lot_relief": tax_relief, "loans": [LOAN], "sales": [SALE]}
    result = run_years(tmp_path, STEPS, LOTS, (date(2025, 1, 1), date(2025, 3, 31)), plan=plan, tax=TAX)
    assert reported(result, "current_tax_on_sales") == [pytest.approx(-50.0)]
    assert reported(result, "tax_basis") == [pytest.approx(500.0)]


def test_a_loan_may_name_its_lots_or_its_own_relief_for_tax(tmp_path: Path) -> None:
    """Lending `b` leaves `a`: tax 10 x (120 - 50) x 25 % = 175, and 1,000 of basis are left."""
    for loan in ({**LOAN, "lots": {"b": 10}}, {**LOAN, "tax_lot_relief": "hifo"}):
        plan = {"loans": [loan], "sales": [SALE]}
        result = run_years(tmp_path, STEPS, LOTS, (date(2025, 1, 1), date(2025, 3, 31)), plan=plan, tax=TAX)
        assert reported(result, "current_tax_on_sales") == [pytest.approx(-175.0)]
        assert reported(result, "tax_basis") == [pytest.approx(1_000.0)]


def test_coins_that_came_back_can_be_sold_again_and_lent_again(tmp_path: Path) -> None:
    """`a` is back in March and oldest again; the second loan takes it out until the end, so `b` is sold in August."""
    back = {**LOAN, "returned": date(2025, 3, 10)}
    again = {"date": date(2025, 7, 1), "quantity": 10, "lots": {"returned-1": 10}, "borrower": "B"}
    april, august = {"date": date(2025, 4, 1), "quantity": 5}, {"date": date(2025, 8, 1), "quantity": 5}
    sold = run_years(tmp_path, STEPS, LOTS, plan={"loans": [back], "sales": [april]}, tax=TAX)
    assert reported(sold, "current_tax_on_sales")[1] == pytest.approx(-0.25 * 5 * 70)
    relent = run_years(tmp_path, STEPS, LOTS, plan={"loans": [back, again], "sales": [august]}, tax=TAX)
    assert reported(relent, "current_tax_on_sales")[2] == pytest.approx(-0.25 * 5 * 20)
    assert reported(relent, "tax_basis")[-1] == pytest.approx(500.0 + 500.0)


def test_where_tax_has_sold_the_lot_that_the_books_lend_another_is_lent(tmp_path: Path) -> None:
    """The books sell `a` and lend `b`; for tax `b` was sold, dearest first, so `a` is the one out on loan."""
    plan = {
        "tax_lot_relief": "hifo",
        "sales": [{"date": date(2025, 2, 1), "quantity": 10}],
        "loans": [{**LOAN, "date": date(2025, 3, 1)}],
    }
    result = run_years(tmp_path, STEPS, LOTS, (date(2025, 1, 1), date(2025, 3, 31)), plan=plan, tax=TAX)
    assert reported(result, "current_tax_on_sales") == [pytest.approx(-50.0)]
    ledger = result.holdings["BTC"].tax_ledger
    last = int(result.timeline.quarter_marks[-1])
    assert ledger.held(last).sum() == pytest.approx(10.0)
    assert not ledger.free(last).any()


def test_current_tax_is_that_of_the_tax_ledger_under_each_framework(tmp_path: Path) -> None:
    result = run_years(
        tmp_path,
        STEPS,
        LOTS,
        (date(2025, 1, 1), date(2025, 3, 31)),
        (FAIR, "us_gaap_impairment"),
        plan={"loans": [LOAN], "sales": [SALE]},
        tax=TAX,
    )
    for framework in (FAIR, "us_gaap_impairment"):
        assert reported(result, "current_tax_on_sales", framework) == [pytest.approx(-50.0)]


LOT_TABLE = st.lists(st.tuples(st.floats(0.5, 10.0), st.floats(1.0, 200.0)), min_size=2, max_size=6)


@given(LOT_TABLE, st.sampled_from(["fifo", "lifo", "hifo"]), st.floats(0.05, 0.9), st.floats(0.05, 0.9), st.booleans())
def test_what_is_left_and_what_was_sold_is_what_was_bought(
    lots: list[tuple[float, float]], relief: str, lent: float, sold: float, comes_back: bool
) -> None:
    """No unit is lost or made; what is out on loan is whole when it ends, however much is sold meanwhile."""
    quantity, cost = np.array(lots).T
    held = float(quantity.sum())
    out = lent * held
    moves = [
        Move(1, out, relief, None, loan=0),
        Move(2, sold * (held - out), relief, None),
        *([Move(3, out, relief, None, loan=0, is_return=True)] if comes_back else []),
    ]
    came = np.zeros(quantity.size, dtype=np.intp)
    found = relieve(came, quantity, cost, moves)
    unit_cost = cost[found.origin]
    gone = np.bincount(found.part, weights=found.released, minlength=found.quantity.size)
    np.testing.assert_allclose(found.quantity.sum(), held)
    np.testing.assert_allclose(((found.quantity - gone) * unit_cost).sum() + gone @ unit_cost, quantity @ cost)
    is_lent = found.lent_from == 1
    np.testing.assert_allclose(found.quantity[is_lent].sum(), out)
    assert not gone[is_lent].any()
    assert (found.lent_until[is_lent] == (3 if comes_back else 1 << 30)).all()
    assert (found.quantity - gone >= -1e-9).all()
