"""Every shipped case closes: every quarter, under every framework that it can be run under."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from tests.report.close.test_ties import failed
from treasury_sim import RunCache, Scenario, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.engine.paths.simulation_plan import sampled_assets
from treasury_sim.errors import InputError
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import close_pack
from treasury_sim.scenario.library import find, shipped


@cache
def under_every_framework(path: Path) -> Scenario:
    """The case with every framework that it does not refuse, its own first."""
    scenario = load(path)
    allowed = list(scenario.spec.accounting.frameworks)
    for key in FRAMEWORKS:
        if key not in allowed:
            try:
                scenario.with_values({("accounting", "frameworks"): [*allowed, key], ("expect",): None})
            except InputError:
                continue
            allowed.append(key)
    return scenario.with_values({("accounting", "frameworks"): allowed, ("expect",): None})


CASES = [path.stem for path in shipped() if not sampled_assets(load(path).case)]
"""A sample is not closed."""


@pytest.mark.parametrize("name", CASES)
def test_a_shipped_case_closes_in_every_quarter_under_every_framework(name: str) -> None:
    result = run(under_every_framework(find(name)))
    assert failed(result, result.reported) == []


@pytest.mark.parametrize("name", CASES)
def test_the_formulas_of_its_workbook_give_the_figures_of_the_run(name: str) -> None:
    """Under its own frameworks, in every quarter: what sales are taxed at, allowances, losses, all of it."""
    scenario = load(name).with_values({("plan", "window_timing"): "start", ("expect",): None})
    measured = RunCache()
    result = run(scenario, cache=measured)
    for key, quarter in product(result.statements, result.reported):
        live = live_sheets(scenario, close_pack(result, key, quarter.label, STANDARD), measured)
        assert [check for check in live.checks if not check.ties] == [], (key, quarter.label)


@pytest.mark.parametrize(
    ("name", "frameworks"), [("no_debt", 16), ("secured_borrower", 16), ("strategy_2026_forward", 15)]
)
def test_most_cases_run_under_most_frameworks(name: str, frameworks: int) -> None:
    assert len(under_every_framework(find(name)).spec.accounting.frameworks) >= frameworks - 1
