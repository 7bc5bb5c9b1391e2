"""`attribute`: the one door to every attribution."""

from __future__ import annotations

from treasury_sim.analysis.attribution import Attribution
from treasury_sim.analysis.attribution_period import attribute_period, attribute_quarters
from treasury_sim.analysis.attribution_scenarios import attribute_frameworks, attribute_scenarios
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario


@checked
def attribute(
    scenario: Scenario,
    other: Scenario | None = None,
    *,
    quarter: str | None = None,
    line: str | None = None,
    framework: str | None = None,
    to_framework: str | None = None,
    since: str | None = None,
    against: str | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Attribute a figure to its causes; the steps add up exactly.

    Parameters
    ----------
    other
        A second scenario: from the figure of the first to that of the second.
    quarter
        A reported quarter; by default the last.
    line
        A line of the statement; by default net income, or what is known of the way to it.
    framework
        By default the scenario's first.
    to_framework
        A second framework: from the first to it; of `other`, if there is one.
    since
        An earlier quarter, or ``inception``: everything from it on.
    against
        An earlier quarter: from its figure to that of `quarter`.
    progress
        Called as it goes, see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If something is unknown, not computed, or asked for together with something that excludes it.
    """
    asked = [name for name, value in (("other", other), ("since", since), ("against", against)) if value is not None]
    if to_framework and other is None:
        asked.append("to_framework")
    if len(asked) > 1:
        raise InputError(
            [Problem("", None, asked[1], f"nothing besides {asked[0]}", "both", "Ask one after the other.")]
        )
    first = framework or scenario.spec.accounting.frameworks[0]
    if other is not None:
        keys = (first, to_framework or framework or other.spec.accounting.frameworks[0])
        named = line or "net_income"
        return attribute_scenarios(scenario, other, quarter=quarter, frameworks=keys, line=named, progress=progress)
    if to_framework is not None:
        return attribute_frameworks(scenario, first, to_framework, quarter=quarter, line=line or "net_income")
    if against is not None:
        return attribute_quarters(scenario, against, quarter, framework=framework, line=line)
    return attribute_period(scenario, framework=framework, quarter=quarter, since=since, line=line)
