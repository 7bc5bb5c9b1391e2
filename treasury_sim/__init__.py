"""Estimate what a bitcoin price path does to the quarter of a company that holds bitcoin.

    >>> from treasury_sim import run
    >>> result = run("strategy_2025q4")

Importing the package imports nothing else; names are looked up when they are first used (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treasury_sim.accounting import frameworks
    from treasury_sim.analysis.attribution.attribute import attribute
    from treasury_sim.analysis.attribution.between_frameworks import framework_bridge
    from treasury_sim.analysis.attribution.compare import compare
    from treasury_sim.analysis.attribution.mechanisms import attribute_mechanisms
    from treasury_sim.analysis.distribution import chances, distribution
    from treasury_sim.analysis.lot_ladder import lot_ladder
    from treasury_sim.analysis.running.now import now
    from treasury_sim.analysis.sensitivity.greeks import greeks
    from treasury_sim.analysis.sensitivity.grid import grid
    from treasury_sim.analysis.sensitivity.tornado import tornado
    from treasury_sim.analysis.solve.exact import exact
    from treasury_sim.analysis.solve.solve import loss_target, solve
    from treasury_sim.batch.order import BatchOrder
    from treasury_sim.batch.run import run_batch
    from treasury_sim.domain.limit import Limit
    from treasury_sim.domain.periods import Period
    from treasury_sim.domain.result import Result
    from treasury_sim.engine import run
    from treasury_sim.engine.paths.points import run_points
    from treasury_sim.engine.run import open_path
    from treasury_sim.engine.run_cache import RunCache
    from treasury_sim.errors import InputError, MissingPriceError, Problem, TreasurySimError
    from treasury_sim.report.close.accounts import AccountMap
    from treasury_sim.report.close.pack import close_pack
    from treasury_sim.report.explain import explain
    from treasury_sim.report.json_result import to_json
    from treasury_sim.scenario import Scenario, load, load_given, to_yaml
    from treasury_sim.scenario.catalogue import scenarios
    from treasury_sim.scenario.json_schema import json_schema
    from treasury_sim.version import VERSION as __version__  # noqa: N811

_HOME = {
    "AccountMap": "report.close.accounts",
    "BatchOrder": "batch.order",
    "InputError": "errors",
    "Limit": "domain.limit",
    "MissingPriceError": "errors",
    "Period": "domain.periods",
    "Problem": "errors",
    "Result": "domain.result",
    "RunCache": "engine.run_cache",
    "Scenario": "scenario",
    "TreasurySimError": "errors",
    "attribute": "analysis.attribution.attribute",
    "attribute_mechanisms": "analysis.attribution.mechanisms",
    "chances": "analysis.distribution",
    "close_pack": "report.close.pack",
    "compare": "analysis.attribution.compare",
    "distribution": "analysis.distribution",
    "exact": "analysis.solve.exact",
    "explain": "report.explain",
    "framework_bridge": "analysis.attribution.between_frameworks",
    "frameworks": "accounting",
    "greeks": "analysis.sensitivity.greeks",
    "grid": "analysis.sensitivity.grid",
    "json_schema": "scenario.json_schema",
    "load": "scenario",
    "load_given": "scenario",
    "loss_target": "analysis.solve.solve",
    "lot_ladder": "analysis.lot_ladder",
    "now": "analysis.running.now",
    "open_path": "engine.run",
    "run": "engine",
    "run_batch": "batch.run",
    "run_points": "engine.paths.points",
    "scenarios": "scenario.catalogue",
    "solve": "analysis.solve.solve",
    "to_json": "report.json_result",
    "to_yaml": "scenario",
    "tornado": "analysis.sensitivity.tornado",
}

__all__ = [
    "AccountMap",
    "BatchOrder",
    "InputError",
    "Limit",
    "MissingPriceError",
    "Period",
    "Problem",
    "Result",
    "RunCache",
    "Scenario",
    "TreasurySimError",
    "__version__",
    "attribute",
    "attribute_mechanisms",
    "chances",
    "close_pack",
    "compare",
    "distribution",
    "exact",
    "explain",
    "framework_bridge",
    "frameworks",
    "greeks",
    "grid",
    "json_schema",
    "load",
    "load_given",
    "loss_target",
    "lot_ladder",
    "now",
    "open_path",
    "run",
    "run_batch",
    "run_points",
    "scenarios",
    "solve",
    "to_json",
    "to_yaml",
    "tornado",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("treasury_sim.version").VERSION
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"treasury_sim.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
