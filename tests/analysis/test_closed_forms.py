"""Closed forms against quadrature, and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from treasury_sim.analysis.solve.closed_forms import Gbm

MOTIONS = st.builds(
    Gbm,
    spot=st.sampled_from([1.0, 87_515.0]),
    drift=st.one_of(st.just(0.0), st.floats(-1.0, 1.0)),
    volatility=st.floats(0.1, 1.5),
    years=st.floats(0.05, 3.0),
)
LEVELS = st.floats(0.05, 2.0)


@given(MOTIONS, LEVELS)
def test_what_lies_below_the_minimum_is_the_integral_of_its_distribution(motion: Gbm, share: float) -> None:
    level = share * motion.spot
    expected, error = quad(
        lambda p: float(motion.minimum_probability(np.array(p))),
        0.0,
        level,
        points=[motion.spot] if share > 1 else None,
        limit=400,
    )
    found = float(motion.expected_below_minimum(np.array(level)))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6 * motion.spot + 10 * error)


@given(MOTIONS, LEVELS)
def test_what_lies_below_the_price_is_an_undiscounted_put(motion: Gbm, share: float) -> None:
    level = share * motion.spot
    s = motion.volatility * np.sqrt(motion.years)
    mean = (motion.drift - motion.volatility**2 / 2) * motion.years

    def payoff(z: float) -> float:
        return float(max(0.0, level - motion.spot * np.exp(mean + s * z)) * norm.pdf(z))

    expected, _ = quad(payoff, -12, 12, points=[(np.log(share) - mean) / s], limit=400)
    assert float(motion.expected_below_price(np.array(level))) == pytest.approx(
        expected, rel=1e-6, abs=1e-7 * motion.spot
    )


@given(MOTIONS, st.floats(0.001, 0.999))
def test_quantiles_invert_the_distribution(motion: Gbm, share: float) -> None:
    lowest = motion.minimum_quantile(share)
    assert float(motion.minimum_probability(np.array(lowest))) == pytest.approx(share, abs=1e-9)
    assert lowest <= min(motion.spot, motion.price_quantile(share)) * (1 + 1e-9)


@given(MOTIONS, LEVELS)
def test_small_drift_joins_no_drift(motion: Gbm, share: float) -> None:
    level = np.array(share * motion.spot)
    none = Gbm(motion.spot, 0.0, motion.volatility, motion.years).expected_below_minimum(level)
    small = Gbm(motion.spot, 1e-6 * motion.volatility**2, motion.volatility, motion.years).expected_below_minimum(level)
    np.testing.assert_allclose(small, none, rtol=2e-5, atol=1e-6 * motion.spot)


def test_one_lot_at_cost_for_a_quarter() -> None:
    """60 % volatility, no drift, one quarter: 21.7 % of cost under continuous observation, 11.9 % at the period end."""
    quarter = Gbm(100.0, 0.0, 0.6, 0.25)
    assert float(quarter.expected_below_minimum(np.array(100.0))) == pytest.approx(21.7, abs=0.1)
    assert float(quarter.expected_below_price(np.array(100.0))) == pytest.approx(11.9, abs=0.1)
