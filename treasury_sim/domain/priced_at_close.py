"""Parts of a ledger whose cost or number of units follows the close of their day, on many paths.

A ledger holds them as on one path, with the close at which they were priced. On another path a part bought as a number
of units costs more or less by the difference of the closes; a part bought for an amount of money has the same total
cost and more or fewer units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints, frozen
from treasury_sim.domain.ledger import FOLLOWS, Ledger
from treasury_sim.domain.prices import Marks

MONEY = FOLLOWS.index("money")
_NONE = frozen(np.empty((0, 1)))


@dataclass(frozen=True)
class FollowingParts:
    """The parts that differ between the paths of some marks.

    Attributes
    ----------
    parts : (n,)
        Their positions in the ledger.
    row : (parts,)
        Position of each part of the ledger among them; -1 for the others.
    unit_cost : (n, paths)
        [currency/coin]
    units : (n, paths)
        Units as a multiple of those in the ledger.
    """

    parts: Ints
    row: Ints
    unit_cost: Floats
    units: Floats

    @classmethod
    def of(cls, ledger: Ledger, marks: Marks) -> FollowingParts:
        """Price the parts of `ledger` on the paths of `marks`."""
        parts = np.flatnonzero(ledger.follows)
        row = np.full(ledger.quantity.size, -1, dtype=np.intp)
        if not parts.size:
            return cls(parts, row, _NONE, _NONE)
        row[parts] = np.arange(parts.size)
        close = np.empty((parts.size, marks.paths))
        for number, mark in enumerate(ledger.acquired[parts].tolist()):
            close[number] = marks.close_at(mark)
        priced_at, cost = ledger.priced_at[parts, None], ledger.unit_cost[parts, None]
        for_money = (ledger.follows[parts] == MONEY)[:, None]
        unit_cost = np.where(for_money, cost * (close / priced_at), cost + (close - priced_at))
        return cls(parts, row, unit_cost, np.where(for_money, priced_at / close, 1.0))
