"""Fits two-state Markov switching normal returns by maximum likelihood."""

from __future__ import annotations

import math

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.calibration.likelihood import estimate, highest_point
from treasury_sim.market.calibration.parameters import Estimate
from treasury_sim.market.models.model import DAYS_IN_YEAR

KEYS = (
    "drift",
    *(f"{state}.{key}" for state in ("calm", "turbulent") for key in ("volatility", "leave", "relative_drift")),
    "turbulent_first",
)

TOGETHER = 16
"""Parameter sets that are filtered at once."""
REACH = 30.0
"""Free parameters are searched from minus to plus this."""


def fit_regime(returns: Floats, near: Floats | None = None) -> Estimate:
    """Fit; the chance that the day after the window is turbulent is among the parameters."""
    series = RegimeSeries(returns)
    starts = [
        np.array([0.0, 0.0, math.log(0.5), math.log(1.6), _logit(leave), _logit(2.0 * leave)]) for leave in (0.03, 0.15)
    ]
    best = highest_point(series.log_likelihoods, starts if near is None else [near], REACH)
    if best[2] > best[3]:
        best = best[[1, 0, 3, 2, 5, 4]]
    return estimate(KEYS, series.annual, best, series.log_likelihoods, series.log_prior)


class RegimeSeries:
    """The likelihood of a series of daily log returns, by Hamilton's filter.

    Free parameters, calm first: means less that of the series [its standard deviations]; logarithms of the standard
    deviations over that of the series; logits of the probability to leave the state.

    The filter multiplies two-by-two matrices, one a day. The product is taken in pairs, pairs of pairs and so on, for
    many parameter sets at once.
    """

    def __init__(self, returns: Floats) -> None:
        self._mean, self._deviation = float(returns.mean()), float(returns.std())
        self._scaled = (returns - self._mean) / self._deviation

    def log_likelihoods(self, free: Floats) -> Floats:
        """Log-likelihood of each parameter set, (sets,)."""
        # A few sets at once, so that the arrays of all days stay in the processor's cache.
        parts = [self._filtered(free[first : first + TOGETHER])[0] for first in range(0, len(free), TOGETHER)]
        return np.concatenate(parts)

    def log_prior(self, free: Floats) -> Floats:
        """Flat in the probabilities, in means and in logarithms; calm is the state of lower volatility."""
        logits = free[:, 4:6]
        flat: Floats = -(np.logaddexp(0.0, logits) + np.logaddexp(0.0, -logits)).sum(axis=1)
        return np.where(free[:, 2] < free[:, 3], flat, -math.inf)

    def annual(self, free: Floats) -> Floats:
        """Parameters of a scenario, in the order of `KEYS`."""
        means = self._mean + free[:2] * self._deviation
        deviations = np.exp(free[2:4]) * self._deviation
        leaves = _probability(free[4:6])
        growth = means + deviations**2 / 2.0
        share = leaves[0] / leaves.sum()
        both = (1.0 - share) * growth[0] + share * growth[1]
        volatility = deviations * math.sqrt(DAYS_IN_YEAR)
        states = np.array([volatility, leaves, growth * DAYS_IN_YEAR]).T
        today = float(self._filtered(free[None])[1][0])
        tomorrow = today * (1.0 - leaves[1]) + (1.0 - today) * leaves[0]
        return np.array([both * DAYS_IN_YEAR, *states.ravel(), tomorrow])

    def _filtered(self, free: Floats) -> tuple[Floats, Floats]:
        """Log-likelihood, and the chance that the last day was turbulent, of each parameter set."""
        days = self._scaled[:, None]
        logs = [
            -0.5 * ((days - mean) / np.exp(log_deviation)) ** 2 - log_deviation
            for mean, log_deviation in ((free[:, 0], free[:, 2]), (free[:, 1], free[:, 3]))
        ]
        level = np.maximum(*logs)
        calm, turbulent = (np.exp(each - level) for each in logs)
        leave_0, leave_1 = _probability(free[:, 4]), _probability(free[:, 5])
        # The matrix of a day takes the chances of the states after the day before to those after it.
        product = np.array([calm * (1.0 - leave_0), calm * leave_1, turbulent * leave_0, turbulent * (1.0 - leave_1)])
        total = level.sum(axis=0)
        while product.shape[1] > 1:
            size = product.shape[1] // 2 * 2
            (a, b, c, d), (e, f, g, h) = product[:, 1:size:2], product[:, 0:size:2]
            paired = np.array([a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h])
            scale = paired.sum(axis=0)
            total += np.log(scale).sum(axis=0)
            paired /= scale
            product = np.concatenate([paired, product[:, size:]], axis=1)
        share = leave_0 / (leave_0 + leave_1)
        last_calm = product[0, 0] * (1.0 - share) + product[1, 0] * share
        last_turbulent = product[2, 0] * (1.0 - share) + product[3, 0] * share
        both = last_calm + last_turbulent
        constant = self._scaled.size * (0.5 * math.log(2.0 * math.pi) + math.log(self._deviation))
        likelihood: Floats = total + np.log(both) - constant
        return likelihood, last_turbulent / both


def _probability(logit: Floats) -> Floats:
    probability: Floats = 1.0 / (1.0 + np.exp(-logit))
    return probability


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
