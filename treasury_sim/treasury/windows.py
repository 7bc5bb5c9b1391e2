"""Splits lots and sales that are stated for a window of days into daily parts.

A filing gives the total and the average price of a window, not its days. Under ``even`` a window is one
part for each UTC day, both ends included: equal units each day, at the window's average cost x that day's close /
mean of the window's closes, so that units and money tie exactly. ``start`` and ``end`` put all of it on the first
or the last day at the average cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from treasury_sim.domain.arrays import DAY, Days, Floats, Ints
from treasury_sim.domain.prices import DailyPrices

WindowTiming = Literal["even", "start", "end"]
TimingOf = Callable[[date], WindowTiming]
"""The last day of a window -> how its units are spread over it."""


@dataclass(frozen=True)
class Parts:
    """Daily parts, n of them, in the order of day and row.

    Attributes
    ----------
    row : (n,)
        Position of the lot or sale that a part belongs to.
    day : (n,)
        UTC day.
    quantity : (n,)
        Units [coins].
    price_factor : (n,)
        The day's price over the average price of the window; the quantity-weighted mean over a lot is 1.
    """

    row: Ints
    day: Days
    quantity: Floats
    price_factor: Floats


def split(
    windows: Sequence[tuple[date, date | None, float]],
    timing_of: TimingOf,
    daily: DailyPrices,
    market: DailyPrices | None = None,
    at_market: Sequence[bool] = (),
) -> Parts:
    """Split `windows` (first day, last day or ``None``, quantity) into days.

    Parameters
    ----------
    timing_of
        How the units of a window that ends on a given day are spread.
    daily
        Prices whose closes shape a stated average; they must cover the windows.
    market
        Market prices on the same days; ``None`` if they are `daily`.
    at_market
        Whether each window is made at the closes of its days, so that `market` shapes it.
    """
    bounds = [_bounds(first, last or first, timing_of) for first, last, _ in windows]
    first = np.array([start for start, _ in bounds], dtype="datetime64[D]")
    count = (np.array([end for _, end in bounds], dtype="datetime64[D]") - first).astype(np.intp) + 1
    begin = np.cumsum(count) - count
    row = np.repeat(np.arange(count.size), count)
    day = first[row] + (np.arange(row.size) - begin[row]) * DAY
    closes = daily.close[daily.row(day)]
    close = closes if market is None else np.where(np.array(at_market)[row], market.close[market.row(day)], closes)
    mean = np.add.reduceat(close, begin) / count if count.size else np.empty(0)
    quantity = np.array([units for _, _, units in windows], dtype=float) / count
    order = np.lexsort((row, day))
    return Parts(row[order], day[order], quantity[row][order], (close / mean[row])[order])


def _bounds(first: date, last: date, timing_of: TimingOf) -> tuple[date, date]:
    timing = timing_of(last)
    return (last if timing == "end" else first), (first if timing == "start" else last)
