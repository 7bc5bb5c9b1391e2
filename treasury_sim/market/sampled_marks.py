"""From simulated prices at nodes to marks: what each observation policy lets a rule see on many paths."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import DAY, Days, Floats, rows
from treasury_sim.domain.prices import DailyPrices, Marks
from treasury_sim.domain.timeline import Timeline
from treasury_sim.market.marks import SEEN_DAYS, observed
from treasury_sim.market.models import NodePrices


def nodes_of(timeline: Timeline, first: np.datetime64, policy: str, *, daily: bool) -> Days:
    """Days from `first` on at which prices are simulated: the marks, and what the policy sees; or every day."""
    every = np.arange(first, timeline.days[-1] + DAY)
    seen = SEEN_DAYS[policy]
    wanted = every if daily else every[:0] if seen is None else every[seen(every)]
    return np.union1d(timeline.days[timeline.days >= first], wanted)


class Observer:
    """Looks at simulated prices of one asset as a policy does.

    Parameters
    ----------
    one_path
        The marks of any one path; those before `nodes` are shared by all.
    daily
        Daily prices, of which the days before `nodes` are looked at.
    nodes : (nodes,)
        Days of the simulated prices, all marks from the first of them on among them.
    """

    def __init__(self, timeline: Timeline, one_path: Marks, daily: DailyPrices, nodes: Days, policy: str) -> None:
        self._one_path, self._timeline = one_path, timeline
        first = int(np.searchsorted(timeline.days, nodes[0]))
        self._first = first
        at_mark = np.searchsorted(nodes, timeline.days[first:])
        self._at_mark = rows(at_mark)
        seen = SEEN_DAYS[policy]
        self._sees_lows = seen is None
        sees = np.ones(nodes.size, dtype=bool) if seen is None else seen(nodes)
        begins = np.append(0, at_mark[:-1] + 1)
        # Most marks see their own node and no other; the rest see none, or several.
        self._sees_more = []
        for mark, (begin, node) in enumerate(zip(begins.tolist(), at_mark.tolist(), strict=True)):
            seen_nodes = begin + np.flatnonzero(sees[begin : node + 1])
            if seen_nodes.tolist() != [node]:
                self._sees_more.append((mark, rows(seen_nodes)))
        # What was seen before the first simulated day: since the last mark that paths share, and in each quarter.
        known, prices = daily.days < nodes[0], observed(daily, policy)
        since = timeline.days[first - 1] if first else nodes[0]
        self._before = float(np.min(prices[known & (daily.days > since)], initial=np.inf))
        self._known = [
            float(np.min(prices[known & (daily.days >= begin) & (daily.days <= end)], initial=np.inf))
            for begin, end in ((np.datetime64(q.start), np.datetime64(q.end)) for q in timeline.quarters)
        ]
        self._shared_quarters = int(np.searchsorted(timeline.quarter_marks, first))
        self._at_quarter = rows(np.searchsorted(nodes, timeline.days[timeline.quarter_marks[self._shared_quarters :]]))

    @property
    def like(self) -> Marks:
        """Two paths of marks, of which no more is true than that they share what all share."""
        one, first = self._one_path, self._first
        close, low, quarter_end = (np.repeat(a, 2, axis=0) for a in (one.close, one.low, one.quarter_end))
        return Marks(close[:, first:], low[:, first:], quarter_end, self._shared())

    def marks(self, prices: NodePrices) -> Marks:
        """What can be seen of `prices`."""
        close = prices.close.T
        seen = prices.low.T if self._sees_lows else close
        low = np.array(seen[self._at_mark])
        for mark, nodes in self._sees_more:
            low[mark] = seen[nodes].min(axis=0, initial=np.inf)
        np.minimum(low[0], self._before, out=low[0])
        shared = self._shared_quarters
        quarter_end = np.empty((len(self._timeline.quarters), close.shape[1]))
        quarter_end[:shared] = self._one_path.quarter_end.T[:shared]
        quarter_end[shared:] = close[self._at_quarter]
        return Marks(close[self._at_mark].T, low.T, quarter_end.T, self._shared())

    def lowest(self, marks: Marks) -> Floats:
        """The lowest price that is seen in each quarter, its end included, (paths, quarters) [currency/unit]."""
        low = np.minimum(marks.quarter_end, self._known)
        for mark, quarter in enumerate(self._timeline.quarter_of_mark[self._first :].tolist(), self._first):
            np.minimum(low[:, quarter], marks.low_at(mark), out=low[:, quarter])
        return low

    def _shared(self) -> Marks | None:
        if not self._first:
            return None
        one = self._one_path
        return Marks(one.close[:, : self._first], one.low[:, : self._first], one.quarter_end)
