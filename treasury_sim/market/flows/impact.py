"""The impact of order flow on a price: one square-root law, applied to the sum of all flows.

Toth et al. 2011; Bouchaud et al. 2018; Donier and Bonart 2015 (arXiv:1412.4503) on bitcoin, over four decades of size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats

PUBLISHED_COEFFICIENTS = (0.5, 6.0)
"""Range of the coefficient over published measurements; the top is an upper bound measured on liquidations."""


SMALL_IMPACT = 1e-3
"""Impact below which the closed form of a mean loses digits to rounding, and its series does not."""


@dataclass(frozen=True)
class SquareRootImpact:
    """``log impact = coefficient x volatility x sqrt(flow / volume)``.

    Attributes
    ----------
    coefficient
        Of order one; 1.07 on 21 perpetual futures, by the minute.
    volume
        Volume of a day on all venues [currency]; 80bn for bitcoin in early 2026 is an assumption.
    """

    coefficient: float = 1.0
    volume: float = 80e9

    def fall(self, flow: Floats, volatility: Floats | float) -> Floats:
        """Fall of the logarithm of the price by the sale of `flow` [currency] in a day of `volatility`, as `flow`."""
        return self.coefficient * np.asarray(volatility) * np.sqrt(flow / self.volume)

    def proceeds(self, price: float, amount: float, volatility: float, *, days: float = 1.0) -> float:
        """Mean price that a sale of `amount` [currency], spread over `days`, would fetch [currency/unit].

        The mean of ``exp(-impact)`` along the sale, ``2 (1 - (1 + I) exp(-I)) / I^2`` with I the impact at its end: a
        fall by two thirds of I, to first order. It is a figure beside the fair value, never in the books:
        ASC 820-10-35-36B forbids a discount for the size of a block.
        """
        end = float(self.fall(np.asarray(amount / days), volatility * math.sqrt(days)))
        if end < SMALL_IMPACT:
            return price * (1.0 - 2.0 / 3.0 * end + end**2 / 4.0 - end**3 / 15.0)
        return price * 2.0 * (1.0 - (1.0 + end) * math.exp(-end)) / end**2
