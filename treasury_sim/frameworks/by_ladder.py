"""A rule applied lot by lot on many paths at once.

What `by_lot` adds up over units depends, for units that look at the same price, on that price alone. So they need no
axis of their own: with Q units of cost C and ``L(p) = sum(q * min(c, p))``, a `Ladder`, what lies below cost is
``L(p) - C`` and what lies above it ``Q p - L(p)``. A law holds this equal to `by_lot` under every framework.
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.following import FollowingParts
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import ledger_lines
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.ladder_groups import Passing
from treasury_sim.frameworks.passed_through import PassedThrough, entered, measurement
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.shared_prices import LowestPrices, ReportingPrices, SalePrices
from treasury_sim.frameworks.unit_prices import leaves_at

BLOCK = 4_096
"""Paths measured at once: what is in work fits the processor's cache, and memory stays bounded."""


def shared_prices(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy
) -> LowestPrices | ReportingPrices:
    """The prices that units share under `rule`."""
    kind = LowestPrices if rule.price == "lowest_since_acquisition" else ReportingPrices
    return kind(rule, ledger, timeline, marks, policy)


class LadderMeasure:
    """Measures `ledger` by `rule`, every lot on its own, on all paths of any marks that share what `marks` share.

    What does not depend on the paths is done once: which units look at which price, and their ladders.
    """

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self._rule, self._ledger, self._timeline = rule, ledger, timeline
        self._entered = entered(rule, policy, ledger, timeline)
        shared = shared_prices(rule, ledger, timeline, marks, policy)
        held, released = (Passing(rule, policy, ledger, len(timeline.quarters)) for _ in range(2))
        for quarter, mark in enumerate(timeline.quarter_marks):
            quantity = ledger.held(int(mark))
            parts = np.flatnonzero(quantity)
            held.add(shared.at_quarter_end(parts, quarter), parts, quantity[parts], np.full(parts.size, quarter))
        # Units that leave at cost have passed nothing through.
        leaving = SalePrices(ledger) if leaves_at(rule, policy) == "sale_price" else shared
        if ledger.release_part.size and leaves_at(rule, policy) != "cost":
            quarters = timeline.quarter_of_mark[ledger.release_mark]
            released.add(leaving.at_release(), ledger.release_part, ledger.release_quantity, quarters)
        self._passing = (held, released)
        # Which of the two look at which prices.
        looking = [(shared, (0, 1))] if leaving is shared else [(shared, (0,)), (leaving, (1,))]
        self._looking = [
            (prices.looking(key for one in which for group in self._passing[one].groups for key in group.keys), which)
            for prices, which in looking
        ]
        follows = ledger.follows.any() or ledger.release_follows.any()
        self._lines = None if follows else ledger_lines(ledger, timeline, marks)

    def __call__(self, marks: Marks) -> Measurement:
        """Measure on the paths of `marks`."""
        lines = self._lines or ledger_lines(self._ledger, self._timeline, marks)
        return measurement(self._rule, self.passed(marks), lines, self._entered)

    def passed(self, marks: Marks) -> PassedThrough:
        """What has passed through income on the paths of `marks`."""
        held, released = self._passing
        totals = [held.begin(marks.paths, always=True), released.begin(marks.paths, always=False)]
        for start in range(0, marks.paths, BLOCK):
            paths = slice(start, start + BLOCK)
            block = marks.block(paths)
            following = FollowingParts.of(self._ledger, block)
            for look, which in self._looking:
                prices_at = look(block)
                for one in which:
                    pl, oci = totals[one]
                    for group in self._passing[one].groups:
                        at = slice(group.first, group.end), paths
                        group.units.add(prices_at(group.keys), following, pl[at], oci[at])
        return PassedThrough(*(total.T for pair in totals for total in pair))
