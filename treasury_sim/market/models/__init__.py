"""Price models, one file each; those that are sampled are offered everywhere by their registry."""

from __future__ import annotations

from treasury_sim.market.models.gbm import Gbm
from treasury_sim.market.models.model import ModelOf, NodePrices, Noise, SampledModel

SAMPLED_MODELS: dict[str, ModelOf] = {
    "gbm": Gbm.of,
}
"""`prices.ASSET.model` -> how the model is made."""

__all__ = ["SAMPLED_MODELS", "ModelOf", "NodePrices", "Noise", "SampledModel"]
