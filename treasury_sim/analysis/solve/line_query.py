"""One line of one quarter of a scenario, and its value when the scenario changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treasury_sim.analysis.lines import checked_line, not_computed
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.analysis.sensitivity.greeks import is_sampled
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import unknown_quarter
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.variations import Variations

Changes = Mapping[KeyPath, Any]


@dataclass(frozen=True)
class LineQuery:
    """One line under one framework in one quarter, and the scenario that is varied around it.

    Attributes
    ----------
    scenario
        The scenario under `framework` alone.
    base
        The line before any change [unit of the line].
    cache
        Measurements that runs of similar scenarios reuse.
    variations
        Makes the similar scenarios.
    """

    scenario: Scenario
    prepared: Prepared
    line: str
    framework: str
    quarter: str
    base: float
    cache: RunCache
    variations: Variations

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        line: str,
        framework: str | None,
        quarter: str | None,
        cache: RunCache | None = None,
    ) -> LineQuery:
        """Run the scenario for the line; the framework defaults to the first, the quarter to the last.

        Raises
        ------
        InputError
            If the line, framework or quarter is unknown, the line is not computed, or prices are simulated.
        """
        if is_sampled(scenario):
            fix = "Use --greeks for the derivatives of a simulation."
            raise InputError([Problem("", None, "prices", "one price path", "a simulation", fix)])
        key = framework or scenario.spec.accounting.frameworks[0]
        if LINES.get(line) is None or LINES[line].kind != "per_share":
            line = checked_line(line)
        base = restrict_to_framework(scenario, key)
        cache = cache or RunCache()
        of_base = cache.run_of(base.case)
        prepared = of_base.prepared
        labels = [reported_quarter.label for reported_quarter in prepared.reported]
        label = quarter or labels[-1]
        if problems := unknown_quarter(label, labels):
            raise InputError(problems)
        value = _value(of_base.statements[key], line, label)
        return cls(base, prepared, line, key, label, value, cache, Variations(base, {}))

    @property
    def heading(self) -> tuple[str, str, str, str, str]:
        """Title, line, currency, framework and quarter, as every answer states them."""
        spec = self.scenario.spec
        return spec.title, self.line, spec.holder.currency, self.framework, self.quarter

    def changed(self, changes: Changes | None) -> float | None:
        """The line after `changes`; ``None`` without changes, or if the changed scenario cannot be run."""
        if changes is None:
            return None
        try:
            return self.value(self.variations.at(changes))
        except InputError:
            return None

    def value(self, scenario: Scenario) -> float:
        """The line in a scenario that is similar to this one [unit of the line].

        Raises
        ------
        InputError
            If it cannot be run, or the line is not computed.
        """
        statement = self.cache.run_of(scenario.case).statements[self.framework]
        return _value(statement, self.line, self.quarter)


def _value(statement: QuarterlyStatements, line: str, label: str) -> float:
    index = [quarter.label for quarter in statement.quarters].index(label)
    amount = single(Period(label, (index,)), line, statement.lines)
    if amount is None:
        raise not_computed(line, f"in {label}")
    return amount
