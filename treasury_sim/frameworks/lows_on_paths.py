"""The lowest price that units share on many paths: what all of them see between two moments is looked at once.

A moment is ``2 x mark``, before the events of a mark, or ``2 x mark + 1``, after them and at the price of a quarter
end. A row stands for units that came together: they see what is left of the interval in which they come, and from then
on what all see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline

Key = tuple[int, int]
"""Names a shared price: when it is looked at, then which."""


@dataclass(frozen=True)
class _Interval:
    """The marks after one moment up to the next, the rows that begin there, and the quarter that ends with it."""

    after: int
    until: int
    rows: tuple[int, ...]
    quarter: int | None


class Intervals:
    """What rows see of marks from `first` on.

    Parameters
    ----------
    since : (rows,)
        The mark since which the low counts for a row, not decreasing; the one before `first` at the earliest.
    shows_close : (rows,)
        Whether that mark's close counts, too.
    moments
        When rows are looked at, all after `first`.
    """

    def __init__(self, since: Ints, shows_close: Bools, timeline: Timeline, first: int, moments: Iterable[int]) -> None:
        self._since, self._first = since.tolist(), first
        self._shows_close = np.flatnonzero(shows_close).tolist()
        ends = {2 * int(mark) + 1: quarter for quarter, mark in enumerate(timeline.quarter_marks)}
        begin = 2 * first - 1
        self._earlier, self._ended = int(np.count_nonzero(since < first)), ends.get(begin)
        stops = [begin, *sorted({*moments, *(end for end in ends if end > begin)})]
        self._position = {moment: number for number, moment in enumerate(stops[1:])}
        self._intervals = []
        self._begins = [-1] * since.size
        for number, (before, moment) in enumerate(pairwise(stops)):
            after, until = before // 2, moment // 2
            rows = tuple(np.flatnonzero((since > after) & (since <= until)).tolist())
            for row in rows:
                self._begins[row] = number
            self._intervals.append(_Interval(after, until, rows, ends.get(moment)))

    def on(self, block: Marks) -> LowsOnPaths:
        """Look at the paths of `block`."""
        observed, ends = np.ascontiguousarray(block.low.T), block.quarter_end.T
        own = np.full((len(self._since), block.paths), np.inf)
        for row in self._shows_close:
            own[row] = block.close_at(self._since[row])
        if self._ended is not None:
            own[: self._earlier] = ends[self._ended]
        between = np.empty((len(self._intervals), block.paths))
        for lowest, interval in zip(between, self._intervals, strict=True):
            lowest[:] = np.inf if interval.quarter is None else ends[interval.quarter]
            at = interval.until
            for row in reversed(interval.rows):
                self._see(lowest, observed, self._since[row], at)
                np.minimum(own[row], lowest, out=own[row])
                at = self._since[row]
            self._see(lowest, observed, interval.after, at)
        return LowsOnPaths(own, self._begins, between, self._position)

    def _see(self, lowest: Floats, observed: Floats, after: int, until: int) -> None:
        """Lower `lowest` to what is observed after one mark up to another."""
        for mark in range(after + 1, until + 1):
            np.minimum(lowest, observed[mark - self._first], out=lowest)


@dataclass(frozen=True)
class LowsOnPaths:
    """Lows of `Intervals` on some paths.

    Attributes
    ----------
    own : (rows, paths)
        What each row sees by the end of the interval in which it begins.
    begins : (rows,)
        That interval, -1 if it is earlier than all.
    between : (intervals, paths)
        What every earlier row sees in each interval.
    position
        The interval that ends with a moment.
    """

    own: Floats
    begins: Sequence[int]
    between: Floats
    position: dict[int, int]

    def at(self, keys: Sequence[Key]) -> Floats:
        """The price of one row at moments in order, (moments, paths) [currency/unit]."""
        row = keys[0][1]
        lowest, seen = self.own[row], self.begins[row]
        found = np.empty((len(keys), lowest.size))
        for into, (moment, _) in zip(found, keys, strict=True):
            until = self.position[moment]
            np.minimum(lowest, self.between[seen + 1], out=into) if seen < until else np.copyto(into, lowest)
            for number in range(seen + 2, until + 1):
                np.minimum(into, self.between[number], out=into)
            lowest, seen = into, until
        return found
