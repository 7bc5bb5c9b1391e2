"""Units that look at the same price on many paths, put together, and what they pass through income at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.following import FollowingParts
from treasury_sim.domain.ladder import Ladder
from treasury_sim.domain.ledger import Ledger
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.shared_prices import Key, Looks
from treasury_sim.frameworks.unit_prices import since_acquired


class Passing:
    """What units have passed through, by quarter: the part that all paths share, and groups for the rest."""

    def __init__(self, rule: Rule, policy: AccountingPolicy, ledger: Ledger, quarters: int) -> None:
        self._rule, self._policy, self._ledger = rule, policy, ledger
        self._pl, self._oci = np.zeros(quarters), np.zeros(quarters)
        # The share of what exceeds cost that passes through.
        self._above = 0.0 if rule.ceiling_at_cost else 1.0 - policy.fluctuation_reserve * rule.keeps_reserve
        self.groups: dict[Key, list[Group | FollowingUnits]] = {}

    def add(self, looks: Looks, parts: Ints, units: Floats, quarter: Ints) -> None:
        """Add units of n parts: what each looks at, how many, and the quarter to which they count."""
        unit_cost, is_following = self._ledger.unit_cost[parts], self._ledger.follows[parts] > 0
        # One that is still carried as it entered has passed nothing through.
        for number in np.flatnonzero(is_following & np.isnan(looks.own)).tolist():
            at, part = int(quarter[number]), int(parts[number])
            follower = FollowingUnits(self._rule, self._policy, at, part, units[number])
            self.groups.setdefault(looks.key_of(number), []).append(follower)
        is_own = ~np.isnan(looks.own) & ~is_following
        passed = since_acquired(self._rule, self._policy, unit_cost[is_own], looks.own[is_own])
        for total, amounts in ((self._pl, passed.pl), (self._oci, passed.oci)):
            np.add.at(total, quarter[is_own], amounts * units[is_own])
        rest = np.flatnonzero(~is_own & ~is_following)
        kinds, kind = np.unique(np.column_stack([quarter, looks.key])[rest], axis=0, return_inverse=True)
        order = rest[np.argsort(kind.reshape(-1), kind="stable")]
        ends = np.cumsum(np.bincount(kind.reshape(-1), minlength=len(kinds)))
        for number, (at, moment, which) in enumerate(kinds.tolist()):
            members = order[ends[number - 1] if number else 0 : ends[number]]
            group = self._group(at, looks.of(members), unit_cost[members], units[members])
            self.groups.setdefault((moment, which), []).append(group)

    def _group(self, quarter: int, looks: Looks, unit_cost: Floats, units: Floats) -> Group:
        """Put units that look at one price together."""
        ladder = None
        if self._above != 1.0 or self._rule.surplus_to_oci:
            # No floor is above cost, so max(floor, min(c, p)) = min(c, p) - min(floor, p) + floor.
            lifted = np.flatnonzero(looks.floor)
            levels = np.concatenate([np.minimum(unit_cost, looks.cap), looks.floor[lifted]])
            ladder = Ladder(levels, np.concatenate([units, -units[lifted]]))
        cost = float(unit_cost @ units - looks.floor @ units)
        return Group(quarter, ladder, float(units.sum()), cost, self._above, self._rule.surplus_to_oci)

    def begin(self, paths: int, *, always: bool) -> tuple[Floats, Floats]:
        """P&L and OCI of what all paths share, (quarters, paths), or (quarters, 1) where no group adds to it.

        Parameters
        ----------
        always
            Whether P&L has a column for every path in any case.
        """
        pl, oci = self._pl[:, None], self._oci[:, None]
        if always or self.groups:
            pl = np.repeat(pl, paths, axis=1)
        return pl, np.repeat(oci, paths, axis=1) if self.groups and self._rule.surplus_to_oci else oci


@dataclass(frozen=True)
class Group:
    """Units that look at one price and count to one quarter.

    Attributes
    ----------
    ladder
        ``sum(q * min(c, p))``; ``None`` where the rule needs the sum of cost only.
    units, cost
        How many [coins], and their cost, less what the floors hold [currency].
    above
        Share of what exceeds cost that passes through.
    """

    quarter: int
    ladder: Ladder | None
    units: float
    cost: float
    above: float
    surplus_to_oci: bool

    def add(self, price: Floats, _following: FollowingParts, pl: Floats, oci: Floats) -> None:
        """Add what has passed through at `price` to `pl` and `oci`, each (paths,)."""
        if self.ladder is None:
            pl += self.units * price - self.cost
            return
        at_lower = self.ladder(price)
        pl += at_lower - self.cost
        if self.above:
            surplus = oci if self.surplus_to_oci else pl
            surplus += self.above * (self.units * price - at_lower)


@dataclass(frozen=True)
class FollowingUnits:
    """Units of one part whose cost follows a close: it is another one on each path."""

    rule: Rule
    policy: AccountingPolicy
    quarter: int
    part: int
    units: float

    def add(self, price: Floats, following: FollowingParts, pl: Floats, oci: Floats) -> None:
        """Add what has passed through at `price` to `pl` and `oci`, each (paths,)."""
        row = following.row[self.part]
        passed = since_acquired(self.rule, self.policy, following.unit_cost[row], price)
        units = self.units * following.units[row]
        pl += units * passed.pl
        if self.rule.surplus_to_oci:
            oci += units * passed.oci
