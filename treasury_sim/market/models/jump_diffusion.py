"""Merton's jump-diffusion: a geometric Brownian motion with normally distributed jumps of the log price.

Source: Merton, "Option pricing when underlying stock returns are discontinuous", Journal of Financial Economics 3
(1976), 125-144.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np

from treasury_sim.domain.arrays import Days
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.models.bridge import lowest_between
from treasury_sim.market.models.model import NodePrices, Noise, years_between


@dataclass(frozen=True)
class JumpDiffusion:
    """d log S = (drift - volatility**2 / 2 - jumps_per_year * k) dt + volatility dW + jumps.

    k = exp(jump_mean + jump_volatility**2 / 2) - 1 is the mean relative jump, so E[S(T)] = spot * exp(drift * T).

    Attributes
    ----------
    drift, volatility
        Annual.
    jumps_per_year
        Expected number of jumps.
    jump_mean, jump_volatility
        Mean and standard deviation of a jump of the log price.
    """

    daily: ClassVar[bool] = False

    asset: str
    drift: float
    volatility: float
    jumps_per_year: float
    jump_mean: float
    jump_volatility: float

    @classmethod
    def of(cls, asset: str, keys: Any, _history: DailyPrices) -> JumpDiffusion:
        """Build the model from the keys of a scenario."""
        return cls(asset, keys.drift, keys.volatility, keys.jumps_per_year, keys.jump_mean, keys.jump_volatility)

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw prices at `nodes`, with the exact minimum between them.

        The Brownian part at the nodes comes from `noise`, so it is correlated across assets. Within a gap, jumps occur
        at uniform times; the Brownian motion at those times is bridged, and each stretch between two jumps has the
        minimum of a Brownian bridge. The lowest price of the gap is the minimum over its stretches.
        """
        # A separate stream for each kind of number, so that a larger sample extends a smaller one.
        counts, lengths, motions, sizes, lows = (
            noise.generator(f"jump_diffusion of {self.asset}: {kind}")
            for kind in ("counts", "lengths", "motions", "sizes", "lows")
        )
        years = years_between(nodes, start)
        motion = noise.normals(self.asset, nodes.size) * np.sqrt(years)
        paths = motion.shape[0]
        jumps = counts.poisson(self.jumps_per_year * years, motion.shape).ravel()
        # All stretches in one flat array, gap after gap; a gap with n jumps has n + 1 stretches.
        stretches = jumps + 1
        first = np.cumsum(stretches) - stretches
        gap = np.repeat(np.arange(stretches.size), stretches)
        share = lengths.standard_exponential(gap.size)
        share /= np.add.reduceat(share, first)[gap]
        length = share * np.tile(years, paths)[gap]
        # Shares of the gap between uniform times are exponentials over their sum; a bridge is a free motion plus the
        # error at its end, spread over time.
        free = motions.standard_normal(gap.size) * np.sqrt(length)
        bridged = free + share * (motion.ravel() - np.add.reduceat(free, first))[gap]
        mean_jump = math.expm1(self.jump_mean + self.jump_volatility**2 / 2.0)
        growth = self.drift - self.volatility**2 / 2.0 - self.jumps_per_year * mean_jump
        moved = growth * length + self.volatility * bridged
        step = moved + (self.jump_mean + self.jump_volatility * sizes.standard_normal(gap.size))
        last = first + jumps
        step[last] = moved[last]  # after its last stretch a gap ends without a jump
        before = np.cumsum(step) - step
        before -= before[first][gap]
        low = before + lowest_between(moved, self.volatility**2 * length, lows.standard_exponential(gap.size))
        lowest = np.minimum.reduceat(low, first).reshape(motion.shape)
        change = np.add.reduceat(step, first).reshape(motion.shape)
        log_close = np.cumsum(change, axis=1)
        close, low = spot * np.exp(log_close), spot * np.exp(log_close - change + lowest)
        return NodePrices(close, np.minimum(low, close, out=low))
