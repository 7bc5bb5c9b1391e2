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

from treasury_sim.domain.arrays import Bools, Floats, Ints, rows
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

    @property
    def marks(self) -> int:
        """How many marks."""
        return self.until - self.after


class Intervals:
    """What rows see of marks from `first` on.

    Parameters
    ----------
    since : (rows,)
        The mark since which the low counts for a row, not decreasing; the one before `first` at the earliest.
    shows_close : (rows,)
        Whether that mark's close counts, too.
    moments
        When rows are looked at, all from `first` on; after the events of a mark at a quarter end only.
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
            beginning = tuple(np.flatnonzero((since > after) & (since <= until)).tolist())
            for row in beginning:
                self._begins[row] = number
            self._intervals.append(_Interval(after, until, beginning, ends.get(moment)))
        # Who sees the low of a quarter's last day sees the price of its end as well, unless asked in between.
        both = [(one.until - first, one.quarter) for one in self._intervals if one.quarter is not None and one.marks]
        self._seen_together = [rows(numbers) for numbers in np.array(both, dtype=np.intp).reshape(-1, 2).T]

    def on(self, block: Marks) -> LowsOnPaths:
        """Look at the paths of `block`."""
        seen, ends = block.low.T.copy(), block.quarter_end.T
        marks, quarters = self._seen_together
        seen[marks] = np.minimum(seen[marks], ends[quarters])
        own = np.full((len(self._since), block.paths), np.inf)
        for row in self._shows_close:
            own[row] = block.close_at(self._since[row])
        if self._ended is not None:
            own[: self._earlier] = ends[self._ended]
        between = []
        for interval in self._intervals:
            at, lowest = interval.until, None
            for row in reversed(interval.rows):
                lowest = self._lowest(seen, self._since[row], at, lowest)
                if lowest is not None:
                    np.minimum(own[row], lowest, out=own[row])
                elif interval.quarter is not None:
                    np.minimum(own[row], ends[interval.quarter], out=own[row])
                at = self._since[row]
            lowest = self._lowest(seen, interval.after, at, lowest)
            between.append(ends[interval.quarter] if lowest is None else lowest)
        return LowsOnPaths(own, self._begins, between, self._position)

    def _lowest(self, seen: Floats, after: int, until: int, lowest: Floats | None) -> Floats | None:
        """The lowest of what is seen after one mark up to another, and of `lowest`; ``None`` where there is neither."""
        if after == until:
            return lowest
        found = seen[after + 1 - self._first : until + 1 - self._first]
        here: Floats = found[0] if len(found) == 1 else found.min(axis=0)
        return here if lowest is None else np.minimum(here, lowest)


@dataclass(frozen=True)
class LowsOnPaths:
    """Lows of `Intervals` on some paths.

    Attributes
    ----------
    own : (rows, paths)
        What each row sees by the end of the interval in which it begins.
    begins : (rows,)
        That interval, -1 if it is earlier than all.
    between
        What every earlier row sees in each interval, (paths,).
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
        lowest, seen = self.own[row], self.begins[row]
        found = np.empty((len(keys), lowest.size))
        for into, (moment, _) in zip(found, keys, strict=True):
            until = self.position[moment]
            np.minimum(lowest, self.between[seen + 1], out=into) if seen < until else np.copyto(into, lowest)
            for number in range(seen + 2, until + 1):
                np.minimum(into, self.between[number], out=into)
            lowest, seen = into, until
        return found

    def at_once(self, keys: Sequence[Key]) -> Floats:
        """The prices of any rows at one moment, (keys, paths) [currency/unit]."""
        until = self.position[keys[0][0]]
        # The lowest from each interval on; nothing is seen after the last.
        since = np.full((until + 2, self.own.shape[1]), np.inf)
        for number in range(until, -1, -1):
            np.minimum(since[number + 1], self.between[number], out=since[number])
        row = np.array([which for _, which in keys], dtype=np.intp)
        found: Floats = np.minimum(self.own[row], since[np.asarray(self.begins)[row] + 1])
        return found
