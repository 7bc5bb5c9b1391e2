"""`attribute`: the public function for every attribution."""

from __future__ import annotations

from treasury_sim.analysis.attribution.between_periods import attribute_period, attribute_quarters
from treasury_sim.analysis.attribution.between_scenarios import attribute_frameworks, attribute_scenarios
from treasury_sim.analysis.attribution.steps import Attribution
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress
from treasury_sim.engine.run_cache import RunCache
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
    cache: RunCache | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Attribute a figure, or the difference between two, to its causes; the steps add up exactly.

    Parameters
    ----------
    scenario
        The scenario to explain.
    other
        A second scenario: explains the change from the figure of `scenario` to that of `other`.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    line
        Key of a line; net income by default, or the nearest line before it that is computed.
    framework
        Framework key; the scenario's first by default.
    to_framework
        A second framework key: explains the change from `framework` to it. With `other`, the framework of `other`.
    since
        An earlier quarter, or ``inception``: explains all quarters from it to `quarter` together.
    against
        An earlier quarter: explains the change from its figure to that of `quarter`.
    cache
        Earlier runs of variations of the same scenario, to save time; they do not change the steps.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Attribution
        Two amounts and the signed steps between them [unit of the line]; an expense or a loss is negative.

    Raises
    ------
    InputError
        If a line, framework or quarter is unknown, the line is not computed, or more than one of `other`,
        `to_framework` (without `other`), `since` and `against` is given.

    Examples
    --------
    >>> from treasury_sim import attribute, load
    >>> found = attribute(load("strategy_2025q4"), line="remeasurement_pl", framework="us_gaap_impairment")
    >>> for step in found.steps:
    ...     print(f"{step.cause:<7} {step.amount / 1e6:>8,.1f}")
    price   -2,124.6
    bought    -379.4
    """
    exclusive = [
        name for name, value in (("other", other), ("since", since), ("against", against)) if value is not None
    ]
    if to_framework and other is None:
        exclusive.append("to_framework")
    if len(exclusive) > 1:
        raise InputError(
            [
                Problem(
                    "", None, exclusive[1], f"nothing besides {exclusive[0]}", "both", "Run them one after the other."
                )
            ]
        )
    cache = cache or RunCache()
    first = framework or scenario.spec.accounting.frameworks[0]
    if other is not None:
        keys = (first, to_framework or framework or other.spec.accounting.frameworks[0])
        line = line or "net_income"
        return attribute_scenarios(
            scenario, other, quarter=quarter, frameworks=keys, line=line, cache=cache, progress=progress
        )
    if to_framework is not None:
        line = line or "net_income"
        return attribute_frameworks(scenario, first, to_framework, quarter=quarter, line=line, cache=cache)
    if against is not None:
        return attribute_quarters(scenario, against, quarter, framework=framework, line=line, cache=cache)
    return attribute_period(scenario, framework=framework, quarter=quarter, since=since, line=line, cache=cache)
