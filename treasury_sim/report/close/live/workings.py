"""Figures of one asset in one quarter that formulas use: units, unit costs and test prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy, Framework
from treasury_sim.accounting.rule import Rule
from treasury_sim.case import Case
from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.one_pass import AssetPass, Pass, accounting_policy, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.engine.statements.tax_lines import enacted_rates, rates_in_force
from treasury_sim.measure.unit_prices import SinceAcquired, UnitPrices, entry_price, leaves_at, since_acquired
from treasury_sim.report.close.close import Close
from treasury_sim.scenario import Scenario
from treasury_sim.treasury.ledgers import book_cost


@dataclass(frozen=True)
class Workings:
    """One pass over a scenario, for the formulas of one quarter under one framework."""

    prepared: Prepared
    measured: Pass
    key: str
    quarter: int

    @classmethod
    def of(cls, scenario: Scenario, close: Close, cache: RunCache | None = None) -> Workings:
        """Take the pass behind `close`: of `scenario`, or of the path that its result opened."""
        common = (cache or RunCache()).run_of(scenario.case, close.result.path_opened)
        return cls(common.prepared, common.measured, close.framework, close.quarter)

    @cached_property
    def assets(self) -> Mapping[str, AssetWorkings]:
        """Each asset."""
        return {name: AssetWorkings(self, name) for name in self.measured.assets}

    @property
    def tax_rates(self) -> tuple[float, float] | None:
        """The rates of current and of deferred tax in the quarter; ``None`` if the scenario has no tax."""
        tax = self.scenario.spec.tax
        if not tax.is_computed:
            return None
        quarters = (self.measured.timeline.quarters[self.quarter],)
        return float(rates_in_force(tax, quarters)[0]), float(enacted_rates(tax, quarters, self.key)[0])

    @property
    def scenario(self) -> Case:
        """The case measured."""
        return self.prepared.case


@dataclass(frozen=True)
class AssetWorkings:
    """One asset in one quarter under one framework."""

    of: Workings
    name: str

    @property
    def passed(self) -> AssetPass:
        """The asset in the pass."""
        return self.of.measured.assets[self.name]

    @property
    def timeline(self) -> Timeline:
        """Marks and quarters."""
        return self.of.measured.timeline

    @property
    def quarter(self) -> int:
        """Position of the quarter."""
        return self.of.quarter

    @cached_property
    def policy(self) -> AccountingPolicy:
        """The choices of the holder."""
        return accounting_policy(self.of.prepared, len(self.timeline.quarters))

    @cached_property
    def framework(self) -> Framework:
        """The framework of the asset, the adoption of a standard included."""
        return FRAMEWORKS[applied_to(self.of.scenario.spec, self.of.key, self.name)]

    @cached_property
    def rule(self) -> Rule:
        """The rule of the quarter."""
        return self.framework.in_force(adopted=self.quarter >= self.policy.adoption_quarter).rule

    @cached_property
    def rule_before(self) -> Rule:
        """The rule of the quarter before: a different one where a standard is adopted in this one."""
        return self.framework.in_force(adopted=self.quarter - 1 >= self.policy.adoption_quarter).rule

    @cached_property
    def ledger(self) -> Ledger:
        """The books; under the new rule, a lot from before the adoption counts as entered at cost."""
        books = self.passed.books
        if self.framework.predecessor is None or self.quarter < self.policy.adoption_quarter:
            return books
        is_before = self.timeline.quarter_of_mark[books.acquired] < self.policy.adoption_quarter
        return replace(books, opening=np.where(is_before, np.nan, books.opening))

    @property
    def is_pool(self) -> bool:
        """Whether all units are one unit of account."""
        return self.passed.books.pooled

    @cached_property
    def opening_units(self) -> Floats:
        """Units of each part held at the start, (parts,) [coins]."""
        if not self.quarter:
            return np.zeros(self.ledger.quantity.size)
        return self.ledger.held(int(self.timeline.quarter_marks[self.quarter - 1]))

    @cached_property
    def closing_units(self) -> Floats:
        """Units of each part held at the end, (parts,) [coins]."""
        return self.ledger.held(int(self.timeline.quarter_marks[self.quarter]))

    @cached_property
    def came(self) -> Bools:
        """Which parts were acquired in the quarter, (parts,)."""
        inside: Bools = self.timeline.quarter_of_mark[self.ledger.acquired] == self.quarter
        return inside

    @cached_property
    def parts(self) -> Ints:
        """Positions of the parts held at some time in the quarter, (n,)."""
        return np.flatnonzero((self.opening_units > 0.0) | self.came)

    @cached_property
    def releases(self) -> Ints:
        """Positions of the releases of the quarter, (m,)."""
        return np.flatnonzero(self.timeline.quarter_of_mark[self.ledger.release_mark] == self.quarter)

    @cached_property
    def factor(self) -> Floats:
        """Unit cost of each part over that of its lot: the day's price over the average of the window, (parts,)."""
        lots = self.of.prepared.assets[self.name].lots
        capitalise = self.of.scenario.spec.accounting.fees == "capitalise"
        of_lot = np.array([book_cost(lot, capitalise_fees=capitalise) for lot in lots])[self.ledger.lot]
        factor: Floats = np.divide(self.ledger.unit_cost, of_lot, out=np.ones_like(of_lot), where=of_lot != 0.0)
        return factor

    @cached_property
    def prices(self) -> UnitPrices:
        """The test prices of the rule."""
        return UnitPrices(self.rule, self.ledger, self.timeline, self.passed.marks, self.policy)

    def closing_prices(self) -> Floats:
        """At the end of the quarter, for each of `parts`, (n,)."""
        prices: Floats = self.prices.at_quarter_end(self.parts, self.quarter)[0]
        return prices

    def without_the_quarter_end(self) -> Floats:
        """The same without the quarter-end price; infinite where no other price was observed, (n,)."""
        nothing = -np.inf if self.rule.price == "highest_since_permanent_fall" else np.inf
        quarter_end = self.passed.marks.quarter_end.copy()
        quarter_end[:, self.quarter] = nothing
        marks = replace(self.passed.marks, quarter_end=quarter_end)
        unit_prices = UnitPrices(self.rule, self.ledger, self.timeline, marks, self.policy)
        prices: Floats = unit_prices.at_quarter_end(self.parts, self.quarter)[0]
        return prices

    def opening_prices(self, rule: Rule) -> Floats:
        """At the end of the quarter before, under `rule`, for each of `parts`; not a number where not held, (n,)."""
        opening = np.full(self.parts.size, np.nan)
        held = self.opening_units[self.parts] > 0.0
        if held.any():
            ledger = self.ledger if rule is self.rule else self.passed.books
            prices = UnitPrices(rule, ledger, self.timeline, self.passed.marks, self.policy)
            opening[held] = prices.at_quarter_end(self.parts[held], self.quarter - 1)[0]
        return opening

    def entry_prices(self) -> Floats:
        """At which each of `parts` entered: its cost, or a typed balance, (n,)."""
        prices: Floats = entry_price(self.ledger)[self.parts]
        return prices

    def release_prices(self) -> tuple[Floats, Bools]:
        """Of each of `releases`, and whether it is the unit's own cost, each (m,)."""
        price = self.prices.at_release()[0][self.releases]
        at_cost = np.zeros(self.releases.size, dtype=bool)
        how = leaves_at(self.rule, self.policy)
        if how == "cost":
            at_cost[:] = True
        elif how == "last_carrying":
            _, entering = self.prices.measured_before_release()
            typed = ~np.isnan(self.ledger.opening[self.ledger.release_part])
            at_cost = (entering & ~typed)[self.releases]
        return price, at_cost

    def passed_through(self, rule: Rule, cost: Floats, price: Floats) -> SinceAcquired:
        """Cumulative remeasurement of units since their acquisition."""
        return since_acquired(rule, self.policy, cost, price)

    def tax_weights(self) -> dict[str, dict[str, float]]:
        """Units of each lot in the tax ledger at the cost of the lot: opening, acquired, disposed of, closing.

        A day of a window counts by its price over the window's average, so weight x tax basis of the lot is the basis.
        """
        ledger = self.passed.tax
        lots = {lot.id: lot for lot in self.of.prepared.assets[self.name].lots}
        price = np.array([lots[name].unit_cost for name in ledger.lot_ids])[ledger.lot]
        factor = np.divide(ledger.priced_at, price, out=np.ones_like(price), where=price > 0.0)
        marks = self.timeline.quarter_marks
        opening = ledger.held(int(marks[self.quarter - 1])) if self.quarter else np.zeros(ledger.quantity.size)
        came = self.timeline.quarter_of_mark[ledger.acquired] == self.quarter
        went = self.timeline.quarter_of_mark[ledger.release_mark] == self.quarter
        part = ledger.release_part[went]

        def by_lot(lot: Ints, weight: Floats) -> dict[str, float]:
            total = np.bincount(lot, weights=weight, minlength=len(ledger.lot_ids))
            return dict(zip(ledger.lot_ids, total.tolist(), strict=True))

        return {
            "opening": by_lot(ledger.lot, opening * factor),
            "came": by_lot(ledger.lot[came], (ledger.quantity * factor)[came]),
            "gone": by_lot(ledger.lot[part], ledger.release_quantity[went] * factor[part]),
            "closing": by_lot(ledger.lot, ledger.held(int(marks[self.quarter])) * factor),
        }
