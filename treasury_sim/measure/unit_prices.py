"""The price at which a unit of each part is measured, and the amount that passes through income at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, AtRelease, Rule
from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.reporting_dates import ReportingDatePrices
from treasury_sim.measure.running_low import RunningLow


@dataclass(frozen=True)
class SinceAcquired:
    """Amounts that one unit of each of n parts has passed through since acquisition, (paths, n) [currency/coin]."""

    pl: Floats
    oci: Floats


def since_acquired(rule: Rule, policy: AccountingPolicy, unit_cost: Floats, price: Floats) -> SinceAcquired:
    """Amounts passed through profit or loss and OCI, since acquisition, by a unit measured at `price`."""
    # Where the rule has no price yet, the unit stays at cost.
    above = np.where(np.isinf(price), 0.0, price - unit_cost)
    if rule.ceiling_at_cost:
        above = np.minimum(above, 0.0)
    elif rule.keeps_reserve:
        above = np.where(above > 0.0, above * (1.0 - policy.fluctuation_reserve), above)
    if rule.surplus_to_oci:
        return SinceAcquired(np.minimum(above, 0.0), np.maximum(above, 0.0))
    return SinceAcquired(above, np.zeros_like(above))


def carried_at(rule: Rule, policy: AccountingPolicy, unit_cost: Floats, price: Floats) -> Floats:
    """Carrying amount of a unit measured at `price`, (paths, n) [currency/coin].

    Equal to cost plus the amounts passed through income, but not computed as that sum: a unit at 0.01 that cost 1e9
    would lose its digits.
    """
    carrying = np.where(np.isinf(price), unit_cost, price)
    if rule.ceiling_at_cost:
        return np.minimum(carrying, unit_cost)
    if rule.keeps_reserve:
        kept = unit_cost + (carrying - unit_cost) * (1.0 - policy.fluctuation_reserve)
        return np.where(carrying > unit_cost, kept, carrying)
    return carrying


def leaves_at(rule: Rule, policy: AccountingPolicy) -> AtRelease:
    """The amount at which units leave: a revaluation model may revalue them to the sale price first."""
    return "sale_price" if rule.surplus_to_oci and policy.remeasure_before_disposal else rule.at_release


def entry_price(ledger: Ledger) -> Floats:
    """Price at which a unit of every part enters: its cost, or its typed balance, (parts,) [currency/coin]."""
    return np.where(np.isnan(ledger.opening), ledger.unit_cost, ledger.opening)


class UnitPrices:
    """The price at which a rule measures a unit of any part: at entry, at a quarter end, at a release."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self.rule = rule
        self.ledger = ledger
        self.timeline = timeline
        self.policy = policy
        self._entry_quarter = timeline.quarter_of_mark[ledger.acquired]
        self._is_typed = ~np.isnan(ledger.opening)
        if rule.price == "lowest_since_acquisition":
            self._low: RunningLow | None = RunningLow(marks, timeline)
            # The first price observed is the close of the day, or the carrying amount with which a lot enters.
            self._first = np.where(self._is_typed, ledger.opening, marks.close[:, ledger.acquired])
        else:
            self._low = None
            self._reporting = ReportingDatePrices(rule, marks, policy)

    def at_quarter_end(self, parts: Ints, quarter: int) -> Floats:
        """Price of a unit of each of `parts` at the end of `quarter`, (paths, n)."""
        if self._low is not None:
            lowest = self._low.at_quarter_end(self.ledger.acquired[parts], quarter)
            price = np.minimum(lowest, self._first[:, parts])
        else:
            price = self._reporting_price(parts, np.full(parts.size, quarter))
        return self._entering(price, parts, self.enters_at(parts, quarter))

    def enters_at(self, parts: Ints, quarter: int) -> Bools:
        """Whether each of `parts` enters with a typed balance of the end of `quarter`."""
        enters: Bools = self._is_typed[parts] & (self._entry_quarter[parts] == quarter)
        return enters

    def at_release(self) -> Floats:
        """Price of a unit of each release just before it leaves, (paths, releases)."""
        ledger, parts = self.ledger, self.ledger.release_part
        how = leaves_at(self.rule, self.policy)
        if how == "sale_price":
            return (ledger.release_gross / ledger.release_quantity)[None, :]
        if how == "cost":
            return ledger.unit_cost[parts][None, :]
        if self._low is not None:
            lowest = self._low.before_events(ledger.acquired[parts], ledger.release_mark)
            return np.minimum(lowest, self._first[:, parts])
        quarter, entering = self.measured_before_release()
        return self._entering(self._reporting_price(parts, quarter), parts, entering)

    def measured_before_release(self) -> tuple[Ints, Bools]:
        """The reporting date before each release, and whether the units have entered since, each (releases,)."""
        ledger, parts = self.ledger, self.ledger.release_part
        quarter = self.timeline.quarter_of_mark[ledger.release_mark]
        is_year_to_date = self.rule.may_be_year_to_date and self.policy.year_to_date
        before = self.timeline.before_year[quarter] if is_year_to_date else quarter - 1
        entered = self._entry_quarter[parts]
        entering = (entered > before) | (self._is_typed[parts] & (entered == before))
        return np.maximum(before, entered), entering

    def first_reporting_date(self, parts: Ints, quarter: Ints) -> Ints:
        """The first quarter end that counts for each of `parts`; a typed balance replaces that of its entry."""
        entered = self._entry_quarter[parts]
        return np.where(self._is_typed[parts], np.minimum(entered + 1, quarter), entered)

    def _reporting_price(self, parts: Ints, quarter: Ints) -> Floats:
        is_typed = self._is_typed[parts]
        first = self.first_reporting_date(parts, quarter)
        price = self._reporting.at(first, quarter)
        if not is_typed.any():
            return price
        opening = np.where(is_typed, self.ledger.opening[parts], np.inf)
        if self.rule.price == "lowest_reporting_date":
            return np.minimum(price, opening)
        if self.rule.price == "highest_since_permanent_fall":
            # A balance below cost was written down for a fall held to be permanent.
            fallen = np.isinf(price) & (opening < self.ledger.unit_cost[parts])
            return np.where(fallen, np.maximum(opening, self._reporting.highest(first, quarter)), price)
        return price

    def _entering(self, price: Floats, parts: Ints, entering: Bools) -> Floats:
        """Replace the price of `entering` parts by that at which they entered."""
        return np.where(entering, entry_price(self.ledger)[parts], price)
