"""Blocks of days: their best length, and returns resampled in blocks."""

from __future__ import annotations

import math

import numpy as np

from treasury_sim.domain.arrays import Floats

SIGNIFICANT = 2.0
"""An autocorrelation below this times the root of log10(count) / count is negligible."""


def best_block_length(data: Floats) -> float:
    """The block length of the stationary bootstrap with the least mean squared error for the variance of the mean.

    Sources: D. Politis and H. White, "Automatic block-length selection for the dependent bootstrap", Econometric
    Reviews 23 (2004), 53-70; corrected by A. Patton, D. Politis and H. White, Econometric Reviews 28 (2009), 372-375.
    """
    count = data.size
    off = data - data.mean()
    in_a_row = max(5, int(math.log10(count)))
    most = math.ceil(math.sqrt(count)) + in_a_row
    covariance = np.array([off[lag:] @ off[: count - lag] for lag in range(most + 1)]) / count
    squares = np.concatenate([[0.0], np.cumsum(off * off)])
    after, before = squares[-1] - squares[1 : most + 2], squares[count - 1 : count - most - 2 : -1]
    is_small = np.abs(covariance) * count / np.sqrt(after * before) < SIGNIFICANT * math.sqrt(math.log10(count) / count)
    # The autocorrelations from this lag on are negligible, judged by a run of them.
    runs = [lag for lag in range(most - in_a_row + 1) if is_small[lag : lag + in_a_row].all()]
    reach = min(2 * max(runs[0], 1), most) if runs else most
    lags = np.arange(1, reach + 1)
    weight = np.where(lags <= reach / 2, 1.0, 2.0 * (1.0 - lags / reach))
    spectrum = covariance[0] + 2.0 * float(weight @ covariance[1 : reach + 1])
    slope = 2.0 * float((weight * lags) @ covariance[1 : reach + 1])
    length = (slope**2 / spectrum**2 * count) ** (1.0 / 3.0) if spectrum else 1.0
    return float(min(max(length, 1.0), math.ceil(min(3.0 * math.sqrt(count), count / 3.0))))


def clustered_length(returns: Floats) -> float:
    """The longer of the best block lengths of returns and of absolute returns: it is volatility that clusters."""
    return max(best_block_length(returns), best_block_length(np.abs(returns)))


def resampled(returns: Floats, count: int, generator: np.random.Generator) -> Floats:
    """Returns redrawn in blocks that wrap around, (count, days).

    Source: D. Politis and J. Romano, "A circular block-resampling procedure for stationary data" (1992).
    """
    length = min(max(round(clustered_length(returns)), 1), returns.size)
    blocks = -(-returns.size // length)
    begins = generator.integers(returns.size, size=(count, blocks))
    days = (begins[:, :, None] + np.arange(length)).reshape(count, -1)[:, : returns.size]
    redrawn: Floats = returns[days % returns.size]
    return redrawn
