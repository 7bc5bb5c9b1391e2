"""Stationary block bootstrap: days of a window of history, redrawn in blocks of random length.

Source: Politis and Romano, "The stationary bootstrap", Journal of the American Statistical Association 89 (1994),
1303-1313.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np

from treasury_sim.domain.arrays import Days, Floats, Ints, frozen
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.history import Window
from treasury_sim.market.models.daily import at_nodes, day_gaps
from treasury_sim.market.models.model import DAYS_IN_YEAR, NodePrices, Noise, Number


@dataclass(frozen=True)
class Bootstrap:
    """Bootstrap of daily returns; a day's return and low-to-close ratio are drawn together.

    A block begins on any day of the window with equal probability and ends after each day with probability
    1 / block_length; the window wraps around. Assets with the same window and block length use the same days on every
    path, which keeps their historical correlation.

    Attributes
    ----------
    returns, low_to_close : (days of the window,)
        log(close / close of the day before); log(low / close).
    window
        Source of the returns.
    block_length
        Mean number of days of a block.
    drift
        Annual growth of the expected price; ``None`` for the growth of the window.
    spread
        Factor on returns around their mean, and on the fall from close to low.
    """

    daily: ClassVar[bool] = True

    asset: str
    returns: Floats
    low_to_close: Floats
    window: Window
    block_length: Number
    drift: Number | None = None
    spread: Number = 1.0

    @classmethod
    def of(cls, asset: str, keys: Any, history: DailyPrices) -> Bootstrap:
        """Build the model from the keys of a scenario; `history` must cover the window and the day before."""
        window = keys.window
        first = (window.first - history.first).days
        rows = slice(first, first + window.days)
        log_close = np.log(history.close)
        returns = np.diff(log_close[first - 1 : first + window.days])
        low_to_close = np.log(history.low[rows]) - log_close[rows]
        return cls(asset, frozen(returns), frozen(low_to_close), window, keys.block_length, keys.drift, keys.spread)

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw days and cumulate their returns."""
        gaps = day_gaps(nodes, start)
        days = int(gaps.sum())
        paths = noise.paths
        blocks = "by path" if isinstance(self.block_length, np.ndarray) else repr(self.block_length)
        generator = noise.generator(f"bootstrap:{self.window.first}:{self.window.last}:{blocks}")
        drawn = self._drawn(generator, days, paths)
        change = self._spread_out(self.returns[drawn], self.spread)
        if self.drift is not None:
            change += self.drift / DAYS_IN_YEAR - self.growth(days)
        low = change + self.low_to_close[drawn] * self.spread
        return at_nodes(change, low, spot, gaps)

    def _drawn(self, generator: np.random.Generator, days: int, paths: int) -> Ints:
        """Day of the window drawn for each day, (days, paths)."""
        begins = generator.random((days, paths)) < 1.0 / self.block_length
        drawn: Ints = generator.integers(self.returns.size, size=(days, paths))
        for day in range(1, days):
            following = drawn[day - 1] + 1
            following[following == self.returns.size] = 0
            np.copyto(drawn[day], following, where=~begins[day])
        return drawn

    def growth(self, days: int) -> Floats:
        """Log growth of the expected price on each day, without adjustment, (days, 1), or (days, paths).

        The day drawn is a Markov chain on the days of the window, so the expected price is computed exactly.
        """
        both = np.broadcast_arrays(np.atleast_1d(self.block_length), np.atleast_1d(self.spread))
        pairs, path = np.unique(np.array(both), axis=1, return_inverse=True)
        block_length, spread = pairs[:, :, None]
        gross, leave = np.exp(self._spread_out(self.returns, spread)), 1.0 / block_length
        weight = np.full_like(gross, 1.0 / self.returns.size)
        growth = np.empty((days, len(gross)))
        for day in range(days):
            grown = weight * gross
            growth[day] = grown.sum(axis=1)
            grown *= (1.0 - leave) / growth[day][:, None]
            weight[:, 1:], weight[:, 0] = grown[:, :-1], grown[:, -1]
            weight += leave / self.returns.size
        logs: Floats = np.log(growth)[:, path.ravel()]
        return logs

    def _spread_out(self, returns: Floats, spread: Number) -> Floats:
        """Returns with their distance from the mean of the window times `spread`."""
        if np.ndim(spread) == 0 and spread == 1.0:
            return returns
        mean = self.returns.mean()
        spread_out: Floats = mean + (returns - mean) * spread
        return spread_out
