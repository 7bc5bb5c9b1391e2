"""The ladder: the carrying amount of lots as a function of one price.

Computed: ``sum(quantity * min(level, price))`` for many prices, and the same over the first units of lots in order.
Fast because the function is piecewise linear: it is tabulated once between the levels (the *rungs*), and a price needs
one search for its place among them, two look-ups and a multiplication, however many lots there are.
Test: equal to the sum over lots (tests/domain/test_ladder.py).
"""

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
    """Counts the sorted `steps` below each of many values, in a time that does not grow with the number of steps.

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
        # Dividing by a smaller value would overflow; every step is then in the first cell.
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
        value: Floats = self._slope.take(below)
        value *= capped
        value += self._constant.take(below)
        return value


@dataclass(frozen=True)
class Taken:
    """How far each path has sold along the order of an `OrderLadder`, each (paths,).

    Attributes
    ----------
    units, cost
        Units sold [coins], and their cost [currency].
    row
        Offset in the tables of the number of lots sold whole.
    rest, rest_level, rest_floor
        Units sold of the next lot [coins], its level and its floor [currency/unit]; (1,) where no lot has a floor.
    """

    units: Floats
    cost: Floats
    row: Ints
    rest: Floats
    rest_level: Floats
    rest_floor: Floats


@dataclass(frozen=True)
class PriceColumns:
    """Prices, capped at the highest rung of an `OrderLadder`, and their columns in its tables.

    Each is (paths,), or (1,) where the paths agree.
    """

    price: Floats
    column: Ints


class OrderLadder:
    """``f(taken, p) = sum(q * (clip(p, floor, level) - unit cost))`` over the first `taken` units of lots in order.

    With k lots sold whole and j rungs below the price it is ``A[k, j] + p B[k, j]`` plus the next lot's part: two
    look-ups, whatever the number of lots. The tables grow with its square, so they suit up to about 2,000 lots.

    Parameters
    ----------
    level, quantity, unit_cost, floor : (n,)
        Level and units as of a `Ladder`, quantities positive, in the order in which the lots leave; their cost; and a
        price, not above the level, below which each does not follow the price.
    """

    def __init__(self, level: Floats, quantity: Floats, unit_cost: Floats, floor: Floats) -> None:
        rungs = np.unique(np.concatenate([floor, level]))
        # Column j is for prices above rung j - 1 up to rung j: there each lot is at its level, its floor or the price.
        top = np.append(rungs, np.inf)
        is_above, is_under = top > level[:, None], top <= floor[:, None]
        constant = np.where(is_above, level[:, None], np.where(is_under, floor[:, None], 0.0))
        self._constant = _taken_whole(quantity, constant)
        self._slope = _taken_whole(quantity, ~(is_above | is_under))
        self._columns, self._has_floor = top.size, bool(floor.any())
        self._rungs = Steps(rungs)
        self._sold, self._cost = (frozen(np.append(0.0, np.cumsum(each))) for each in (quantity, quantity * unit_cost))
        self._ends = Steps(self._sold[1:])
        self._level, self._floor, self._unit_cost = (frozen(np.append(each, 0.0)) for each in (level, floor, unit_cost))

    def taken(self, units: Floats) -> Taken:
        """Find the place of `units`, from 0 to all of them, (paths,)."""
        units = np.minimum(units, self._ends.top)
        whole = self._ends.below(units)
        rest = units - self._sold.take(whole)
        cost = self._cost.take(whole) + rest * self._unit_cost.take(whole)
        floor = self._floor.take(whole) if self._has_floor else np.zeros(1)
        return Taken(units, cost, whole * self._columns, rest, self._level.take(whole), floor)

    def columns_of(self, price: Floats) -> PriceColumns:
        """Find the column of each price [currency/unit], not negative, (paths,)."""
        capped = np.minimum(price, self._rungs.top)
        return PriceColumns(capped, self._rungs.below(capped))

    def __call__(self, taken: Taken, columns: PriceColumns) -> Floats:
        """Evaluate on each path, (paths,) [currency]."""
        at = taken.row + columns.column
        value: Floats = self._slope.take(at)
        value *= columns.price
        value += self._constant.take(at)
        # The next lot is sold in part.
        at_next = np.minimum(taken.rest_level, columns.price)
        if self._has_floor:
            np.maximum(at_next, taken.rest_floor, out=at_next)
        at_next *= taken.rest
        value += at_next
        value -= taken.cost
        return value


def _taken_whole(quantity: Floats, of_unit: Floats | Bools) -> Floats:
    """Sums of a table of units (n, columns) over the first 0 to n lots, flat."""
    return frozen(np.pad(np.cumsum(quantity[:, None] * of_unit, axis=0), ((1, 0), (0, 0))).reshape(-1))
