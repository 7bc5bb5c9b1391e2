"""Lot relief on many paths at once, where lots and disposals differ from path to path.

Computed: the units that each part gives to each disposal, by the rules of `lot_relief`, on every path.
Fast because the holding is one array (places, paths), with a place for every part in every wallet, and a disposal takes
along an order of places (by age one order for all paths, by cost one for each): with running totals along that order,
each place gives ``clip(wanted - before, 0, held)``, without a loop over paths.
Law: equal to a replay of each path alone by `lot_relief` (tests/engine/test_simulation.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.coins import FLOAT_SHARE
from treasury_sim.domain.ledger_on_paths import LedgerOnPaths, Released, unit_cost_on, units_on
from treasury_sim.domain.plan import Disposal, Transfer
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, OversoldError, build_ledger, moves_of, until
from treasury_sim.treasury.lot_relief import LOT_RELIEF, Move
from treasury_sim.treasury.windows import Parts

BY_COST = "hifo"
"""The relief whose order differs from path to path."""

AT_ONCE = 32
"""Places along an order from which a move takes at once: most moves need no more."""


@dataclass(frozen=True)
class _PathMove:
    """A move from the first mark on at which paths differ, and its event.

    Attributes
    ----------
    price_factor
        The price of its day over the average price of the event.
    """

    move: Move
    event: Disposal | Transfer
    price_factor: float

    def wanted(self, marks: Marks) -> Floats:
        """Units to take, (paths,), or (1,) where the paths agree [coins]."""
        if isinstance(self.event, Disposal) and self.event.follows == "money":
            return self.event.proceeds / marks.close_at(self.move.mark)
        return np.array([self.move.quantity])

    def price_and_fee(self, event: Disposal, marks: Marks) -> tuple[Floats, Floats]:
        """Price of a unit before selling costs, and these costs, each (paths,) or (1,) [currency/coin]."""
        close = marks.close_at(self.move.mark)
        if event.follows == "money":
            return close, close * (event.fee / event.proceeds)
        stated = np.array([event.proceeds / event.quantity * self.price_factor])
        return close if event.follows else stated, np.array([event.fee / event.quantity])


class ReliefOnPaths:
    """Relieves one ledger on the paths of any marks that are the same before the mark `first`.

    Attributes
    ----------
    ledger
        All parts, and the releases before the mark `first`.
    pooled
        Whether all units are one unit of account.
    disposed
        The moves from `first` on, in order.
    wallets
        Number of each wallet; a single one where disposals may take from any.
    first_wallet : (parts,)
        The wallet that each part is acquired in. A place is ``wallet x parts + part``.
    orders
        Places along which a relief takes from a wallet, or from all.

    Raises
    ------
    OversoldError
        If an event before `first` asks for more than is held.
    """

    def __init__(self, activity: Activity, timeline: Timeline, policy: LedgerPolicy, first: int) -> None:
        sold = until(activity.sold, timeline)
        day = timeline.days[first] if first < timeline.days.size else timeline.days[-1] + np.timedelta64(1, "D")
        earlier = sold.day < day
        before = Parts(sold.row[earlier], sold.day[earlier], sold.quantity[earlier], sold.price_factor[earlier])
        moved = tuple(transfer for transfer in activity.transfers if np.datetime64(transfer.date) < day)
        self.ledger = build_ledger(replace(activity, sold=before, transfers=moved), timeline, policy)
        self._timeline, self.first, self.pooled = timeline, first, policy.pooled
        moves, origins = moves_of(activity, sold, timeline, policy)
        self.disposed = [
            _PathMove(move, of.event, float(sold.price_factor[of.part]) if of.part >= 0 else 1.0)
            for move, of in zip(moves, origins, strict=True)
            if move.mark >= first
        ]
        into = [moved.move.to_wallet for moved in self.disposed if moved.move.to_wallet is not None]
        names = list(dict.fromkeys([*self.ledger.wallet, *into])) if policy.by_wallet else [""]
        self.wallets = {name: number for number, name in enumerate(names)}
        parts = range(self.ledger.quantity.size)
        self.first_wallet = np.array([self.wallets.get(self.ledger.wallet[part], 0) for part in parts], dtype=np.intp)
        self.orders: dict[tuple[str, str | None], Ints] = {}
        for move in (moved.move for moved in self.disposed):
            self.orders.setdefault((move.relief, move.wallet), self._order(move.relief, move.wallet))

    @property
    def marks(self) -> list[int]:
        """The mark of each disposal, not decreasing."""
        return [moved.move.mark for moved in self.disposed if moved.move.to_wallet is None]

    def same_as(self, other: ReliefOnPaths) -> bool:
        """Whether the same units leave at the same cost on every path, as in books and tax ledger of most holders."""
        mine, theirs = self.ledger, other.ledger
        names = ("acquired", "quantity", "unit_cost", "seniority", "follows", "release_part", "release_quantity")
        return (
            self.pooled == other.pooled
            and self.disposed == other.disposed
            and self.wallets == other.wallets
            and all(np.array_equal(getattr(mine, name), getattr(theirs, name)) for name in names)
        )

    def _order(self, relief: str, wallet: str | None) -> Ints:
        """Places that a move may take from, (n,), in order; by age where each path has its order by cost."""
        parts = self.ledger.quantity.size
        places = np.arange(parts * len(self.wallets))
        if wallet is not None:
            places = places[places // parts == self.wallets.get(wallet, -1)]
        part = places % parts
        key = LOT_RELIEF["fifo" if relief == BY_COST else relief]
        rank = np.array([key(int(age), 0, 0.0)[0] for age in self.ledger.seniority[part]])
        # Of one part in several wallets, the wallet of its acquisition comes first.
        is_elsewhere = places // parts != self.first_wallet[part]
        return places[np.lexsort((places, is_elsewhere, part, rank))]

    def on(self, marks: Marks) -> LedgerOnPaths:
        """Make every move on the paths of `marks`.

        Raises
        ------
        OversoldError
            If a move asks for more than is held on a path.
        """
        holding = _UnitsOnPaths(self, marks)
        return LedgerOnPaths(marks, self._timeline, self.ledger, list(holding.releases()))


class _UnitsOnPaths:
    """The units held on some paths while the moves are made."""

    def __init__(self, relief: ReliefOnPaths, marks: Marks) -> None:
        self._relief, self._marks, ledger = relief, marks, relief.ledger
        self._parts = ledger.quantity.size
        self._unit_cost, self._acquired_units = unit_cost_on(marks, ledger), units_on(marks, ledger)
        self._grain = ledger.grain
        self._nothing = np.broadcast_to(self._grain.nothing(self._acquired_units), (self._parts, marks.paths))
        self._left = np.zeros((self._parts * len(relief.wallets), marks.paths))
        before = relief.first - 1
        earlier = np.flatnonzero(ledger.acquired <= before)
        self._left[self._place(earlier)] = ledger.held(before)[earlier, None]
        later = np.flatnonzero(ledger.acquired > before)
        self._later = later[np.argsort(ledger.acquired[later], kind="stable")]
        self._total = np.full(marks.paths, ledger.quantity[earlier].sum())
        # For one unit of account: all units held, and their cost.
        self._held = np.full(marks.paths, ledger.held(before).sum())
        self._paid = np.full(marks.paths, ledger.cost_basis(before))
        self._by_cost: dict[str | None, Ints] = {}

    def _place(self, parts: Ints) -> Ints:
        """Places of `parts` at acquisition."""
        place: Ints = self._relief.first_wallet[parts] * self._parts + parts
        return place

    def releases(self) -> Iterator[Released]:
        """Make the moves in order."""
        for moved in self._relief.disposed:
            self._acquire(moved.move.mark)
            part, units = self._take(moved)
            if isinstance(moved.event, Disposal):
                price, fee = moved.price_and_fee(moved.event, self._marks)
                yield Released(moved.move.mark, part, units, price, fee, self._cost(part, units))
            else:
                into = self._relief.wallets[moved.event.to_wallet]
                self._left[into * self._parts + part] += units

    def _acquire(self, mark: int) -> None:
        """Add the parts acquired by `mark`."""
        count = int(np.searchsorted(self._relief.ledger.acquired[self._later], mark, side="right"))
        acquired, self._later = self._later[:count], self._later[count:]
        if not count:
            return
        units = self._acquired_units[acquired]
        self._left[self._place(acquired)] = units
        self._total = self._total + units.sum(axis=0)
        if self._relief.pooled:
            self._held = self._held + units.sum(axis=0)
            self._paid = self._paid + (units * self._unit_cost[acquired]).sum(axis=0)

    def _cost(self, part: Ints, units: Floats) -> Floats:
        """Cost of units that leave: of the parts, or at the average of all units held, (paths,) [currency]."""
        if not self._relief.pooled:
            of_parts: Floats = np.einsum("np,np->p", units, np.broadcast_to(self._unit_cost[part], units.shape))
            return of_parts
        released = units.sum(axis=0)
        share = np.divide(released, self._held, out=np.zeros_like(released), where=self._held > 0.0)
        cost: Floats = self._paid * np.minimum(share, 1.0)
        self._held, self._paid = self._held - released, self._paid - cost
        return cost

    def _take(self, moved: _PathMove) -> tuple[Ints, Floats]:
        """Make a move: the parts that give units, each once, and the units each gives, (n, paths)."""
        move = moved.move
        given = np.zeros((self._parts, self._left.shape[1]))
        if move.lots is None:
            order = self._relief.orders[move.relief, move.wallet]
            self._along(order, moved.wanted(self._marks), moved, given, rank=self._rank(move, order))
        else:
            self._named(moved, move.lots, given)
        part = np.flatnonzero(given.any(axis=1))
        return part, given[part]

    def _rank(self, move: Move, order: Ints) -> Ints | None:
        """The order by cost on each path, as places, (n, paths); none where one order holds for all paths."""
        if move.relief != BY_COST:
            return None
        if move.wallet not in self._by_cost:
            cost = self._unit_cost[order % self._parts]
            self._by_cost[move.wallet] = order[np.argsort(-cost, axis=0, kind="stable")]
        return self._by_cost[move.wallet]

    def _along(
        self,
        order: Ints,
        wanted: Floats,
        moved: _PathMove,
        given: Floats,
        *,
        rank: Ints | None = None,
        lot: int | None = None,
    ) -> None:
        """Take `wanted` units along `order`, or along `rank` of it; add what each part gives to `given` [coins]."""
        paths = np.arange(self._left.shape[1])
        along = order[:, None] if rank is None else rank
        negligible = np.maximum(self._grain.nothing_wanted_on(wanted), FLOAT_SHARE * self._total)
        rest = np.broadcast_to(wanted, paths.shape)
        for start in range(0, len(along), AT_ONCE):
            if not (rest > negligible).any():
                return
            places = along[start : start + AT_ONCE]
            rows = places[:, 0] if places.shape[1] == 1 else (places, paths)
            held = self._left[rows]
            through = np.cumsum(held, axis=0)
            # A place gives what is still wanted after the places before it; a remainder that is rounding goes with it.
            taken = np.minimum(np.maximum(rest - through + held, 0.0), held)
            part = places % self._parts
            nothing = self._nothing[part[:, 0] if part.shape[1] == 1 else (part, paths)]
            np.copyto(taken, held, where=held - taken <= nothing)
            self._left[rows] = held - taken
            # A part in several wallets has several places, so its units are added up one place at a time.
            for row, units in zip(part, taken, strict=True):
                given[(row, paths) if row.size > 1 else row[0]] += units
            rest = np.maximum(rest - through[-1], 0.0)
        self._enough(moved, wanted, rest, negligible, lot)

    def _named(self, moved: _PathMove, lots: Mapping[int, float], given: Floats) -> None:
        """Take the units of each lot that the event names."""
        ledger, wallet = self._relief.ledger, moved.move.wallet
        places = np.arange(self._left.shape[0])
        is_here = True if wallet is None else places // self._parts == self._relief.wallets.get(wallet, -1)
        for lot, units in lots.items():
            order = places[(ledger.lot[places % self._parts] == lot) & is_here]
            self._along(order, np.array([units]), moved, given, lot=lot)

    def _enough(self, moved: _PathMove, wanted: Floats, rest: Floats, negligible: Floats, lot: int | None) -> None:
        """Raise if units are missing on some path, unless the move takes at most what is held."""
        missing = rest > negligible
        if moved.move.at_most or not missing.any():
            return
        path = int(np.argmax(missing))
        name = "" if lot is None else self._relief.ledger.lot_ids[lot]
        units = float(np.broadcast_to(wanted, rest.shape)[path])
        raise OversoldError(moved.event, units, units - float(rest[path]), name)
