"""Replay of a window of history: its prices as they were, or its returns from another starting price."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from treasury_sim.domain.arrays import Days, Ints, frozen
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.history import Window


def source_day(window: Window, first: date, day: date) -> date:
    """The day of `window` replayed on `day`; the replay begins on `first`, and the window wraps around."""
    return window.first + timedelta(days=(day - first).days % window.days)


def replay_levels(history: DailyPrices, window: Window, days: Days) -> DailyPrices:
    """Replay the prices of `window` on `days`, as they were [currency/unit].

    Parameters
    ----------
    history
        Must cover the window.
    days : (days,)
        Days of the replay, increasing by one.
    """
    rows = _rows(history, window, days.size)
    words = f"model: {window} replayed at its own prices"
    return DailyPrices(history.asset, days, frozen(history.low[rows]), frozen(history.close[rows]), words)


def replay_returns(history: DailyPrices, window: Window, days: Days, spot: float) -> DailyPrices:
    """Replay the daily returns and the low-to-close ratios of `window` on `days`, starting from `spot`.

    close_i = spot * product of (close_j / close of the day before j) over the days j of the window up to day i;
    low_i = close_i * low_j / close_j on day i.

    Parameters
    ----------
    history
        Must cover the window and the day before.
    spot
        Price on the day before the first of `days` [currency/unit].
    """
    rows = _rows(history, window, days.size)
    close = spot * np.cumprod(history.close[rows] / history.close[rows - 1], dtype=np.float64)
    low = close * (history.low[rows] / history.close[rows])
    words = f"model: {window} replayed from spot {spot:,.12g}"
    return DailyPrices(history.asset, days, frozen(low), frozen(close), words)


def _rows(history: DailyPrices, window: Window, count: int) -> Ints:
    start = (window.first - history.first).days
    rows: Ints = start + np.arange(count, dtype=np.intp) % window.days
    return rows
