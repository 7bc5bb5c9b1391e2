"""From daily prices to marks: the prices that rules observe under each observation policy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import DAY, Bools, Days, Floats, frozen
from treasury_sim.domain.prices import DailyPrices, Marks
from treasury_sim.domain.timeline import Quarter, Timeline


def _is_sunday(days: Days) -> Bools:
    # 1970-01-01, day 0, was a Thursday.
    sunday: Bools = days.astype(int) % 7 == 3
    return sunday


def _is_month_end(days: Days) -> Bools:
    month_end: Bools = (days + DAY).astype("datetime64[M]") != days.astype("datetime64[M]")
    return month_end


OBSERVED_DAYS: dict[str, Callable[[Days], Bools] | None] = {
    "intraday_low": None,
    "daily_close": lambda days: np.ones(days.size, dtype=bool),
    "weekly": _is_sunday,
    "month_end": _is_month_end,
    "period_end": lambda days: np.zeros(days.size, dtype=bool),
}
"""Policy -> the days whose close is observed, (days,); ``None`` if every intraday low is observed."""


def observed(daily: DailyPrices, policy: str) -> Floats:
    """The price observed on each day under `policy`, infinite where there is none, (days,) [currency/unit]."""
    is_observed = OBSERVED_DAYS[policy]
    return daily.low if is_observed is None else np.where(is_observed(daily.days), daily.close, np.inf)


@dataclass(frozen=True)
class LowOverride:
    """The lowest price of a quarter as a scenario states it, and the day on which it was observed."""

    price: float
    day: date


def with_lows(daily: DailyPrices, overrides: Mapping[Quarter, LowOverride]) -> DailyPrices:
    """Set the low of each quarter's stated day; raise all other prices of the quarter to it."""
    low, close = daily.low.copy(), daily.close.copy()
    for quarter, override in overrides.items():
        inside = (daily.days >= np.datetime64(quarter.start)) & (daily.days <= np.datetime64(quarter.end))
        low[inside] = np.maximum(low[inside], override.price)
        close[inside] = np.maximum(close[inside], override.price)
        low[daily.days == np.datetime64(override.day)] = override.price
    return replace(daily, low=frozen(low), close=frozen(close))


def observe(daily: DailyPrices, timeline: Timeline, quarter_end: Floats, policy: str) -> Marks:
    """Observe one price path at the marks of `timeline`.

    Parameters
    ----------
    daily
        Prices that cover every mark.
    quarter_end : (quarters,)
        Price at each quarter's cut-off [currency/unit].
    policy
        One of `OBSERVED_DAYS`.
    """
    # No units are held before the prices begin, so the values at such marks are never used.
    priced = timeline.days >= daily.days[0]
    rows = daily.row(timeline.days[priced])
    starts = np.concatenate([rows[:1], rows[:-1] + 1])
    low = np.full(timeline.days.size, np.inf)
    low[priced] = np.minimum.reduceat(observed(daily, policy)[: rows[-1] + 1], starts)
    close = np.full(timeline.days.size, daily.close[0])
    close[priced] = daily.close[rows]
    at_end = np.where(np.isnan(quarter_end), daily.close[0], quarter_end)
    return Marks(frozen(close[None, :]), frozen(low[None, :]), frozen(at_end[None, :]))


def quarter_low(
    daily: DailyPrices, quarter: Quarter, quarter_end: float, policy: str, stated: LowOverride | None
) -> tuple[float, date]:
    """Lowest price of `quarter` observed under `policy`, the quarter-end price included, and its day.

    Not a number before the prices begin. If the low is the one that the scenario has `stated`, so is its day.
    """
    if math.isnan(quarter_end):
        return quarter_end, quarter.end
    first = max(int(daily.row(np.array([quarter.start], dtype="datetime64[D]"))[0]), 0)
    last = int(daily.row(np.array([quarter.end], dtype="datetime64[D]"))[0])
    prices = observed(daily, policy)[first : last + 1]
    lowest = int(np.argmin(prices))
    if quarter_end <= prices[lowest]:
        return quarter_end, quarter.end
    if stated is not None and stated.price == prices[lowest]:
        return stated.price, stated.day
    day: date = daily.days[first + lowest].astype(date)
    return float(prices[lowest]), day
