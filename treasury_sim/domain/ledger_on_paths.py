"""A ledger on many paths with different disposals on each: the units that each part gives, sale by sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import LedgerLines, SaleOnPaths, ledger_lines, lines_of_sales
from treasury_sim.domain.priced_at_close import FollowingParts
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline


@dataclass(frozen=True)
class Released:
    """Units that leave by one disposal on one day.

    Attributes
    ----------
    mark
        Mark of the disposal.
    part : (n,)
        Parts of the ledger that give anything on any path, each once.
    units : (n, paths)
        Units that each gives [coins].
    price : (paths,)
        Price of a unit before selling costs [currency/coin]; (1,) where the paths agree.
    fee : (paths,)
        Selling costs of a unit [currency/coin]; (1,) where the paths agree.
    cost : (paths,)
        Cost of these units in these books [currency].
    """

    mark: int
    part: Ints
    units: Floats
    price: Floats
    fee: Floats
    cost: Floats

    @cached_property
    def total(self) -> Floats:
        """Units that leave, (paths,) [coins]."""
        total: Floats = self.units.sum(axis=0)
        return total

    @property
    def sale(self) -> SaleOnPaths:
        """Units, cost and proceeds."""
        return SaleOnPaths(
            self.mark, self.total, self.cost, self.total * self.price, self.total * (self.price - self.fee)
        )


@dataclass(frozen=True)
class LedgerOnPaths:
    """A ledger on the paths of some marks.

    Attributes
    ----------
    marks, timeline
        Prices observed on the paths, and the days of the marks.
    ledger
        All parts, and the releases up to the first mark at which paths differ.
    released
        Disposals from there on, in order.
    """

    marks: Marks
    timeline: Timeline
    ledger: Ledger
    released: Sequence[Released]

    @cached_property
    def unit_cost(self) -> Floats:
        """Cost of a unit of each part, (parts, paths), or (parts, 1) where the paths agree [currency/coin]."""
        return unit_cost_on(self.marks, self.ledger)

    @cached_property
    def units(self) -> Floats:
        """Units of each part at acquisition, (parts, paths), or (parts, 1) where the paths agree [coins]."""
        return units_on(self.marks, self.ledger)

    @cached_property
    def lines(self) -> LedgerLines:
        """Units, cost and proceeds by quarter."""
        before = ledger_lines(self.ledger, self.timeline, self.marks)
        return before + lines_of_sales([released.sale for released in self.released], self.timeline)


def unit_cost_on(marks: Marks, ledger: Ledger) -> Floats:
    """Cost of a unit of each part on the paths of `marks`, (parts, paths), or (parts, 1) where they agree."""
    return _with(FollowingParts.of(ledger, marks), "unit_cost", ledger.unit_cost)


def units_on(marks: Marks, ledger: Ledger) -> Floats:
    """Units of each part at acquisition, (parts, paths), or (parts, 1) where the paths agree [coins]."""
    following = FollowingParts.of(ledger, marks)
    return _with(following, "units", np.ones(ledger.quantity.size)) * ledger.quantity[:, None]


def _with(following: FollowingParts, name: str, amounts: Floats) -> Floats:
    """`amounts` of all parts, replaced by the figures of each path for parts that follow a close."""
    if not following.parts.size:
        return amounts[:, None]
    rows: Floats = getattr(following, name)
    on_paths = np.repeat(amounts[:, None], rows.shape[1], axis=1)
    on_paths[following.parts] = rows
    return on_paths
