"""Running lows on many paths for units acquired at different times, each stretch of time scanned once.

Computed: the lowest price observed since acquisition, for every group of units acquired together (a *row*), at each
*moment* a rule needs it: ``2 x mark``, before the events of a mark, or ``2 x mark + 1``, after its quarter-end price.
Fast because time is cut into intervals at those moments: a row observes the rest of the interval in which it begins,
then the same interval lows as every older row, so each price is compared once per interval and not once per row.
Law: equal to `RunningLow` on each path alone (through `by_lot`, tests/laws/test_many_paths.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints, rows
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline

Key = tuple[int, int]
"""Names a shared price: the moment at which it is observed, then which price."""


@dataclass(frozen=True)
class _Interval:
    """The marks after one moment up to the next, the rows that begin there, and the quarter that ends with it."""

    after: int
    until: int
    rows: tuple[int, ...]
    quarter: int | None

    @property
    def marks(self) -> int:
        """Number of marks."""
        return self.until - self.after


class Intervals:
    """The prices that rows observe at marks from `first` on.

    Parameters
    ----------
    since : (rows,)
        The mark since which the low counts for a row, not decreasing; the one before `first` at the earliest.
    shows_close : (rows,)
        Whether that mark's close counts, too.
    moments
        Moments at which rows are measured, all from `first` on; after the events of a mark at a quarter end only.
    """

    def __init__(self, since: Ints, shows_close: Bools, timeline: Timeline, first: int, moments: Iterable[int]) -> None:
        self._since, self._first = since.tolist(), first
        self._shows_close = np.flatnonzero(shows_close).tolist()
        quarter_ends = {2 * int(mark) + 1: quarter for quarter, mark in enumerate(timeline.quarter_marks)}
        begin = 2 * first - 1
        self._earlier, self._quarter_before = int(np.count_nonzero(since < first)), quarter_ends.get(begin)
        stops = [begin, *sorted({*moments, *(end for end in quarter_ends if end > begin)})]
        self._position = {moment: number for number, moment in enumerate(stops[1:])}
        self._intervals = []
        self._begins = [-1] * since.size
        for number, (before, moment) in enumerate(pairwise(stops)):
            after, until = before // 2, moment // 2
            beginning = tuple(np.flatnonzero((since > after) & (since <= until)).tolist())
            for row in beginning:
                self._begins[row] = number
            self._intervals.append(_Interval(after, until, beginning, quarter_ends.get(moment)))
        # Where no moment falls between the low of a quarter's last day and the quarter-end price, rows observe both:
        # folding the price into that low saves a comparison for each row.
        both = [(i.until - first, i.quarter) for i in self._intervals if i.quarter is not None and i.marks]
        self._observed_together = [rows(numbers) for numbers in np.array(both, dtype=np.intp).reshape(-1, 2).T]

    def on(self, block: Marks) -> LowsOnPaths:
        """Find the lows on the paths of `block`."""
        lows, quarter_end = block.low.T.copy(), block.quarter_end.T
        marks, quarters = self._observed_together
        lows[marks] = np.minimum(lows[marks], quarter_end[quarters])
        own = np.full((len(self._since), block.paths), np.inf)
        for row in self._shows_close:
            own[row] = block.close_at(self._since[row])
        if self._quarter_before is not None:
            own[: self._earlier] = quarter_end[self._quarter_before]
        between = []
        for interval in self._intervals:
            # Backwards from the end of the interval: the low of a later row is part of that of an earlier one.
            at, lowest = interval.until, None
            for row in reversed(interval.rows):
                lowest = self._lowest(lows, self._since[row], at, lowest)
                if lowest is not None:
                    np.minimum(own[row], lowest, out=own[row])
                elif interval.quarter is not None:
                    np.minimum(own[row], quarter_end[interval.quarter], out=own[row])
                at = self._since[row]
            lowest = self._lowest(lows, interval.after, at, lowest)
            between.append(quarter_end[interval.quarter] if lowest is None else lowest)
        return LowsOnPaths(own, self._begins, between, self._position)

    def _lowest(self, lows: Floats, after: int, until: int, lowest: Floats | None) -> Floats | None:
        """The lowest of `lows` after one mark up to another, and of `lowest`; ``None`` where there is neither."""
        if after == until:
            return lowest
        chosen = lows[after + 1 - self._first : until + 1 - self._first]
        here: Floats = chosen[0] if len(chosen) == 1 else chosen.min(axis=0)
        return here if lowest is None else np.minimum(here, lowest)


@dataclass(frozen=True)
class LowsOnPaths:
    """Lows of `Intervals` on some paths.

    Attributes
    ----------
    own : (rows, paths)
        Lowest price that each row observes by the end of the interval in which it begins.
    begins : (rows,)
        That interval, -1 if it is earlier than all.
    between
        Lowest price that every earlier row observes in each interval, (paths,).
    position
        The interval that ends with a moment.
    """

    own: Floats
    begins: Sequence[int]
    between: Sequence[Floats]
    position: dict[int, int]

    def at(self, keys: Sequence[Key]) -> Floats:
        """The price of one row at moments in order, (moments, paths) [currency/unit]."""
        row = keys[0][1]
        # Each answer continues from the one before it, so an interval is compared once.
        lowest, reached = self.own[row], self.begins[row]
        prices = np.empty((len(keys), lowest.size))
        for price, (moment, _) in zip(prices, keys, strict=True):
            until = self.position[moment]
            np.minimum(lowest, self.between[reached + 1], out=price) if reached < until else np.copyto(price, lowest)
            for number in range(reached + 2, until + 1):
                np.minimum(price, self.between[number], out=price)
            lowest, reached = price, until
        return prices

    def at_once(self, keys: Sequence[Key]) -> Floats:
        """The prices of any rows at one moment, (keys, paths) [currency/unit]."""
        until = self.position[keys[0][0]]
        # The lowest from each interval on; nothing is observed after the last.
        since = np.full((until + 2, self.own.shape[1]), np.inf)
        for number in range(until, -1, -1):
            np.minimum(since[number + 1], self.between[number], out=since[number])
        row = np.array([which for _, which in keys], dtype=np.intp)
        prices: Floats = np.minimum(self.own[row], since[np.asarray(self.begins)[row] + 1])
        return prices
