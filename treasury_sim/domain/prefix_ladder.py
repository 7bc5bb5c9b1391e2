"""The ladder of the first so many units along an order: what they are carried at, by how many and by a price."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, frozen


class PrefixLadder:
    """``f(s, p) = sum(quantity * min(level, p))`` over the first s units of lots in an order, exact in both.

    Two look-ups a path: how many whole lots, and how many levels are below the price; then the part of one lot. Memory
    grows with the square of the lots, so it is for a few thousand at most.

    Parameters
    ----------
    level : (n,)
        Price below which each lot follows the price, in the order [currency/unit].
    quantity : (n,)
        Units of each lot, in the order [coins].
    counts : (n,)
        Whether each lot counts; one that does not takes its place in the order all the same.
    """

    def __init__(self, level: Floats, quantity: Floats, counts: Bools) -> None:
        lots = level.size
        rungs, rung = np.unique(level, return_inverse=True)
        units = quantity * counts
        at_level, below = np.zeros((lots + 1, rungs.size + 1)), np.zeros((lots + 1, rungs.size + 1))
        rows = np.arange(1, lots + 1)
        at_level[rows, rung.reshape(-1) + 1] = units * level
        below[rows, rung.reshape(-1) + 1] = units
        for table in (at_level, below):
            np.cumsum(table, axis=0, out=table)
            np.cumsum(table, axis=1, out=table)
        self._ends = frozen(np.concatenate([[0.0], np.cumsum(quantity)]))
        self._rungs = frozen(rungs)
        self._constant = frozen(at_level)
        self._slope = frozen(below[:, -1:] - below)
        self._level = frozen(np.concatenate([level, [0.0]]))
        self._counts = frozen(np.concatenate([counts, [False]]).astype(float))

    def units(self, sold: Floats) -> Floats:
        """How many of the first `sold` units count, (paths,) [coins]."""
        lot, part = self._position(sold)
        found: Floats = self._slope[lot, 0] + part
        return found

    def __call__(self, sold: Floats, price: Floats) -> Floats:
        """Evaluate at the first `sold` units and at a price for each path, both (paths,)."""
        lot, part = self._position(sold)
        rung = np.searchsorted(self._rungs, price)
        found: Floats = self._constant[lot, rung] + price * self._slope[lot, rung]
        found += part * np.minimum(self._level[lot], price)
        return found

    def _position(self, sold: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Floats]:
        """The lot at which the first `sold` units end, and how much of it counts."""
        lot = np.searchsorted(self._ends, sold, side="right") - 1
        part: Floats = (sold - self._ends[lot]) * self._counts[lot]
        return lot, part
