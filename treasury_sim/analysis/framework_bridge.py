"""Why two accounting frameworks give different figures for the same coins and prices.

A framework is four answers (which price, may it exceed cost, where does the excess go, what are units carried at when
they leave). The bridge changes one answer of the first into that of the second at a time, in this order, and
measures again after each: the steps add up exactly, because each is the difference of two measurements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lookup import nearest
from treasury_sim.domain.statements import Measurement
from treasury_sim.engine.measure import Pass, accounting_policy, applied_to, measure
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.waterfall import prepare_funded
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS, AccountingPolicy
from treasury_sim.frameworks.framework import rule_measurer
from treasury_sim.frameworks.rule import Rule
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Step:
    """One step of a bridge: amounts that change, in the reported quarter [currency].

    Attributes
    ----------
    words
        What changes and why, as a sentence.
    income
        Remeasurement in profit or loss and results of sales.
    oci
        Remeasurement in other comprehensive income.
    carrying
        Carrying amount at the quarter end.
    """

    words: str
    income: float
    oci: float
    carrying: float


@dataclass(frozen=True)
class Bridge:
    """From one framework to another, for one quarter. ``first + sum(steps) = second`` in every column."""

    label: str
    first: Step
    steps: tuple[Step, ...]
    second: Step


PRICE = {
    "lowest_since_acquisition": "the lowest price since each lot was acquired",
    "reporting_date": "the price at the reporting date",
    "lowest_reporting_date": "the lowest price of any reporting date since each lot was acquired",
    "highest_since_permanent_fall": "the reporting-date price where a fall is held to be permanent, and none before",
}
RELEASE = {
    "observed": "what the prices up to the sale have left of it",
    "last_carrying": "the carrying amount of the last reporting date",
    "sale_price": "the sale price",
    "cost": "cost, so that the whole result is realised",
}


@checked
def framework_bridge(scenario: Scenario, first: str, second: str, label: str | None = None) -> Bridge:
    """Bridge framework `first` to framework `second` over the same coins and prices.

    Parameters
    ----------
    first, second
        Framework keys; they need not be among those of the scenario.
    label
        A reported quarter; the last one by default.

    Raises
    ------
    InputError
        If a framework or the quarter is unknown, or the scenario cannot be run.
    """
    return FrameworkWalk.of(scenario, first, second, label).bridge()


def _unknown(key: str) -> Problem:
    return Problem("", None, "framework", "a framework key", key, nearest(key, list(FRAMEWORKS)))


def _typed(key: str, typed: set[str]) -> Problem:
    expected = f"{' or '.join(sorted(typed))}, of which lots have a typed opening balance"
    return Problem("", None, "framework", expected, key, "Replay the lots from their purchase to bridge to others.")


@dataclass(frozen=True)
class FrameworkWalk:
    """Measurements under one rule after another, on the way from framework `first` to framework `second`.

    Attributes
    ----------
    prepared, measured
        The scenario and one pass over it.
    label
        The reported quarter that is looked at.
    """

    prepared: Prepared
    measured: Pass
    first: str
    second: str
    label: str

    @classmethod
    def of(cls, scenario: Scenario, first: str, second: str, label: str | None = None) -> FrameworkWalk:
        """Prepare a walk; see `framework_bridge`."""
        problems = [_unknown(key) for key in (first, second) if key not in FRAMEWORKS]
        typed = {lot.opening.framework for lot in scenario.lots if lot.opening is not None}
        problems += [_typed(key, typed) for key in (first, second) if typed and {key} != typed]
        if problems:
            raise InputError(problems)
        prepared = prepare_funded(scenario)
        labels = [quarter.label for quarter in prepared.reported]
        if label is not None and label not in labels:
            raise InputError([Problem("", None, "quarter", f"one of {', '.join(labels)}", label)])
        timing = scenario.spec.plan.window_timing
        return cls(prepared, measure(prepared, lambda _: timing), first, second, label or labels[-1])

    @cached_property
    def quarter(self) -> int:
        """Position of the quarter."""
        return self.measured.timeline.index_of(self.label)

    def states(self) -> Iterator[tuple[str, dict[str, Measurement]]]:
        """Measurements by asset after each change, with what was changed; the last are those of `second`."""
        for words, rules in self._rules(self.first, self.second):
            yield words, {name: self._by(rule, name) for name, rule in rules.items()}
        # What is left is not a matter of the rule: the adoption of a standard in this quarter, say.
        yield "The history of the rules: an earlier one left another amount behind.", self.under(self.second)

    def bridge(self) -> Bridge:
        """The walk in three columns."""
        start, end = self._sum(self.under(self.first)), self._sum(self.under(self.second))
        at, steps = start, []
        for words, measurements in self.states():
            then = self._sum(measurements)
            change = _minus(then, at)
            if measurements and any((change.income, change.oci, change.carrying)):
                steps.append(replace(change, words=words))
            at = then
        return Bridge(
            self.label,
            replace(start, words=FRAMEWORKS[self.first].summary),
            tuple(steps),
            replace(end, words=FRAMEWORKS[self.second].summary),
        )

    def under(self, key: str) -> dict[str, Measurement]:
        """Measurements by asset under a framework."""
        return {
            name: FRAMEWORKS[applied_to(self.prepared.scenario.spec, key, name)].measure(
                asset.books, self.measured.timeline, asset.marks, self._policy()
            )
            for name, asset in self.measured.assets.items()
        }

    def _rules(self, first: str, second: str) -> Iterator[tuple[str, dict[str, Rule]]]:
        """The rules on the way from `first` to `second`, by asset, each with what changes to get there."""
        at = {name: self._rule(first, name) for name in self.measured.assets}
        goal = {name: self._rule(second, name) for name in self.measured.assets}
        if not at:
            return
        to = next(iter(goal.values()))
        yield "", dict(at)
        changes = (
            (f"Which price: {PRICE[to.price]}.", ("price",)),
            (
                "May it go up: never above cost." if to.ceiling_at_cost else "May it go up: yes, cost is no ceiling.",
                ("ceiling_at_cost", "keeps_reserve"),
            ),
            (
                "Costs of disposal are " + ("deducted." if to.less_disposal_costs else "not deducted."),
                ("less_disposal_costs",),
            ),
            (
                "Where the up goes: what exceeds cost goes to other comprehensive income."
                if to.surplus_to_oci
                else "Where the up goes: everything goes through profit or loss.",
                ("surplus_to_oci",),
            ),
            (f"What is sold leaves at {RELEASE[to.at_release]}.", ("at_release",)),
        )
        for words, names in changes:
            at = {
                asset: replace(rule, **{name: getattr(goal[asset], name) for name in names})
                for asset, rule in at.items()
            }
            yield words, dict(at)

    def _rule(self, key: str, asset: str) -> Rule:
        framework = FRAMEWORKS[applied_to(self.prepared.scenario.spec, key, asset)]
        return framework.in_force(adopted=self.quarter >= self.prepared.adoption_quarter).rule

    def _by(self, rule: Rule, asset: str) -> Measurement:
        held = self.measured.assets[asset]
        return rule_measurer(rule, held.books, self.measured.timeline, held.marks, self._policy())(held.marks)

    def _policy(self) -> AccountingPolicy:
        return accounting_policy(self.prepared, len(self.measured.timeline.quarters))

    def _sum(self, measurements: dict[str, Measurement]) -> Step:
        def total(*names: str) -> float:
            return sum(float(getattr(m, name)[0, self.quarter]) for m in measurements.values() for name in names)

        return Step("", total("remeasurement_pl", "realised_pl"), total("remeasurement_oci"), total("carrying"))


def _minus(one: Step, other: Step) -> Step:
    return Step("", one.income - other.income, one.oci - other.oci, one.carrying - other.carrying)
