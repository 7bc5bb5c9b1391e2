"""Printed errors are honest: over 100 seeds, intervals of 95 % hold the truth about as often as that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom, norm, t

from treasury_sim.analysis.distribution import Distribution, Estimate
from treasury_sim.market.sampling import REPLICATES
from treasury_sim.market.sampling.sobol import scrambled

SEEDS, VOLATILITY = 100, 0.3
LOW, HIGH = (float(np.exp(VOLATILITY * ndtri(share))) for share in (0.05, 0.95))
TAIL = float(np.exp(VOLATILITY**2 / 2) * norm.cdf(ndtri(0.05) - VOLATILITY) / 0.05)
STATISTICS: dict[str, tuple[Callable[[Distribution], Estimate], float]] = {
    "mean": (lambda found: found.mean, float(np.exp(VOLATILITY**2 / 2))),
    "p5": (lambda found: found.quantile(0.05), LOW),
    "p50": (lambda found: found.quantile(0.5), 1.0),
    "p95": (lambda found: found.quantile(0.95), HIGH),
    "value at risk": (lambda found: found.value_at_risk(), -LOW),
    "expected shortfall": (lambda found: found.expected_shortfall(), -TAIL),
}
"""Of a lognormal price: the statistic and its closed form."""


@pytest.mark.parametrize("paths", [1_024, 4_096, 16_384])
@pytest.mark.parametrize("prices", [1, 4])
def test_intervals_hold_the_truth_as_often_as_they_say(paths: int, prices: int) -> None:
    """No less often than 95 % of 100 seeds would by chance, one time in a thousand."""
    hits = dict.fromkeys(STATISTICS, 0)
    for seed in range(SEEDS):
        normals = ndtri(scrambled(seed, REPLICATES, 0, prices).uniforms(0, paths // REPLICATES))
        found = Distribution(np.exp(VOLATILITY * normals.sum(axis=0) / np.sqrt(prices)), REPLICATES)
        for name, (statistic, truth) in STATISTICS.items():
            estimate = statistic(found)
            hits[name] += abs(estimate.value - truth) <= t.ppf(0.975, REPLICATES - 1) * estimate.error
    assert min(hits.values()) >= binom.ppf(0.001, SEEDS, 0.95), hits


def test_the_error_of_a_quantile_by_hand() -> None:
    """Two replicates, 0 2 and 10 14: medians 1 and 12, of all 6; the root of (25 + 36) / (2 x 1)."""
    values = np.array([0.0, 10.0, 2.0, 14.0])
    found = Distribution(values, 2).quantile(0.5)
    assert found.value == 6.0
    assert found.error == pytest.approx(np.sqrt(61.0 / 2.0))
