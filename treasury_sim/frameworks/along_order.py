"""Units that leave along one order, on each path another number of them: what they take out of a measurement.

Every rule that is applied lot by lot adds up over units, so the measurement of a ledger with sales is that of the
ledger without them, less what the first so many units along the order had passed through, plus what they passed
through up to their sale. An `OrderLadder` answers both without a lots axis. A law holds the sum equal to `by_lot` on
each path alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ladder import OrderLadder
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.shared_prices import Key, Looks, LowestPrices, ReportingPrices
from treasury_sim.frameworks.unit_prices import leaves_at, since_acquired


@dataclass(frozen=True)
class SoldAlong:
    """Sales along one order.

    Attributes
    ----------
    part, quantity : (n,)
        Parts of the ledger in the order, and units of each held when the first sale comes [coins].
    mark : (sales,)
        Mark of each sale, not decreasing.
    units : (sales, paths)
        Units sold [coins]; together no more than there are.
    price : (sales, paths)
        At which price, net of costs [currency/coin].
    """

    part: Ints
    quantity: Floats
    mark: Ints
    units: Floats
    price: Floats

    @property
    def so_far(self) -> Floats:
        """Units sold before each sale and after the last, (sales + 1, paths) [coins]."""
        zero = np.zeros((1, self.units.shape[1]))
        total: Floats = np.concatenate([zero, np.cumsum(self.units, axis=0)])
        found: Floats = np.minimum(total, self.quantity.sum())
        return found


def taken_out(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, *, policy: AccountingPolicy, sold: SoldAlong
) -> Measurement:
    """What sales change in the measurement of `ledger`, which is without them; (paths, quarters) [currency]."""
    quarters, paths = len(timeline.quarters), marks.paths
    sums = _Passed(*(np.zeros((quarters, paths)) for _ in range(4)))
    so_far = sold.so_far
    after = np.searchsorted(sold.mark, timeline.quarter_marks, side="right")
    quarter_of = timeline.quarter_of_mark[sold.mark]
    shared_marks = marks.apart(timeline.quarter_marks)
    kind = LowestPrices if rule.price == "lowest_since_acquisition" else ReportingPrices
    shared = kind(rule, _asked(ledger, sold), timeline, shared_marks, policy)
    pieces = _Pieces(rule, policy, ledger, sold)
    for quarter in np.flatnonzero(after).tolist():
        looks = shared.at_quarter_end(sold.part, quarter)
        pieces.add(looks, so_far[after[quarter]], None, sums.held_pl[quarter], sums.held_oci[quarter])
    how = leaves_at(rule, policy)
    if how == "sale_price":
        for number, quarter in enumerate(quarter_of.tolist()):
            at = (so_far[number + 1], so_far[number], sold.price[number])
            pieces.at_price(*at, sums.released_pl[quarter], sums.released_oci[quarter])
    elif how != "cost":
        looks = shared.at_release()
        for number, quarter in enumerate(quarter_of.tolist()):
            members = np.arange(sold.part.size) + number * sold.part.size
            span = (so_far[number + 1], so_far[number])
            pieces.add(looks.of(members), *span, sums.released_pl[quarter], sums.released_oci[quarter])
    keys = sorted({piece.key for piece in pieces.waiting})
    for key, price in zip(keys, shared.prices(shared_marks, keys), strict=True):
        for piece in pieces.waiting:
            if piece.key == key:
                piece.add(price)
    return _measurement(sums, ledger, sold, (after, quarter_of), rule)


def _asked(ledger: Ledger, sold: SoldAlong) -> Ledger:
    """A ledger in which a unit of every part leaves at every sale, to ask what each would look at then."""
    sales, parts = sold.mark.size, sold.part.size
    ones = np.ones(sales * parts)
    return replace(
        ledger,
        release_part=np.tile(sold.part, sales),
        release_mark=np.repeat(sold.mark, parts),
        release_disposal=np.zeros(sales * parts, dtype=np.intp),
        release_quantity=ones,
        release_cost=ones,
        release_gross=ones,
        release_net=ones,
        release_follows=np.zeros(sales * parts, dtype=np.intp),
        release_priced_at=ones,
    )


@dataclass(frozen=True)
class _Passed:
    """What units have passed through, (quarters, paths), written in place; held units are counted as they leave."""

    held_pl: Floats
    held_oci: Floats
    released_pl: Floats
    released_oci: Floats


@dataclass(frozen=True)
class _Piece:
    """Units between two numbers along the order that look at one shared price.

    Attributes
    ----------
    ladder, floors
        Of the units that do, in their order.
    ends, counting, floor : (n + 1,)
        Units along the whole order, how many of them do, and what their floors come to [coins, coins, currency].
    """

    key: Key
    ladder: OrderLadder
    floors: OrderLadder | None
    ends: Floats
    counting: Floats
    floor: Floats
    above: float
    to_oci: bool
    upto: Floats
    since: Floats | None
    pl: Floats
    oci: Floats

    def add(self, price: Floats) -> None:
        """Add what they have passed through at `price` (paths,)."""
        for units, sign in ((self.upto, 1.0), (self.since, -1.0)):
            if units is None:
                continue
            taken = self.ladder.taken(np.interp(units, self.ends, self.counting))
            below = self.ladder(taken, price)
            if self.floors is not None:
                # No floor is above cost, so max(floor, min(c, p)) = min(c, p) - min(floor, p) + floor.
                lifted = np.interp(units, self.ends, self.floor)
                below += lifted - self.floors(self.floors.taken(taken.units), price)
            self.pl[:] += sign * below
            if self.above:
                surplus = self.oci if self.to_oci else self.pl
                surplus[:] += sign * self.above * (taken.units * price - below - taken.cost)


class _Pieces:
    """Splits units along the order by what they look at."""

    def __init__(self, rule: Rule, policy: AccountingPolicy, ledger: Ledger, sold: SoldAlong) -> None:
        self._rule, self._policy = rule, policy
        self._unit_cost, self._quantity = ledger.unit_cost[sold.part], sold.quantity
        self._ends = np.concatenate([[0.0], np.cumsum(sold.quantity)])
        self._above = 0.0 if rule.ceiling_at_cost else 1.0 - policy.fluctuation_reserve * rule.keeps_reserve
        self._ladders: dict[tuple[bytes, bytes, bytes], OrderLadder] = {}
        self.waiting: list[_Piece] = []

    def add(self, looks: Looks, upto: Floats, since: Floats | None, pl: Floats, oci: Floats) -> None:
        """Count the units from `since` (all from the first if ``None``) to `upto` (paths,) along the order."""
        is_own = ~np.isnan(looks.own)
        if is_own.any():
            passed = since_acquired(self._rule, self._policy, self._unit_cost, np.where(is_own, looks.own, np.inf))
            for amounts, total in ((passed.pl, pl), (passed.oci, oci)):
                line = self._cumulated(np.where(is_own, amounts, 0.0))
                total[:] += np.interp(upto, self._ends, line)
                if since is not None:
                    total[:] -= np.interp(since, self._ends, line)
        for key, counts in _by_key(looks, ~is_own):
            level = np.minimum(self._unit_cost, looks.cap)
            floor = np.where(counts, looks.floor, 0.0)
            self.waiting.append(
                _Piece(
                    key=key,
                    ladder=self._ladder(level, self._unit_cost, counts),
                    floors=self._ladder(floor, np.zeros_like(floor), counts) if floor.any() else None,
                    ends=self._ends,
                    counting=self._cumulated(counts.astype(float)),
                    floor=self._cumulated(floor),
                    above=self._above,
                    to_oci=self._rule.surplus_to_oci,
                    upto=upto,
                    since=since,
                    pl=pl,
                    oci=oci,
                )
            )

    def at_price(self, upto: Floats, since: Floats, price: Floats, pl: Floats, oci: Floats) -> None:
        """Count units that are remeasured to the price of their sale."""
        everything = np.ones(self._quantity.size, dtype=bool)
        ladder = self._ladder(self._unit_cost, self._unit_cost, everything)
        rest = (self._above, self._rule.surplus_to_oci, upto, since, pl, oci)
        _Piece((0, 0), ladder, None, self._ends, self._ends, np.zeros_like(self._ends), *rest).add(price)

    def _cumulated(self, amount: Floats) -> Floats:
        """Amounts of a unit added up along the order, (n + 1,)."""
        found: Floats = np.concatenate([[0.0], np.cumsum(amount * self._quantity)])
        return found

    def _ladder(self, level: Floats, unit_cost: Floats, counts: Bools) -> OrderLadder:
        key = (level.tobytes(), unit_cost.tobytes(), counts.tobytes())
        if key not in self._ladders:
            self._ladders[key] = OrderLadder(level[counts], self._quantity[counts], unit_cost[counts])
        return self._ladders[key]


def _by_key(looks: Looks, chosen: Bools) -> Iterator[tuple[Key, Bools]]:
    """Which of the `chosen` units look at each shared price."""
    for moment, which in np.unique(looks.key[chosen], axis=0).tolist():
        yield (moment, which), chosen & (looks.key[:, 0] == moment) & (looks.key[:, 1] == which)


def _measurement(sums: _Passed, ledger: Ledger, sold: SoldAlong, at: tuple[Ints, Ints], rule: Rule) -> Measurement:
    """What a quarter brings, as in `passed_through`, of units that leave."""
    after, quarter_of = at
    quarters, paths = sums.held_pl.shape
    ends = np.concatenate([[0.0], np.cumsum(sold.quantity)])
    cost_so_far = np.interp(
        sold.so_far, ends, np.concatenate([[0.0], np.cumsum(sold.quantity * ledger.unit_cost[sold.part])])
    )
    cost, net = np.zeros((quarters, paths)), np.zeros((quarters, paths))
    for number, quarter in enumerate(quarter_of.tolist()):
        cost[quarter] += cost_so_far[number + 1] - cost_so_far[number]
        net[quarter] += sold.units[number] * sold.price[number]
    held_pl, held_oci = -sums.held_pl, -sums.held_oci
    disposed = cost + sums.released_pl + sums.released_oci
    zero = np.zeros((paths, quarters))
    return Measurement(
        carrying=(held_pl + held_oci - cost_so_far[after]).T,
        remeasurement_pl=(np.diff(held_pl, axis=0, prepend=0.0) + sums.released_pl).T,
        remeasurement_oci=(np.diff(held_oci, axis=0, prepend=0.0) + sums.released_oci).T,
        equity_direct=zero,
        entered_above_cost=zero,
        disposed_carrying=disposed.T,
        realised_pl=(net - disposed).T,
        accumulated_impairment=-held_pl.T if rule.ceiling_at_cost else zero,
        revaluation_surplus=held_oci.T,
    )
