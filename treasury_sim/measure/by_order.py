"""Measures lots on many paths when every path sells a different number of units from one and the same queue of lots.

Computed: the measurement without the sales, less what the units sold had passed through income, plus what they passed
through up to their sale; every rule adds up over units, so this is exact.
Fast because a path's sales are one number, the units taken from the front of the queue: for units measured at one
price, the sum over those sold is two table look-ups (`OrderLadder`), whatever the number of lots.
Law: equal to `by_lot` on each path alone (tests/laws/test_along_order.py and test_many_paths.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ladder import OrderLadder, Taken
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import ledger_lines, sold_lines
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.sold_in_order import SaleOrder, SoldInOrder, UnitsSold
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.by_ladder import BLOCK, LadderMeasure, shared_prices
from treasury_sim.measure.cumulative import NO_CHANGE, CumulativeChange, entered, measurement
from treasury_sim.measure.lows_on_paths import Key
from treasury_sim.measure.shared_prices import ObservedPrices
from treasury_sim.measure.unit_prices import leaves_at, since_acquired

HELD, RELEASED = range(2)


class OrderMeasure:
    """Measures `ledger`, whose units are sold for amounts of money, on any marks with the same shared part as `marks`.

    The preparation does not depend on the paths and is done once.
    """

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self._rule, self._timeline = rule, timeline
        self._sold = SoldInOrder(ledger, timeline, marks)
        without_sales = self._sold.before
        self._unsold = LadderMeasure(rule, without_sales, timeline, marks, policy)
        self._taken_out = SoldUnits(
            rule, without_sales, timeline, marks, policy=policy, order=self._sold.order, sales=self._sold.marks
        )
        self._lines = ledger_lines(without_sales, timeline, marks)
        self._entered = entered(rule, policy, ledger, timeline)

    def __call__(self, marks: Marks) -> Measurement:
        """Measure on the paths of `marks`."""
        sales_on_paths = list(self._sold.on(marks))
        passed = self._taken_out.passed(marks, sales_on_paths, self._unsold.passed(marks))
        lines = self._lines + sold_lines(self._sold.order, sales_on_paths, self._timeline)
        return measurement(self._rule, passed, lines, self._entered)


class SoldUnits:
    """The effect of units sold along `order` on the measurement of `ledger`, which does not contain the sales.

    Which units are measured at which price, and their ladders, do not depend on the paths and are prepared once.

    Parameters
    ----------
    sales
        The mark of each sale, not decreasing.
    """

    def __init__(
        self,
        rule: Rule,
        ledger: Ledger,
        timeline: Timeline,
        marks: Marks,
        *,
        policy: AccountingPolicy,
        order: SaleOrder,
        sales: Sequence[int],
    ) -> None:
        self._rule, self._policy, self._order = rule, policy, order
        self._above = 0.0 if rule.ceiling_at_cost else 1.0 - policy.fluctuation_reserve * rule.keeps_reserve
        self._quarters = len(timeline.quarters)
        self._runs: dict[tuple[int, bytes, bytes], _SharedPriceRun] = {}
        self._at_fixed_price: list[tuple[_Query, _FixedPriceUnits]] = []
        self._at_sale_price: list[tuple[_Query, _SharedPriceRun]] = []
        self._at_shared_price: dict[tuple[int, _SharedPriceRun], list[tuple[Key, _Query]]] = {}
        acquired = np.array([order.acquired_by(mark) for mark in sales], dtype=np.intp)
        all_sold = _releasing_all(ledger, order, np.array(sales, dtype=np.intp), acquired)
        prices = shared_prices(rule, all_sold, timeline, marks, policy)
        # Units sold by a quarter end are not held at it: subtract what they would have passed through by then.
        sales_by_end = np.searchsorted(sales, timeline.quarter_marks, side="right")
        for quarter in np.flatnonzero(sales_by_end).tolist():
            parts = order.part[: order.acquired_by(int(timeline.quarter_marks[quarter]))]
            query = _Query(HELD, quarter, ((int(sales_by_end[quarter]), -1.0),))
            self._add(prices.at_quarter_end(parts, quarter), query)
        # Units of one sale are those sold after it less those sold before it. At cost they have passed nothing through.
        how = leaves_at(rule, policy)
        at_release = None if how in ("cost", "sale_price") else prices.at_release()
        for sale, end in enumerate(np.cumsum(acquired).tolist()):
            count = int(acquired[sale])
            quarter = int(timeline.quarter_of_mark[sales[sale]])
            query = _Query(RELEASED, quarter, ((sale + 1, 1.0), (sale, -1.0)))
            if at_release is not None:
                self._add(at_release.of(np.arange(end - count, end)), query)
            elif how == "sale_price":
                self._at_sale_price.append((query, self._run(0, order.unit_cost[:count], np.zeros(count))))
        # The running low answers keys of one row in the order of time.
        for queries in self._at_shared_price.values():
            queries.sort(key=lambda keyed: keyed[0])
        keys = (key for queries in self._at_shared_price.values() for key, _ in queries)
        self._prices_on = prices.price_lookup(keys)

    def _add(self, observed: ObservedPrices, query: _Query) -> None:
        """Prepare `query` for the first parts of the order, measured at `observed`."""
        count = observed.fixed.size
        is_fixed = ~np.isnan(observed.fixed)
        unit_cost, fixed = self._order.unit_cost[:count], np.where(is_fixed, observed.fixed, np.inf)
        unit = since_acquired(self._rule, self._policy, unit_cost, fixed)
        if unit.pl.any() or unit.oci.any():
            later = (0, self._order.units.size - count)
            units = _FixedPriceUnits(
                self._order, np.pad(unit.pl, later), np.pad(unit.oci, later), self._rule.surplus_to_oci
            )
            self._at_fixed_price.append((query, units))
        level = np.minimum(unit_cost, observed.cap)
        # Neighbours measured at one shared price form a run with one ladder.
        price_name = np.column_stack([is_fixed, observed.key])
        ends = [*(np.flatnonzero((price_name[1:] != price_name[:-1]).any(axis=1)) + 1).tolist(), count]
        for first, end in zip([0, *ends[:-1]], ends, strict=True):
            if first < end and not is_fixed[first]:
                run = self._run(first, level[first:end], observed.floor[first:end])
                key = observed.key_of(first)
                self._at_shared_price.setdefault((key[1], run), []).append((key, query))

    def _run(self, first: int, level: Floats, floor: Floats) -> _SharedPriceRun:
        """The run that begins at position `first`; equal ones are built once, since their tables are large."""
        name = (first, level.tobytes(), floor.tobytes())
        if name not in self._runs:
            order, at = self._order, slice(first, first + level.size)
            ladder = OrderLadder(level, order.units[at], order.unit_cost[at], floor)
            amounts = float(order.ends[first]), float(order.units[at].sum())
            self._runs[name] = _SharedPriceRun(ladder, *amounts, self._above, self._rule.surplus_to_oci)
        return self._runs[name]

    def passed(
        self, marks: Marks, sales_on_paths: Sequence[UnitsSold], unsold: CumulativeChange = NO_CHANGE
    ) -> CumulativeChange:
        """Amounts passed through income on the paths of `marks`, given those without the sales."""
        widths = (marks.paths, marks.paths if self._rule.surplus_to_oci else 1)
        totals = [
            [np.broadcast_to(line.T, (self._quarters, width)).copy() for line, width in zip(pair, widths, strict=True)]
            for pair in ((unsold.held_pl, unsold.held_oci), (unsold.released_pl, unsold.released_oci))
        ]
        for start in range(0, marks.paths, BLOCK):
            paths = slice(start, start + BLOCK)
            positions = _Positions([taking.after[paths] for taking in sales_on_paths])
            sale_prices = [taking.price[paths] for taking in sales_on_paths]
            for query, units, price in self._priced_queries(marks.block(paths), sale_prices):
                pl, oci = (total[query.quarter, paths] for total in totals[query.line])
                add = units.at(price)
                for sales, sign in query.after:
                    if sales:
                        add(positions.of(units, sales), sign, pl, oci)
        return CumulativeChange(*(total.T for pair in totals for total in pair))

    def _priced_queries(
        self, block: Marks, sale_prices: list[Floats]
    ) -> Iterator[tuple[_Query, _SharedPriceRun | _FixedPriceUnits, Floats]]:
        """Yield every query, the units it concerns, and the price at which they are measured."""
        for query, units in self._at_fixed_price:
            yield query, units, np.zeros(1)
        for (query, run), price in zip(self._at_sale_price, sale_prices, strict=False):
            yield query, run, price
        prices_at = self._prices_on(block)
        for (_, run), queries in self._at_shared_price.items():
            for (_, query), price in zip(queries, prices_at([key for key, _ in queries]), strict=True):
                yield query, run, price


class _Positions:
    """How far into given units each number of sales reaches, computed once and shared by all queries."""

    def __init__(self, taken: list[Floats]) -> None:
        self._taken = taken
        self._known: dict[tuple[_SharedPriceRun | _FixedPriceUnits, int], Any] = {}

    def of(self, units: _SharedPriceRun | _FixedPriceUnits, sales: int) -> Any:
        """The position after the first `sales` sales, at least 1."""
        name = (units, sales)
        if name not in self._known:
            self._known[name] = units.position(self._taken[sales - 1])
        return self._known[name]


@dataclass(frozen=True)
class _Query:
    """Units sold by some sale, and where the amount they have passed through is added.

    Attributes
    ----------
    line, quarter
        To units held at the end of a quarter (`HELD`), or released in it (`RELEASED`).
    after
        Pairs of a number of sales and the sign with which the units sold by them count.
    """

    line: int
    quarter: int
    after: tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class _SharedPriceRun:
    """Neighbours in the order that are measured at one shared price.

    Attributes
    ----------
    ladder
        Amount below cost.
    before, units
        Units of the order before them, and their own units [coins].
    above
        Share of any excess over cost that passes through.
    """

    ladder: OrderLadder
    before: float
    units: float
    above: float
    surplus_to_oci: bool

    def position(self, taken: Floats) -> Taken:
        """How far into these units the first `taken` units of the whole order reach."""
        return self.ladder.taken(np.clip(taken - self.before, 0.0, self.units))

    def at(self, price: Floats) -> Callable[[Taken, float, Floats, Floats], None]:
        """Return a function that adds what units up to a position have passed through at `price`, (paths,)."""
        columns = self.ladder.columns_of(price)

        def add(position: Taken, sign: float, pl: Floats, oci: Floats) -> None:
            below = self.ladder(position, columns)
            pl += sign * below
            if self.above:
                surplus = oci if self.surplus_to_oci else pl
                surplus += sign * self.above * (position.units * price - position.cost - below)

        return add


@dataclass(frozen=True, eq=False)
class _FixedPriceUnits:
    """Units measured at prices that are the same on all paths: what a unit of each part has passed through, (n,)."""

    order: SaleOrder
    pl: Floats
    oci: Floats
    surplus_to_oci: bool

    def position(self, taken: Floats) -> Floats:
        """See `_SharedPriceRun.position`."""
        return taken

    def at(self, _price: Floats) -> Callable[[Floats, float, Floats, Floats], None]:
        """See `_SharedPriceRun.at`."""
        return self._add

    def _add(self, position: Floats, sign: float, pl: Floats, oci: Floats) -> None:
        pl += sign * self.order.total(self.pl, position)
        if self.surplus_to_oci:
            oci += sign * self.order.total(self.oci, position)


def _releasing_all(ledger: Ledger, order: SaleOrder, sales: Ints, acquired: Ints) -> Ledger:
    """The ledger with a release of every part of the order acquired by each sale, which gives their test prices then.

    Parameters
    ----------
    acquired : (sales,)
        Number of parts acquired by each sale.
    """
    position = np.arange(acquired.sum()) - np.repeat(np.cumsum(acquired) - acquired, acquired)
    return ledger.with_releases(order.part[position], np.repeat(sales, acquired))
