"""The lowest price since a mark, for many marks at once."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline


class RunningLow:
    """Lowest price observed since a purchase, while the units are held.

    A purchase is shown the close of its own day, never that day's low, which may predate it; from the next
    mark on every low, and the quarter-end price of every quarter end on which it is held.

    Range minima are answered from a sparse table: O(marks log marks) once, O(1) for each question.
    """

    def __init__(self, marks: Marks, timeline: Timeline) -> None:
        self._close = marks.close
        self._quarter_end = marks.quarter_end
        self._quarter_marks = timeline.quarter_marks
        observed = marks.low.copy()
        # The quarter-end price is seen after the events of its mark, so it reaches the next mark's lots.
        after = timeline.quarter_marks[:-1] + 1
        observed[:, after] = np.minimum(observed[:, after], marks.quarter_end[:, :-1])
        self._levels = [observed]
        width = 1
        while 2 * width <= observed.shape[1]:
            last = self._levels[-1]
            self._levels.append(np.minimum(last[:, :-width], last[:, width:]))
            width *= 2

    def _lowest(self, after: Ints, until: Ints) -> Floats:
        """Lowest observation at the marks in (after, until], (paths, n); infinite if there is none."""
        length = until - after
        level = np.frexp(np.maximum(length, 1))[1] - 1
        lowest = np.full((self._close.shape[0], after.size), np.inf)
        for k in np.unique(level[length > 0]):
            at = np.flatnonzero((level == k) & (length > 0))
            table = self._levels[k]
            lowest[:, at] = np.minimum(table[:, after[at] + 1], table[:, until[at] + 1 - (1 << int(k))])
        return lowest

    def before_events(self, acquired: Ints, mark: Ints) -> Floats:
        """Lowest price from `acquired` (n,) to the events of `mark` (n,), (paths, n) [currency/unit]."""
        return np.minimum(self._close[:, acquired], self._lowest(acquired, mark))

    def at_quarter_end(self, acquired: Ints, quarter: int) -> Floats:
        """Lowest price from `acquired` (n,) to the end of `quarter`, (paths, n) [currency/unit]."""
        until = np.full_like(acquired, self._quarter_marks[quarter])
        return np.minimum(self.before_events(acquired, until), self._quarter_end[:, quarter, None])
