"""Which lots disposals take on many paths at once, where lots and disposals differ from path to path.

The rules are those of `lot_relief`; a law holds both equal. What is held is an array (places, paths), a place for every
part in every wallet, and a move takes along an order of places: the same on all paths by age, by cost another one on
each. What lies before a unit in that order is a running total, so no path is looked at alone.
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
class _Disposed:
    """A move from the first mark on at which paths differ, and the event behind it.

    Attributes
    ----------
    price_factor
        The price of its day over that of the whole event.
    """

    move: Move
    event: Disposal | Transfer
    price_factor: float

    def wanted(self, marks: Marks) -> Floats:
        """Units asked for, (paths,), or (1,) where the paths agree [coins]."""
        if isinstance(self.event, Disposal) and self.event.follows == "money":
            return self.event.proceeds / marks.close_at(self.move.mark)
        return np.array([self.move.quantity])

    def brings(self, event: Disposal, marks: Marks) -> tuple[Floats, Floats]:
        """What a unit brings before selling costs, and these costs, each (paths,) or (1,) [currency/coin]."""
        close = marks.close_at(self.move.mark)
        if event.follows == "money":
            return close, close * (event.fee / event.proceeds)
        stated = np.array([event.proceeds / event.quantity * self.price_factor])
        return close if event.follows else stated, np.array([event.fee / event.quantity])


class ReliefOnPaths:
    """Relieves one ledger on the paths of any marks that share what those before `first` are.

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
    came_to : (parts,)
        The wallet to which each part came. A place is ``wallet x parts + part``.
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
            _Disposed(move, of.event, float(sold.price_factor[of.part]) if of.part >= 0 else 1.0)
            for move, of in zip(moves, origins, strict=True)
            if move.mark >= first
        ]
        into = [one.move.to_wallet for one in self.disposed if one.move.to_wallet is not None]
        names = list(dict.fromkeys([*self.ledger.wallet, *into])) if policy.by_wallet else [""]
        self.wallets = {name: number for number, name in enumerate(names)}
        parts = range(self.ledger.quantity.size)
        self.came_to = np.array([self.wallets.get(self.ledger.wallet[part], 0) for part in parts], dtype=np.intp)
        self.orders: dict[tuple[str, str | None], Ints] = {}
        for move in (one.move for one in self.disposed):
            self.orders.setdefault((move.relief, move.wallet), self._order(move.relief, move.wallet))

    @property
    def marks(self) -> list[int]:
        """The mark of each disposal, not decreasing."""
        return [one.move.mark for one in self.disposed if one.move.to_wallet is None]

    def same_as(self, other: ReliefOnPaths) -> bool:
        """Whether the same leaves at the same cost on every path, as in books and tax ledger of most holders."""
        mine, theirs = self.ledger, other.ledger
        names = ("acquired", "quantity", "unit_cost", "seniority", "follows", "release_part", "release_quantity")
        return (
            self.pooled == other.pooled
            and self.disposed == other.disposed
            and self.wallets == other.wallets
            and all(np.array_equal(getattr(mine, name), getattr(theirs, name)) for name in names)
        )

    def _order(self, relief: str, wallet: str | None) -> Ints:
        """Places that a move may take from, (n,): by age where the order by cost is that of each path."""
        parts = self.ledger.quantity.size
        places = np.arange(parts * len(self.wallets))
        if wallet is not None:
            places = places[places // parts == self.wallets.get(wallet, -1)]
        part = places % parts
        key = LOT_RELIEF["fifo" if relief == BY_COST else relief]
        rank = np.array([key(int(age), 0, 0.0)[0] for age in self.ledger.seniority[part]])
        # Of one part in several wallets, that is first which is where it came to.
        is_elsewhere = places // parts != self.came_to[part]
        return places[np.lexsort((places, is_elsewhere, part, rank))]

    def on(self, marks: Marks) -> LedgerOnPaths:
        """Make every move on the paths of `marks`.

        Raises
        ------
        OversoldError
            If one asks for more than is held on a path.
        """
        shelf = _Shelf(self, marks)
        return LedgerOnPaths(marks, self._timeline, self.ledger, list(shelf.releases()))


class _Shelf:
    """What is held on some paths while the moves are made."""

    def __init__(self, relief: ReliefOnPaths, marks: Marks) -> None:
        self._relief, self._marks, ledger = relief, marks, relief.ledger
        self._parts = ledger.quantity.size
        self._unit_cost, self._comes = unit_cost_on(marks, ledger), units_on(marks, ledger)
        self._grain = ledger.grain
        self._nothing = np.broadcast_to(self._grain.nothing(self._comes), (self._parts, marks.paths))
        self._left = np.zeros((self._parts * len(relief.wallets), marks.paths))
        before = relief.first - 1
        earlier = np.flatnonzero(ledger.acquired <= before)
        self._left[self._place(earlier)] = ledger.held(before)[earlier, None]
        later = np.flatnonzero(ledger.acquired > before)
        self._later = later[np.argsort(ledger.acquired[later], kind="stable")]
        self._total = np.full(marks.paths, ledger.quantity[earlier].sum())
        # Of one unit of account: what is held, and what it cost.
        self._held = np.full(marks.paths, ledger.held(before).sum())
        self._paid = np.full(marks.paths, ledger.cost_basis(before))
        self._by_cost: dict[str | None, Ints] = {}

    def _place(self, parts: Ints) -> Ints:
        """Where `parts` are when they come."""
        place: Ints = self._relief.came_to[parts] * self._parts + parts
        return place

    def releases(self) -> Iterator[Released]:
        """Make the moves in order."""
        for one in self._relief.disposed:
            self._put(one.move.mark)
            part, units = self._take(one)
            if isinstance(one.event, Disposal):
                price, fee = one.brings(one.event, self._marks)
                yield Released(one.move.mark, part, units, price, fee, self._cost(part, units))
            else:
                into = self._relief.wallets[one.event.to_wallet]
                self._left[into * self._parts + part] += units

    def _put(self, mark: int) -> None:
        """Let in what has come by `mark`."""
        count = int(np.searchsorted(self._relief.ledger.acquired[self._later], mark, side="right"))
        came, self._later = self._later[:count], self._later[count:]
        if not count:
            return
        units = self._comes[came]
        self._left[self._place(came)] = units
        self._total = self._total + units.sum(axis=0)
        if self._relief.pooled:
            self._held = self._held + units.sum(axis=0)
            self._paid = self._paid + (units * self._unit_cost[came]).sum(axis=0)

    def _cost(self, part: Ints, units: Floats) -> Floats:
        """Cost of what leaves: of the parts, or the average of everything held, (paths,) [currency]."""
        if not self._relief.pooled:
            of_parts: Floats = np.einsum("np,np->p", units, np.broadcast_to(self._unit_cost[part], units.shape))
            return of_parts
        gone = units.sum(axis=0)
        share = np.divide(gone, self._held, out=np.zeros_like(gone), where=self._held > 0.0)
        cost: Floats = self._paid * np.minimum(share, 1.0)
        self._held, self._paid = self._held - gone, self._paid - cost
        return cost

    def _take(self, one: _Disposed) -> tuple[Ints, Floats]:
        """Take what a move takes: the parts that give, each once, and how much each gives, (n, paths)."""
        move = one.move
        given = np.zeros((self._parts, self._left.shape[1]))
        if move.lots is None:
            order = self._relief.orders[move.relief, move.wallet]
            self._along(order, one.wanted(self._marks), one, given, rank=self._rank(move, order))
        else:
            self._named(one, move.lots, given)
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
        one: _Disposed,
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
            # Less what lies before a place; a remainder that is rounding goes with what is taken.
            taken = np.minimum(np.maximum(rest - through + held, 0.0), held)
            part = places % self._parts
            nothing = self._nothing[part[:, 0] if part.shape[1] == 1 else (part, paths)]
            np.copyto(taken, held, where=held - taken <= nothing)
            self._left[rows] = held - taken
            # Places of one path are apart, but one part may be in several wallets.
            for row, units in zip(part, taken, strict=True):
                given[(row, paths) if row.size > 1 else row[0]] += units
            rest = np.maximum(rest - through[-1], 0.0)
        self._enough(one, wanted, rest, negligible, lot)

    def _named(self, one: _Disposed, lots: Mapping[int, float], given: Floats) -> None:
        """Take the units of each lot that the event names."""
        ledger, wallet = self._relief.ledger, one.move.wallet
        places = np.arange(self._left.shape[0])
        is_here = True if wallet is None else places // self._parts == self._relief.wallets.get(wallet, -1)
        for lot, units in lots.items():
            order = places[(ledger.lot[places % self._parts] == lot) & is_here]
            self._along(order, np.array([units]), one, given, lot=lot)

    def _enough(self, one: _Disposed, wanted: Floats, rest: Floats, negligible: Floats, lot: int | None) -> None:
        """Make sure that of what was wanted nothing is missing on any path."""
        missing = rest > negligible
        if one.move.at_most or not missing.any():
            return
        path = int(np.argmax(missing))
        name = "" if lot is None else self._relief.ledger.lot_ids[lot]
        units = float(np.broadcast_to(wanted, rest.shape)[path])
        raise OversoldError(one.event, units, units - float(rest[path]), name)
