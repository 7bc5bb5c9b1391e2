"""Lots over time: what was bought at which mark, and what was released from it when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.timeline import Timeline

ROUNDING = 1e-12
"""Share of a part that is rounding left by its releases, not a holding."""


@dataclass(frozen=True)
class Ledger:
    """The lots of one asset in one set of books, in acquisition order, and every release from them.

    A lot that was bought over a window is held as *parts*, one for each day; `lot` says which lot a part
    belongs to, and every table, count and identification speaks of lots. Releases are stored flat, so memory
    grows with lots plus sales, never with their product.

    Attributes
    ----------
    acquired : (parts,)
        Mark of the purchase.
    quantity : (parts,)
        Units bought [coins].
    unit_cost : (parts,)
        Cost of a unit in these books, capitalised fees included; in a tax ledger the tax basis [currency/coin].
    lot : (parts,)
        Position of the lot in `lot_ids`.
    lot_ids
        Names of the lots.
    release_part, release_mark : (releases,)
        From which part, at which mark; in the order of the sales.
    release_quantity : (releases,)
        Units released [coins].
    release_gross, release_net : (releases,)
        Proceeds before and after selling costs [currency].
    """

    acquired: Ints
    quantity: Floats
    unit_cost: Floats
    lot: Ints
    lot_ids: tuple[str, ...]
    release_part: Ints
    release_mark: Ints
    release_quantity: Floats
    release_gross: Floats
    release_net: Floats

    def held(self, mark: int) -> Floats:
        """Units of each part held after the events of `mark` [coins], (parts,)."""
        gone = self.release_mark <= mark
        released = np.bincount(
            self.release_part[gone], weights=self.release_quantity[gone], minlength=self.quantity.size
        )
        left = np.where(self.acquired <= mark, self.quantity - released, 0.0)
        return np.where(left > ROUNDING * self.quantity, left, 0.0)

    def units_by_lot(self, mark: int) -> Floats:
        """Units of each lot held after the events of `mark` [coins], (lots,)."""
        return np.bincount(self.lot, weights=self.held(mark), minlength=len(self.lot_ids)).astype(float)


def sum_by_quarter(amounts: Floats, marks: Ints, timeline: Timeline) -> Floats:
    """Add `amounts` (n,) at `marks` (n,) up by fiscal quarter, (quarters,)."""
    quarters = timeline.quarter_of_mark[marks]
    return np.bincount(quarters, weights=amounts, minlength=len(timeline.quarters)).astype(float)
