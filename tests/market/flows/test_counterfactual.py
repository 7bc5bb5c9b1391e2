"""Prices with other flows than there were: laws on random paths, and the plain loop as the oracle."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.flows.counterfactual import FlowSetting, counterfactual
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.flows.liquidations import Book, BookSetting

NOTHING = FlowSetting()
STRONG = SquareRootImpact(6.0)
BOOK = BookSetting(700_000.0)


def sample(seed: int, *, paths: int = 3, days: int = 12) -> tuple[Floats, Floats, Floats]:
    """Random lows, closes and volatilities, each (paths, days)."""
    rng = np.random.default_rng(seed)
    close = 60_000.0 * np.exp(np.cumsum(0.04 * rng.standard_normal((paths, days)), axis=1))
    before = np.column_stack([close[:, 0], close[:, :-1]])
    low = np.minimum(close, before) * np.exp(-np.abs(0.02 * rng.standard_normal(close.shape)))
    return low, close, np.full_like(close, 0.04)


seeds = st.integers(0, 10_000)


@given(seeds)
def test_with_the_flows_as_they_were_a_path_is_the_same_to_the_byte(seed: int) -> None:
    low, close, volatility = sample(seed)
    flows = FlowSetting(BOOK, np.full(low.shape[1], 450.0))
    paths = counterfactual(low, close, volatility, setting=flows, as_was=flows, impact=STRONG)
    assert paths.low.tobytes() == low.tobytes()
    assert paths.close.tobytes() == close.tobytes()


@given(seeds)
def test_without_flows_a_model_path_is_the_same_to_the_byte(seed: int) -> None:
    low, close, volatility = sample(seed)
    paths = counterfactual(low, close, volatility, setting=NOTHING, as_was=NOTHING, impact=STRONG)
    assert paths.low.tobytes() == low.tobytes()


@given(seeds)
def test_prices_stay_positive_and_a_low_is_no_higher_than_its_close(seed: int) -> None:
    low, close, volatility = sample(seed)
    for setting, as_was in ((FlowSetting(BOOK), NOTHING), (NOTHING, FlowSetting(BOOK))):
        paths = counterfactual(low, close, volatility, setting=setting, as_was=as_was, impact=STRONG)
        assert (paths.low > 0.0).all()
        assert (paths.low <= paths.close).all()


@given(seeds)
def test_forced_sellers_lower_every_low_and_their_absence_raises_it(seed: int) -> None:
    low, close, volatility = sample(seed)
    flows = FlowSetting(BOOK)
    added = counterfactual(low, close, volatility, setting=flows, as_was=NOTHING, impact=STRONG)
    removed = counterfactual(low, close, volatility, setting=NOTHING, as_was=flows, impact=STRONG)
    assert (added.low <= low).all()
    assert (removed.low >= low).all()


@given(seeds, st.floats(1.0, 4.0))
def test_more_leverage_never_raises_the_low_of_a_day(seed: int, times: float) -> None:
    """For one day, positions of the same entry. Over several days it is no law: a position liquidated early on a small
    fall is missing on a large one, and the impact of the small one has worn off by then.
    """
    low, close, volatility = sample(seed, days=2)
    book = replace(BOOK, at_risk=0.5)
    lowest = []
    for leverage in (book.leverage, book.leverage.times(times)):
        setting = FlowSetting(replace(book, leverage=leverage))
        paths = counterfactual(low, close, volatility, setting=setting, as_was=NOTHING, impact=STRONG)
        lowest.append(paths.low)
    assert (lowest[1] <= lowest[0] * (1.0 + 1e-9)).all()


def test_it_equals_a_plain_loop_over_paths_and_days() -> None:
    low, close, volatility = sample(7, paths=4, days=25)
    paths = counterfactual(low, close, volatility, setting=FlowSetting(BOOK), as_was=NOTHING, impact=STRONG)
    for path in range(len(low)):
        book, carried = Book(BOOK, close[path, :1]), 0.0
        for day in range(1, low.shape[1]):
            base = price = low[path, day] * math.exp(-carried)
            for _ in range(500):
                coins = float(book.liquidated(np.array([price]))[0])
                fall = 6.0 * volatility[path, day] * math.sqrt(coins * close[path, day - 1] / 80e9)
                price = base * math.exp(-fall)
            carried += 0.5 * fall
            changed = close[path, day] * math.exp(-carried)
            assert paths.low[path, day] == pytest.approx(min(price, changed), rel=1e-8)
            assert paths.close[path, day] == pytest.approx(changed, rel=1e-8)
            book.liquidate(np.array([price]))
            book.end_day(np.array([changed]))
            carried *= 0.25
