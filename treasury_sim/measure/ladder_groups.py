"""Groups of units measured at the same price on many paths, and the amounts they pass through income at it.

Units of one quarter with one price key form one ladder; equal units in consecutive quarters form one group, measured
in one call on a (quarters, paths) array. Units whose price is the same on all paths are added up at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ladder import Ladder
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.priced_at_close import FollowingParts
from treasury_sim.measure.lows_on_paths import Key
from treasury_sim.measure.shared_prices import ObservedPrices
from treasury_sim.measure.unit_prices import since_acquired

TOGETHER = 8
"""Quarters measured at once: few calls, and the working arrays still fit the processor's cache."""


class Passing:
    """Amounts passed through income by quarter: a part that is the same on all paths, and groups for the rest.

    Attributes
    ----------
    groups
        In the order in which they were first added.
    """

    def __init__(self, rule: Rule, policy: AccountingPolicy, ledger: Ledger, quarters: int) -> None:
        self._rule, self._policy, self._ledger = rule, policy, ledger
        self._pl, self._oci = np.zeros(quarters), np.zeros(quarters)
        # The share of any excess over cost that passes through.
        self._above = 0.0 if rule.ceiling_at_cost else 1.0 - policy.fluctuation_reserve * rule.keeps_reserve
        self.groups: list[Group] = []
        self._last: dict[tuple[Any, ...], Group] = {}

    def add(self, observed: ObservedPrices, parts: Ints, units: Floats, quarter: Ints) -> None:
        """Add units of n parts: the price of each, how many, and the quarter to which they count."""
        unit_cost, is_following = self._ledger.unit_cost[parts], self._ledger.follows[parts] > 0
        # A part still carried as it entered has passed nothing through.
        for number in np.flatnonzero(is_following & np.isnan(observed.fixed)).tolist():
            part, quantity = int(parts[number]), float(units[number])
            build = partial(FollowingUnits, self._rule, self._policy, part, quantity)
            self._join((part, quantity), observed.key_of(number), int(quarter[number]), build)
        is_fixed = ~np.isnan(observed.fixed) & ~is_following
        passed = since_acquired(self._rule, self._policy, unit_cost[is_fixed], observed.fixed[is_fixed])
        for total, amounts in ((self._pl, passed.pl), (self._oci, passed.oci)):
            np.add.at(total, quarter[is_fixed], amounts * units[is_fixed])
        rest = np.flatnonzero(~is_fixed & ~is_following)
        kinds, kind = np.unique(np.column_stack([quarter, observed.key])[rest], axis=0, return_inverse=True)
        order = rest[np.argsort(kind.reshape(-1), kind="stable")]
        ends = np.cumsum(np.bincount(kind.reshape(-1), minlength=len(kinds)))
        for number, (at, moment, which) in enumerate(kinds.tolist()):
            members = order[ends[number - 1] if number else 0 : ends[number]]
            self._put_together(at, (moment, which), observed.of(members), unit_cost[members], units[members])

    def _put_together(self, quarter: int, key: Key, observed: ObservedPrices, unit_cost: Floats, units: Floats) -> None:
        """Build the ladder of units measured at one price."""
        levels, quantity = np.zeros(0), np.zeros(0)
        if self._above != 1.0 or self._rule.surplus_to_oci:
            # No floor is above cost, so max(floor, min(c, p)) = min(c, p) - min(floor, p) + floor.
            lifted = np.flatnonzero(observed.floor)
            levels = np.concatenate([np.minimum(unit_cost, observed.cap), observed.floor[lifted]])
            quantity = np.concatenate([units, -units[lifted]])
        total, cost = float(units.sum()), float(unit_cost @ units - observed.floor @ units)

        def build() -> UnitsAtOnePrice:
            ladder = Ladder(levels, quantity) if levels.size else None
            return UnitsAtOnePrice(ladder, total, cost, self._above, self._rule.surplus_to_oci)

        self._join((total, cost, levels.tobytes(), quantity.tobytes()), key, quarter, build)

    def _join(
        self, content: tuple[Any, ...], key: Key, quarter: int, build: Callable[[], UnitsAtOnePrice | FollowingUnits]
    ) -> None:
        """Join the group of the quarter before if that holds equal units at the same price, else begin a group."""
        name = (key[1], *content)
        group = self._last.get(name)
        if group is None or group.end != quarter or len(group.keys) == TOGETHER:
            group = self._last[name] = Group(build() if group is None else group.units, quarter)
            self.groups.append(group)
        group.keys.append(key)

    def begin(self, paths: int, *, always: bool) -> tuple[Floats, Floats]:
        """P&L and OCI that are the same on all paths, (quarters, paths), or (quarters, 1) where no group adds to them.

        Parameters
        ----------
        always
            Whether P&L has a column for every path in any case.
        """
        pl, oci = self._pl[:, None], self._oci[:, None]
        if always or self.groups:
            pl = np.repeat(pl, paths, axis=1)
        return pl, np.repeat(oci, paths, axis=1) if self.groups and self._rule.surplus_to_oci else oci


@dataclass
class Group:
    """Equal units in consecutive quarters.

    Attributes
    ----------
    first
        The first of the quarters.
    keys
        The price at which they are measured in each.
    """

    units: UnitsAtOnePrice | FollowingUnits
    first: int
    keys: list[Key] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The quarter after the last."""
        return self.first + len(self.keys)


@dataclass(frozen=True)
class UnitsAtOnePrice:
    """Units measured at one price.

    Attributes
    ----------
    ladder
        ``sum(q * min(c, p))``; ``None`` where the rule needs the sum of cost only.
    units, cost
        How many [coins], and their cost, less the amount below the floors [currency].
    above
        Share of any excess over cost that passes through.
    """

    ladder: Ladder | None
    units: float
    cost: float
    above: float
    surplus_to_oci: bool

    def add(self, price: Floats, _following: FollowingParts, pl: Floats, oci: Floats) -> None:
        """Add the amounts passed through at `price` to `pl` and `oci`, each (quarters, paths)."""
        if self.ladder is None:
            pl += self.units * price - self.cost
            return
        below = self.ladder(price)
        more = self.above * (self.units * price - below) if self.above else None
        below -= self.cost
        pl += below
        if more is not None:
            surplus = oci if self.surplus_to_oci else pl
            surplus += more


@dataclass(frozen=True)
class FollowingUnits:
    """Units of one part whose cost follows a close and so differs from path to path."""

    rule: Rule
    policy: AccountingPolicy
    part: int
    units: float

    def add(self, price: Floats, following: FollowingParts, pl: Floats, oci: Floats) -> None:
        """Add the amounts passed through at `price` to `pl` and `oci`, each (quarters, paths)."""
        row = following.row[self.part]
        passed = since_acquired(self.rule, self.policy, following.unit_cost[row], price)
        units = self.units * following.units[row]
        pl += units * passed.pl
        if self.rule.surplus_to_oci:
            oci += units * passed.oci
