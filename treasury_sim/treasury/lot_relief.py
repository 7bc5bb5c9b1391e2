"""Lot relief: the lots that a disposal takes or a transfer moves.

``fifo`` takes the oldest, ``lifo`` the newest, ``hifo`` the dearest by original unit cost (fees included), then
the oldest; lots of one day leave in the order of the table. A relief is just a sort key. ``specific`` takes the lots
that the event names, the days of a window in order. Under ``average`` the oldest units leave, at the average cost.

Coins on loan stay in a ledger in which a loan is not a disposal; nothing can take them until they are returned.

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
    """The relief of a disposal that names no lots: the oldest first if the plan is ``specific``.

    Source: Treas. Reg. 1.1012-1(j)(3).
    """
    return "fifo" if relief == "specific" else relief


@dataclass(frozen=True)
class Move:
    """Units that leave their wallet at a mark: released, or transferred to another wallet.

    Attributes
    ----------
    wallet
        Wallet whose lots may be taken; ``None`` for all.
    to_wallet
        Wallet that receives them; ``None`` for a release.
    lots
        Units of each lot, by its position; ``None`` where the lot relief selects.
    at_most
        Whether it takes only the units available if they do not suffice: a sale for an amount of money.
    prefers
        Units of each lot, by its position, that are taken first as far as available; the lot relief selects the rest.
    loan
        Number of the loan by which units leave their wallets without a release; ``None`` for other moves.
    is_return
        Whether the units of `loan` are returned.
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
    """A move takes more units than are held.

    Attributes
    ----------
    move
        Position of the move.
    lot
        The lot it names, if any.
    held
        Units held at the time, of that lot or in that wallet [coins].
    """

    def __init__(self, move: int, held: float, lot: int | None) -> None:
        super().__init__(f"move {move} asks for more than the {held} units held")
        self.move = move
        self.held = held
        self.lot = lot


@dataclass(frozen=True)
class Relieved:
    """The parts after all moves, and every release.

    Attributes
    ----------
    origin : (parts,)
        Position of the bought part that each is, or was split off from by a transfer.
    quantity : (parts,)
        Units acquired [coins].
    wallet : (parts,)
        Wallet at the end.
    lent_from, lent_until : (parts,)
        Mark of the last loan, and of its return; `NEVER` where there was no loan or no return.
    part, move : (releases,)
        The part that gave units, and the move that took them.
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
        Lot of each part, and its wallet at acquisition; by default each part is a lot, in one wallet.
    age : (parts,)
        Age of each part, the oldest smallest: the day of purchase, if a part enters the books later; by default the
        mark.
    grain
        Precision to which units are counted; by default eight decimal places.

    Raises
    ------
    NotEnoughUnitsError
        If a move takes more units than are held.
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
    holding = _UnitsByRelief(moves, counted)
    bought = 0
    for number, move in enumerate(moves):
        while bought < len(marks) and marks[bought] <= move.mark:
            holding.add(incoming[bought])
            bought += 1
        holding.make(number, move)
    for part in incoming[bought:]:
        holding.add(part)
    return holding.relieved()


@dataclass
class _Part:
    """A part in the holding; `left` are the units not released, treated as 0 at or below `nothing`."""

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


class _UnitsByRelief:
    """The units held, in a heap for every lot relief and wallet that the moves use."""

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

    def add(self, part: _Part) -> None:
        """Add a part that is bought, or transferred from another wallet."""
        self._parts.append(part)
        self._offer(len(self._parts) - 1)

    def _offer(self, number: int) -> None:
        """Make a part available to moves."""
        part = self._parts[number]
        for (relief, pool), heap in self._heaps.items():
            if pool is None or pool == part.wallet:
                heappush(heap, (LOT_RELIEF[relief](part.age, part.origin, part.unit_cost), number))
        if self._names_lots:
            self._by_lot.setdefault(part.lot, []).append(number)

    def make(self, number: int, move: Move) -> None:
        """Take the units of `move`, or bring back those on its loan."""
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
        """Split the units lent off the units that can be taken."""
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
        self.add(replace(held, quantity=amount, left=amount, wallet=wallet, nothing=self._nothing(amount)))

    def _nothing(self, quantity: float) -> float:
        """Units at or below which the rest of a part of `quantity` is rounding [coins]."""
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
