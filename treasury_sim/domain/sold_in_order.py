"""Sales for amounts of money on many paths: how far each path has sold along the order in which lots came.

A lower price takes more units for the same money. Lots leave first in, first out, so what is gone on a path is one
number: the units taken from the beginning of the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.ladder import Steps
from treasury_sim.domain.ledger import FOLLOWS, Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline

MONEY = FOLLOWS.index("money")


@dataclass(frozen=True)
class Taking:
    """One sale on all paths.

    Attributes
    ----------
    mark
        When.
    before, after : (paths,)
        Units taken from the order before and after it [coins].
    gross, net : (paths,)
        Proceeds before and after selling costs; less than the amount where no more was held [currency].
    """

    mark: int
    before: Floats
    after: Floats
    gross: Floats
    net: Floats


class SoldInOrder:
    """The sales of a ledger for amounts of money, from the first mark on at which paths differ.

    Attributes
    ----------
    before
        The ledger without them.
    left : (parts,)
        Units of each part that were not released before [coins].
    """

    def __init__(self, ledger: Ledger, timeline: Timeline, marks: Marks) -> None:
        every = np.ones(ledger.quantity.size, dtype=bool)
        self.before = ledger.only(every, ledger.release_follows != MONEY)
        gone = np.bincount(
            self.before.release_part, weights=self.before.release_quantity, minlength=ledger.quantity.size
        )
        self.left = frozen(np.maximum(ledger.quantity - gone, 0.0))
        days = np.array([out.date for out in ledger.disposals], dtype="datetime64[D]")
        at = timeline.mark_of(days)
        sales = [
            (int(at[row]), out.row, out.proceeds, out.fee)
            for row, out in enumerate(ledger.disposals)
            if out.follows == "money" and at[row] >= marks.first
        ]
        self._sales = sorted(sales)
        self._acquired = ledger.acquired
        ends = np.cumsum(self.left)
        self._ends, self._steps = frozen(np.concatenate([[0.0], ends])), Steps(ends)
        self._cost = frozen(np.concatenate([[0.0], np.cumsum(self.left * ledger.unit_cost)]))
        self._unit_cost = frozen(np.concatenate([ledger.unit_cost, [0.0]]))

    @property
    def marks(self) -> list[int]:
        """The mark of each sale."""
        return [mark for mark, *_ in self._sales]

    def cost_of(self, taken: Floats) -> Floats:
        """Cost of the first `taken` units of the order, (paths,) [currency]."""
        taken = np.minimum(taken, self._steps.top)
        whole = self._steps.below(taken)
        found: Floats = self._cost.take(whole) + (taken - self._ends.take(whole)) * self._unit_cost.take(whole)
        return found

    def on(self, marks: Marks) -> Iterator[Taking]:
        """Make the sales on the paths of `marks`, in order."""
        taken = np.zeros(marks.paths)
        for mark, _, amount, fee in self._sales:
            there = float(self.left[self._acquired <= mark].sum())
            price = marks.close_at(mark)
            units = np.minimum(amount / price, there - taken)
            gross = units * price
            yield Taking(mark, taken, taken + units, gross, gross * (1.0 - fee / amount))
            taken = taken + units


def sold_in_order(ledger: Ledger, timeline: Timeline, marks: Marks) -> SoldInOrder | None:
    """The sales for amounts of money that differ from path to path; ``None`` if there are none."""
    return SoldInOrder(ledger, timeline, marks) if (ledger.release_follows == MONEY).any() else None
