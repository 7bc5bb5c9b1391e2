"""Break-even prices: exact at every kink, against a search on a fine grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.capital.break_even import BooksByPrice, allowance_appears, equity_is_nothing

FAIR = BooksByPrice(
    units=np.array([10.0]),
    ceiling=np.array([np.inf]),
    kept=1.0,
    tax_basis=1_000.0,
    rate=0.25,
    support=0.0,
    other_equity=-600.0,
)


def test_below_the_tax_basis_without_support_a_fall_is_not_taxed() -> None:
    """Below 100, 10 p - 600 is zero at 60; with an untested asset 10 p - 600 + 25 % x (1,000 - 10 p) is so earlier."""
    assert equity_is_nothing(FAIR) == pytest.approx(60.0)
    assert equity_is_nothing(replace(FAIR, support=np.inf)) == pytest.approx(350 / 7.5)


def test_above_the_tax_basis_the_liability_counts() -> None:
    """-1,300 + 10 p - 25 % (10 p - 1,000) = 0 at 140."""
    assert equity_is_nothing(replace(FAIR, other_equity=-1_300.0)) == pytest.approx(140.0)


def test_the_allowance_appears_where_support_is_used_up() -> None:
    assert allowance_appears(FAIR) == pytest.approx(100.0)
    assert allowance_appears(replace(FAIR, support=50.0)) == pytest.approx(80.0)
    assert allowance_appears(replace(FAIR, support=np.inf)) is None


def test_no_price_makes_it_zero() -> None:
    assert equity_is_nothing(replace(FAIR, other_equity=10.0)) is None
    capped = replace(FAIR, ceiling=np.array([50.0]), other_equity=-600.0)
    assert equity_is_nothing(capped) is None


@given(
    st.lists(st.tuples(st.floats(0.1, 10.0), st.floats(10.0, 200.0)), min_size=1, max_size=6),
    st.floats(-800.0, -10.0),
    st.floats(0.0, 60.0),
    st.booleans(),
    st.booleans(),
)
def test_equity_is_zero_at_the_price_found(
    lots: list[tuple[float, float]], other: float, support: float, at_cost: bool, appreciation: bool
) -> None:
    units, cost = np.array(lots).T
    books = BooksByPrice(
        units=units,
        ceiling=cost if at_cost else np.full(units.size, np.inf),
        kept=1.0,
        tax_basis=float(units @ cost),
        rate=0.25,
        support=support,
        other_equity=other,
        appreciation_supports=appreciation,
    )
    price = equity_is_nothing(books)
    grid = np.array([books.equity(p) for p in np.linspace(0.0, 2_000.0, 4_001)])
    if price is None:
        assert (grid < 0.0).all() or (grid > 0.0).all()
    else:
        assert books.equity(price) == pytest.approx(0.0, abs=1e-6)
