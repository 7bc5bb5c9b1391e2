"""Prices of reporting dates, as a rule looks at them for units that entered in a given quarter."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.rule import AccountingPolicy, Rule


class ReportingDatePrices:
    """Which reporting-date price a unit is measured at, by the quarter in which it entered and the quarter now."""

    def __init__(self, rule: Rule, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        costs = policy.disposal_costs if rule.less_disposal_costs else 0.0
        prices = marks.quarter_end * (1.0 - costs)
        quarters = prices.shape[1]
        permanent = np.zeros(quarters, dtype=bool) if policy.permanent is None else policy.permanent
        self._prices = prices
        self._final = timeline.is_year_end if rule.year_to_date else np.ones(quarters, dtype=bool)
        if rule.price == "reporting_date":
            self._table = np.repeat(prices[:, None, :], quarters, axis=1)
        elif rule.price == "lowest_reporting_date":
            self._table = _lowest(prices)
        else:
            self._table = _highest_since_permanent(prices, permanent, self._final)

    def at(self, entered: Ints, quarter: Ints) -> Floats:
        """Price for units that `entered` in a quarter (n,), at the end of another one (n,), (paths, n).

        Infinite where the rule has none yet [currency/unit].
        """
        found: Floats = self._table[:, entered, quarter]
        return found

    def highest(self, first: Ints, last: Ints) -> Floats:
        """Highest of the final reporting dates from quarter `first` on and of `last`, (paths, n) [currency/unit]."""
        final = -_lowest(np.where(self._final, -self._prices, np.inf))
        return np.maximum(final[:, first, last], self._prices[:, last])


def _lowest(prices: Floats) -> Floats:
    """(paths, entered, now): the lowest of the reporting dates from `entered` to `now`."""
    paths, quarters = prices.shape
    table = np.full((paths, quarters, quarters), np.inf)
    for entered in range(quarters):
        table[:, entered, entered:] = np.minimum.accumulate(prices[:, entered:], axis=1)
    return table


def _highest_since_permanent(prices: Floats, permanent: Bools, final: Bools) -> Floats:
    """(paths, entered, now): the highest since the last permanent fall; infinite before the first.

    Only `final` reporting dates bind later ones: under year-to-date interims those of the year ends.
    """
    paths, quarters = prices.shape
    table = np.full((paths, quarters, quarters), np.inf)
    binding = np.full((paths, quarters), np.inf)
    for now in range(quarters):
        price = prices[:, now, None]
        seen = np.where(np.arange(quarters) <= now, np.maximum(binding, price), np.inf)
        if permanent[now]:
            seen[:, : now + 1] = price
        table[:, :, now] = seen
        if final[now]:
            binding = seen
    return table
