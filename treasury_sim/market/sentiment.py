"""The Fear and Greed index as far as prices give it: an output, which drives nothing.

Of what alternative.me puts into its index, prices give volatility, drawdown and momentum, not volume, social media or
trends. Fitted by least squares to the logit of the index on 1,095 days of 2023 to 2025; the root mean square error is
6.6 there, and 6.6 on 177 days of January to June 2026 (R2 0.70, 4 points too high), for which the window was chosen
with hindsight. A fit to 2018 to 2023 has 10.8 on 2024 to June 2026, and fails in 2026 alone: the index drifts. Past
volatility known, the index forecasts no volatility (t 0.3 before 2024, -0.4 after), so no regime depends on it.
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats

ERROR = 7.0
"""Root mean square error of a value [points of 100]."""
COEFFICIENTS = (0.034, 1.071, 2.025, 1.734, 1.499)
"""Of 1, relative strength less a half, log price over its means of 90 and 200 days, and the fall from its high."""
STRENGTH_DAYS, SHORT_DAYS, LONG_DAYS, HIGH_DAYS = 14, 90, 200, 365


def index_from_prices(close: Floats) -> Floats:
    """The index of each day from the closes before it, (days,), 0 to 100; NaN until a year of closes is known.

    Parameters
    ----------
    close : (days,)
        [currency/coin]
    """
    index = np.full(close.size, np.nan)
    if close.size <= HIGH_DAYS:
        return index
    high = np.lib.stride_tricks.sliding_window_view(close, HIGH_DAYS).max(axis=1)
    known = close[HIGH_DAYS - 1 :]
    features = (
        np.ones(known.size),
        _strength(close)[HIGH_DAYS - 1 :] - 0.5,
        np.log(known / _mean(close, SHORT_DAYS)),
        np.log(known / _mean(close, LONG_DAYS)),
        known / high - 1.0,
    )
    logit = sum(weight * feature for weight, feature in zip(COEFFICIENTS, features, strict=True))
    index[HIGH_DAYS:] = (100.0 / (1.0 + np.exp(-logit)))[:-1]
    return index


def _mean(close: Floats, days: int) -> Floats:
    """Mean of the last `days` closes, from the day on which a year is known."""
    means: Floats = np.lib.stride_tricks.sliding_window_view(close, days).mean(axis=1)[HIGH_DAYS - days :]
    return means


def _strength(close: Floats) -> Floats:
    """Wilder's relative strength, from 0 to 1: rises over rises and falls, exponentially weighted."""
    from scipy.signal import lfilter  # noqa: PLC0415 - takes longer to import than a replay takes to run

    change = np.diff(close, prepend=close[0])
    rises, falls = (
        lfilter([1.0 / STRENGTH_DAYS], [1.0, 1.0 / STRENGTH_DAYS - 1.0], np.maximum(side * change, 0.0))
        for side in (1.0, -1.0)
    )
    both = rises + falls
    strength: Floats = np.divide(rises, both, out=np.full_like(both, 0.5), where=both > 0.0)
    return strength
