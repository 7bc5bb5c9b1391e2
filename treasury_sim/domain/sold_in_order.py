"""Units that leave along one order, on each path another number of them.

What is gone on a path is one number, the units taken from the beginning of the order, and every question about them is
answered without a lots axis. A sale for an amount of money is of this kind: a lower price takes more units.
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


class Order:
    """Units of a ledger in the order in which they leave.

    Either all have come when the first leaves, or they leave in the order in which they came: what has come by any
    sale is a beginning of the order.

    Attributes
    ----------
    part, units, unit_cost : (n,)
        Parts of the ledger, units of each that can leave, none of them 0, and their cost [coins, currency/coin].
    ends : (n + 1,)
        Units before each, and all of them [coins].
    """

    def __init__(self, ledger: Ledger, part: Ints, units: Floats) -> None:
        there = units > 0.0
        self.part, self.units = frozen(part[there]), frozen(units[there])
        self.unit_cost = frozen(ledger.unit_cost[self.part])
        self.ends = frozen(np.concatenate([[0.0], np.cumsum(self.units)]))
        self._acquired, self._steps = ledger.acquired[self.part], Steps(self.ends[1:])

    def came(self, mark: int) -> int:
        """How many of the parts have come by the events of `mark`."""
        return int(np.count_nonzero(self._acquired <= mark))

    def total(self, amount: Floats, taken: Floats) -> Floats:
        """What `amount` of a unit of each part (n,) adds up to over the first `taken` units, (paths,)."""
        taken = np.minimum(taken, self._steps.top)
        whole = self._steps.below(taken)
        before, of_next = np.concatenate([[0.0], np.cumsum(amount * self.units)]), np.append(amount, 0.0)
        found: Floats = before.take(whole) + (taken - self.ends.take(whole)) * of_next.take(whole)
        return found


@dataclass(frozen=True)
class Taking:
    """One sale on all paths.

    Attributes
    ----------
    mark
        When.
    before, after : (paths,)
        Units taken from the order before and after it [coins].
    price : (paths,)
        What a unit brings before selling costs [currency/coin].
    net : (paths,)
        Proceeds after them [currency].
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
        What it does not release, in the order in which it came.
    """

    def __init__(self, ledger: Ledger, timeline: Timeline, marks: Marks) -> None:
        every = np.ones(ledger.quantity.size, dtype=bool)
        self.before = ledger.only(every, ledger.release_follows != MONEY)
        gone = np.bincount(
            self.before.release_part, weights=self.before.release_quantity, minlength=ledger.quantity.size
        )
        self.order = Order(ledger, np.arange(every.size), ledger.left(gone.astype(float)))
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

    def on(self, marks: Marks) -> Iterator[Taking]:
        """Make the sales on the paths of `marks`, in order; one takes no more than there is."""
        taken = np.zeros(marks.paths)
        for mark, _, amount, fee in self._sales:
            price = marks.close_at(mark)
            units = np.minimum(amount / price, self.order.ends[self.order.came(mark)] - taken)
            yield Taking(mark, taken, taken + units, price, units * price * (1.0 - fee / amount))
            taken = taken + units


def sold_in_order(ledger: Ledger, timeline: Timeline, marks: Marks) -> SoldInOrder | None:
    """The sales for amounts of money that differ from path to path; ``None`` if there are none."""
    return SoldInOrder(ledger, timeline, marks) if (ledger.release_follows == MONEY).any() else None
