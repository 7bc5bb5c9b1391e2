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
from treasury_sim.market.models.capped_t import CAP, CappedT, place_of
from treasury_sim.market.models.daily import at_nodes, day_gaps
from treasury_sim.market.models.model import DAYS_IN_YEAR, NodePrices, Noise, Number


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
    drift: Number
    volatility: Number
    alpha: Number
    gamma: Number
    beta: Number
    degrees_of_freedom: Number
    initial_volatility: Number

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
        mixing = self.law.realised(noise.generator(f"garch:{self.asset}"), motion.shape)
        change, variance = self._days(motion, mixing)
        exponentials = noise.exponentials(self.asset, days).T
        for day in range(days):
            variance[day] = lowest_between(change[day], variance[day], exponentials[day])
        return at_nodes(change, variance, spot, gaps)

    def _days(self, motion: Floats, mixing: Floats) -> tuple[Floats, Floats]:
        """Change of the log price and variance of every day, (days, paths); both overwrite the arguments."""
        drift, omega = self.drift / DAYS_IN_YEAR, self._omega
        (level, slope), offset = self.law.table, self.law.offset
        expected = np.zeros(motion.shape[1]) + self.first
        # In place throughout: the two arrays of all days and paths are by far the largest of a simulation.
        for day in range(motion.shape[0]):
            shock, variance = motion[day], mixing[day]
            variance *= expected
            np.minimum(variance, CAP, out=variance)
            shock *= np.sqrt(variance)
            square = shock * shock
            place = place_of(expected)
            cell = place.astype(np.intp) + offset
            weight = np.where(shock < 0.0, self.alpha + self.gamma, self.alpha)
            weight *= square
            expected *= self.beta
            expected += weight
            expected += omega
            shock += drift - level[cell]
            shock -= slope[cell] * place
        return motion, mixing

    @cached_property
    def law(self) -> CappedT:
        """The law of a day, given its expected variance."""
        return CappedT(self.degrees_of_freedom)

    def mean(self, expected: Floats) -> Floats:
        """Mean log return of days of an expected variance, as `expected`."""
        return self.drift / DAYS_IN_YEAR - self.law.growth(expected)

    def following(self, expected: Floats, shock: Floats) -> Floats:
        """Expected variance of the next day after days with these shocks, as `expected`."""
        weight = np.where(shock < 0.0, self.alpha + self.gamma, self.alpha)
        return self._omega + weight * shock**2 + self.beta * expected

    @property
    def first(self) -> Number:
        """Expected variance of the first day."""
        return self.initial_volatility**2 / DAYS_IN_YEAR

    @property
    def _omega(self) -> Number:
        persistence = self.alpha + self.gamma / 2.0 + self.beta
        return self.volatility**2 / DAYS_IN_YEAR * (1.0 - persistence)
