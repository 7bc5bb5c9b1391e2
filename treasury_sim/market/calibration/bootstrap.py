"""Fits a bootstrap: the best length of its blocks."""

from __future__ import annotations

import math

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.calibration.blocks import best_block_length
from treasury_sim.market.calibration.parameters import Estimate, Parameter


def fit_bootstrap(returns: Floats, _near: Floats | None = None) -> Estimate:
    """Choose the longer of the best block lengths for the mean of returns and of absolute returns."""
    lengths = [best_block_length(data) for data in (returns, np.abs(returns))]
    note = (
        f"Best block length of Politis and White (2004): {lengths[0]:.1f} days for returns, {lengths[1]:.1f} for "
        "absolute returns; the longer is used, since it is volatility that clusters."
    )
    length = max(lengths)

    def draw(count: int, _generator: np.random.Generator) -> Floats:
        """The days of the window are its parameters: only the length of the blocks is fitted, and it has no error."""
        return np.full((count, 1), length)

    return Estimate((Parameter("block_length", length, math.nan, is_rate=False),), math.nan, 1, draw, (note,))
