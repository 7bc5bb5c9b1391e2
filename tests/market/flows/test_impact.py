"""The square-root law by hand, and what it says of 5 February 2026."""

from __future__ import annotations

import numpy as np
import pytest

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
    """8bn in one day: 0.03 x sqrt(0.1) = 0.95 %, on average 0.63 %: 100 fetches 99.37."""
    assert SquareRootImpact().proceeds(100.0, 8e9, 0.03) == pytest.approx(99.367, abs=0.001)


def test_spread_over_days_the_impact_of_a_block_does_not_depend_on_their_number() -> None:
    """The law is free of scale: volatility grows with the root of time, participation falls with time."""
    fetched = [SquareRootImpact().proceeds(100.0, 8e9, 0.03, days=days) for days in (1.0, 4.0)]
    assert fetched[0] == pytest.approx(fetched[1])
