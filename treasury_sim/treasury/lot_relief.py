"""Which lots a disposal takes, and what a transfer moves.

``fifo`` takes the oldest, ``lifo`` the newest, ``hifo`` the dearest by original unit cost (fees included), then
the oldest; lots of one day go in the order of the table. A relief is a sort key, nothing else. ``specific`` takes what
the event names, the days of a window in order. Under ``average`` units leave oldest first, at the average cost of all.

Coins out on loan stay in a ledger in which the loan is no disposal, and nothing can take them until they are back.

Sources: ASC 610-20 (derecognition); Treas. Reg. 1.1012-1(h), (j) and Rev. Proc. 2024-28 (FIFO within the wallet unless
specifically identified); IAS 2.23 to 2.25 (FIFO or weighted average).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.coins import Grain, grain_of
from treasury_sim.domain.ledger import NEVER

ReliefKey = Callable[[int, int, float], tuple[float, ...]]
"""(age, row, unit cost) -> sort key; the smallest is taken first."""

LOT_RELIEF: dict[str, ReliefKey] = {
    "fifo": lambda age, row, _cost: (age, row),
    "lifo": lambda age, row, _cost: (-age, -row),
    "hifo": lambda age, row, cost: (-cost, age, row),
    "average": lambda age, row, _cost: (age, row),
}


def unnamed(relief: str) -> str:
    """The relief of a sale that names no lots: the oldest where the plan has every sale name them.

    Source: Treas. Reg. 1.1012-1(j)(3).
    """
    return "fifo" if relief == "specific" else relief


@dataclass(frozen=True)
class Move:
    """Units that leave their wallet at a mark: released, or transferred to another wallet.

    Attributes
    ----------
    wallet
        Whose lots may be taken; ``None`` is all.
    to_wallet
        Where they go; ``None`` is out of the books.
    lots
        Units of each lot, by its position; ``None`` where the relief decides.
    at_most
        Whether it takes what there is where it asks for more: a sale for an amount of money.
    prefers
        Units of each lot, by its position, that are taken as far as they are there; the relief decides on the rest.
    loan
        Number of the loan by which units go out of their wallets without a release; ``None`` where they do not.
    is_return
        Whether what is out on `loan` comes back.
    """

    mark: int
    quantity: float
    relief: str
    wallet: str | None
    to_wallet: str | None = None
    lots: Mapping[int, float] | None = None
    at_most: bool = False
    prefers: Mapping[int, float] | None = None
    loan: int | None = None
    is_return: bool = False


class NotEnoughUnitsError(ValueError):
    """A move asks for more than is held.

    Attributes
    ----------
    move
        Position of the move.
    lot
        The lot it names, if it does.
    held
        Units held when it was made, of that lot or in that wallet [coins].
    """

    def __init__(self, move: int, held: float, lot: int | None) -> None:
        super().__init__(f"move {move} asks for more than the {held} units held")
        self.move = move
        self.held = held
        self.lot = lot


@dataclass(frozen=True)
class Relieved:
    """The parts as the moves have left them, and what was released.

    Attributes
    ----------
    origin : (parts,)
        Which of the bought parts each is, or was split off from by a transfer.
    quantity : (parts,)
        Units that each was bought with [coins].
    wallet : (parts,)
        Where each is at the end.
    lent_from, lent_until : (parts,)
        From which mark to which each was out on its last loan; `NEVER` where there was none, or it is not back.
    part, move : (releases,)
        Which part gave to which move.
    released : (releases,)
        Units [coins].
    """

    origin: Ints
    quantity: Floats
    wallet: tuple[str, ...]
    lent_from: Ints
    lent_until: Ints
    part: Ints
    move: Ints
    released: Floats


def relieve(
    acquired: Ints,
    quantity: Floats,
    unit_cost: Floats,
    moves: Sequence[Move],
    *,
    lot: Ints | None = None,
    wallet: Sequence[str] | None = None,
    age: Ints | None = None,
    grain: Grain | None = None,
) -> Relieved:
    """Match `moves` with the parts they take, in O((parts + moves) log parts).

    Parameters
    ----------
    acquired, quantity, unit_cost : (parts,)
        Mark of the purchase, units and original unit cost, in acquisition order. Purchases come before the
        moves of the same mark.
    moves
        In the order in which they are made.
    lot, wallet : (parts,)
        Which lot each part belongs to, and where it was put; by default each is its own, in one wallet.
    age : (parts,)
        What counts as older, smaller first: the day of the purchase, where a part enters the books later than that;
        by default the mark.
    grain
        How finely units are counted; by default to eight decimal places.

    Raises
    ------
    NotEnoughUnitsError
        If a move asks for more than is held.
    """
    counted = grain_of((), float(quantity.sum())) if grain is None else grain
    incoming = [
        _Part(*row)
        for row in zip(
            range(acquired.size),
            (acquired if age is None else age).tolist(),
            unit_cost.tolist(),
            quantity.tolist(),
            quantity.tolist(),
            range(acquired.size) if lot is None else lot.tolist(),
            ["main"] * acquired.size if wallet is None else wallet,
            counted.nothing(quantity).tolist(),
            strict=True,
        )
    ]
    marks = acquired.tolist()
    shelf = _Shelf(moves, counted)
    bought = 0
    for number, move in enumerate(moves):
        while bought < len(marks) and marks[bought] <= move.mark:
            shelf.put(incoming[bought])
            bought += 1
        shelf.make(number, move)
    for part in incoming[bought:]:
        shelf.put(part)
    return shelf.relieved()


@dataclass
class _Part:
    """A part on the shelf; `left` is what has not been released, and nothing once it is no more than `nothing`."""

    origin: int
    age: int
    unit_cost: float
    quantity: float
    left: float
    lot: int
    wallet: str
    nothing: float
    lent_from: int = NEVER
    lent_until: int = NEVER


class _Shelf:
    """What is held, sorted once for every relief and wallet that the moves ask for."""

    def __init__(self, moves: Sequence[Move], grain: Grain) -> None:
        self._grain = grain
        self._parts: list[_Part] = []
        self._heaps: dict[tuple[str, str | None], list[tuple[tuple[float, ...], int]]] = {
            (move.relief, move.wallet): [] for move in moves if move.lots is None
        }
        self._by_lot: dict[int, list[int]] = {}
        self._names_lots = any(move.lots is not None or move.prefers for move in moves)
        self._on_loan: dict[int, list[int]] = {}
        self._released: list[tuple[int, int, float]] = []

    def put(self, part: _Part) -> None:
        """Put what was bought, or moved from elsewhere, on the shelf."""
        self._parts.append(part)
        self._offer(len(self._parts) - 1)

    def _offer(self, number: int) -> None:
        """Let a part be taken."""
        part = self._parts[number]
        for (relief, pool), heap in self._heaps.items():
            if pool is None or pool == part.wallet:
                heappush(heap, (LOT_RELIEF[relief](part.age, part.origin, part.unit_cost), number))
        if self._names_lots:
            self._by_lot.setdefault(part.lot, []).append(number)

    def make(self, number: int, move: Move) -> None:
        """Take what `move` takes, or bring back what is out on its loan."""
        if move.is_return:
            self._bring_back(move)
            return
        for part, amount in self._taken(number, move):
            if move.loan is not None:
                self._lend(part, amount, move)
            elif move.to_wallet is None:
                self._released.append((part, number, amount))
            else:
                self._split_off(part, amount, move.to_wallet)

    def _taken(self, number: int, move: Move) -> list[tuple[int, float]]:
        if move.lots is not None:
            return self._take_named(number, move, move.lots)
        taken = []
        for lot, wanted in (move.prefers or {}).items():
            taken += self._of_lot(lot, wanted, move.wallet)
        rest = move.quantity - sum(amount for _, amount in taken)
        if taken and rest <= self._grain.nothing_wanted(move.quantity):
            return taken
        return taken + self._take(self._heaps[move.relief, move.wallet], number, replace(move, quantity=rest))

    def _lend(self, part: int, amount: float, move: Move) -> None:
        """Split what is lent off from what can be taken."""
        held = self._parts[part]
        held.quantity -= amount
        self._on_loan.setdefault(move.loan or 0, []).append(len(self._parts))
        nothing = self._nothing(amount)
        lent = replace(held, quantity=amount, left=amount, nothing=nothing, lent_from=move.mark, lent_until=NEVER)
        self._parts.append(lent)

    def _bring_back(self, move: Move) -> None:
        for number in self._on_loan.pop(move.loan or 0, ()):
            part = self._parts[number]
            part.lent_until = move.mark
            self._offer(number)

    def _take(self, heap: list[tuple[tuple[float, ...], int]], number: int, move: Move) -> list[tuple[int, float]]:
        taken, rest = [], move.quantity
        nothing = self._grain.nothing_wanted(move.quantity)
        while rest > nothing:
            # A part may have been emptied by another relief, or moved to another wallet.
            while heap and self._parts[heap[0][1]].left <= 0.0:
                heappop(heap)
            if not heap and move.at_most:
                break
            if not heap:
                raise NotEnoughUnitsError(number, move.quantity - rest, None)
            part = heap[0][1]
            amount = self._reduce(part, rest)
            rest -= amount
            taken.append((part, amount))
        return taken

    def _take_named(self, number: int, move: Move, lots: Mapping[int, float]) -> list[tuple[int, float]]:
        taken = []
        for lot, wanted in lots.items():
            of_lot = self._of_lot(lot, wanted, move.wallet)
            held = sum(amount for _, amount in of_lot)
            if wanted - held > self._grain.nothing_wanted(wanted):
                raise NotEnoughUnitsError(number, held, lot)
            taken += of_lot
        return taken

    def _of_lot(self, lot: int, wanted: float, wallet: str | None) -> list[tuple[int, float]]:
        """Up to `wanted` units of a lot, the days of a window in order."""
        taken, rest = [], wanted
        nothing = self._grain.nothing_wanted(wanted)
        for part in list(self._by_lot.get(lot, ())):
            here = wallet is None or self._parts[part].wallet == wallet
            if here and self._parts[part].left > 0.0 and rest > nothing:
                amount = self._reduce(part, rest)
                rest -= amount
                taken.append((part, amount))
        return taken

    def _reduce(self, part: int, wanted: float) -> float:
        """Take up to `wanted` units from `part`; a remainder that is rounding goes with them."""
        held = self._parts[part]
        amount = held.left if held.left - wanted <= held.nothing else wanted
        held.left -= amount
        return amount

    def _split_off(self, part: int, amount: float, wallet: str) -> None:
        held = self._parts[part]
        held.quantity -= amount
        self.put(replace(held, quantity=amount, left=amount, wallet=wallet, nothing=self._nothing(amount)))

    def _nothing(self, quantity: float) -> float:
        """What of a part of `quantity` is no more than rounding [coins]."""
        return float(self._grain.nothing(np.array(quantity)))

    def relieved(self) -> Relieved:
        """The parts as they are now, and every release."""
        columns = np.array(self._released, dtype=float).reshape(-1, 3)
        return Relieved(
            origin=np.array([part.origin for part in self._parts], dtype=np.intp),
            quantity=np.array([part.quantity for part in self._parts], dtype=float),
            wallet=tuple(part.wallet for part in self._parts),
            lent_from=np.array([part.lent_from for part in self._parts], dtype=np.intp),
            lent_until=np.array([part.lent_until for part in self._parts], dtype=np.intp),
            part=columns[:, 0].astype(np.intp),
            move=columns[:, 1].astype(np.intp),
            released=columns[:, 2],
        )
