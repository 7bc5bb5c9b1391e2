"""Sales from one queue of lots, where the number of units sold differs from path to path.

Computed: for sales of a stated amount of money, first in, first out, the units, cost and proceeds on every path; a
lower price takes more units.
Fast because the lots sold on a path follow from one number, the units taken from the front of the queue: every question
about them is a search among running totals, (paths,), without an axis of lots.
Law: equal to each path alone with its sales stated in units (tests/laws/test_along_order.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints, frozen
from treasury_sim.domain.ladder import Steps
from treasury_sim.domain.ledger import FOLLOWS, Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline

MONEY = FOLLOWS.index("money")


class SaleOrder:
    """Units of a ledger in the order in which they leave.

    Either all are acquired before the first leaves, or they leave in the order of acquisition. So the parts acquired by
    any sale are the first of the order.

    Attributes
    ----------
    part, units, unit_cost : (n,)
        Parts of the ledger, units of each that can leave, none of them 0, and their cost [coins, currency/coin].
    ends : (n + 1,)
        Units before each, and all of them [coins].
    """

    def __init__(self, ledger: Ledger, part: Ints, units: Floats) -> None:
        can_leave = units > 0.0
        self.part, self.units = frozen(part[can_leave]), frozen(units[can_leave])
        self.unit_cost = frozen(ledger.unit_cost[self.part])
        self.ends = frozen(np.concatenate([[0.0], np.cumsum(self.units)]))
        self._acquired, self._steps = ledger.acquired[self.part], Steps(self.ends[1:])

    def acquired_by(self, mark: int) -> int:
        """Number of the parts acquired by the events of `mark`."""
        return int(np.count_nonzero(self._acquired <= mark))

    def total(self, amount: Floats, taken: Floats) -> Floats:
        """Sum of `amount` per unit of each part (n,) over the first `taken` units, (paths,)."""
        taken = np.minimum(taken, self._steps.top)
        whole = self._steps.below(taken)
        before, of_next = np.concatenate([[0.0], np.cumsum(amount * self.units)]), np.append(amount, 0.0)
        total: Floats = before.take(whole) + (taken - self.ends.take(whole)) * of_next.take(whole)
        return total


@dataclass(frozen=True)
class UnitsSold:
    """One sale on all paths.

    Attributes
    ----------
    mark
        Mark of the sale.
    before, after : (paths,)
        Units taken from the order before and after it [coins].
    price : (paths,)
        Price of a unit before selling costs [currency/coin].
    net : (paths,)
        Proceeds after selling costs [currency].
    """

    mark: int
    before: Floats
    after: Floats
    price: Floats
    net: Floats

    @property
    def gross(self) -> Floats:
        """Proceeds before selling costs, (paths,) [currency]."""
        return (self.after - self.before) * self.price


class SoldInOrder:
    """The sales of a ledger for amounts of money, first in, first out, from the first mark on at which paths differ.

    Attributes
    ----------
    before
        The ledger without them.
    order
        The units that it does not release, in the order of acquisition.
    """

    def __init__(self, ledger: Ledger, timeline: Timeline, marks: Marks) -> None:
        every = np.ones(ledger.quantity.size, dtype=bool)
        self.before = ledger.only(every, ledger.release_follows != MONEY)
        released = np.bincount(
            self.before.release_part, weights=self.before.release_quantity, minlength=ledger.quantity.size
        )
        self.order = SaleOrder(ledger, np.arange(every.size), ledger.left(released.astype(float)))
        days = np.array([out.date for out in ledger.disposals], dtype="datetime64[D]")
        at = timeline.mark_of(days)
        sales = [
            (int(at[row]), out.row, out.proceeds, out.fee)
            for row, out in enumerate(ledger.disposals)
            if out.follows == "money" and at[row] >= marks.first
        ]
        self._sales = sorted(sales)

    @property
    def marks(self) -> list[int]:
        """The mark of each sale."""
        return [mark for mark, *_ in self._sales]

    def on(self, marks: Marks) -> Iterator[UnitsSold]:
        """Make the sales on the paths of `marks`, in order; none takes more than is held."""
        taken = np.zeros(marks.paths)
        for mark, _, amount, fee in self._sales:
            price = marks.close_at(mark)
            units = np.minimum(amount / price, self.order.ends[self.order.acquired_by(mark)] - taken)
            yield UnitsSold(mark, taken, taken + units, price, units * price * (1.0 - fee / amount))
            taken = taken + units


def sold_in_order(ledger: Ledger, timeline: Timeline, marks: Marks) -> SoldInOrder | None:
    """The sales for amounts of money that differ from path to path; ``None`` if there are none."""
    return SoldInOrder(ledger, timeline, marks) if (ledger.release_follows == MONEY).any() else None
