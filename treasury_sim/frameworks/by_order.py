"""A rule applied lot by lot on many paths, where each path sells another number of units along one order.

Measured as if nothing were sold, less what the units that are gone would have passed through: they are the first of the
order, so for units that look at one price it follows from how many are gone and from that price (an `OrderLadder`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ladder import OrderLadder, Taken
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import ledger_lines, less_sold
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.sold_in_order import SoldInOrder, Taking
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.by_ladder import BLOCK, LadderMeasure, shared_prices
from treasury_sim.frameworks.passed_through import PassedThrough, entered, measurement
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.shared_prices import Key, Looks
from treasury_sim.frameworks.unit_prices import leaves_at, since_acquired

AT_CLOSE, AT_OWN = -1, -2
"""In a key: the close of the mark at which units are sold; a price that all paths share."""


class OrderMeasure:
    """Measures `ledger`, whose units are sold for amounts of money, on any marks that share what `marks` share."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self._rule, self._policy, self._ledger, self._timeline = rule, policy, ledger, timeline
        self._sold = SoldInOrder(ledger, timeline, marks)
        self._unsold = LadderMeasure(rule, self._sold.before, timeline, marks, policy)
        self._entered = entered(rule, policy, ledger, timeline)
        self._lines = ledger_lines(self._sold.before, timeline, marks)
        self._first = marks.first
        self._above = 0.0 if rule.ceiling_at_cost else 1.0 - policy.fluctuation_reserve * rule.keeps_reserve
        self._ladders: dict[bytes, OrderLadder] = {}
        before = np.cumsum(self._sold.left) - self._sold.left
        self._prices = shared_prices(rule, self._possible(), timeline, marks, policy)
        self._groups: dict[Key, list[_Gone | _GoneAtOwn]] = {}
        for quarter, mark in enumerate(timeline.quarter_marks.tolist()):
            if mark >= marks.first:
                parts = self._parts(mark)
                self._add(self._prices.at_quarter_end(parts, quarter), parts, before, quarter, sale=None)
        self._add_sales(before)

    def _parts(self, mark: int) -> Ints:
        """What may be gone by the events of `mark`."""
        return np.flatnonzero((self._ledger.acquired <= mark) & (self._sold.left > 0.0))

    def _possible(self) -> Ledger:
        """The ledger as if each sale released every part there is: so that it is known what units look at then."""
        parts = [self._parts(mark) for mark in self._sold.marks]
        marks = np.repeat(np.array(self._sold.marks, dtype=np.intp), [one.size for one in parts])
        part = np.concatenate([*parts, np.empty(0, dtype=np.intp)])
        nothing = np.zeros(part.size)
        return replace(
            self._sold.before,
            release_part=part,
            release_mark=marks,
            release_disposal=np.zeros(part.size, dtype=np.intp),
            release_quantity=nothing,
            release_cost=nothing,
            release_gross=nothing,
            release_net=nothing,
            release_follows=np.zeros(part.size, dtype=np.intp),
            release_priced_at=nothing,
        )

    def _add_sales(self, before: Floats) -> None:
        how = leaves_at(self._rule, self._policy)
        if how == "cost":
            return
        at = 0
        looks = None if how == "sale_price" else self._prices.at_release()
        for sale, mark in enumerate(self._sold.marks):
            parts = self._parts(mark)
            quarter = int(self._timeline.quarter_of_mark[mark])
            if looks is None:
                key = np.tile(np.array([2 * mark, AT_CLOSE]), (parts.size, 1))
                nothing = np.zeros(parts.size)
                seen = Looks(np.full(parts.size, np.nan), key, np.full(parts.size, np.inf), nothing)
            else:
                seen = looks.of(np.arange(at, at + parts.size))
            self._add(seen, parts, before, quarter, sale=sale)
            at += parts.size

    def _add(self, looks: Looks, parts: Ints, before: Floats, quarter: int, *, sale: int | None) -> None:
        """Put units that look at one price together, and those that have one of their own."""
        own = np.flatnonzero(~np.isnan(looks.own))
        if own.size:
            chosen = parts[own]
            cost, units = self._ledger.unit_cost[chosen], self._sold.left[chosen]
            unit = since_acquired(self._rule, self._policy, cost, looks.own[own])
            if unit.pl.any() or unit.oci.any():
                ends, pl, oci = (
                    np.append(0.0, np.cumsum(amounts)) for amounts in (units, unit.pl * units, unit.oci * units)
                )
                one = _GoneAtOwn(quarter, sale, float(before[chosen[0]]), ends, pl, oci)
                self._groups.setdefault((0, AT_OWN), []).append(one)
        keyed = np.flatnonzero(np.isnan(looks.own))
        for moment, which in np.unique(looks.key[keyed], axis=0).tolist():
            members = keyed[(looks.key[keyed] == (moment, which)).all(axis=1)]
            chosen = parts[members]
            cost, units = self._ledger.unit_cost[chosen], self._sold.left[chosen]
            group = _Gone(
                quarter=quarter,
                sale=sale,
                ladder=self._ladder(np.minimum(cost, looks.cap[members]), units, cost),
                before=float(before[chosen[0]]),
                units=float(units.sum()),
                above=self._above,
                surplus_to_oci=self._rule.surplus_to_oci,
            )
            self._groups.setdefault((moment, which), []).append(group)

    def _ladder(self, level: Floats, units: Floats, unit_cost: Floats) -> OrderLadder:
        """A ladder; the same lots at the same levels share one."""
        name = level.tobytes() + units.tobytes() + unit_cost.tobytes()
        if name not in self._ladders:
            self._ladders[name] = OrderLadder(level, units, unit_cost)
        return self._ladders[name]

    def __call__(self, marks: Marks) -> Measurement:
        """Measure on the paths of `marks`."""
        passed = self._unsold.passed(marks)
        shape = passed.held_pl.shape
        held_pl, held_oci, released_pl, released_oci = (
            np.broadcast_to(array, shape).T.copy()
            for array in (passed.held_pl, passed.held_oci, passed.released_pl, passed.released_oci)
        )
        keys, takings = sorted(self._groups), list(self._sold.on(marks))
        for start in range(0, marks.paths, BLOCK):
            paths = slice(start, start + BLOCK)
            block = marks.block(paths)
            places = _Places([taking.after[paths] for taking in takings])
            walked = iter(self._prices.prices(block, [key for key in keys if key[1] >= 0]))
            for key in keys:
                price = next(walked) if key[1] >= 0 else block.close_at(key[0] // 2)
                for group in self._groups[key]:
                    if group.sale is None:
                        made = self._made_by(takings, group.quarter)
                        if made:
                            pl, oci = held_pl[group.quarter, paths], held_oci[group.quarter, paths]
                            group.add(places.of(group, made), price, -1.0, pl, oci)
                        continue
                    pl, oci = released_pl[group.quarter, paths], released_oci[group.quarter, paths]
                    group.add(places.of(group, group.sale + 1), price, 1.0, pl, oci)
                    if group.sale:
                        group.add(places.of(group, group.sale), price, -1.0, pl, oci)
        found = PassedThrough(held_pl.T, held_oci.T, released_pl.T, released_oci.T)
        lines = less_sold(self._lines, self._sold, takings, self._timeline)
        return measurement(self._rule, found, lines, self._entered)

    def _made_by(self, takings: list[Taking], quarter: int) -> int:
        """How many sales have been made by the end of `quarter`."""
        return sum(taking.mark <= self._timeline.quarter_marks[quarter] for taking in takings)


class _Places:
    """Where in the units of a group each sale ends; groups that share lots share the answer."""

    def __init__(self, taken: list[Floats]) -> None:
        self._taken = taken
        self._known: dict[tuple[int, float, int], Any] = {}

    def of(self, group: _Gone | _GoneAtOwn, made: int) -> Any:
        """The place after the first `made` sales, one at least."""
        lots = id(group.ladder) if isinstance(group, _Gone) else id(group)
        name = (lots, group.before, made)
        if name not in self._known:
            self._known[name] = group.place(self._taken[made - 1])
        return self._known[name]


@dataclass(frozen=True)
class _GoneAtOwn:
    """Units that may be gone, each with a price that all paths share: what the first of them have passed through.

    Attributes
    ----------
    quarter, sale, before
        See `_Gone`.
    ends, pl, oci : (n + 1,)
        Units from the first to each, and what they have passed through [coins, currency].
    """

    quarter: int
    sale: int | None
    before: float
    ends: Floats
    pl: Floats
    oci: Floats

    def place(self, taken: Floats) -> Floats:
        """How many of these units are gone when `taken` units of the whole order are."""
        return taken - self.before

    def add(self, place: Floats, _price: Floats, sign: float, pl: Floats, oci: Floats) -> None:
        """See `_Gone.add`."""
        pl += sign * np.interp(place, self.ends, self.pl)
        oci += sign * np.interp(place, self.ends, self.oci)


@dataclass(frozen=True)
class _Gone:
    """Units of one key that may be gone, in their order.

    Attributes
    ----------
    quarter
        To which they count.
    sale
        The sale at which they leave; ``None`` if it is asked what is gone by the end of the quarter.
    ladder
        What lies below cost.
    before, units
        Units of the order before them, and theirs [coins].
    above
        Share of what exceeds cost that passes through.
    """

    quarter: int
    sale: int | None
    ladder: OrderLadder
    before: float
    units: float
    above: float
    surplus_to_oci: bool

    def place(self, taken: Floats) -> Taken:
        """Where in these units `taken` units of the whole order end."""
        return self.ladder.taken(np.clip(taken - self.before, 0.0, self.units))

    def add(self, place: Taken, price: Floats, sign: float, pl: Floats, oci: Floats) -> None:
        """Add what the units up to `place` have passed through at `price`, each (paths,)."""
        below = self.ladder(place, price)
        pl += sign * below
        if self.above:
            surplus = oci if self.surplus_to_oci else pl
            surplus += sign * self.above * (place.units * price - place.cost - below)
