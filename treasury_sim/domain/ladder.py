"""The ladder: what lots are carried at, as a function of one price."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats, frozen

CELLS_FOR_A_LEVEL = 8
MOST_CELLS = 1 << 16
SMALLEST = 1e-290
CROWD = 6
"""Levels in one cell from which on a binary search is faster than comparing with each."""


class Ladder:
    """``f(p) = sum(quantity * min(level, p))``, piecewise linear in the price.

    With the unit costs as levels it is the carrying amount of lots at the lower of cost and price. A price finds its
    piece in two steps: a cell of equal width, whose first level is tabulated, and a comparison with the levels inside
    that cell, mostly one. The cost does not grow with the number of lots.

    Parameters
    ----------
    level : (n,)
        Price below which each lot follows the price [currency/unit], not negative and finite.
    quantity : (n,)
        Units [coins]; a negative one takes a lot out again.
    """

    def __init__(self, level: Floats, quantity: Floats) -> None:
        rungs, rung = np.unique(level, return_inverse=True)
        units = np.bincount(rung, weights=quantity, minlength=rungs.size)
        # With j rungs below the price, f(p) = constant[j] + slope[j] * p.
        self._constant = frozen(np.concatenate([[0.0], np.cumsum(units * rungs)]))
        self._slope = frozen(np.concatenate([np.cumsum(units[::-1])[::-1], [0.0]]))
        self._rungs = frozen(np.concatenate([rungs, [np.inf]]))
        self._top = float(rungs[-1]) if rungs.size else 0.0
        cells = min(MOST_CELLS, 1 << (CELLS_FOR_A_LEVEL * rungs.size).bit_length())
        # A price too small to be divided by is that of no coin: then every rung is in the first cell.
        self._scale = cells / self._top if self._top > SMALLEST else 0.0
        # The same rounding for rungs and prices: a rung of a lower cell is below the price, one of a higher is not.
        cell = (rungs * self._scale).astype(np.intp)
        self._first = frozen(np.searchsorted(cell, np.arange(cells + 2)))
        self._crowd = int(np.bincount(cell).max()) if rungs.size else 0

    def __call__(self, price: Floats) -> Floats:
        """Evaluate at each price [currency/unit], not negative; an infinite one gives ``sum(quantity * level)``."""
        capped = np.minimum(price, self._top)
        if self._crowd > CROWD:
            below = np.searchsorted(self._rungs, capped)
        else:
            below = self._first.take((capped * self._scale).astype(np.intp))
            for _ in range(self._crowd):
                below += self._rungs.take(below) < capped
        found: Floats = self._slope.take(below)
        found *= capped
        found += self._constant.take(below)
        return found
