"""Closed forms for a geometric Brownian motion: price at a day, running minimum, expected shortfall below a level.

With x = log(S / spot), a = drift - volatility^2 / 2 and W a Brownian motion, x(t) = a t + volatility W(t), and by the
reflection principle the running minimum m of x has, for y <= 0,

    P(m <= y) = N((y - a T) / s) + exp(2 a y / volatility^2) N((y + a T) / s),   s = volatility sqrt(T).

The expected shortfall below a level c is the integral of the distribution function from 0 to c.

Sources: P. Glasserman, Monte Carlo Methods in Financial Engineering (2003), 6.4; S. Shreve, Stochastic Calculus for
Finance II (2004), 3.7 and 7.2; F. Black and M. Scholes (1973) for the price at a day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from treasury_sim.domain.arrays import Floats

NEARLY_ZERO = 1e-7
"""Below it ``2 drift / volatility^2`` counts as zero, because the general form cancels."""

HALVINGS = 100
"""Bisections of a quantile: more than the bits of a double."""


@dataclass(frozen=True)
class Gbm:
    """A geometric Brownian motion over a number of years.

    Attributes
    ----------
    spot
        Price at the start [currency/unit].
    drift
        Growth of the expected price [1/year].
    volatility
        [1/sqrt(year)]
    years
        [years of 365 days]
    """

    spot: float
    drift: float
    volatility: float
    years: float

    @property
    def _mean(self) -> float:
        """Mean of the log-price, relative to the spot."""
        return (self.drift - self.volatility**2 / 2.0) * self.years

    @property
    def _deviation(self) -> float:
        return float(self.volatility * np.sqrt(self.years))

    @property
    def expected_price(self) -> float:
        """``spot * exp(drift * years)`` [currency/unit]."""
        return float(self.spot * np.exp(self.drift * self.years))

    def price_quantile(self, share: float) -> float:
        """Quantile `share` of the last price [currency/unit]."""
        return float(self.spot * np.exp(self._mean + self._deviation * ndtri(share)))

    def expected_below_price(self, level: Floats) -> Floats:
        """``E[max(0, level - S(T))]`` at each level [currency/unit]."""
        distance = (np.log(np.maximum(level, np.finfo(float).tiny) / self.spot) - self._mean) / self._deviation
        expected: Floats = level * ndtr(distance) - self.expected_price * ndtr(distance - self._deviation)
        return expected

    def minimum_probability(self, price: Floats) -> Floats:
        """Probability that the lowest price is at or below each `price` [currency/unit]."""
        y = np.log(np.minimum(price, self.spot) / self.spot)
        below = ndtr((y - self._mean) / self._deviation)
        reflected = np.exp(2.0 * self._mean * y / self._deviation**2 + log_ndtr((y + self._mean) / self._deviation))
        return np.where(price >= self.spot, 1.0, np.minimum(below + reflected, 1.0))

    def minimum_quantile(self, share: float) -> float:
        """Quantile `share` of the lowest price [currency/unit]."""
        low, high = -40.0 * self._deviation - abs(self._mean), 0.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            is_above = float(self.minimum_probability(np.array(self.spot * np.exp(middle)))) >= share
            low, high = (low, middle) if is_above else (middle, high)
        return float(self.spot * np.exp((low + high) / 2.0))

    def expected_below_minimum(self, level: Floats) -> Floats:
        """``E[max(0, level - lowest price)]`` at each level [currency/unit].

        The expected charge of a unit carried at `level`, under the lowest-price rule and continuous observation.
        """
        inside = np.minimum(level, self.spot)
        y = np.log(np.maximum(inside, np.finfo(float).tiny) / self.spot)
        s, mean = self._deviation, self._mean
        d1, d2 = (y - mean) / s, (y + mean) / s
        grown = np.exp(self.drift * self.years)
        first = np.exp(y) * ndtr(d1) - grown * ndtr(d1 - s)
        power = 2.0 * self.drift / self.volatility**2
        if abs(power) < NEARLY_ZERO:
            second = s * (d2 * ndtr(d2) + np.exp(-d2 * d2 / 2.0) / np.sqrt(2.0 * np.pi))
        else:
            second = (np.exp(power * y + log_ndtr(d2)) - grown * ndtr(d2 - power * s)) / power
        expected: Floats = self.spot * (first + second) + np.maximum(level - self.spot, 0.0)
        return expected
