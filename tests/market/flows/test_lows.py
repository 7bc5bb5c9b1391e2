"""Deeper lows: by hand, and laws on random days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.flows.lows import DeeperLows
from treasury_sim.market.history import load_history
from treasury_sim.market.models.bridge import lowest_between


def test_a_fall_of_a_tenth_by_hand() -> None:
    """From 100 to 90, a fifth deeper in logs: 90 x 0.9^0.2 = 88.123; another venue 2 % below that: 86.361."""
    low, last = np.array([90.0, 94.0]), np.array([100.0, 100.0])
    assert DeeperLows(deeper=0.2).on(low, last) == pytest.approx([88.1233, 94.0], abs=1e-4)
    assert DeeperLows(deeper=0.2, venue=0.02).on(low, last) == pytest.approx([86.3609, 94.0], abs=1e-4)


def test_the_venues_of_10_october_2025() -> None:
    """Binance traded down to 102,000 where Coinbase traded at 107,000: 4.7 % lower."""
    assert DeeperLows(venue=1.0 - 102 / 107).on(np.array([107.0]), np.array([121.7])) == pytest.approx([102.0])


def recovered(low: Floats, close: Floats, last: Floats) -> tuple[float, int]:
    """Median share of the fall to the low that the close recovers, on days that fall by 7 to 10 %; and their number."""
    fall = 1.0 - low / last
    chosen = (fall >= 0.07) & (fall < 0.10)
    shares = 1.0 - np.log(close[chosen] / last[chosen]) / np.log(low[chosen] / last[chosen])
    return float(np.median(shares)), int(chosen.sum())


def test_bitcoin_recovers_a_third_of_such_a_fall_by_the_close() -> None:
    """111 days of 2018 to August 2026."""
    history = load_history("BTC")
    first = int((np.datetime64("2018-01-01") - history.days[0]).astype(int))
    share, count = recovered(history.low[first:], history.close[first:], history.close[first - 1 : -1])
    assert share == pytest.approx(0.34, abs=0.01)
    assert count == 111


@pytest.mark.parametrize(("deeper", "expected"), [(0.0, 0.12), (0.2, 0.30)])
def test_a_brownian_day_recovers_less_unless_its_low_is_deeper(deeper: float, expected: float) -> None:
    """Fitted: 20 % deeper gives 0.30, within 0.1 of the 0.34 of history; without, 0.12."""
    generator = np.random.default_rng(1)
    change = 0.035 * generator.standard_normal(1_000_000)
    low = np.exp(lowest_between(change, 0.035**2, generator.exponential(size=change.size)))
    last = np.ones_like(low)
    share, _ = recovered(DeeperLows(deeper, after_fall=0.0).on(low, last), np.exp(change), last)
    assert share == pytest.approx(expected, abs=0.01)


days = st.tuples(st.floats(1e-3, 1e6), st.floats(0.05, 1.5))


@given(st.lists(days, min_size=1), st.floats(0.0, 1.0), st.floats(0.0, 0.99), st.floats(0.0, 0.99))
def test_a_low_is_never_higher_and_stays_positive(
    rows: list[tuple[float, float]], deeper: float, venue: float, after: float
) -> None:
    last = np.array([price for price, _ in rows])
    low = last * np.array([ratio for _, ratio in rows])
    lower = DeeperLows(deeper, venue, after).on(low, last)
    assert (lower > 0.0).all()
    assert (lower <= low * (1.0 + 1e-15)).all() or after == 0.0
    shallow = low > last * (1.0 - after)
    assert lower[shallow].tobytes() == low[shallow].tobytes()
