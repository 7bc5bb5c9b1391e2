"""An asset that follows another: a beta that rises after falls and on days of a fall, and days with fat tails.

``e = (beta + momentum x clip(-r7, -0.3, 0.3) + on_falls x [b < 0]) b + noise x s x t``: b is the day's log return of
the leader, r7 that of its past seven days, s the exponentially weighted volatility of the follower, t Student's t,
capped.
The correlation of ether with bitcoin rises with falls, not with volatility: 0.69 after the best fifth of weeks, 0.90
after the worst. Given the past of both paths, the day's expected growth is subtracted, so that
E[S(T)] = spot * exp(drift * T); along a stated path of the leader only the growth of the noise is.
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
from treasury_sim.market.models.capped_t import CAP, CappedT
from treasury_sim.market.models.daily import at_nodes, day_gaps
from treasury_sim.market.models.leader import LeaderPaths, day_law
from treasury_sim.market.models.model import DAYS_IN_YEAR, NodePrices, Noise

WEEK = 7
"""Days of the leader whose return sets the beta."""
MOST_MOMENTUM = 0.3
"""Return of the week beyond which the beta changes no further."""
FORGETTING = 0.06
"""Weight of the last day in the follower's variance."""
FIRST_DAYS = 250
"""Days of history from which the follower's volatility is known when the model begins."""


@dataclass(frozen=True)
class Follows:
    """The model.

    Attributes
    ----------
    leader
        The asset followed.
    drift
        Annual growth of the expected price.
    beta, momentum, on_falls
        Multiple of the leader's day; what a fall of the past week by 100 % would add; what a day of a fall adds.
    noise
        Scale of Student's t, as a multiple of the follower's volatility.
    degrees_of_freedom
        Of Student's t, above 2.
    known : (days,)
        Closes before the first day; the last ones set the first volatility [currency/coin].
    """

    daily: ClassVar[bool] = True

    asset: str
    leader: str
    drift: float
    beta: float
    momentum: float
    on_falls: float
    noise: float
    degrees_of_freedom: float
    known: Floats

    @classmethod
    def of(cls, asset: str, keys: Any, history: DailyPrices) -> Follows:
        """Build the model from the keys of a scenario."""
        return cls(
            asset,
            keys.leader,
            keys.drift,
            keys.beta,
            keys.momentum,
            keys.on_falls,
            keys.noise,
            keys.degrees_of_freedom,
            history.close,
        )

    @property
    def betas(self) -> tuple[float, float]:
        """The least and the greatest multiple of a day of the leader."""
        ends = [self.beta + side * self.momentum * MOST_MOMENTUM for side in (-1.0, 1.0)]
        ends += [end + self.on_falls for end in ends]
        return min(ends), max(ends)

    @cached_property
    def law(self) -> CappedT:
        """The law of the follower's own part of a day."""
        return CappedT(self.degrees_of_freedom)

    def draw_following(self, nodes: Days, start: date, spot: float, noise: Noise, leader: LeaderPaths) -> NodePrices:
        """Draw prices day by day beside `leader`; every day is a node."""
        days, paths = nodes.size, noise.paths
        generator = noise.generator(f"follows:{self.asset}")
        own = generator.standard_normal((days, paths))
        mixing = self.law.realised(generator, own.shape)
        exponentials = noise.exponentials(self.asset, days).T
        moved, rising = leader.changes, self.rising(leader.of_past_days(WEEK))
        # The leader's low, as a log return since its last close.
        sunk = moved + np.log(leader.prices.low / leader.prices.close)
        law, variance = day_law(leader, self.betas), np.full(paths, self._first_variance())
        change, low = np.empty((2, days, paths))
        for day in range(days):
            up, down = rising[:, day], rising[:, day] + self.on_falls
            beta = np.where(moved[:, day] < 0.0, down, up)
            # A t of scale 1 has the variance nu / (nu - 2).
            expected = self.noise**2 * variance * (self.degrees_of_freedom / (self.degrees_of_freedom - 2.0))
            realised = np.minimum(mixing[day] * expected, CAP)
            apart = own[day] * np.sqrt(realised)
            growth = law.growth(up, down) + self.law.growth(expected)
            change[day] = self.drift / DAYS_IN_YEAR - growth + beta * moved[:, day] + apart
            if leader.model is None:
                low[day] = np.minimum(np.minimum(down * sunk[:, day] + apart, change[day]), 0.0)
            else:
                low[day] = lowest_between(change[day], realised + beta**2 * law.variance(), exponentials[day])
            variance = (1.0 - FORGETTING) * variance + FORGETTING * change[day] ** 2
            law.end_day(moved[:, day])
        return at_nodes(change, low, spot, day_gaps(nodes, start))

    def rising(self, week: Floats) -> Floats:
        """Multiple of the leader's day if it rises, after weeks of these log returns, as `week`."""
        return self.beta - self.momentum * np.clip(week, -MOST_MOMENTUM, MOST_MOMENTUM)

    def _first_variance(self) -> float:
        """The follower's variance on the last day before the model."""
        returns = np.diff(np.log(self.known[-FIRST_DAYS:]))
        variance = float(returns.var())
        for change in returns:
            variance = (1.0 - FORGETTING) * variance + FORGETTING * float(change) ** 2
        return variance
