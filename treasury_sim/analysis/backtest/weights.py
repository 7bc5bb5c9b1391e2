"""Weights of the candidates: from the scores of their forecasts of quarters that had ended, and from nothing else.

The score of a forecast is the logarithm of the density that it gave to the quarter-end price and the lowest price that
came, together: both are forecast. A candidate's
weight is in proportion to the product of the densities of its past forecasts, as in Bayesian model averaging with equal
weights at the beginning.

Source: A. P. Dawid, "Statistical theory: the prequential approach", J. Royal Statistical Society A 147 (1984), 278-292.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from treasury_sim.analysis.backtest.candidates import CANDIDATES
from treasury_sim.domain.arrays import Floats
from treasury_sim.market.history import forecast_scores

FLOOR = 1e-9
"""Lowest density, so that one quarter cannot exclude a candidate for ever."""

Scores = Mapping[date, Floats]
"""Quarter end -> log score of each candidate's forecast of it, made at the end of the quarter before."""


def log_density(sample: Floats, came: Floats) -> float:
    """Log density of `came` under a sample, by a normal kernel.

    Parameters
    ----------
    sample : (figures, paths)
        Logarithms of the figures.
    came : (figures,)
        Logarithms of what came.

    Source: D. Scott, Multivariate Density Estimation (1992), section 6.3.2 (the width of the kernel).
    """
    count, paths = sample.shape
    width = float(paths) ** (-1.0 / (count + 4.0))
    root = np.linalg.cholesky(np.cov(sample))
    off = np.linalg.solve(root, sample - came[:, None]) / width
    kernel = float(np.exp(-0.5 * (off * off).sum(axis=0)).mean())
    scale = (math.sqrt(2.0 * math.pi) * width) ** count * float(np.prod(np.diag(root)))
    return math.log(max(kernel / scale, FLOOR))


def shipped_scores() -> Scores:
    """The scores of bitcoin's quarters that are in the package."""
    return {end: np.array([row[str(candidate)] for candidate in CANDIDATES]) for end, row in forecast_scores().items()}


def weights_on(scores: Scores, day: date, candidates: int) -> Floats:
    """Weights of the candidates on `day`, (candidates,): from quarters that ended by then; equal if none had."""
    total = np.zeros(candidates)
    for end, score in scores.items():
        if end <= day:
            total += score
    weights: Floats = np.exp(total - total.max())
    weights /= weights.sum()
    return weights


def mixed(weights: Floats, counts: Sequence[int]) -> Floats:
    """The weight of each path, if candidate i has `counts[i]` equally likely paths."""
    return np.repeat(weights / np.array(counts), counts)
