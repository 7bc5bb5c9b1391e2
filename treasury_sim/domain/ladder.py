"""The ladder: what lots are carried at, as a function of one price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints, frozen

CELLS_FOR_A_STEP = 8
MOST_CELLS = 1 << 16
SMALLEST = 1e-290
CROWD = 6
"""Steps in one cell from which on a binary search is faster than comparing with each."""


class Steps:
    """How many of some values, in order, lie below another: for many at once, in a time that does not grow with them.

    A value finds its place in two steps: a cell of equal width, whose first step is tabulated, and a comparison with
    the steps inside that cell, mostly one.

    Parameters
    ----------
    steps : (n,)
        Not negative, finite, increasing.
    """

    def __init__(self, steps: Floats) -> None:
        self._steps = frozen(np.concatenate([steps, [np.inf]]))
        self.top = float(steps[-1]) if steps.size else 0.0
        cells = min(MOST_CELLS, 1 << (CELLS_FOR_A_STEP * steps.size).bit_length())
        # A value too small to be divided by is as good as none: then every step is in the first cell.
        self._scale = cells / self.top if self.top > SMALLEST else 0.0
        # The same rounding for steps and values: a step of a lower cell is below the value, one of a higher is not.
        cell = (steps * self._scale).astype(np.intp)
        self._first = frozen(np.searchsorted(cell, np.arange(cells + 2)))
        self._crowd = int(np.bincount(cell).max()) if steps.size else 0

    def below(self, values: Floats) -> Ints:
        """How many steps lie below each of `values`, which are not negative and not above `top`."""
        if self._crowd > CROWD:
            return np.searchsorted(self._steps, values)
        below: Ints = self._first.take((values * self._scale).astype(np.intp))
        for _ in range(self._crowd):
            below += self._steps.take(below) < values
        return below


class Ladder:
    """``f(p) = sum(quantity * min(level, p))``, piecewise linear in the price.

    With the unit costs as levels it is the carrying amount of lots at the lower of cost and price.

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
        self._rungs = Steps(rungs)

    def __call__(self, price: Floats) -> Floats:
        """Evaluate at each price [currency/unit], not negative; an infinite one gives ``sum(quantity * level)``."""
        capped = np.minimum(price, self._rungs.top)
        below = self._rungs.below(capped)
        found: Floats = self._slope.take(below)
        found *= capped
        found += self._constant.take(below)
        return found


@dataclass(frozen=True)
class Taken:
    """How far each path has gone along the order of an `OrderLadder`, each (paths,).

    Attributes
    ----------
    units, cost
        Units that are gone [coins], and their cost [currency].
    row
        Where the lots that are gone whole stand in the tables.
    rest, rest_level, rest_floor
        Units gone of the next lot [coins], its level and its floor [currency/unit]; (1,) where no lot has a floor.
    """

    units: Floats
    cost: Floats
    row: Ints
    rest: Floats
    rest_level: Floats
    rest_floor: Floats


@dataclass(frozen=True)
class Looked:
    """Prices at which an `OrderLadder` is looked at, not above its highest rung, and their columns of its tables.

    Each is (paths,), or (1,) where the paths agree.
    """

    price: Floats
    column: Ints


class OrderLadder:
    """``f(taken, p) = sum(q * (clip(p, floor, level) - unit cost))`` over the first `taken` units of lots in order.

    With k lots gone whole and j rungs below the price it is ``A[k, j] + p B[k, j]`` and the next lot's part: two
    look-ups, whatever the number of lots. The tables grow with its square; they are good to about 2,000 lots.

    Parameters
    ----------
    level, quantity, unit_cost, floor : (n,)
        Level and units as of a `Ladder`, quantities positive, in the order in which the lots leave; their cost; and a
        price, not above the level, below which each does not follow the price.
    """

    def __init__(self, level: Floats, quantity: Floats, unit_cost: Floats, floor: Floats) -> None:
        rungs = np.unique(np.concatenate([floor, level]))
        # Column j is for prices above rung j - 1 and not above rung j.
        top = np.append(rungs, np.inf)
        is_above, is_under = top > level[:, None], top <= floor[:, None]
        constant = np.where(is_above, level[:, None], np.where(is_under, floor[:, None], 0.0))
        self._constant = _taken_whole(quantity, constant)
        self._slope = _taken_whole(quantity, ~(is_above | is_under))
        self._columns, self._has_floor = top.size, bool(floor.any())
        self._rungs = Steps(rungs)
        self._gone, self._cost = (frozen(np.append(0.0, np.cumsum(each))) for each in (quantity, quantity * unit_cost))
        self._ends = Steps(self._gone[1:])
        self._level, self._floor, self._unit_cost = (frozen(np.append(each, 0.0)) for each in (level, floor, unit_cost))

    def taken(self, units: Floats) -> Taken:
        """Find the place of `units`, from 0 to all of them, (paths,)."""
        units = np.minimum(units, self._ends.top)
        whole = self._ends.below(units)
        rest = units - self._gone.take(whole)
        cost = self._cost.take(whole) + rest * self._unit_cost.take(whole)
        floor = self._floor.take(whole) if self._has_floor else np.zeros(1)
        return Taken(units, cost, whole * self._columns, rest, self._level.take(whole), floor)

    def looked(self, price: Floats) -> Looked:
        """Find the place of each price [currency/unit], not negative, (paths,)."""
        capped = np.minimum(price, self._rungs.top)
        return Looked(capped, self._rungs.below(capped))

    def __call__(self, taken: Taken, looked: Looked) -> Floats:
        """Evaluate on each path, (paths,) [currency]."""
        at = taken.row + looked.column
        found: Floats = self._slope.take(at)
        found *= looked.price
        found += self._constant.take(at)
        at_next = np.minimum(taken.rest_level, looked.price)
        if self._has_floor:
            np.maximum(at_next, taken.rest_floor, out=at_next)
        at_next *= taken.rest
        found += at_next
        found -= taken.cost
        return found


def _taken_whole(quantity: Floats, of_unit: Floats | Bools) -> Floats:
    """What a table of units (n, columns) adds up to over the first 0 to n lots, flat."""
    return frozen(np.pad(np.cumsum(quantity[:, None] * of_unit, axis=0), ((1, 0), (0, 0))).reshape(-1))
