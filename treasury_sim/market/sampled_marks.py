"""From simulated prices at nodes to marks: the prices that rules observe on many paths under each policy."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import DAY, Days, Floats, rows
from treasury_sim.domain.prices import DailyPrices, Marks
from treasury_sim.domain.timeline import Timeline
from treasury_sim.market.marks import OBSERVED_DAYS, observed
from treasury_sim.market.models import NodePrices


def nodes_of(timeline: Timeline, first: np.datetime64, policy: str, *, daily: bool) -> Days:
    """Days from `first` on at which prices are simulated: the marks and the days the policy observes; or every day."""
    every = np.arange(first, timeline.days[-1] + DAY)
    is_observed = OBSERVED_DAYS[policy]
    wanted = every if daily else every[:0] if is_observed is None else every[is_observed(every)]
    return np.union1d(timeline.days[timeline.days >= first], wanted)


class MarkSampler:
    """Turns simulated prices of one asset into marks under an observation policy.

    Parameters
    ----------
    one_path
        The marks of any one path; those before `nodes` are shared by all.
    daily
        Daily prices, used for the days before `nodes`.
    nodes : (nodes,)
        Days of the simulated prices; they include all marks from the first node on.
    """

    def __init__(self, timeline: Timeline, one_path: Marks, daily: DailyPrices, nodes: Days, policy: str) -> None:
        self._one_path, self._timeline = one_path, timeline
        first = int(np.searchsorted(timeline.days, nodes[0]))
        self._first = first
        at_mark = np.searchsorted(nodes, timeline.days[first:])
        self._at_mark = rows(at_mark)
        observed_days = OBSERVED_DAYS[policy]
        self._observes_lows = observed_days is None
        is_observed = np.ones(nodes.size, dtype=bool) if observed_days is None else observed_days(nodes)
        begins = np.append(0, at_mark[:-1] + 1)
        # Most marks observe exactly the node of their day; the others, which observe none or several, are listed.
        self._exceptions = []
        for mark, (begin, node) in enumerate(zip(begins.tolist(), at_mark.tolist(), strict=True)):
            observed_nodes = begin + np.flatnonzero(is_observed[begin : node + 1])
            if observed_nodes.tolist() != [node]:
                self._exceptions.append((mark, rows(observed_nodes)))
        # Lowest price observed before the first simulated day: since the last shared mark, and in each quarter.
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
        """A template of two paths: identical wherever all simulated paths are identical."""
        path, first = self._one_path, self._first
        close, low, quarter_end = (np.repeat(a, 2, axis=0) for a in (path.close, path.low, path.quarter_end))
        return Marks(close[:, first:], low[:, first:], quarter_end, self._shared())

    def marks(self, prices: NodePrices) -> Marks:
        """The marks of simulated `prices`."""
        close = prices.close.T
        observable = prices.low.T if self._observes_lows else close
        low = np.array(observable[self._at_mark])
        for mark, nodes in self._exceptions:
            low[mark] = observable[nodes].min(axis=0, initial=np.inf)
        np.minimum(low[0], self._before, out=low[0])
        shared = self._shared_quarters
        quarter_end = np.empty((len(self._timeline.quarters), close.shape[1]))
        quarter_end[:shared] = self._one_path.quarter_end.T[:shared]
        quarter_end[shared:] = close[self._at_quarter]
        return Marks(close[self._at_mark].T, low.T, quarter_end.T, self._shared())

    def lowest(self, marks: Marks) -> Floats:
        """The lowest price observed in each quarter, its end included, (paths, quarters) [currency/unit]."""
        low = np.minimum(marks.quarter_end, self._known)
        for mark, quarter in enumerate(self._timeline.quarter_of_mark[self._first :].tolist(), self._first):
            np.minimum(low[:, quarter], marks.low_at(mark), out=low[:, quarter])
        return low

    def _shared(self) -> Marks | None:
        if not self._first:
            return None
        path = self._one_path
        return Marks(path.close[:, : self._first], path.low[:, : self._first], path.quarter_end)
