"""The lowest price since a mark, for many marks at once: range minima from a sparse table."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline


class RunningLow:
    """Lowest price observed after a purchase, while the units are held.

    Observed at a mark are the low since the mark before it and, after its events, the quarter-end price if it is a
    quarter end. Level k of the table holds the minimum of every 2^k marks; any range is covered by two overlapping
    entries of one level. O(marks log marks) once, O(1) for each answer.
    """

    def __init__(self, marks: Marks, timeline: Timeline) -> None:
        self._paths = marks.close.shape[0]
        self._quarter_end = marks.quarter_end
        self._quarter_marks = timeline.quarter_marks
        observed = marks.low.copy()
        # The quarter-end price comes after the events of its mark: units bought at that mark observe it, too.
        after = timeline.quarter_marks[:-1] + 1
        observed[:, after] = np.minimum(observed[:, after], marks.quarter_end[:, :-1])
        self._levels = [observed]
        width = 1
        while 2 * width <= observed.shape[1]:
            last = self._levels[-1]
            self._levels.append(np.minimum(last[:, :-width], last[:, width:]))
            width *= 2

    def before_events(self, after: Ints, until: Ints) -> Floats:
        """Lowest price after the events of mark `after` and before those of `until`, both (n,).

        Returns
        -------
        Floats
            (paths, n) [currency/unit]; infinite where nothing was observed in between.
        """
        length = until - after
        level = np.frexp(np.maximum(length, 1))[1] - 1
        lowest = np.full((self._paths, after.size), np.inf)
        for k in np.unique(level[length > 0]):
            at = np.flatnonzero((level == k) & (length > 0))
            table = self._levels[k]
            lowest[:, at] = np.minimum(table[:, after[at] + 1], table[:, until[at] + 1 - (1 << int(k))])
        return lowest

    def at_quarter_end(self, after: Ints, quarter: int) -> Floats:
        """Lowest price after the events of mark `after` (n,) up to the end of `quarter`, (paths, n) [currency/unit]."""
        until = np.full_like(after, self._quarter_marks[quarter])
        return np.minimum(self.before_events(after, until), self._quarter_end[:, quarter, None])
