"""Why two accounting frameworks give different figures for the same coins and prices.

A framework gives four answers: which price, may it exceed cost, where does the excess go, what amount is released on
disposal. The bridge replaces the answers of the first framework by those of the second, one at a time in this order,
and remeasures after each: the steps add up exactly, because each is the difference of two measurements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy
from treasury_sim.accounting.rule import Rule
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lookup import unknown_framework, unknown_quarter
from treasury_sim.domain.statements import Measurement
from treasury_sim.engine.one_pass import Pass, accounting_policy, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.measure.measurer import measure, rule_measurer
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Step:
    """One step of a bridge: changes in the reported quarter, signed [currency].

    Attributes
    ----------
    words
        The change and its reason in a sentence.
    income
        Remeasurement in profit or loss and realised results.
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
    """Bridge between two frameworks for one quarter: ``first + sum(steps) = second`` in every column."""

    label: str
    first: Step
    steps: tuple[Step, ...]
    second: Step
    frameworks: tuple[str, str]


PRICE = {
    "lowest_since_acquisition": "the lowest price since each lot was acquired",
    "reporting_date": "the price at the reporting date",
    "lowest_reporting_date": "the lowest price of any reporting date since each lot was acquired",
    "highest_since_permanent_fall": "the reporting-date price where a fall is judged permanent, otherwise none",
}
RELEASE = {
    "observed": "the carrying amount after the prices observed up to the sale",
    "last_carrying": "the carrying amount at the last reporting date",
    "sale_price": "the sale price",
    "cost": "cost, so that the whole result is realised",
}


@checked
def framework_bridge(
    scenario: Scenario, first: str, second: str, quarter: str | None = None, *, cache: RunCache | None = None
) -> Bridge:
    """Bridge framework `first` to framework `second` over the same coins and prices.

    Parameters
    ----------
    scenario
        The coins, prices and policies to measure.
    first, second
        Framework keys; the scenario need not list them.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    cache
        Earlier runs of variations of the same scenario, to save time; they do not change the steps.

    Returns
    -------
    Bridge
        The two frameworks and the signed steps between them [currency].

    Raises
    ------
    InputError
        If a framework or the quarter is unknown, or the scenario cannot be run.

    Examples
    --------
    >>> from treasury_sim import framework_bridge, load
    >>> bridge = framework_bridge(load("strategy_2025q4"), "us_gaap_impairment", "us_gaap_fair_value")
    >>> [round(step.income / 1e6) for step in (bridge.first, *bridge.steps, bridge.second)]
    [-2504, -1597, -13335, -17436]
    """
    return FrameworkWalk.of(scenario, first, second, quarter, cache).bridge()


def _typed(key: str, typed: set[str]) -> Problem:
    expected = f"{' or '.join(sorted(typed))}, the framework of the opening balances of the lots"
    return Problem(
        "", None, "framework", expected, key, "Replay the lots from their purchase to bridge to other frameworks."
    )


@dataclass(frozen=True)
class FrameworkWalk:
    """Measurements under each rule on the way from framework `first` to framework `second`.

    Attributes
    ----------
    prepared, measured
        The scenario and one pass over it.
    label
        Label of the reported quarter.
    """

    prepared: Prepared
    measured: Pass
    first: str
    second: str
    label: str

    @classmethod
    def of(
        cls, scenario: Scenario, first: str, second: str, quarter: str | None = None, cache: RunCache | None = None
    ) -> FrameworkWalk:
        """Prepare a walk; see `framework_bridge`."""
        problems = [problem for key in (first, second) for problem in unknown_framework(key, FRAMEWORKS)]
        typed = {lot.opening.framework for lot in scenario.lots if lot.opening is not None}
        problems += [_typed(key, typed) for key in (first, second) if typed and {key} != typed]
        if problems:
            raise InputError(problems)
        run = (cache or RunCache()).run_of(scenario.case)
        labels = [quarter.label for quarter in run.prepared.reported]
        if problems := unknown_quarter(quarter or labels[-1], labels):
            raise InputError(problems)
        return cls(run.prepared, run.measured, first, second, quarter or labels[-1])

    @cached_property
    def quarter(self) -> int:
        """Index of the quarter in the timeline."""
        return self.measured.timeline.index_of(self.label)

    def states(self) -> Iterator[tuple[str, dict[str, Measurement]]]:
        """Each change in words, with the measurements by asset after it; the last are those of `second`."""
        for words, rules in self._rules(self.first, self.second):
            yield words, {name: self._by(rule, name) for name, rule in rules.items()}
        # The remainder does not come from the rules: the adoption of a standard in this quarter, for example.
        yield "Earlier standards: the one in force before left a different opening amount.", self.under(self.second)

    def bridge(self) -> Bridge:
        """The bridge in its three columns."""
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
            (self.first, self.second),
        )

    def under(self, key: str) -> dict[str, Measurement]:
        """Measurements by asset under a framework."""
        return {
            name: measure(
                FRAMEWORKS[applied_to(self.prepared.case.spec, key, name)],
                asset.books,
                self.measured.timeline,
                asset.marks,
                self._policy(),
            )
            for name, asset in self.measured.assets.items()
        }

    def _rules(self, first: str, second: str) -> Iterator[tuple[str, dict[str, Rule]]]:
        """The rules from `first` to `second`, by asset, each with the change that leads to it in words."""
        at = {name: self._rule(first, name) for name in self.measured.assets}
        goal = {name: self._rule(second, name) for name in self.measured.assets}
        if not at:
            return
        to = next(iter(goal.values()))
        yield "", dict(at)
        changes = (
            (f"Price: {PRICE[to.price]}.", ("price",)),
            (
                "Ceiling: never above cost." if to.ceiling_at_cost else "Ceiling: none, the price may exceed cost.",
                ("ceiling_at_cost", "keeps_reserve"),
            ),
            (
                "Costs of disposal are " + ("deducted." if to.less_disposal_costs else "not deducted."),
                ("less_disposal_costs",),
            ),
            (
                "Gains above cost: to other comprehensive income."
                if to.surplus_to_oci
                else "Gains above cost: to profit or loss.",
                ("surplus_to_oci",),
            ),
            (f"Amount released on disposal: {RELEASE[to.at_release]}.", ("at_release",)),
        )
        for words, names in changes:
            at = {
                asset: replace(rule, **{name: getattr(goal[asset], name) for name in names})
                for asset, rule in at.items()
            }
            yield words, dict(at)

    def _rule(self, key: str, asset: str) -> Rule:
        framework = FRAMEWORKS[applied_to(self.prepared.case.spec, key, asset)]
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


def _minus(after: Step, before: Step) -> Step:
    return Step("", after.income - before.income, after.oci - before.oci, after.carrying - before.carrying)
