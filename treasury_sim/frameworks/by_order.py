"""A rule applied lot by lot on many paths, where each path sells another number of units along one order.

Every such rule adds up over units, so the measurement is that of the ledger without the sales, less what the units
that are gone had passed through, plus what they passed through up to their sale. They are the first of the order, so
for units that look at one price it follows from how many are gone and from that price (an `OrderLadder`). A law holds
the sum equal to `by_lot` on each path alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ladder import OrderLadder, Taken
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import ledger_lines, sold_lines
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.sold_in_order import Order, SoldInOrder, Taking
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.by_ladder import BLOCK, LadderMeasure, shared_prices
from treasury_sim.frameworks.lows_on_paths import Key
from treasury_sim.frameworks.passed_through import NOTHING_PASSED, PassedThrough, entered, measurement
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.shared_prices import Looks
from treasury_sim.frameworks.unit_prices import leaves_at, since_acquired

HELD, RELEASED = range(2)


class OrderMeasure:
    """Measures `ledger`, whose units are sold for amounts of money, on any marks that share what `marks` share."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self._rule, self._timeline = rule, timeline
        self._sold = SoldInOrder(ledger, timeline, marks)
        without = self._sold.before
        self._unsold = LadderMeasure(rule, without, timeline, marks, policy)
        self._taken_out = TakenOut(
            rule, without, timeline, marks, policy=policy, order=self._sold.order, sales=self._sold.marks
        )
        self._lines = ledger_lines(without, timeline, marks)
        self._entered = entered(rule, policy, ledger, timeline)

    def __call__(self, marks: Marks) -> Measurement:
        """Measure on the paths of `marks`."""
        takings = list(self._sold.on(marks))
        passed = self._taken_out.passed(marks, takings, self._unsold.passed(marks))
        lines = self._lines + sold_lines(self._sold.order, takings, self._timeline)
        return measurement(self._rule, passed, lines, self._entered)


class TakenOut:
    """What units sold along `order` take out of the measurement of `ledger`, which is without the sales.

    What does not depend on the paths is done once: which units look at which price, and their ladders.

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
        order: Order,
        sales: Sequence[int],
    ) -> None:
        self._rule, self._policy, self._order = rule, policy, order
        self._above = 0.0 if rule.ceiling_at_cost else 1.0 - policy.fluctuation_reserve * rule.keeps_reserve
        self._quarters = len(timeline.quarters)
        self._runs: dict[tuple[int, bytes, bytes], _Run] = {}
        self._own: list[tuple[_Gone, _Own]] = []
        self._at_sale_price: list[tuple[_Gone, _Run]] = []
        self._shared: dict[tuple[int, _Run], list[tuple[Key, _Gone]]] = {}
        came = np.array([order.came(mark) for mark in sales], dtype=np.intp)
        asked = _selling(ledger, order, np.array(sales, dtype=np.intp), came)
        prices = shared_prices(rule, asked, timeline, marks, policy)
        made_by = np.searchsorted(sales, timeline.quarter_marks, side="right")
        for quarter in np.flatnonzero(made_by).tolist():
            parts = order.part[: order.came(int(timeline.quarter_marks[quarter]))]
            gone = _Gone(HELD, quarter, ((int(made_by[quarter]), -1.0),))
            self._add(prices.at_quarter_end(parts, quarter), gone)
        how = leaves_at(rule, policy)
        at_release = None if how in ("cost", "sale_price") else prices.at_release()
        for sale, end in enumerate(np.cumsum(came).tolist()):
            count = int(came[sale])
            gone = _Gone(RELEASED, int(timeline.quarter_of_mark[sales[sale]]), ((sale + 1, 1.0), (sale, -1.0)))
            if at_release is not None:
                self._add(at_release.of(np.arange(end - count, end)), gone)
            elif how == "sale_price":
                self._at_sale_price.append((gone, self._run(0, order.unit_cost[:count], np.zeros(count))))
        for asked_at in self._shared.values():
            asked_at.sort(key=lambda each: each[0])
        self._look = prices.looking(key for asked_at in self._shared.values() for key, _ in asked_at)

    def _add(self, looks: Looks, gone: _Gone) -> None:
        """Put neighbours at the beginning of the order together that look at one price, and all that have their own."""
        count = looks.own.size
        is_own = ~np.isnan(looks.own)
        unit_cost, own = self._order.unit_cost[:count], np.where(is_own, looks.own, np.inf)
        unit = since_acquired(self._rule, self._policy, unit_cost, own)
        if unit.pl.any() or unit.oci.any():
            later = (0, self._order.units.size - count)
            own_units = _Own(self._order, np.pad(unit.pl, later), np.pad(unit.oci, later), self._rule.surplus_to_oci)
            self._own.append((gone, own_units))
        level = np.minimum(unit_cost, looks.cap)
        seen = np.column_stack([is_own, looks.key])
        ends = [*(np.flatnonzero((seen[1:] != seen[:-1]).any(axis=1)) + 1).tolist(), count]
        for first, end in zip([0, *ends[:-1]], ends, strict=True):
            if first < end and not is_own[first]:
                run = self._run(first, level[first:end], looks.floor[first:end])
                key = looks.key_of(first)
                self._shared.setdefault((key[1], run), []).append((key, gone))

    def _run(self, first: int, level: Floats, floor: Floats) -> _Run:
        """Neighbours from the place `first` on; the same at the same levels are one."""
        name = (first, level.tobytes(), floor.tobytes())
        if name not in self._runs:
            order, at = self._order, slice(first, first + level.size)
            ladder = OrderLadder(level, order.units[at], order.unit_cost[at], floor)
            amounts = float(order.ends[first]), float(order.units[at].sum())
            self._runs[name] = _Run(ladder, *amounts, self._above, self._rule.surplus_to_oci)
        return self._runs[name]

    def passed(self, marks: Marks, takings: Sequence[Taking], unsold: PassedThrough = NOTHING_PASSED) -> PassedThrough:
        """What has passed through on the paths of `marks`, from what has without the sales."""
        widths = (marks.paths, marks.paths if self._rule.surplus_to_oci else 1)
        totals = [
            [np.broadcast_to(line.T, (self._quarters, width)).copy() for line, width in zip(pair, widths, strict=True)]
            for pair in ((unsold.held_pl, unsold.held_oci), (unsold.released_pl, unsold.released_oci))
        ]
        for start in range(0, marks.paths, BLOCK):
            paths = slice(start, start + BLOCK)
            places = _Places([taking.after[paths] for taking in takings])
            sale_prices = [taking.price[paths] for taking in takings]
            for gone, units, price in self._looking(marks.block(paths), sale_prices):
                pl, oci = (total[gone.quarter, paths] for total in totals[gone.line])
                add = units.at(price)
                for sales, sign in gone.after:
                    if sales:
                        add(places.of(units, sales), sign, pl, oci)
        return PassedThrough(*(total.T for pair in totals for total in pair))

    def _looking(self, block: Marks, sale_prices: list[Floats]) -> Iterator[tuple[_Gone, _Run | _Own, Floats]]:
        """Yield what is asked for, of which units, and the price at which they look."""
        for gone, own in self._own:
            yield gone, own, np.zeros(1)
        for (gone, run), price in zip(self._at_sale_price, sale_prices, strict=False):
            yield gone, run, price
        prices_at = self._look(block)
        for (_, run), asked_at in self._shared.items():
            for (_, gone), price in zip(asked_at, prices_at([key for key, _ in asked_at]), strict=True):
                yield gone, run, price


class _Places:
    """Where among some units each number of sales ends; units that several questions share share the answer."""

    def __init__(self, taken: list[Floats]) -> None:
        self._taken = taken
        self._known: dict[tuple[_Run | _Own, int], Any] = {}

    def of(self, units: _Run | _Own, sales: int) -> Any:
        """The place after the first `sales` sales, one at least."""
        name = (units, sales)
        if name not in self._known:
            self._known[name] = units.place(self._taken[sales - 1])
        return self._known[name]


@dataclass(frozen=True)
class _Gone:
    """Which units are asked for, and where what they have passed through is added.

    Attributes
    ----------
    line, quarter
        To what is held at the end of a quarter, or released in it.
    after
        Units gone after so many sales, and the sign with which they count.
    """

    line: int
    quarter: int
    after: tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class _Run:
    """Neighbours along the order that look at one price.

    Attributes
    ----------
    ladder
        What lies below their cost.
    before, units
        Units of the order before them, and theirs [coins].
    above
        Share of what exceeds cost that passes through.
    """

    ladder: OrderLadder
    before: float
    units: float
    above: float
    surplus_to_oci: bool

    def place(self, taken: Floats) -> Taken:
        """Where in these units `taken` units of the whole order end."""
        return self.ladder.taken(np.clip(taken - self.before, 0.0, self.units))

    def at(self, price: Floats) -> Callable[[Taken, float, Floats, Floats], None]:
        """Return what adds, with a sign, what the units up to a place have passed through at `price`, each (paths,)."""
        looked = self.ladder.looked(price)

        def add(place: Taken, sign: float, pl: Floats, oci: Floats) -> None:
            below = self.ladder(place, looked)
            pl += sign * below
            if self.above:
                surplus = oci if self.surplus_to_oci else pl
                surplus += sign * self.above * (place.units * price - place.cost - below)

        return add


@dataclass(frozen=True, eq=False)
class _Own:
    """Units with a price of their own that all paths share: what one of each part has passed through, (n,)."""

    order: Order
    pl: Floats
    oci: Floats
    surplus_to_oci: bool

    def place(self, taken: Floats) -> Floats:
        """See `_Run.place`."""
        return taken

    def at(self, _price: Floats) -> Callable[[Floats, float, Floats, Floats], None]:
        """See `_Run.at`."""
        return self._add

    def _add(self, place: Floats, sign: float, pl: Floats, oci: Floats) -> None:
        pl += sign * self.order.total(self.pl, place)
        if self.surplus_to_oci:
            oci += sign * self.order.total(self.oci, place)


def _selling(ledger: Ledger, order: Order, sales: Ints, came: Ints) -> Ledger:
    """A ledger that releases at each sale all parts that have come, `came` of them: to ask what each looks at then."""
    place = np.arange(came.sum()) - np.repeat(np.cumsum(came) - came, came)
    return ledger.looked_at(order.part[place], np.repeat(sales, came))
