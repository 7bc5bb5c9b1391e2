"""Prices that units share on many paths, and which unit looks at which.

Up to the first mark at which paths differ, every unit has a price of its own that is the same on all of them. From
there on, units that were there before share one running price, and what each saw before is a cap on it; units that
come later share that of their day or quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.running_low import RunningLow
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.lows_on_paths import Intervals, Key
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.unit_prices import UnitPrices, entry_price

PricesAt = Callable[[Sequence[Key]], Floats]
"""The prices of keys that name one price at several times, in order, or several at one time, (keys, paths)."""


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

    def looking(self, keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """Lay out what is looked at under `keys`, for any paths."""
        moments = {moment for moment, _ in keys}
        intervals = Intervals(self._since, self._shows_close, self._timeline, self._first, moments)
        return lambda block: intervals.on(block).at

    def looking_at_once(self, keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """As `looking`, for keys that name several prices at one time."""
        intervals = Intervals(self._since, self._shows_close, self._timeline, self._first, {at for at, _ in keys})
        return lambda block: intervals.on(block).at_once


class ReportingPrices:
    """Prices of reporting dates. A key is (quarter, first quarter that counts), or (quarter, 0) if no other does."""

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
        since = np.zeros_like(quarter)
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

    def looking(self, _keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """See `LowestPrices.looking`."""
        return self._on

    def looking_at_once(self, _keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """See `LowestPrices.looking_at_once`."""
        return self._on

    def _on(self, block: Marks) -> PricesAt:
        by_quarter = np.ascontiguousarray(block.quarter_end.T) * self._price_share
        if self._rule.price == "reporting_date":
            return lambda keys: by_quarter.take([quarter for quarter, _ in keys], axis=0)
        choose = np.maximum if self._rule.price == "highest_since_permanent_fall" else np.minimum
        return lambda keys: np.array([choose.reduce(by_quarter[since : until + 1], axis=0) for until, since in keys])


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

    def looking(self, _keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """See `LowestPrices.looking`."""
        return self._on

    def _on(self, block: Marks) -> PricesAt:
        def at(keys: Sequence[Key]) -> Floats:
            found = np.empty((len(keys), block.paths))
            for price, (number, is_stated) in zip(found, keys, strict=True):
                price[:] = self._stated(np.array([number])) if is_stated else block.close_at(number)
            return found

        return at
