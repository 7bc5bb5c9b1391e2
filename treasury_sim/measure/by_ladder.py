"""Measures lots by a rule on many paths at once, without an axis of lots.

Computed: the same sums over units as in `by_lot`. For units measured at the same price they depend on that price
alone: with Q units of total cost C and ``L(p) = sum(q * min(c, p))``, a `Ladder`, the amount below cost is
``L(p) - C`` and the amount above it ``Q p - L(p)``.
Fast because a ladder is built once, and then answers each path with one table look-up, whatever the number of lots.
Law: equal to `by_lot` under every framework (tests/laws/test_many_paths.py).
"""

from __future__ import annotations

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import ledger_lines
from treasury_sim.domain.priced_at_close import FollowingParts
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.cumulative import CumulativeChange, entered, measurement
from treasury_sim.measure.ladder_groups import Passing
from treasury_sim.measure.shared_prices import LowestPrices, ReportingPrices, SalePrices
from treasury_sim.measure.unit_prices import leaves_at

BLOCK = 4_096
"""Paths measured at once: the working arrays fit the processor's cache, and memory stays bounded."""


def shared_prices(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy
) -> LowestPrices | ReportingPrices:
    """The prices that units share under `rule`."""
    kind = LowestPrices if rule.price == "lowest_since_acquisition" else ReportingPrices
    return kind(rule, ledger, timeline, marks, policy)


class LadderMeasure:
    """Measures `ledger` by `rule`, lot by lot, on all paths of any marks with the same shared part as `marks`.

    Which units are measured at which price, and their ladders, do not depend on the paths and are prepared once.
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
        # Which of the two are measured at which prices.
        sources = [(shared, (0, 1))] if leaving is shared else [(shared, (0,)), (leaving, (1,))]
        self._sources = [
            (
                prices.price_lookup(key for n in numbers for group in self._passing[n].groups for key in group.keys),
                numbers,
            )
            for prices, numbers in sources
        ]
        # Lines that are the same on all paths are added up here, once.
        follows = ledger.follows.any() or ledger.release_follows.any()
        self._lines = None if follows else ledger_lines(ledger, timeline, marks)

    def __call__(self, marks: Marks) -> Measurement:
        """Measure on the paths of `marks`."""
        lines = self._lines or ledger_lines(self._ledger, self._timeline, marks)
        return measurement(self._rule, self.passed(marks), lines, self._entered)

    def passed(self, marks: Marks) -> CumulativeChange:
        """Amounts passed through income on the paths of `marks`."""
        held, released = self._passing
        totals = [held.begin(marks.paths, always=True), released.begin(marks.paths, always=False)]
        for start in range(0, marks.paths, BLOCK):
            paths = slice(start, start + BLOCK)
            block = marks.block(paths)
            following = FollowingParts.of(self._ledger, block)
            for prices_on, numbers in self._sources:
                prices_at = prices_on(block)
                for number in numbers:
                    pl, oci = totals[number]
                    for group in self._passing[number].groups:
                        at = slice(group.first, group.end), paths
                        group.units.add(prices_at(group.keys), following, pl[at], oci[at])
        return CumulativeChange(*(total.T for pair in totals for total in pair))
