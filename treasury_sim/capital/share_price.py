"""How the share price follows the coin price: a stated assumption, not a valuation."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats


def mnav_path(first: float, mean: float, speed: float, months: int) -> Floats:
    """Market capitalisation over the value of the coins (mNAV) at each month end, (months,).

    It closes 1 - exp(-speed) of the gap to `mean` in a year; at speed 0 it stays at `first`.
    """
    years = np.arange(1, months + 1) / 12.0
    return mean + (first - mean) * np.exp(-speed * years)


ASSUMPTION = {
    "mnav": "Share price: market capitalisation stays at {mnav:.3g} times the value of the coins.",
    "mean_reverting": (
        "Share price: market capitalisation over the value of the coins moves from {mnav:.3g} to {mean:.3g}, "
        "closing {closed:.0%} of the gap in a year."
    ),
    "beta": "Share price: moves by {beta:.3g} % when the coin moves by 1 %, from {price:,.2f}.",
}
"""Model -> the sentence that every result states."""
