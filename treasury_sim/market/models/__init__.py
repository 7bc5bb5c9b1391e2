"""Price models, one file each, and the registry of those that are simulated."""

from __future__ import annotations

from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.models.follows import Follows
from treasury_sim.market.models.garch import Garch
from treasury_sim.market.models.gbm import Gbm
from treasury_sim.market.models.jump_diffusion import JumpDiffusion
from treasury_sim.market.models.model import ModelOf, NodePrices, Noise, SampledModel
from treasury_sim.market.models.regime import Regime

SAMPLED_MODELS: dict[str, ModelOf] = {
    "gbm": Gbm.of,
    "jump_diffusion": JumpDiffusion.of,
    "garch": Garch.of,
    "regime": Regime.of,
    "bootstrap": Bootstrap.of,
}
"""`prices.ASSET.model` -> the function that builds the model; `follows` needs its leader, see `follows.py`."""

AnyModel = SampledModel | Follows
"""A simulated model."""

__all__ = ["SAMPLED_MODELS", "AnyModel", "Follows", "ModelOf", "NodePrices", "Noise", "SampledModel"]
