from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.arrays import Floats
from treasury_sim.tax.deferred import Holdings, tax_on_holdings

AMOUNTS = st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4)


def row(*values: float) -> Floats:
    return np.array([values], dtype=float)


ZERO = row(0.0)


def test_the_first_quarter_of_2025_of_strategy() -> None:
    """Fair value 43,546.079m over cost 35,629.911m at 28.7 %: a liability of 2.27bn (8-K 2025-04-07: 2.28bn)."""
    tax = tax_on_holdings(0.2873, Holdings(row(43_546.079), row(35_629.911), ZERO, ZERO, ZERO, ZERO, ZERO))
    assert tax["deferred_tax_liability"][0, 0] == pytest.approx(2_280.0, rel=0.005)
    assert tax["deferred_tax_asset"][0, 0] == 0.0


def test_a_loss_below_the_tax_basis_is_an_asset() -> None:
    tax = tax_on_holdings(0.25, Holdings(row(150.0, 60.0), row(100.0, 100.0), *(row(0.0, 0.0),) * 5))
    assert tax["deferred_tax_liability"].tolist() == [[12.5, 0.0]]
    assert tax["deferred_tax_asset"].tolist() == [[0.0, 10.0]]
    assert tax["deferred_tax_on_holdings"].tolist() == [[-12.5, 22.5]]


def test_a_sale_turns_deferred_tax_into_current_tax() -> None:
    """Cost 100, carried at 150 and sold for 150: the liability of 12.5 is paid, income is not touched again."""
    holdings = Holdings(row(150.0, 0.0), row(100.0, 0.0), *(row(0.0, 0.0),) * 3, row(0.0, 150.0), row(0.0, 100.0))
    tax = tax_on_holdings(0.25, holdings)
    assert tax["deferred_tax_on_holdings"][0, 1] + tax["current_tax_on_sales"][0, 1] == 0.0
    assert tax["current_tax_on_sales"][0, 1] == -12.5


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.floats(0.0, 1.0))
def test_every_change_of_the_balance_goes_somewhere(
    carrying: list[float], basis: list[float], oci: list[float], equity: list[float], rate: float
) -> None:
    nothing = row(0.0, 0.0, 0.0, 0.0)
    tax = tax_on_holdings(
        rate, Holdings(row(*carrying), row(*basis), row(*oci), row(*equity), nothing, nothing, nothing)
    )
    net_liability = tax["deferred_tax_liability"] - tax["deferred_tax_asset"]
    booked = tax["deferred_tax_on_holdings"] + tax["income_tax_oci"] + tax["income_tax_equity"]
    np.testing.assert_allclose(np.diff(net_liability, prepend=0.0), -booked, atol=1e-5)
    np.testing.assert_allclose(
        tax["adoption_dta_reversal"] + tax["adoption_new_dtl"], tax["income_tax_equity"], atol=1e-5
    )


def test_a_difference_with_which_units_come_bypasses_income() -> None:
    """Bought for 100 with a typed tax basis of 40: a liability of 15 and no expense (IAS 12.15)."""
    tax = tax_on_holdings(0.25, Holdings(row(100.0), row(40.0), ZERO, ZERO, row(60.0), ZERO, ZERO))
    assert tax["deferred_tax_liability"][0, 0] == 15.0
    assert tax["deferred_tax_on_holdings"][0, 0] == 0.0
