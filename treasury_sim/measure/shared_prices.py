"""Which units are measured at the same price on many paths, and what that price is.

Computed: for every unit and moment either a price that is the same on all paths, or the key of a price shared by many
units, with a cap and a floor for each of them. Up to the first mark at which paths differ every price is of the first
kind. From there on, units acquired earlier share one running price, capped at the lowest each had observed before;
units acquired later share the price of their day or quarter.
Fast because the number of different prices depends on days and quarters, not on lots: kernels compute each key once.
Law: equal to `UnitPrices` on each path alone (through `by_lot`, tests/laws/test_many_paths.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.lows_on_paths import Intervals, Key
from treasury_sim.measure.running_low import RunningLow
from treasury_sim.measure.unit_prices import UnitPrices, entry_price

PricesAt = Callable[[Sequence[Key]], Floats]
"""The prices of keys that name one price at several times, in order, or several at one time, (keys, paths)."""


@dataclass(frozen=True)
class ObservedPrices:
    """The price at which each of n units is measured: the same on all paths, or a shared one with a cap and a floor.

    Attributes
    ----------
    fixed : (n,)
        The price where it is the same on all paths; else not a number [currency/unit].
    key : (n, 2)
        The `Key` of the shared price where it is not.
    cap, floor : (n,)
        The shared price counts up to `cap` and from `floor` on [currency/unit].
    """

    fixed: Floats
    key: Ints
    cap: Floats
    floor: Floats

    def of(self, members: Ints) -> ObservedPrices:
        """The prices of some of the units."""
        return ObservedPrices(self.fixed[members], self.key[members], self.cap[members], self.floor[members])

    def key_of(self, number: int) -> Key:
        """The key of one unit."""
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
        first_observed = np.where(self._is_earlier, one_path.close[0, ledger.acquired], np.inf)
        self._first_observed = np.where(is_typed, ledger.opening, first_observed)
        # A row is a mark since which the low counts, and whether that mark's close does, too.
        shows_close = ~self._is_earlier & ~is_typed
        rows = np.stack([np.maximum(ledger.acquired, marks.first - 1), shows_close], axis=1)
        unique, row = np.unique(rows, axis=0, return_inverse=True)
        self._row = row.reshape(-1)
        self._since, self._shows_close = unique[:, 0].astype(np.intp), unique[:, 1].astype(bool)

    def at_quarter_end(self, parts: Ints, quarter: int) -> ObservedPrices:
        """Prices at which `parts` are measured at the end of `quarter`."""
        mark = int(self._timeline.quarter_marks[quarter])
        fixed = np.full(parts.size, np.nan)
        if mark < self._first:
            fixed = self._units.at_quarter_end(parts, quarter)[0]
        entering = self._units.enters_at(parts, quarter)
        fixed = np.where(entering, entry_price(self._ledger)[parts], fixed)
        return self._observed(fixed, parts, np.full(parts.size, mark), is_after=True)

    def at_release(self) -> ObservedPrices:
        """Prices at which the units of each release are measured just before they leave."""
        fixed = np.where(self._ledger.release_mark < self._first, self._units.at_release()[0], np.nan)
        return self._observed(fixed, self._ledger.release_part, self._ledger.release_mark, is_after=False)

    def _observed(self, fixed: Floats, parts: Ints, until: Ints, *, is_after: bool) -> ObservedPrices:
        # What a part observed before the paths differ is the same on all of them, so it becomes the cap.
        before = self._first - 1
        acquired = np.minimum(self._ledger.acquired[parts], before)
        lowest_before = self._low.before_events(acquired, np.minimum(until, before))
        cap = np.minimum(self._first_observed[parts], np.where(self._is_earlier[parts], lowest_before[0], np.inf))
        key = np.stack([2 * until + is_after, self._row[parts]], axis=1)
        return ObservedPrices(fixed, key, cap, np.zeros(parts.size))

    def price_lookup(self, keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """Prepare the prices of `keys` for any paths: the keys of one call name one price at several times."""
        moments = {moment for moment, _ in keys}
        intervals = Intervals(self._since, self._shows_close, self._timeline, self._first, moments)
        return lambda block: intervals.on(block).at

    def price_lookup_at_once(self, keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """As `price_lookup`, where the keys of one call name several prices at one time."""
        intervals = Intervals(self._since, self._shows_close, self._timeline, self._first, {at for at, _ in keys})
        return lambda block: intervals.on(block).at_once


class ReportingPrices:
    """Prices of reporting dates. A key is (quarter, first quarter that counts), or (quarter, 0) if no other does."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self._units = UnitPrices(rule, ledger, timeline, marks.path(0), policy)
        self._rule, self._ledger = rule, ledger
        self._price_share = 1.0 - policy.disposal_costs * rule.less_disposal_costs
        # Quarters whose end has the same price on all paths.
        self._shared_quarters = int(np.searchsorted(timeline.quarter_marks, marks.first))
        quarters = np.arange(len(timeline.quarters))
        permanent = np.zeros(quarters.size, dtype=bool) if policy.permanent is None else policy.permanent
        # The last quarter of a permanent fall, up to each quarter; -1 before the first.
        self._last_fall = np.maximum.accumulate(np.where(permanent, quarters, -1))
        prices = marks.quarter_end[:1] * self._price_share
        self._prices = prices[0]

    def at_quarter_end(self, parts: Ints, quarter: int) -> ObservedPrices:
        """Prices at which `parts` are measured at the end of `quarter`."""
        fixed = self._units.at_quarter_end(parts, quarter)[0]
        return self._observed(fixed, parts, np.full(parts.size, quarter), self._units.enters_at(parts, quarter))

    def at_release(self) -> ObservedPrices:
        """Prices at which the units of each release are measured just before they leave."""
        parts = self._ledger.release_part
        quarter, entering = self._units.measured_before_release()
        fixed = self._units.at_release()[0]
        return self._observed(fixed, parts, quarter, entering)

    def _observed(self, fixed: Floats, parts: Ints, quarter: Ints, is_fixed: Bools) -> ObservedPrices:
        first = self._units.first_reporting_date(parts, quarter)
        opening = self._ledger.opening[parts]
        cap, floor = np.full(parts.size, np.inf), np.zeros(parts.size)
        is_fixed = is_fixed | (quarter < self._shared_quarters)
        since = np.zeros_like(quarter)
        if self._rule.price == "lowest_reporting_date":
            since = np.maximum(first, self._shared_quarters)
            cap = np.minimum(self._lowest_shared(first), np.where(np.isnan(opening), np.inf, opening))
        elif self._rule.price == "highest_since_permanent_fall":
            since = self._last_fall[quarter]
            at_cost = since < first
            # A typed balance below cost was written down for a permanent fall before the run.
            fallen = at_cost & (opening < self._ledger.unit_cost[parts])
            floor = np.where(fallen, opening, 0.0)
            since = np.where(fallen, first, since)
            is_fixed = is_fixed | (at_cost & ~fallen)
        return ObservedPrices(np.where(is_fixed, fixed, np.nan), np.stack([quarter, since], axis=1), cap, floor)

    def _lowest_shared(self, first: Ints) -> Floats:
        """The lowest of the reporting dates from quarter `first` to the last that all paths share, (n,)."""
        backwards = np.minimum.accumulate(self._prices[: self._shared_quarters][::-1])[::-1]
        return np.concatenate([backwards, [np.inf]])[np.minimum(first, self._shared_quarters)]

    def price_lookup(self, _keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """See `LowestPrices.price_lookup`."""
        return self._on

    def price_lookup_at_once(self, _keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """See `LowestPrices.price_lookup_at_once`."""
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

    def at_release(self) -> ObservedPrices:
        """Sale prices of the units of each release."""
        ledger = self._ledger
        releases = np.arange(ledger.release_part.size)
        at_close = ledger.release_follows > 0
        is_on_paths = at_close | (ledger.follows[ledger.release_part] > 0)
        fixed = np.where(is_on_paths, np.nan, self._stated(releases))
        key = np.stack([np.where(at_close, ledger.release_mark, releases), ~at_close], axis=1)
        return ObservedPrices(fixed, key, np.full(releases.size, np.inf), np.zeros(releases.size))

    def _stated(self, release: Ints) -> Floats:
        price: Floats = self._ledger.release_gross[release] / self._ledger.release_quantity[release]
        return price

    def price_lookup(self, _keys: Iterable[Key]) -> Callable[[Marks], PricesAt]:
        """See `LowestPrices.price_lookup`."""
        return self._on

    def _on(self, block: Marks) -> PricesAt:
        def at(keys: Sequence[Key]) -> Floats:
            prices = np.empty((len(keys), block.paths))
            for price, (number, is_stated) in zip(prices, keys, strict=True):
                price[:] = self._stated(np.array([number])) if is_stated else block.close_at(number)
            return prices

        return at
