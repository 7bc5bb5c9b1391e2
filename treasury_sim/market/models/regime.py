"""Regime switching between two states, calm and turbulent, from day to day; a Brownian motion within each day.

Source: Hamilton, "A new approach to the economic analysis of nonstationary time series and the business cycle",
Econometrica 57 (1989), 357-384.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np

from treasury_sim.domain.arrays import Bools, Days, Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.models.bridge import lowest_between
from treasury_sim.market.models.daily import at_nodes, day_gaps
from treasury_sim.market.models.model import DAYS_IN_YEAR, NodePrices, Noise, Number


@dataclass(frozen=True)
class State:
    """One of the two states.

    Attributes
    ----------
    volatility, relative_drift
        Annual.
    leave
        Probability that the next day is in the other state.
    """

    volatility: Number
    leave: Number
    relative_drift: Number = 0.0


@dataclass(frozen=True)
class Regime:
    """In each state the daily log return has the mean (relative_drift - volatility**2 / 2) / 365 + a(t).

    a(t) is the same in both states and on all paths; it makes E[S(T)] = spot * exp(drift * T) on every day.

    Attributes
    ----------
    turbulent_first
        Probability that the first day is turbulent.
    """

    daily: ClassVar[bool] = True

    asset: str
    drift: Number
    calm: State
    turbulent: State
    turbulent_first: Number

    @classmethod
    def of(cls, asset: str, keys: Any, _history: DailyPrices) -> Regime:
        """Build the model from the keys of a scenario."""
        calm, turbulent = (
            State(state.volatility, state.leave, state.relative_drift) for state in (keys.calm, keys.turbulent)
        )
        states = {"calm": 0.0, "turbulent": 1.0, "stationary": calm.leave / (calm.leave + turbulent.leave)}
        first = keys.turbulent_first
        return cls(asset, keys.drift, calm, turbulent, states[keys.first_state] if first is None else first)

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw prices day by day."""
        gaps = day_gaps(nodes, start)
        days = int(gaps.sum())
        change = np.ascontiguousarray(noise.normals(self.asset, days).T)
        turbulent = self._states(noise.uniforms(self.asset, days).T)
        variance = np.where(turbulent, self.turbulent.volatility**2, self.calm.volatility**2) / DAYS_IN_YEAR
        change *= np.sqrt(variance)
        change -= variance / 2.0
        change += np.where(turbulent, self.turbulent.relative_drift, self.calm.relative_drift) / DAYS_IN_YEAR
        change += self.adjustment(days)
        low = lowest_between(change, variance, noise.exponentials(self.asset, days).T)
        return at_nodes(change, low, spot, gaps)

    def _states(self, uniforms: Floats) -> Bools:
        """Whether each day is turbulent, (days, paths)."""
        states = np.empty(uniforms.shape, dtype=bool)
        turbulent = uniforms[0] < self.turbulent_first
        states[0] = turbulent
        for day in range(1, uniforms.shape[0]):
            turbulent = uniforms[day] < np.where(turbulent, 1.0 - self.turbulent.leave, self.calm.leave)
            states[day] = turbulent
        return states

    def adjustment(self, days: int) -> Floats:
        """a(t): drift / 365 less the growth of the expected price without it, (days, 1), or (days, paths)."""
        grow_calm, grow_turbulent = (
            np.exp(np.atleast_1d(state.relative_drift) / DAYS_IN_YEAR) for state in (self.calm, self.turbulent)
        )
        turbulent = np.atleast_1d(self.turbulent_first)
        growth = []
        for _ in range(days):
            calm, turbulent = (1.0 - turbulent) * grow_calm, turbulent * grow_turbulent
            growth.append(calm + turbulent)
            turbulent = (calm * self.calm.leave + turbulent * (1.0 - self.turbulent.leave)) / growth[-1]
        adjusted: Floats = self.drift / DAYS_IN_YEAR - np.log(np.array(growth))
        return adjusted
