"""Prices that units share on many paths, and which unit looks at which.

Up to the first mark at which paths differ, every unit has a price of its own that is the same on all of them. From
there on, units that were there before share one running price, and what each saw before is a cap on it; units that
come later share that of their day or quarter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.running_low import RunningLow
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.unit_prices import UnitPrices, entry_price

Key = tuple[int, int]
"""Names a shared price: when it is looked at, then which; keys sort in the order of time."""


@dataclass(frozen=True)
class Looks:
    """What n units look at: a price that all paths share, or a key with a cap and a floor.

    Attributes
    ----------
    own : (n,)
        The price, where it is the same on all paths; else not a number.
    key : (n, 2)
        The `Key`, where it is not.
    cap, floor : (n,)
        The shared price counts up to `cap` and from `floor` on [currency/unit].
    """

    own: Floats
    key: Ints
    cap: Floats
    floor: Floats

    def of(self, members: Ints) -> Looks:
        """What some of them look at."""
        return Looks(self.own[members], self.key[members], self.cap[members], self.floor[members])

    def key_of(self, number: int) -> Key:
        """The key of one of them."""
        moment, which = self.key[number].tolist()
        return moment, which


class LowestPrices:
    """The lowest price since units were acquired. A key is (2 x mark + is after its events, row)."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        one_path = marks.path(0)
        self._units = UnitPrices(rule, ledger, timeline, one_path, policy)
        self._low = RunningLow(one_path, timeline)
        self._ledger, self._timeline, self._first = ledger, timeline, marks.first
        is_typed = ~np.isnan(ledger.opening)
        self._is_earlier = ledger.acquired < marks.first
        seen = np.where(self._is_earlier, one_path.close[0, ledger.acquired], np.inf)
        self._seen = np.where(is_typed, ledger.opening, seen)
        # A row is a mark since which the low counts, and whether that mark's close does, too.
        shows_close = ~self._is_earlier & ~is_typed
        rows = np.stack([np.maximum(ledger.acquired, marks.first - 1), shows_close], axis=1)
        unique, row = np.unique(rows, axis=0, return_inverse=True)
        self._row = row.reshape(-1)
        self._since, self._shows_close = unique[:, 0].astype(np.intp), unique[:, 1].astype(bool)

    def at_quarter_end(self, parts: Ints, quarter: int) -> Looks:
        """What `parts` look at at the end of `quarter`."""
        mark = int(self._timeline.quarter_marks[quarter])
        own = np.full(parts.size, np.nan)
        if mark < self._first:
            own = self._units.at_quarter_end(parts, quarter)[0]
        entering = self._units.enters_at(parts, quarter)
        own = np.where(entering, entry_price(self._ledger)[parts], own)
        return self._looks(own, parts, np.full(parts.size, mark), is_after=True)

    def at_release(self) -> Looks:
        """What the units of each release look at just before they leave."""
        own = np.where(self._ledger.release_mark < self._first, self._units.at_release()[0], np.nan)
        return self._looks(own, self._ledger.release_part, self._ledger.release_mark, is_after=False)

    def _looks(self, own: Floats, parts: Ints, until: Ints, *, is_after: bool) -> Looks:
        before = self._first - 1
        acquired = np.minimum(self._ledger.acquired[parts], before)
        seen = self._low.before_events(acquired, np.minimum(until, before))
        cap = np.minimum(self._seen[parts], np.where(self._is_earlier[parts], seen[0], np.inf))
        key = np.stack([2 * until + is_after, self._row[parts]], axis=1)
        return Looks(own, key, cap, np.zeros(parts.size))

    def prices(self, block: Marks, keys: Sequence[Key]) -> Iterator[Floats]:
        """Yield the price of each of `keys`, which are in order, (paths,) [currency/unit]; use it before the next."""
        low_of_row = np.full((self._since.size, block.paths), np.inf)
        for row in np.flatnonzero(self._shows_close):
            low_of_row[row] = block.close_at(int(self._since[row]))
        observed = np.ascontiguousarray(block.low.T)
        ends = {2 * int(mark) + 1: quarter for quarter, mark in enumerate(self._timeline.quarter_marks)}
        now = self._first - 1
        if (quarter := ends.get(2 * now + 1)) is not None:
            low_of_row[self._since <= now] = block.quarter_end[:, quarter]
        wanted = iter(keys)
        key = next(wanted, None)
        for moment in sorted({moment for moment, _ in keys} | {end for end in ends if end > 2 * now + 1}):
            self._observe(low_of_row, observed, now, moment // 2)
            now = moment // 2
            if moment in ends:
                there = int(np.searchsorted(self._since, now, side="right"))
                price = block.quarter_end[:, ends[moment]]
                np.minimum(low_of_row[:there], price, out=low_of_row[:there])
            while key is not None and key[0] == moment:
                yield low_of_row[key[1]]
                key = next(wanted, None)

    def _observe(self, low_of_row: Floats, observed: Floats, now: int, until: int) -> None:
        """Let every row see what it can of the marks after `now` up to `until`: the last row first, the whole last."""
        earlier = int(np.searchsorted(self._since, now, side="right"))
        there = int(np.searchsorted(self._since, until, side="left"))
        running = np.full(observed.shape[1], np.inf)
        at = until
        for row in (*range(there - 1, earlier - 1, -1), None):
            since = now if row is None else int(self._since[row])
            for mark in range(since + 1, at + 1):
                np.minimum(running, observed[mark - self._first], out=running)
            rows = low_of_row[:earlier] if row is None else low_of_row[row]
            np.minimum(rows, running, out=rows)
            at = since


class ReportingPrices:
    """Prices of reporting dates. A key is (quarter, first quarter that counts)."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self._units = UnitPrices(rule, ledger, timeline, marks.path(0), policy)
        self._rule, self._ledger = rule, ledger
        self._price_share = 1.0 - policy.disposal_costs * rule.less_disposal_costs
        self._known = int(np.searchsorted(timeline.quarter_marks, marks.first))
        quarters = np.arange(len(timeline.quarters))
        permanent = np.zeros(quarters.size, dtype=bool) if policy.permanent is None else policy.permanent
        # The last quarter of a permanent fall, up to each quarter; -1 before the first.
        self._fell = np.maximum.accumulate(np.where(permanent, quarters, -1))
        prices = marks.quarter_end[:1] * self._price_share
        self._prices = prices[0]

    def at_quarter_end(self, parts: Ints, quarter: int) -> Looks:
        """What `parts` look at at the end of `quarter`."""
        own = self._units.at_quarter_end(parts, quarter)[0]
        return self._looks(own, parts, np.full(parts.size, quarter), self._units.enters_at(parts, quarter))

    def at_release(self) -> Looks:
        """What the units of each release look at just before they leave."""
        parts = self._ledger.release_part
        quarter, entering = self._units.measured_before_release()
        own = self._units.at_release()[0]
        return self._looks(own, parts, quarter, entering)

    def _looks(self, own: Floats, parts: Ints, quarter: Ints, is_own: Bools) -> Looks:
        first = self._units.first_reporting_date(parts, quarter)
        opening = self._ledger.opening[parts]
        cap, floor = np.full(parts.size, np.inf), np.zeros(parts.size)
        is_own = is_own | (quarter < self._known)
        since = quarter
        if self._rule.price == "lowest_reporting_date":
            since = np.maximum(first, self._known)
            cap = np.minimum(self._lowest_known(first), np.where(np.isnan(opening), np.inf, opening))
        elif self._rule.price == "highest_since_permanent_fall":
            since = self._fell[quarter]
            at_cost = since < first
            fallen = at_cost & (opening < self._ledger.unit_cost[parts])
            floor = np.where(fallen, opening, 0.0)
            since = np.where(fallen, first, since)
            is_own = is_own | (at_cost & ~fallen)
        return Looks(np.where(is_own, own, np.nan), np.stack([quarter, since], axis=1), cap, floor)

    def _lowest_known(self, first: Ints) -> Floats:
        """The lowest of the reporting dates from quarter `first` to the last that all paths share, (n,)."""
        backwards = np.minimum.accumulate(self._prices[: self._known][::-1])[::-1]
        return np.concatenate([backwards, [np.inf]])[np.minimum(first, self._known)]

    def prices(self, block: Marks, keys: Sequence[Key]) -> Iterator[Floats]:
        """Yield the price of each of `keys`, (paths,) [currency/unit]."""
        by_quarter = np.ascontiguousarray(block.quarter_end.T) * self._price_share
        choose = np.maximum if self._rule.price == "highest_since_permanent_fall" else np.minimum
        for quarter, since in keys:
            yield choose.reduce(by_quarter[since : quarter + 1], axis=0)


class SalePrices:
    """The prices at which units are sold. A key is (mark, 0) for its close, (release, 1) for a price that is stated."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def at_release(self) -> Looks:
        """What the units of each release look at."""
        ledger = self._ledger
        releases = np.arange(ledger.release_part.size)
        at_close = ledger.release_follows > 0
        is_on_paths = at_close | (ledger.follows[ledger.release_part] > 0)
        own = np.where(is_on_paths, np.nan, self._stated(releases))
        key = np.stack([np.where(at_close, ledger.release_mark, releases), ~at_close], axis=1)
        return Looks(own, key, np.full(releases.size, np.inf), np.zeros(releases.size))

    def _stated(self, release: Ints) -> Floats:
        found: Floats = self._ledger.release_gross[release] / self._ledger.release_quantity[release]
        return found

    def prices(self, block: Marks, keys: Sequence[Key]) -> Iterator[Floats]:
        """Yield the price of each of `keys`, (paths,) or (1,) [currency/unit]."""
        for number, is_stated in keys:
            yield self._stated(np.array([number])) if is_stated else block.close_at(number)
