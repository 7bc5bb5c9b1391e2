"""Restrict a scenario to one accounting framework."""

from __future__ import annotations

from treasury_sim.accounting import ASC_350_60
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.variations import Variations


def restrict_to_framework(scenario: Scenario, framework: str) -> Scenario:
    """The scenario under `framework` alone, without expected figures, limits and sweep; it need not list the framework.

    Raises
    ------
    InputError
        If the framework is unknown, or the scenario cannot be measured under it.
    """
    changes: dict[KeyPath, object] = {("accounting", "frameworks"): [framework], ("limits",): None}
    if framework not in ASC_350_60 and scenario.get("accounting", "scope"):
        changes["accounting", "scope"] = None
    equity = scenario.get("capital", "opening", "equity")
    if isinstance(equity, dict):
        path: KeyPath = ("capital", "opening", "equity")
        of_others = [key for key in equity if key != framework]
        changes |= {(*path, key): None for key in of_others} if framework in equity else {path: None}
    return Variations(scenario, {}).at(changes)
