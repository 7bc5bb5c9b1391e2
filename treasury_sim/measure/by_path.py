"""Measures lots on many paths when every path sells different units from different lots.

Computed, as in `by_order`: the measurement without the sales, less what the units sold had passed through income, plus
what they passed through up to their sale. Here each lot has its own number of units sold on each path.
Fast because one array of units sold, (parts, paths), is carried from quarter to quarter and multiplied once by the
amount passed through per unit: no loop over paths, and only parts that sold something on some path are touched.
Law: equal to a replay of each path alone (tests/engine/test_simulation.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_on_paths import LedgerOnPaths
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.by_ladder import LadderMeasure, shared_prices
from treasury_sim.measure.by_pool import measure_by_pool
from treasury_sim.measure.cumulative import CumulativeChange, entered, measurement
from treasury_sim.measure.shared_prices import ObservedPrices, PricesAt
from treasury_sim.measure.unit_prices import leaves_at, since_acquired

MeasurerOnPaths = Callable[[LedgerOnPaths], Measurement]


def path_measurer(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy, *, sales: Sequence[int]
) -> MeasurerOnPaths:
    """Return a function that measures `ledger` by `rule`, lot by lot or as one unit of account as the ledger says.

    Parameters
    ----------
    ledger
        All parts, and no release from the first mark on at which paths differ.
    marks
        Any marks with the same shared part as those that will be measured.
    sales
        The mark of each release from there on, not decreasing.
    """
    if ledger.pooled:
        return lambda on_paths: measure_by_pool(rule, ledger, timeline, on_paths.marks, policy, on_paths=on_paths)
    return PathMeasure(rule, ledger, timeline, marks, policy, sales=sales)


class PathMeasure:
    """Measures lot by lot. Which part is measured at which price does not depend on the paths and is prepared once."""

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
        # Any part acquired by a sale may be sold by it on some path, so the price of each is prepared.
        sale_marks = sorted(set(sales))
        acquired = [np.flatnonzero(ledger.acquired <= mark) for mark in sale_marks]
        all_parts = np.concatenate([np.empty(0, dtype=np.intp), *acquired])
        at_sales = ledger.with_releases(
            all_parts, np.repeat(sale_marks, [parts.size for parts in acquired]).astype(np.intp)
        )
        prices = shared_prices(rule, at_sales, timeline, marks, policy)
        self._at_end, self._at_sale = {}, {}
        for quarter, mark in enumerate(timeline.quarter_marks.tolist()):
            if sale_marks and mark >= sale_marks[0]:
                parts = np.flatnonzero(ledger.acquired <= mark)
                self._at_end[quarter] = _PartPrices.of(prices.at_quarter_end(parts, quarter), parts, self._follows)
        if self._leaves_at not in {"cost", "sale_price"}:
            observed, end = prices.at_release(), 0
            for mark, parts in zip(sale_marks, acquired, strict=True):
                begin, end = end, end + parts.size
                self._at_sale[mark] = _PartPrices.of(observed.of(np.arange(begin, end)), parts, self._follows)
        part_prices = [*self._at_end.values(), *self._at_sale.values()]
        self._prices_on = prices.price_lookup_at_once(key for moment in part_prices for key in moment.keys)

    def __call__(self, on_paths: LedgerOnPaths) -> Measurement:
        """Measure the ledger on its paths."""
        return measurement(self._rule, self._passed(on_paths), on_paths.lines, self._entered)

    def _passed(self, on_paths: LedgerOnPaths) -> CumulativeChange:
        """Amounts passed through income."""
        marks, unsold = on_paths.marks, self._unsold.passed(on_paths.marks)
        shape = len(self._timeline.quarters), marks.paths
        totals = (unsold.held_pl, unsold.held_oci, unsold.released_pl, unsold.released_oci)
        held_pl, held_oci, released_pl, released_oci = (np.broadcast_to(line.T, shape).copy() for line in totals)
        if not self._at_end:
            return CumulativeChange(held_pl.T, held_oci.T, released_pl.T, released_oci.T)
        prices_at = self._prices_on(marks)
        units_sold = np.zeros((self._follows.size, marks.paths))
        first = min(self._at_end)
        by_quarter: list[list[int]] = [[] for _ in range(shape[0])]
        for number, released in enumerate(on_paths.released):
            by_quarter[int(self._timeline.quarter_of_mark[released.mark])].append(number)
        for quarter in range(first, shape[0]):
            held, released_now = ((held_pl[quarter], held_oci[quarter]), (released_pl[quarter], released_oci[quarter]))
            for released in (on_paths.released[number] for number in by_quarter[quarter]):
                units_sold[released.part] += released.units
                # Units that leave at cost have passed nothing through.
                if self._leaves_at == "sale_price":
                    self._add(on_paths, released.part, released.price, released.units, released_now)
                elif self._leaves_at != "cost":
                    price = self._at_sale[released.mark].price(released.part, prices_at)
                    self._add(on_paths, released.part, price, released.units, released_now)
            # All units sold so far are not held at this quarter end.
            part = np.flatnonzero(units_sold.any(axis=1))
            price = self._at_end[quarter].price(part, prices_at)
            self._add(on_paths, part, price, -units_sold[part], held)
        return CumulativeChange(held_pl.T, held_oci.T, released_pl.T, released_oci.T)

    def _add(
        self, on_paths: LedgerOnPaths, part: Ints, price: Floats, units: Floats, into: tuple[Floats, Floats]
    ) -> None:
        """Add what `units` (n, paths) of n parts have passed through at `price` to P&L and OCI, each (paths,)."""
        passed = since_acquired(self._rule, self._policy, on_paths.unit_cost[part], price)
        pl, oci = into
        pl += np.einsum("np,np->p", units, np.broadcast_to(passed.pl, units.shape))
        if self._rule.surplus_to_oci:
            oci += np.einsum("np,np->p", units, np.broadcast_to(passed.oci, units.shape))


@dataclass(frozen=True)
class _PartPrices:
    """The prices at which parts are measured at one moment.

    Attributes
    ----------
    observed
        One row for each part acquired so far.
    row : (parts,)
        The row of each part.
    keys
        The prices that differ from path to path, each once.
    key : (n,)
        Position of each row's price in `keys`; -1 where its price is the same on all paths.
    is_as_entered : (n,)
        Whether a row is still carried as it entered, at a cost that differs from path to path.
    """

    observed: ObservedPrices
    row: Ints
    keys: tuple[tuple[int, int], ...]
    key: Ints
    is_as_entered: Bools

    @classmethod
    def of(cls, observed: ObservedPrices, parts: Ints, follows: Bools) -> _PartPrices:
        """Index the prices of `parts`."""
        row = np.full(follows.size, -1, dtype=np.intp)
        row[parts] = np.arange(parts.size)
        is_shared = np.isnan(observed.fixed)
        keys, which = np.unique(observed.key[is_shared], axis=0, return_inverse=True)
        key = np.full(parts.size, -1, dtype=np.intp)
        key[is_shared] = which.reshape(-1)
        return cls(observed, row, tuple(map(tuple, keys.tolist())), key, ~is_shared & follows[parts])

    def price(self, part: Ints, prices_at: PricesAt) -> Floats:
        """Price at which a unit of each of `part` is measured, (n, paths) [currency/unit]; infinite for none."""
        row = self.row[part]
        key = self.key[row]
        observed = self.observed.of(row)
        prices = np.empty((part.size, 0))
        if self.keys:
            prices = prices_at(self.keys)[key]
            np.minimum(prices, observed.cap[:, None], out=prices)
            np.maximum(prices, observed.floor[:, None], out=prices)
        else:
            prices = np.empty((part.size, 1))
        is_fixed = key < 0
        prices[is_fixed] = np.where(self.is_as_entered[row[is_fixed]], np.inf, observed.fixed[is_fixed])[:, None]
        return prices
