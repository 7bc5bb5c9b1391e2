"""GJR-GARCH(1,1) with Student-t returns, and the lowest price within each day.

Sources: Glosten, Jagannathan and Runkle, "On the relation between the expected value and the volatility of the nominal
excess return on stocks", Journal of Finance 48 (1993), 1779-1801; Bollerslev, "A conditionally heteroskedastic time
series model for speculative prices and rates of return", Review of Economics and Statistics 69 (1987), 542-547.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.models.bridge import lowest_between
from treasury_sim.market.models.daily import at_nodes, day_gaps
from treasury_sim.market.models.model import DAYS_IN_YEAR, NodePrices, Noise

MOST_VOLATILE_DAY = 0.5
"""Cap on the standard deviation of one day's log return: without it, Student-t log returns have no expected price. No
day of bitcoin has come near it (worst close to close: -0.49 on 2020-03-12)."""

_CELLS = 4096
_HALF = 0.05
"""Daily variance at the middle of the table of growth."""


@dataclass(frozen=True)
class Garch:
    """log S(t) - log S(t-1) = m(t) + e(t), with e(t) = sqrt(s(t)) * N(0, 1).

    h(t) = omega + (alpha + gamma * [e(t-1) < 0]) * e(t-1)**2 + beta * h(t-1) is the expected variance of the day, and
    s(t) = min(h(t) * (nu - 2) / chi2(nu), cap) the realised one, so that e(t) / sqrt(h(t)) is a standardised Student-t.
    Given s(t) the day is a Brownian motion, so its minimum is that of a Brownian bridge. m(t) = drift / 365 -
    log E[exp(e(t)) | h(t)], so that E[S(T)] = spot * exp(drift * T).

    Attributes
    ----------
    drift, volatility, initial_volatility
        Annual; long-run volatility, and volatility of the first day.
    alpha, gamma, beta
        omega follows from them and the long-run volatility.
    degrees_of_freedom
        nu, above 2.
    """

    daily: ClassVar[bool] = True

    asset: str
    drift: float
    volatility: float
    alpha: float
    gamma: float
    beta: float
    degrees_of_freedom: float
    initial_volatility: float

    @classmethod
    def of(cls, asset: str, keys: Any, _history: DailyPrices) -> Garch:
        """Build the model from the keys of a scenario."""
        return cls(
            asset=asset,
            drift=keys.drift,
            volatility=keys.volatility,
            alpha=keys.alpha,
            gamma=keys.gamma,
            beta=keys.beta,
            degrees_of_freedom=keys.degrees_of_freedom,
            initial_volatility=keys.initial_volatility or keys.volatility,
        )

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw prices day by day."""
        gaps = day_gaps(nodes, start)
        days = int(gaps.sum())
        motion = np.ascontiguousarray(noise.normals(self.asset, days).T)
        generator = noise.generator(f"garch:{self.asset}")
        mixing = generator.standard_gamma(self.degrees_of_freedom / 2.0, motion.shape)
        np.divide((self.degrees_of_freedom - 2.0) / 2.0, mixing, out=mixing)
        change, variance = self._days(motion, mixing)
        exponentials = noise.exponentials(self.asset, days).T
        for day in range(days):
            variance[day] = lowest_between(change[day], variance[day], exponentials[day])
        return at_nodes(change, variance, spot, gaps)

    def _days(self, motion: Floats, mixing: Floats) -> tuple[Floats, Floats]:
        """Change of the log price and variance of every day, (days, paths); both overwrite the arguments."""
        drift, cap = self.drift / DAYS_IN_YEAR, MOST_VOLATILE_DAY**2
        persistence = self.alpha + self.gamma / 2.0 + self.beta
        omega = self.volatility**2 / DAYS_IN_YEAR * (1.0 - persistence)
        level, slope = self._growth
        expected = np.full(motion.shape[1], self.initial_volatility**2 / DAYS_IN_YEAR)
        # In place throughout: the two arrays of all days and paths are by far the largest of a simulation.
        for day in range(motion.shape[0]):
            shock, variance = motion[day], mixing[day]
            variance *= expected
            np.minimum(variance, cap, out=variance)
            shock *= np.sqrt(variance)
            square = shock * shock
            place = expected / (expected + _HALF)
            place *= _CELLS
            cell = place.astype(np.intp)
            weight = np.where(shock < 0.0, self.alpha + self.gamma, self.alpha)
            weight *= square
            expected *= self.beta
            expected += weight
            expected += omega
            shock += drift - level[cell]
            shock -= slope[cell] * place
        return motion, mixing

    @cached_property
    def _growth(self) -> tuple[Floats, Floats]:
        """Log E[exp(e) | h] as straight lines `level + slope * place` on the cells of place = cells * h / (h + half).

        E[exp(e) | h] = E[exp(s / 2)] over the gamma distribution of chi2(nu) / 2, by the trapezoidal rule in its log,
        which converges exponentially.
        """
        shape = self.degrees_of_freedom / 2.0
        log_gamma = np.linspace(-40.0 / shape, np.log(shape + 40.0 + 12.0 * np.sqrt(shape)), 4001)
        weight = np.exp(shape * log_gamma - np.exp(log_gamma) - (shape * np.log(shape) - shape))
        weight /= weight.sum()
        scale = (shape - 1.0) * np.exp(-log_gamma)
        place = np.arange(_CELLS) / _CELLS
        variance = _HALF * place / (1.0 - place)
        growth = np.empty(_CELLS + 1)
        for row, expected in enumerate(variance):
            growth[row] = np.log(weight @ np.exp(np.minimum(expected * scale, MOST_VOLATILE_DAY**2) / 2.0))
        growth[_CELLS] = MOST_VOLATILE_DAY**2 / 2.0
        slope = np.diff(growth)
        return growth[:-1] - slope * np.arange(_CELLS), slope
