"""A rule applied lot by lot on many paths, on each of which other units leave.

As in `by_order`, the measurement is that of the ledger without what leaves, less what those units had passed through,
plus what they passed through up to their sale. Here every part has its own number of units that are gone on each path,
so the sums go over parts. A law holds them equal to `by_lot` on each path alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_on_paths import LedgerOnPaths
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.by_ladder import LadderMeasure, shared_prices
from treasury_sim.frameworks.by_pool import measure_by_pool
from treasury_sim.frameworks.passed_through import PassedThrough, entered, measurement
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.shared_prices import Looks, PricesAt
from treasury_sim.frameworks.unit_prices import leaves_at, since_acquired

MeasurerOnPaths = Callable[[LedgerOnPaths], Measurement]


def path_measurer(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy, *, sales: Sequence[int]
) -> MeasurerOnPaths:
    """What measures `ledger` by `rule`, lot by lot or as one unit of account as the ledger says.

    Parameters
    ----------
    ledger
        All parts, and no release from the first mark on at which paths differ.
    marks
        Any that share what those measured on share.
    sales
        The mark of each release from there on, not decreasing.
    """
    if ledger.pooled:
        return lambda found: measure_by_pool(rule, ledger, timeline, found.marks, policy, on_paths=found)
    return PathMeasure(rule, ledger, timeline, marks, policy, sales=sales)


class PathMeasure:
    """Measures lot by lot. What does not depend on the paths is done once: which part looks at which price."""

    def __init__(
        self,
        rule: Rule,
        ledger: Ledger,
        timeline: Timeline,
        marks: Marks,
        policy: AccountingPolicy,
        *,
        sales: Sequence[int],
    ) -> None:
        self._rule, self._policy, self._timeline = rule, policy, timeline
        self._unsold = LadderMeasure(rule, ledger, timeline, marks, policy)
        self._entered = entered(rule, policy, ledger, timeline)
        self._follows = ledger.follows > 0
        self._leaves_at = leaves_at(rule, policy)
        moments = sorted(set(sales))
        came = [np.flatnonzero(ledger.acquired <= mark) for mark in moments]
        all_parts = np.concatenate([np.empty(0, dtype=np.intp), *came])
        at_sales = ledger.looked_at(all_parts, np.repeat(moments, [parts.size for parts in came]).astype(np.intp))
        prices = shared_prices(rule, at_sales, timeline, marks, policy)
        self._at_end, self._at_sale = {}, {}
        for quarter, mark in enumerate(timeline.quarter_marks.tolist()):
            if moments and mark >= moments[0]:
                parts = np.flatnonzero(ledger.acquired <= mark)
                self._at_end[quarter] = _Seen.of(prices.at_quarter_end(parts, quarter), parts, self._follows)
        if self._leaves_at not in {"cost", "sale_price"}:
            looks, end = prices.at_release(), 0
            for mark, parts in zip(moments, came, strict=True):
                begin, end = end, end + parts.size
                self._at_sale[mark] = _Seen.of(looks.of(np.arange(begin, end)), parts, self._follows)
        seen = [*self._at_end.values(), *self._at_sale.values()]
        self._look = prices.looking_at_once(key for one in seen for key in one.keys)

    def __call__(self, found: LedgerOnPaths) -> Measurement:
        """Measure on the paths of `found`."""
        return measurement(self._rule, self._passed(found), found.lines, self._entered)

    def _passed(self, found: LedgerOnPaths) -> PassedThrough:
        """What has passed through income."""
        marks, unsold = found.marks, self._unsold.passed(found.marks)
        shape = len(self._timeline.quarters), marks.paths
        totals = (unsold.held_pl, unsold.held_oci, unsold.released_pl, unsold.released_oci)
        held_pl, held_oci, released_pl, released_oci = (np.broadcast_to(line.T, shape).copy() for line in totals)
        if not self._at_end:
            return PassedThrough(held_pl.T, held_oci.T, released_pl.T, released_oci.T)
        prices_at = self._look(marks)
        gone = np.zeros((self._follows.size, marks.paths))
        first = min(self._at_end)
        by_quarter: list[list[int]] = [[] for _ in range(shape[0])]
        for number, released in enumerate(found.released):
            by_quarter[int(self._timeline.quarter_of_mark[released.mark])].append(number)
        for quarter in range(first, shape[0]):
            held, released_now = ((held_pl[quarter], held_oci[quarter]), (released_pl[quarter], released_oci[quarter]))
            for released in (found.released[number] for number in by_quarter[quarter]):
                gone[released.part] += released.units
                if self._leaves_at == "sale_price":
                    self._add(found, released.part, released.price, released.units, released_now)
                elif self._leaves_at != "cost":
                    price = self._at_sale[released.mark].price(released.part, prices_at)
                    self._add(found, released.part, price, released.units, released_now)
            part = np.flatnonzero(gone.any(axis=1))
            price = self._at_end[quarter].price(part, prices_at)
            self._add(found, part, price, -gone[part], held)
        return PassedThrough(held_pl.T, held_oci.T, released_pl.T, released_oci.T)

    def _add(self, found: LedgerOnPaths, part: Ints, price: Floats, units: Floats, into: tuple[Floats, Floats]) -> None:
        """Add what `units` (n, paths) of n parts have passed through at `price` to P&L and OCI, each (paths,)."""
        passed = since_acquired(self._rule, self._policy, found.unit_cost[part], price)
        pl, oci = into
        pl += np.einsum("np,np->p", units, np.broadcast_to(passed.pl, units.shape))
        if self._rule.surplus_to_oci:
            oci += np.einsum("np,np->p", units, np.broadcast_to(passed.oci, units.shape))


@dataclass(frozen=True)
class _Seen:
    """What parts look at at one moment.

    Attributes
    ----------
    looks
        One row for each part that has come.
    row : (parts,)
        The row of each part.
    keys
        The prices that are not the same on all paths, each once.
    key : (n,)
        Which of them each row looks at; -1 for none.
    is_as_entered : (n,)
        Whether a row is still carried as it entered, at a cost that is another one on each path.
    """

    looks: Looks
    row: Ints
    keys: tuple[tuple[int, int], ...]
    key: Ints
    is_as_entered: Bools

    @classmethod
    def of(cls, looks: Looks, parts: Ints, follows: Bools) -> _Seen:
        """What `parts` look at."""
        row = np.full(follows.size, -1, dtype=np.intp)
        row[parts] = np.arange(parts.size)
        is_shared = np.isnan(looks.own)
        keys, which = np.unique(looks.key[is_shared], axis=0, return_inverse=True)
        key = np.full(parts.size, -1, dtype=np.intp)
        key[is_shared] = which.reshape(-1)
        return cls(looks, row, tuple(map(tuple, keys.tolist())), key, ~is_shared & follows[parts])

    def price(self, part: Ints, prices_at: PricesAt) -> Floats:
        """The price that a unit of each of `part` looks at, (n, paths) [currency/unit]; infinite where it has none."""
        row = self.row[part]
        key = self.key[row]
        looks = self.looks.of(row)
        found = np.empty((part.size, 0))
        if self.keys:
            found = prices_at(self.keys)[key]
            np.minimum(found, looks.cap[:, None], out=found)
            np.maximum(found, looks.floor[:, None], out=found)
        else:
            found = np.empty((part.size, 1))
        own = key < 0
        found[own] = np.where(self.is_as_entered[row[own]], np.inf, looks.own[own])[:, None]
        return found
