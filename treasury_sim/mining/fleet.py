"""The world's fleet by cost: which share mines at a loss, and how slowly that share leaves.

Break-even hashprices are lognormal. Machines under water keep running for months (sunk cost, power contracts, hedges):
only a share of them leaves at each retarget. Weather moves hashrate more than price does, and is not in here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class Fleet:
    """Distribution of cash break-even hashprices over the hashrate.

    Attributes
    ----------
    median
        Break-even hashprice of the middle machine [USD/PH/day].
    sigma
        Standard deviation of its logarithm.

    Notes
    -----
    The default puts 17.5 % of the hashrate above 30 USD/PH/day, the middle of one published statement (CoinShares,
    early 2026: 15 to 20 % of the fleet under water at 28 to 33); it is fitted to that statement alone.
    """

    median: float = 21.6
    sigma: float = 0.35

    def under_water(self, hashprice: Floats | float) -> Floats:
        """Share of the hashrate whose revenue at `hashprice` does not pay for its cash costs."""
        return np.asarray(ndtr(np.log(self.median / np.asarray(hashprice)) / self.sigma))

    def hashrate_after(self, hashrate: float, hashprices: Floats, *, leaving: float) -> Floats:
        """Hashrate after each of several retargets, if nothing but price moves it [as `hashrate`].

        Parameters
        ----------
        hashprices : (retargets,)
            In the two weeks before each retarget [USD/PH/day].
        leaving
            Share of the hashrate under water that leaves at each retarget; 0.05 to 0.10 is an assumption.
        """
        remaining: Floats = hashrate * np.cumprod(1.0 - leaving * self.under_water(hashprices)).astype(float)
        return remaining
