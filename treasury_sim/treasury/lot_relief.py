"""Which lots a sale takes.

``fifo`` takes the oldest, ``lifo`` the newest, ``hifo`` the dearest by original unit cost (fees included), then
the oldest; lots of one day go in the order of the table. A relief is a sort key, nothing else.

Sources: ASC 610-20 (derecognition); Treas. Reg. 1.1012-1(j) (FIFO unless specifically identified).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints

ReliefKey = Callable[[int, int, float], tuple[float, ...]]
"""(mark of purchase, row, unit cost) -> sort key; the smallest is taken first."""

LOT_RELIEF: dict[str, ReliefKey] = {
    "fifo": lambda mark, row, _cost: (mark, row),
    "lifo": lambda mark, row, _cost: (-mark, -row),
    "hifo": lambda mark, row, cost: (-cost, mark, row),
}

NOTHING_LEFT = 1e-9
"""Share of a quantity below which it is rounding and no units are left to take."""


class NotEnoughUnitsError(ValueError):
    """A sale asks for more than is held.

    Attributes
    ----------
    sale
        Position of the sale.
    held
        Units held when it was made [coins].
    """

    def __init__(self, sale: int, held: float) -> None:
        super().__init__(f"sale {sale} asks for more than the {held} units held")
        self.sale = sale
        self.held = held


@dataclass(frozen=True)
class Releases:
    """What sales take, flat: each (releases,).

    Attributes
    ----------
    part, sale
        Which part gave to which sale.
    quantity
        Units [coins].
    """

    part: Ints
    sale: Ints
    quantity: Floats


def relieve(
    acquired: Ints,
    quantity: Floats,
    unit_cost: Floats,
    sales: Sequence[tuple[int, float, str]],
) -> Releases:
    """Match `sales` with the parts they take, in O((parts + sales) log parts).

    Parameters
    ----------
    acquired, quantity, unit_cost : (parts,)
        Mark of the purchase, units and original unit cost, in acquisition order. Purchases come before the
        sales of the same mark.
    sales
        Mark, units and relief of each sale, in the order in which they are made.

    Raises
    ------
    NotEnoughUnitsError
        If a sale asks for more than is held.
    """
    left = quantity.tolist()
    heaps: dict[str, list[tuple[tuple[float, ...], int]]] = {relief: [] for _, _, relief in sales}
    taken: list[tuple[int, int, float]] = []
    bought = 0
    for number, (mark, wanted, relief) in enumerate(sales):
        while bought < len(left) and acquired[bought] <= mark:
            for name, heap in heaps.items():
                key = LOT_RELIEF[name](int(acquired[bought]), bought, float(unit_cost[bought]))
                heappush(heap, (key, bought))
            bought += 1
        taken += _take(heaps[relief], left, number, wanted)
    columns = np.array(taken, dtype=float).reshape(-1, 3)
    return Releases(columns[:, 0].astype(np.intp), columns[:, 1].astype(np.intp), columns[:, 2])


def _take(
    heap: list[tuple[tuple[float, ...], int]], left: list[float], sale: int, wanted: float
) -> list[tuple[int, int, float]]:
    """Take `wanted` units from the top of `heap`, updating what is `left`."""
    taken = []
    rest = wanted
    while rest > NOTHING_LEFT * wanted:
        while heap and left[heap[0][1]] <= 0.0:
            heappop(heap)
        if not heap:
            raise NotEnoughUnitsError(sale, wanted - rest)
        part = heap[0][1]
        amount = left[part] if left[part] - rest <= NOTHING_LEFT * left[part] else rest
        left[part] -= amount
        rest -= amount
        taken.append((part, sale, amount))
    return taken
