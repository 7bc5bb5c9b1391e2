"""What a bitcoin price path does to the quarter of a company that holds bitcoin.

    >>> from treasury_sim import load, run
    >>> result = run(load("strategy_2025q4"))

Importing the package imports nothing else; names are looked up when they are first used (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treasury_sim.analysis.attribute import attribute
    from treasury_sim.analysis.greeks import greeks
    from treasury_sim.analysis.grid import grid
    from treasury_sim.analysis.lot_ladder import lot_ladder
    from treasury_sim.analysis.solve import loss_target, solve
    from treasury_sim.analysis.tornado import tornado
    from treasury_sim.domain.limit import Limit
    from treasury_sim.domain.result import Result
    from treasury_sim.engine import run
    from treasury_sim.engine.points import run_points
    from treasury_sim.errors import InputError, MissingPriceError, Problem, TreasurySimError
    from treasury_sim.report.explain import explain
    from treasury_sim.report.json_result import to_json
    from treasury_sim.scenario import Scenario, load, to_yaml
    from treasury_sim.version import VERSION as __version__  # noqa: N811

_HOME = {
    "InputError": "errors",
    "Limit": "domain.limit",
    "MissingPriceError": "errors",
    "Problem": "errors",
    "Result": "domain.result",
    "Scenario": "scenario",
    "TreasurySimError": "errors",
    "attribute": "analysis.attribute",
    "explain": "report.explain",
    "greeks": "analysis.greeks",
    "grid": "analysis.grid",
    "load": "scenario",
    "loss_target": "analysis.solve",
    "lot_ladder": "analysis.lot_ladder",
    "run": "engine",
    "run_points": "engine.points",
    "solve": "analysis.solve",
    "to_json": "report.json_result",
    "to_yaml": "scenario",
    "tornado": "analysis.tornado",
}

__all__ = [
    "InputError",
    "Limit",
    "MissingPriceError",
    "Problem",
    "Result",
    "Scenario",
    "TreasurySimError",
    "__version__",
    "attribute",
    "explain",
    "greeks",
    "grid",
    "load",
    "loss_target",
    "lot_ladder",
    "run",
    "run_points",
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
