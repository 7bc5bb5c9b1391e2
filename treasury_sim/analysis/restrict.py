"""Restrict a scenario to one accounting framework."""

from __future__ import annotations

from dataclasses import replace

from treasury_sim.scenario import Scenario


def restrict_to_framework(scenario: Scenario, framework: str) -> Scenario:
    """The scenario under `framework` alone, without expected figures, limits and sweep; it need not list the framework.

    Raises
    ------
    InputError
        If the framework is unknown, or the scenario cannot be measured under it.
    """
    frameworks = scenario.spec.accounting.frameworks
    if framework not in frameworks:
        scenario = scenario.with_values({("accounting", "frameworks"): [*frameworks, framework], ("expect",): None})
    accounting = scenario.spec.accounting.model_copy(update={"frameworks": (framework,)})
    return replace(
        scenario,
        spec=scenario.spec.model_copy(update={"accounting": accounting, "expect": {}, "limits": (), "sweep": None}),
    )
