"""Random numbers of a simulation."""

from __future__ import annotations

from treasury_sim.market.sampling.sample import CHUNK, REPLICATES, Sample, rounded_down, rounded_up

__all__ = ["CHUNK", "REPLICATES", "Sample", "rounded_down", "rounded_up"]
