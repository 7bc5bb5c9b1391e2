"""Scores of one forecast, a weighted sample, against the figure that came."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def crps(sample: Floats, weights: Floats, came: float) -> float:
    """Continuous ranked probability score: E|X - came| - E|X - X'| / 2, in the unit of the figure; less is better.

    Source: T. Gneiting and A. Raftery, "Strictly proper scoring rules, prediction, and estimation", J. American
    Statistical Association 102 (2007), 359-378, (21).
    """
    order = np.argsort(sample)
    values, weight = sample[order], weights[order]
    up_to = np.cumsum(weight)
    # E|X - X'| / 2 is the integral of F (1 - F).
    spread = float((np.diff(values) * up_to[:-1] * (1.0 - up_to[:-1])).sum())
    return float(weights @ np.abs(sample - came)) - spread


def quantiles(sample: Floats, weights: Floats) -> tuple[float, ...]:
    """Quantiles at `LEVELS`: the lowest value up to which the weight reaches the level."""
    order = np.argsort(sample)
    places = np.searchsorted(np.cumsum(weights[order]), np.array(LEVELS) * (1.0 - 1e-12))
    return tuple(sample[order][np.minimum(places, sample.size - 1)].tolist())


def percentile(sample: Floats, weights: Floats, came: float, uniform: float) -> float:
    """Where `came` lies in the forecast, from 0 to 1: uniform if the forecast is right.

    Where the forecast has an atom at `came` (no charge, a low that is known), `uniform` places it within the atom.

    Source: C. Czado, T. Gneiting and L. Held, "Predictive model assessment for count data", Biometrics 65 (2009).
    """
    is_same = np.isclose(sample, came, rtol=1e-9, atol=1e-12)
    below = float(weights[(sample < came) & ~is_same].sum())
    return below + uniform * float(weights[is_same].sum())
