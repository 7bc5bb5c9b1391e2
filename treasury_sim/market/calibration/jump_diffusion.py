"""Fits Merton's jump-diffusion by maximum likelihood: a day's return is a Poisson mixture of normals."""

from __future__ import annotations

import math

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.calibration.likelihood import estimate, flat_prior, highest_point
from treasury_sim.market.calibration.parameters import Estimate
from treasury_sim.market.models.model import DAYS_IN_YEAR

KEYS = ("drift", "volatility", "jumps_per_year", "jump_mean", "jump_volatility")

_JUMPS = 12
"""Number of jumps a day at which the likelihood of a jump-diffusion is cut off; more have negligible probability."""


def fit_jump_diffusion(returns: Floats, near: Floats | None = None) -> Estimate:
    """Fit; free parameters are the daily mean, and the logarithms of deviation, intensity and deviation of a jump."""
    numbers = np.arange(_JUMPS, dtype=float)
    factorials = np.array([math.lgamma(number + 1.0) for number in numbers])

    def log_likelihood(free: Floats) -> float:
        mean, deviation, intensity, jump_mean, jump_deviation = _daily(free)
        variance = deviation**2 + numbers * jump_deviation**2
        off = returns[:, None] - mean - numbers * jump_mean
        weight = numbers * np.log(intensity) - intensity - factorials
        logs = weight - 0.5 * (np.log(2.0 * math.pi * variance) + off**2 / variance)
        return float(np.logaddexp.reduce(logs, axis=1).sum())

    def log_likelihoods(free: Floats) -> Floats:
        return np.array([log_likelihood(each) for each in free])

    deviation = float(returns.std())
    starts = [
        np.array([returns.mean(), math.log(deviation * share), math.log(intensity), 0.0, math.log(deviation * 1.5)])
        for intensity, share in ((0.05, 0.8), (0.2, 0.6), (0.6, 0.4))
    ]
    best = highest_point(log_likelihoods, starts if near is None else [near])
    return estimate(KEYS, _annual, best, log_likelihoods, flat_prior, plain=frozenset({"jumps_per_year"}))


def _daily(free: Floats) -> tuple[float, float, float, float, float]:
    """Mean, deviation, jumps a day, mean and deviation of a jump."""
    mean, log_deviation, log_intensity, jump_mean, log_jump = (float(number) for number in free)
    return mean, math.exp(log_deviation), math.exp(log_intensity), jump_mean, math.exp(log_jump)


def _annual(free: Floats) -> Floats:
    mean, deviation, intensity, jump_mean, jump_deviation = _daily(free)
    mean_jump = math.expm1(jump_mean + jump_deviation**2 / 2.0)
    growth = (mean + deviation**2 / 2.0 + intensity * mean_jump) * DAYS_IN_YEAR
    volatility = deviation * math.sqrt(DAYS_IN_YEAR)
    return np.array([growth, volatility, intensity * DAYS_IN_YEAR, jump_mean, jump_deviation])
