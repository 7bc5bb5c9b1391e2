"""The minimum between two points, against its distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.market.models.bridge import lowest_between


@given(st.floats(-2.0, 2.0), st.floats(1e-6, 2.0), st.floats(1e-9, 30.0))
def test_inverts_the_distribution_of_the_minimum(increment: float, variance: float, exponential: float) -> None:
    """P(minimum <= m | increment x) = exp(-2 m (m - x) / s2) for m <= min(0, x), by the reflection principle."""
    lowest = float(lowest_between(np.array([increment]), variance, np.array([exponential]))[0])
    assert lowest <= min(0.0, increment)
    assert 2.0 * lowest * (lowest - increment) / variance == pytest.approx(exponential, rel=1e-6, abs=1e-9)


def test_agrees_with_a_walk_in_small_steps() -> None:
    """A walk of 4,000 steps that ends where it is told; looking at steps only misses 0.58 s sqrt(dt) of the low."""
    generator = np.random.default_rng(7)
    paths, steps, increment = 4_000, 4_000, -0.1
    walk = np.cumsum(generator.normal(0.0, 0.5 / np.sqrt(steps), (paths, steps)), axis=1)
    share = np.arange(1, steps + 1) / steps
    walk += share * (increment - walk[:, -1:])
    between = 0.5826 * 0.5 / np.sqrt(steps)
    watched = np.minimum(walk.min(axis=1), 0.0) - between
    drawn = lowest_between(np.full(paths, increment), 0.25, generator.standard_exponential(paths))
    error = np.sqrt(watched.var() / paths + drawn.var() / paths)
    assert abs(watched.mean() - drawn.mean()) < 4.0 * error
