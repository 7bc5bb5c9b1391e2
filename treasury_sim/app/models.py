"""The models that a simulation in the app can draw from, with what they begin with."""

from __future__ import annotations

from typing import Any

from treasury_sim.app import state
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.scenario import Scenario

WORDS = {
    "gbm": "Brownian, one volatility",
    "jump_diffusion": "Days with jumps (Merton)",
    "garch": "Clustering volatility (GARCH)",
    "regime": "Calm and turbulent spells",
    "bootstrap": "Days of the past (bootstrap)",
    "follows": "Follows bitcoin, more so in falls",
}
USUAL_VOLATILITY = 0.55
"""Volatility of a new simulation: about that of bitcoin in a year of 2023 to 2025."""
_FITTED = {
    "jump_diffusion": "strategy_2026_jumps",
    "garch": "strategy_2026_garch",
    "regime": "strategy_2026_regime",
    "bootstrap": "strategy_2026_bootstrap",
}
"""Shipped scenarios that hold each model as fitted to bitcoin."""
FITTED_ASSET = "BTC"
FOLLOWING = {
    "model": "follows",
    "leader": FITTED_ASSET,
    "beta": 0.909,
    "momentum": 1.009,
    "on_falls": 0.214,
    "noise": 0.372,
    "degrees_of_freedom": 3.09,
}
"""Ether beside bitcoin, fitted to 2018 to 2023."""
_OF_THE_SCENARIO = {"from", "spot", "file", "quarter_end", "quarter_low", "initial_volatility"}
"""Values that a shipped scenario states for its days."""


def name_of(model: Sampled) -> str:
    """Return the name of `model` in a scenario."""
    return str(getattr(model, "model", ""))


def choices(asset: str, now: str) -> list[str]:
    """Return the models to choose from: all of one asset for bitcoin; for others the plain one and that of ether."""
    alone = [name for name in WORDS if name != "follows"]
    return list(dict.fromkeys(alone if asset == FITTED_ASSET else ("gbm", "follows", now)))


def values(name: str) -> dict[str, Any]:
    """Return what a model begins with, as written under ``prices``."""
    if name == "gbm":
        return {"model": name, "volatility": USUAL_VOLATILITY}
    if name == "follows":
        return dict(FOLLOWING)
    block = state.shipped(_FITTED[name]).scenario.get("prices", FITTED_ASSET)
    kept = {key: value for key, value in block.items() if key not in _OF_THE_SCENARIO and value is not None}
    return {**kept, "model": name}


def source(scenario: Scenario, asset: str) -> str:
    """Say where the figures of the model come from; nothing if they are the scenario's own."""
    block = scenario.get("prices", asset) or {}
    name = block.get("model")
    if name == "follows":
        return "Fitted to ether beside bitcoin, 2018 to 2023." if _is_as_fitted(block) else ""
    if name not in _FITTED or any(block.get(key) != value for key, value in values(name).items()):
        return ""
    return f"Fitted to five years of {FITTED_ASSET}, without drift, as in {_FITTED[name]}."


def _is_as_fitted(block: dict[str, Any]) -> bool:
    return all(block.get(key, value if key == "leader" else None) == value for key, value in FOLLOWING.items())
