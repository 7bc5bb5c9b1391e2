"""Price models, one file each, and the registry of those that are simulated."""

from __future__ import annotations

from typing import Any

from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.models.ensemble import Ensemble
from treasury_sim.market.models.follows import Follows
from treasury_sim.market.models.garch import Garch
from treasury_sim.market.models.gbm import Gbm
from treasury_sim.market.models.jump_diffusion import JumpDiffusion
from treasury_sim.market.models.model import ModelOf, NodePrices, Noise, SampledModel
from treasury_sim.market.models.regime import Regime


def ensemble_of(asset: str, keys: Any, history: DailyPrices) -> Ensemble:
    """Build an ensemble, and each of its members, from the keys of a scenario."""
    members = tuple(SAMPLED_MODELS[each.model](asset, each, history) for each in keys.members)
    return Ensemble(asset, members, tuple(keys.weights))


SAMPLED_MODELS: dict[str, ModelOf] = {
    "gbm": Gbm.of,
    "jump_diffusion": JumpDiffusion.of,
    "garch": Garch.of,
    "regime": Regime.of,
    "bootstrap": Bootstrap.of,
    "ensemble": ensemble_of,
}
"""`prices.ASSET.model` -> the function that builds the model; `follows` needs its leader, see `follows.py`."""


AnyModel = SampledModel | Follows
"""A simulated model."""

__all__ = [
    "SAMPLED_MODELS",
    "AnyModel",
    "Ensemble",
    "Follows",
    "ModelOf",
    "NodePrices",
    "Noise",
    "SampledModel",
    "ensemble_of",
]
