"""Geometric Brownian motion: independent, normally distributed log-returns.

``log S(t) = log spot + (drift - volatility^2 / 2) t + volatility W(t)``, so that ``E[S(T)] = spot * exp(drift * T)``;
t in years of 365 days. The low between two nodes is exact, by Brownian bridge.

Source: F. Black and M. Scholes, The Pricing of Options and Corporate Liabilities, J. Political Economy 81 (1973).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np

from treasury_sim.domain.arrays import Days
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.models.bridge import lowest_between
from treasury_sim.market.models.model import NodePrices, Noise, Number, years_between


@dataclass(frozen=True)
class Gbm:
    """A geometric Brownian motion.

    Attributes
    ----------
    drift
        Growth of the expected price [1/year].
    volatility
        Standard deviation of the yearly log-return [1/sqrt(year)].
    """

    daily: ClassVar[bool] = False

    asset: str
    drift: Number
    volatility: Number

    @classmethod
    def of(cls, asset: str, keys: Any, _history: DailyPrices) -> Gbm:
        """Build the model from the keys of a scenario."""
        return cls(asset, keys.drift, keys.volatility)

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw prices at `nodes`, see `SampledModel`."""
        years = years_between(nodes, start)
        drift, volatility = (np.asarray(each)[..., None] for each in (self.drift, self.volatility))
        variance = volatility**2 * years
        log_price = noise.normals(self.asset, nodes.size)
        log_price *= np.sqrt(variance)
        log_price += drift * years - 0.5 * variance
        low = lowest_between(log_price, variance, noise.exponentials(self.asset, nodes.size))
        # Node by node: each column is contiguous in memory, which `numpy.cumsum` along rows would not use.
        for node in range(1, nodes.size):
            log_price[:, node] += log_price[:, node - 1]
        low[:, 1:] += log_price[:, :-1]
        close = np.exp(log_price, out=log_price)
        np.exp(low, out=low)
        close *= spot
        low *= spot
        return NodePrices(close, np.minimum(low, close, out=low))
