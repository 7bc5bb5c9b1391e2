"""The square-root law by hand, and what it says of 5 February 2026."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS, SquareRootImpact

LIQUIDATED = np.array([1.16e9])
"""Long bitcoin positions liquidated on 5 February 2026, by Coinglass [USD]."""


def test_liquidations_of_5_february_explain_a_small_part_of_the_fall() -> None:
    """0.029 x sqrt(1.16 / 80) = 0.35 % of a fall of 14.8 %; 0.3 to 3 % over the published coefficients 1 to 6."""
    assert float(SquareRootImpact().fall(LIQUIDATED, 0.029)[0]) == pytest.approx(0.0035, abs=0.0001)
    most = float(SquareRootImpact(PUBLISHED_COEFFICIENTS[1]).fall(LIQUIDATED, 0.029)[0])
    assert 0.003 < most < 0.03


def test_miners_move_the_price_less() -> None:
    """450 coins a day at 62,791 are 28m: 0.029 x sqrt(0.028 / 80) = 0.05 %."""
    assert float(SquareRootImpact().fall(np.array([450.0 * 62_791.0]), 0.029)[0]) == pytest.approx(0.00054, abs=2e-5)


def test_a_block_fetches_two_thirds_of_its_impact_less() -> None:
    """8bn in one day: I = 0.03 x sqrt(0.1) = 0.95 %. 100 x (1 - 2/3 I + I^2 / 4) = 99.3698."""
    assert SquareRootImpact().proceeds(100.0, 8e9, 0.03) == pytest.approx(99.3698, abs=0.0001)


@given(st.floats(0.0, 1e15), st.floats(0.0, 1.0))
def test_a_block_fetches_something_and_no_more_than_its_price(amount: float, volatility: float) -> None:
    fetched = SquareRootImpact(6.0).proceeds(100.0, amount, volatility)
    assert 0.0 < fetched <= 100.0 + 1e-9
    # The part q of the sale is done at a root of s = sqrt(q): dq = 2 s ds.
    root = (np.arange(20_000) + 0.5) / 20_000
    end = 6.0 * volatility * (amount / 80e9) ** 0.5
    assert fetched == pytest.approx(100.0 * float((2.0 * root * np.exp(-end * root)).mean()), rel=1e-3)


def test_spread_over_days_the_impact_of_a_block_does_not_depend_on_their_number() -> None:
    """The law is free of scale: volatility grows with the root of time, participation falls with time."""
    fetched = [SquareRootImpact().proceeds(100.0, 8e9, 0.03, days=days) for days in (1.0, 4.0)]
    assert fetched[0] == pytest.approx(fetched[1])
