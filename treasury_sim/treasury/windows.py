"""From lots and sales, some of them stated for a window of days, to what happens on each day.

A filing gives the total and the average price of a window, not the days in it. Under ``even`` a window is one
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

from treasury_sim.domain.arrays import Days, Floats, Ints
from treasury_sim.domain.prices import DailyPrices

WindowTiming = Literal["even", "start", "end"]
TimingOf = Callable[[date], WindowTiming]
"""The last day of a window -> how it is bought."""


@dataclass(frozen=True)
class Parts:
    """What happens on each day: n parts in the order of day and row.

    Attributes
    ----------
    row : (n,)
        Position of the lot or sale that a part belongs to.
    day : (n,)
        UTC day.
    quantity : (n,)
        Units [coins].
    price_factor : (n,)
        The day's price over the average price of the whole; the quantity-weighted mean of a lot's is 1.
    """

    row: Ints
    day: Days
    quantity: Floats
    price_factor: Floats


def split(windows: Sequence[tuple[date, date | None, float]], timing_of: TimingOf, daily: DailyPrices) -> Parts:
    """Split `windows` (first day, last day or ``None``, quantity) into days; `daily` covers them."""
    rows, days, quantities, factors = [], [], [], []
    for row, (first, last, quantity) in enumerate(windows):
        window = _days(first, last, timing_of)
        closes = _closes(window, daily)
        rows.append(np.full(window.size, row))
        days.append(window)
        quantities.append(np.full(window.size, quantity / window.size))
        factors.append(closes / closes.mean())
    if not rows:
        empty = np.empty(0)
        return Parts(empty.astype(np.intp), empty.astype("datetime64[D]"), empty, empty)
    row_of, day_of = np.concatenate(rows), np.concatenate(days)
    order = np.lexsort((row_of, day_of))
    return Parts(row_of[order], day_of[order], np.concatenate(quantities)[order], np.concatenate(factors)[order])


def _days(first: date, last: date | None, timing_of: TimingOf) -> Days:
    start, end = np.datetime64(first, "D"), np.datetime64(last or first, "D")
    timing = timing_of(last or first)
    if timing == "start":
        end = start
    elif timing == "end":
        start = end
    return np.arange(start, end + 1)


def _closes(days: Days, daily: DailyPrices) -> Floats:
    closes: Floats = daily.close[daily.row(days)]
    return closes
