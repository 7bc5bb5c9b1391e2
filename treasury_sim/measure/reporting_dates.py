"""Reporting-date prices at which a rule measures units, by the quarter in which they entered."""

from __future__ import annotations

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.prices import Marks


class ReportingDatePrices:
    """The reporting-date price at which a unit is measured, by the quarter in which it entered and the current one."""

    def __init__(self, rule: Rule, marks: Marks, policy: AccountingPolicy) -> None:
        costs = policy.disposal_costs if rule.less_disposal_costs else 0.0
        prices = marks.quarter_end * (1.0 - costs)
        quarters = prices.shape[1]
        permanent = np.zeros(quarters, dtype=bool) if policy.permanent is None else policy.permanent
        self._prices = prices
        if rule.price == "reporting_date":
            self._table = np.repeat(prices[:, None, :], quarters, axis=1)
        elif rule.price == "lowest_reporting_date":
            self._table = _lowest(prices)
        else:
            self._table = _highest_since_permanent(prices, permanent)

    def at(self, entered: Ints, quarter: Ints) -> Floats:
        """Price for units that `entered` in a quarter (n,), at the end of a later `quarter` (n,), (paths, n).

        Infinite where the rule has none yet [currency/unit].
        """
        price: Floats = self._table[:, entered, quarter]
        return price

    def highest(self, first: Ints, last: Ints) -> Floats:
        """Highest of the reporting dates from quarter `first` to `last`, both (n,), (paths, n) [currency/unit]."""
        price: Floats = -_lowest(-self._prices)[:, first, last]
        return price


def _lowest(prices: Floats) -> Floats:
    """(paths, entered, now): the lowest of the reporting dates from `entered` to `now`."""
    paths, quarters = prices.shape
    table = np.full((paths, quarters, quarters), np.inf)
    for entered in range(quarters):
        table[:, entered, entered:] = np.minimum.accumulate(prices[:, entered:], axis=1)
    return table


def _highest_since_permanent(prices: Floats, permanent: Bools) -> Floats:
    """(paths, entered, now): the highest since the last permanent fall; infinite before the first."""
    paths, quarters = prices.shape
    table = np.full((paths, quarters, quarters), np.inf)
    running = np.full((paths, quarters), np.inf)
    for now in range(quarters):
        price = prices[:, now, None]
        running[:, : now + 1] = price if permanent[now] else np.maximum(running[:, : now + 1], price)
        table[:, :, now] = running
    return table
