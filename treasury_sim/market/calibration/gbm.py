"""Fits a geometric Brownian motion: the mean and the variance of the returns."""

from __future__ import annotations

import math

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.calibration.blocks import resampled
from treasury_sim.market.calibration.parameters import Estimate, Parameter
from treasury_sim.market.models.model import DAYS_IN_YEAR


def fit_gbm(returns: Floats, _near: Floats | None = None) -> Estimate:
    """Fit by closed form; parameters are drawn by fitting resampled returns, whose volatility clusters as theirs."""
    count, variance = returns.size, float(returns.var())
    volatility = math.sqrt(variance * DAYS_IN_YEAR)
    drift_error = math.sqrt(variance / count + variance**2 / (2.0 * count)) * DAYS_IN_YEAR
    parameters = (
        Parameter("drift", _drift(float(returns.mean()), variance), drift_error),
        Parameter("volatility", volatility, volatility / math.sqrt(2.0 * count)),
    )

    def draw(count: int, generator: np.random.Generator) -> Floats:
        fits = [(float(each.mean()), float(each.var())) for each in resampled(returns, count, generator)]
        return np.array([(_drift(mean, each), math.sqrt(each * DAYS_IN_YEAR)) for mean, each in fits])

    return Estimate(parameters, -count / 2.0 * (math.log(2.0 * math.pi * variance) + 1.0), 2, draw)


def _drift(mean: float, variance: float) -> float:
    """Annual growth of the expected price."""
    return (mean + variance / 2.0) * DAYS_IN_YEAR
