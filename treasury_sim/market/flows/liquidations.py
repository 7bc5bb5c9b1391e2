"""Liquidated long positions of a day: a rule with one parameter, and a book of cohorts that has to beat it.

Both are fitted to the same days of January and February 2026; the book has no better record on other days
(tests/market/flows/test_liquidations.py). It is kept for its levers: leverage, turnover and refilling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from treasury_sim.domain.arrays import Floats, Rows

RULE_COEFFICIENT = 0.177
RULE_THRESHOLD = 0.02

MOST_COINS = 21e6
"""Bitcoin that can ever exist [coins]."""

EVERY = slice(None)
"""All paths."""


def liquidated_by_rule(open_interest: Floats | float, previous_close: Floats | float, low: Floats | float) -> Floats:
    """Long coins liquidated on a day, from its fall alone [coins].

    ``0.177 x open interest x (fall to the low - 2 %)``, never negative; fitted to four days of 2026.

    Parameters
    ----------
    open_interest
        Open positions of all venues [coins].
    previous_close, low
        Close of the day before, and the day's low [currency/coin].
    """
    fall = 1.0 - np.asarray(low) / np.asarray(previous_close)
    return np.asarray(RULE_COEFFICIENT * np.asarray(open_interest) * np.maximum(fall - RULE_THRESHOLD, 0.0))


@dataclass(frozen=True)
class LeverageMix:
    """Leverage of open long positions; within a band, the falls that liquidate them are spread evenly.

    Attributes
    ----------
    edges : (bands + 1,)
        Borders of the bands, increasing, at least 1.
    shares : (bands,)
        Share of the positions in each band; they add up to 1.
    maintenance
        Maintenance margin as a share of the initial one.

    Notes
    -----
    The default is that of Hyperliquid on 15 December 2025; other venues publish none.
    """

    edges: tuple[float, ...] = (1.0, 3.0, 7.0, 50.0)
    shares: tuple[float, ...] = (0.36, 0.48, 0.16)
    maintenance: float = 0.5

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.shares) + 1 or self.edges[0] < 1.0 or np.any(np.diff(self.edges) <= 0.0):
            message = "leverage bands need increasing edges of at least 1, one more than shares"
            raise ValueError(message)
        if min(self.shares) < 0.0 or abs(sum(self.shares) - 1.0) > 1e-9:
            message = "shares of leverage are at least 0 and add up to 1"
            raise ValueError(message)

    def times(self, factor: float) -> LeverageMix:
        """The mix with every leverage multiplied by `factor`, but at least 1 (with a band no narrower than 1 %)."""
        edges: list[float] = []
        for edge in self.edges:
            edges.append(max(edge * factor, 1.0, *(known * 1.01 for known in edges[-1:])))
        return LeverageMix(tuple(edges), self.shares, self.maintenance)

    @cached_property
    def knots(self) -> tuple[Floats, Floats]:
        """Falls from entry that liquidate the borders of the bands, increasing, and the share liquidated by each."""
        falls = (1.0 - self.maintenance) / (np.array(self.edges[::-1]) - self.maintenance)
        return falls, np.append(0.0, np.cumsum(self.shares[::-1]))

    def liquidated_within(self, fall: Floats) -> Floats:
        """Share of positions whose liquidation price is reached by a `fall` from entry, as `fall`.

        A position of leverage L with maintenance margin m = h / L is liquidated at ``entry (1 - 1/L) / (1 - m)``, a
        fall of ``(1 - h) / (L - h)``.
        """
        # A few ramps, added up: several times faster than a search for the band of each fall.
        reached, ramp = np.zeros_like(fall), np.empty_like(fall)
        for first, width, slope in self._ramps:
            np.subtract(fall, first, out=ramp)
            np.maximum(ramp, 0.0, out=ramp)
            np.minimum(ramp, width, out=ramp)
            ramp *= slope
            reached += ramp
        return reached

    @cached_property
    def _ramps(self) -> list[tuple[float, float, float]]:
        """Where each band begins as a fall, its width, and the share liquidated per fall in it."""
        falls, shares = self.knots
        width = np.diff(falls)
        return list(zip(falls.tolist(), width.tolist(), (np.diff(shares) / width).tolist(), strict=False))


@dataclass(frozen=True)
class BookSetting:
    """The levers of a book of leveraged long positions.

    Attributes
    ----------
    open_interest
        [coins]
    at_risk
        Share of the open interest that is held long without a hedge; fitted to the days of `liquidated_by_rule`.
    turnover
        Share of positions closed and opened anew each day.
    refills
        Whether liquidated positions are opened anew, as open interest in coins suggests.
    leverage
        The mix of leverage.
    cohorts
        Days of entry that are kept apart; older positions, 0.4 % of all at the default turnover, count as entered anew.
    """

    open_interest: float
    at_risk: float = 0.06
    turnover: float = 0.5
    refills: bool = True
    leverage: LeverageMix = field(default_factory=LeverageMix)
    cohorts: int = 8

    def __post_init__(self) -> None:
        if self.open_interest < 0.0 or not 0.0 <= self.at_risk <= 1.0 or not 0.0 <= self.turnover <= 1.0:
            message = "a book needs an open interest of at least 0, and shares from 0 to 1"
            raise ValueError(message)


class Book:
    """Long positions by day of entry, on many paths.

    Parameters
    ----------
    entry : (paths,)
        Price at which all positions of the first day were entered [currency/coin].
    """

    def __init__(self, setting: BookSetting, entry: Floats) -> None:
        self.setting = setting
        # Cohorts are rows, so that each operation runs along many paths.
        self._entry = np.repeat(entry[None, :], setting.cohorts, axis=0)
        self._low = self._entry.copy()
        self._coins = np.zeros(self._entry.shape)
        self._coins[0] = setting.open_interest * setting.at_risk
        self._survival = np.ones(self._entry.shape)
        self._slot = 0

    @property
    def coins(self) -> Floats:
        """Positions that are still open, (paths,) [coins]."""
        open_coins: Floats = (self._coins * self._survival).sum(axis=0)
        return open_coins

    def liquidated(self, low: Floats, paths: Rows = EVERY) -> Floats:
        """Coins liquidated on `paths` if the day's low is `low`, at most those open, (paths,) [coins]."""
        lost = self._surviving(low, paths)
        np.subtract(self._survival[:, paths], lost, out=lost)
        lost *= self._coins[:, paths]
        coins: Floats = lost.sum(axis=0)
        return coins

    def liquidate(self, low: Floats) -> Floats:
        """Liquidate positions down to `low`, (paths,); the coins liquidated, as `liquidated` at that low, (paths,)."""
        before, self._survival = self._survival, self._surviving(low, EVERY)
        lost = before - self._survival
        lost *= self._coins
        np.minimum(self._low, low, out=self._low)
        coins: Floats = lost.sum(axis=0)
        return coins

    def end_day(self, close: Floats) -> None:
        """Turn positions over, and enter the new ones at `close`, (paths,)."""
        wanted = self.setting.open_interest * self.setting.at_risk if self.setting.refills else self.coins
        self._coins *= 1.0 - self.setting.turnover
        self._slot = (self._slot + 1) % self.setting.cohorts
        self._coins[self._slot] = 0.0
        self._coins[self._slot] = wanted - self.coins
        self._survival[self._slot] = 1.0
        self._entry[self._slot] = close
        self._low[self._slot] = close

    def _surviving(self, low: Floats, paths: Rows) -> Floats:
        """Share of each cohort that survives a low of `low`, (cohorts, paths)."""
        fall = np.minimum(self._low[:, paths], low)
        fall /= self._entry[:, paths]
        np.subtract(1.0, fall, out=fall)
        return np.subtract(1.0, self.setting.leverage.liquidated_within(fall), out=fall)
