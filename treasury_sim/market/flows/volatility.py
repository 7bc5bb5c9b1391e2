"""The volatility of a day as it was known before the day."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats

FORGETTING = 0.06
"""Weight of the last day in the variance (exponential)."""
FIRST_DAYS = 60
"""Days whose variance starts the recursion."""


def known_volatility(close: Floats) -> Floats:
    """Daily volatility of log returns known before each day, exponentially weighted.

    Parameters
    ----------
    close : (..., days)
        At least two days [currency/coin].

    Returns
    -------
    Floats : (..., days)
        ``v[d] = 0.94 v[d-1] + 0.06 r[d-1]^2`` from the third day on, its root; the first two days have the standard
        deviation of the first 60 returns.
    """
    # SciPy's signal room takes longer to import than a replay takes to run.
    from scipy.signal import lfilter  # noqa: PLC0415

    logs = np.log(close)
    returns = np.diff(logs, axis=-1, prepend=logs[..., :1])
    first = returns[..., : FIRST_DAYS + 1].var(axis=-1, keepdims=True)
    variance = np.empty_like(returns)
    variance[..., :2] = first
    kept = 1.0 - FORGETTING
    variance[..., 2:], _ = lfilter([FORGETTING], [1.0, -kept], returns[..., 1:-1] ** 2, axis=-1, zi=kept * first)
    volatility: Floats = np.sqrt(variance)
    return volatility
