"""A rule applied lot by lot.

For one unit, everything that has passed through income since it was acquired follows in closed form from its cost
and the price that the rule looks at. Added up over the units held at each quarter end and the units released in
between, that is everything a statement needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.running_low import RunningLow
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.reference import ReportingDatePrices
from treasury_sim.frameworks.rule import AccountingPolicy, Rule


@dataclass(frozen=True)
class SinceAcquired:
    """What one unit of each of n parts has passed through since it was acquired, (paths, n) [currency/coin]."""

    pl: Floats
    oci: Floats


def measure_by_lot(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy
) -> Measurement:
    """Measure `ledger` by `rule`, every lot on its own."""
    units = _Units(rule, ledger, timeline, marks, policy)
    held = _held(units)
    released = units.at_release()

    def by_quarter(amounts: Floats) -> Floats:
        return np.stack([sum_by_quarter(path, ledger.release_mark, timeline) for path in amounts])

    unit_cost = ledger.unit_cost[ledger.release_part]
    release_carrying = (unit_cost + released.pl + released.oci) * ledger.release_quantity
    disposed = by_quarter(release_carrying)
    net = sum_by_quarter(ledger.release_net, ledger.release_mark, timeline)
    entered = units.at_entry()
    entered_pl = sum_by_quarter(entered.pl[0] * ledger.quantity, ledger.acquired, timeline)
    entered_oci = sum_by_quarter(entered.oci[0] * ledger.quantity, ledger.acquired, timeline)
    zero = np.zeros_like(held.pl)
    return Measurement(
        carrying=held.cost + held.pl + held.oci,
        remeasurement_pl=np.diff(held.pl, prepend=0.0) + by_quarter(released.pl * ledger.release_quantity) - entered_pl,
        remeasurement_oci=np.diff(held.oci, prepend=0.0)
        + by_quarter(released.oci * ledger.release_quantity)
        - entered_oci,
        equity_direct=zero,
        entered_above_cost=zero + entered_pl + entered_oci,
        disposed_carrying=disposed,
        realised_pl=net - disposed,
        accumulated_impairment=-held.pl if rule.ceiling_at_cost else zero,
        revaluation_surplus=held.oci,
        release_carrying=release_carrying[0] if len(release_carrying) == 1 else None,
        lot_carrying=held.by_lot,
        release_surplus=(released.oci * ledger.release_quantity)[0] if len(release_carrying) == 1 else None,
        lot_surplus=held.surplus_by_lot,
        lot_equity_direct=None if held.by_lot is None else np.zeros_like(held.by_lot),
    )


@dataclass(frozen=True)
class _Held:
    """What is held at quarter ends: since acquired (paths, quarters), cost (quarters,), by lot (lots, quarters)."""

    pl: Floats
    oci: Floats
    cost: Floats
    by_lot: Floats | None
    surplus_by_lot: Floats | None


def _held(units: _Units) -> _Held:
    ledger = units.ledger
    pl, oci, cost, by_lot, surplus_by_lot = [], [], [], [], []
    for quarter, mark in enumerate(units.timeline.quarter_marks):
        quantity = ledger.held(int(mark))
        parts = np.flatnonzero(quantity)
        unit = units.at_quarter_end(parts, quarter)
        pl.append(unit.pl @ quantity[parts])
        oci.append(unit.oci @ quantity[parts])
        cost.append(float(ledger.unit_cost[parts] @ quantity[parts]))
        carrying = (ledger.unit_cost[parts] + unit.pl[0] + unit.oci[0]) * quantity[parts]
        by_lot.append(np.bincount(ledger.lot[parts], weights=carrying, minlength=len(ledger.lot_ids)).astype(float))
        surplus = unit.oci[0] * quantity[parts]
        surplus_by_lot.append(np.bincount(ledger.lot[parts], weights=surplus, minlength=len(ledger.lot_ids)))
    is_single_path = pl[0].size == 1
    return _Held(
        np.stack(pl, axis=1),
        np.stack(oci, axis=1),
        np.array(cost),
        np.stack(by_lot, axis=1) if is_single_path else None,
        np.stack(surplus_by_lot, axis=1).astype(float) if is_single_path else None,
    )


class _Units:
    """A rule for one unit of any part: at entry, at a quarter end, at a release."""

    def __init__(self, rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> None:
        self.rule = rule
        self.ledger = ledger
        self.timeline = timeline
        self.policy = policy
        self._entry_quarter = timeline.quarter_of_mark[ledger.acquired]
        self._is_year_to_date = rule.may_be_year_to_date and policy.year_to_date
        self._is_typed = ~np.isnan(ledger.opening)
        if rule.price == "lowest_since_acquisition":
            self._low: RunningLow | None = RunningLow(marks, timeline)
            # The first price shown is the close of the day, or the carrying amount with which a lot enters.
            self._first = np.where(self._is_typed, ledger.opening, marks.close[:, ledger.acquired])
        else:
            self._low = None
            self._reporting = ReportingDatePrices(rule, marks, policy)

    def at_entry(self) -> SinceAcquired:
        """What a unit of every part has passed through before it entered: nothing, if it entered at cost."""
        typed = np.where(self._is_typed, self.ledger.opening, self.ledger.unit_cost)
        return self._split(self.ledger.unit_cost, typed[None, :])

    def at_quarter_end(self, parts: Ints, quarter: int) -> SinceAcquired:
        """What a unit of each of `parts` has passed through by the end of `quarter`."""
        if self._low is not None:
            lowest = self._low.at_quarter_end(self.ledger.acquired[parts], quarter)
            price = np.minimum(lowest, self._first[:, parts])
        else:
            price = self._reporting_price(parts, np.full(parts.size, quarter))
        found = self._split(self.ledger.unit_cost[parts], price)
        entering = self._is_typed[parts] & (self._entry_quarter[parts] == quarter)
        return self._entering(found, parts, entering) if entering.any() else found

    def at_release(self) -> SinceAcquired:
        """What a unit of each release has passed through just before it leaves."""
        ledger, parts = self.ledger, self.ledger.release_part
        unit_cost = ledger.unit_cost[parts]
        how = self.rule.at_release
        if self.rule.surplus_to_oci and self.policy.remeasure_before_disposal:
            how = "sale_price"
        if how == "sale_price":
            return self._split(unit_cost, (ledger.release_gross / ledger.release_quantity)[None, :])
        if how == "cost":
            return self._split(unit_cost, unit_cost[None, :])
        if self._low is not None:
            lowest = self._low.before_events(ledger.acquired[parts], ledger.release_mark)
            return self._split(unit_cost, np.minimum(lowest, self._first[:, parts]))
        return self._last_carrying()

    def _last_carrying(self) -> SinceAcquired:
        """At the carrying amount of the reporting date before, or at entry if there was none since."""
        parts = self.ledger.release_part
        quarter = self.timeline.quarter_of_mark[self.ledger.release_mark]
        before = self.timeline.before_year[quarter] if self._is_year_to_date else quarter - 1
        entered = self._entry_quarter[parts]
        found = self._split(self.ledger.unit_cost[parts], self._reporting_price(parts, np.maximum(before, entered)))
        return self._entering(found, parts, (entered > before) | (self._is_typed[parts] & (entered == before)))

    def _reporting_price(self, parts: Ints, quarter: Ints) -> Floats:
        entered, is_typed = self._entry_quarter[parts], self._is_typed[parts]
        # A typed balance stands for the reporting date at which it enters.
        first = np.where(is_typed, np.minimum(entered + 1, quarter), entered)
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

    def _entering(self, found: SinceAcquired, parts: Ints, entering: Bools) -> SinceAcquired:
        """Replace what `entering` parts have passed through by what they entered with."""
        entry = self.at_entry()
        return SinceAcquired(
            np.where(entering, entry.pl[:, parts], found.pl), np.where(entering, entry.oci[:, parts], found.oci)
        )

    def _split(self, unit_cost: Floats, price: Floats) -> SinceAcquired:
        """What has passed through profit or loss and through OCI for a unit measured at `price`."""
        # Where the rule has no price yet, the unit stays at cost.
        above = np.where(np.isinf(price), 0.0, price - unit_cost)
        if self.rule.ceiling_at_cost:
            above = np.minimum(above, 0.0)
        elif self.rule.keeps_reserve:
            above = np.where(above > 0.0, above * (1.0 - self.policy.fluctuation_reserve), above)
        if self.rule.surplus_to_oci:
            return SinceAcquired(np.minimum(above, 0.0), np.maximum(above, 0.0))
        return SinceAcquired(above, np.zeros_like(above))
