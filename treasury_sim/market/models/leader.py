"""The asset that another follows: its paths, and what its next day is worth to the follower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.models.capped_t import CAP
from treasury_sim.market.models.garch import Garch
from treasury_sim.market.models.gbm import Gbm
from treasury_sim.market.models.model import DAYS_IN_YEAR, NodePrices, SampledModel

_POINTS = 201
_BETAS = 65
_DEVIATIONS = 513
_HALF = 0.1
"""Daily deviation at the middle of the table."""


@dataclass(frozen=True)
class LeaderPaths:
    """Daily prices of a leader.

    Attributes
    ----------
    prices : (paths, days) or (1, days)
        On the days that are simulated; one path where the leader is stated, not drawn.
    known : (earlier,)
        Closes before them, ending with its spot [currency/coin].
    model
        Its model; ``None`` where its path is stated.
    """

    prices: NodePrices
    known: Floats
    model: SampledModel | None

    @property
    def changes(self) -> Floats:
        """Log return of each day, (paths, days)."""
        first = np.full((len(self.prices.close), 1), self.known[-1])
        return np.diff(np.log(np.concatenate([first, self.prices.close], axis=1)))

    def of_past_days(self, count: int) -> Floats:
        """Log return over the `count` days before each day, (paths, days)."""
        changes = self.changes
        earlier = np.broadcast_to(np.diff(np.log(self.known[-(count + 1) :])), (len(changes), count))
        total = np.cumsum(np.concatenate([np.zeros((len(changes), 1)), earlier, changes], axis=1), axis=1)
        past: Floats = total[:, count:-1] - total[:, : -count - 1]
        return past


class DayLaw(Protocol):
    """The distribution of the leader's log return on the next day, which the past of its path determines."""

    def growth(self, up: Floats, down: Floats) -> Floats:
        """Log E[exp(up b)] where the leader rises and exp(down b) where it falls, (paths,)."""

    def variance(self) -> Floats | float:
        """Expected variance of the day."""

    def end_day(self, change: Floats) -> None:
        """Take in the log return of the day, (paths,)."""


def day_law(leader: LeaderPaths, betas: tuple[float, float]) -> DayLaw:
    """The law of the leader's days.

    Parameters
    ----------
    betas
        The least and the greatest multiple of a day that can be needed.

    Raises
    ------
    TypeError
        If the model of the leader has no such law.
    """
    if leader.model is None:
        return _Stated(leader.known)
    if isinstance(leader.model, Gbm):
        return _Brownian(leader.model)
    if isinstance(leader.model, Garch):
        return _Clustered(leader.model, len(leader.prices.close), betas)
    message = f"{leader.model} cannot be followed"
    raise TypeError(message)


class _Stated:
    """A path that is given: the follower has the growth that the path gives it."""

    def __init__(self, known: Floats) -> None:
        returns = np.diff(np.log(known[-61:]))
        self._variance = float(returns @ returns / returns.size)

    def growth(self, up: Floats, down: Floats) -> Floats:  # noqa: ARG002 - a given path has no expectation
        return np.zeros_like(up)

    def variance(self) -> float:
        return self._variance

    def end_day(self, change: Floats) -> None:
        """Nothing changes."""


class _Brownian:
    def __init__(self, model: Gbm) -> None:
        self._variance = float(model.volatility) ** 2 / DAYS_IN_YEAR
        self._mean = float(model.drift) / DAYS_IN_YEAR - self._variance / 2.0

    def growth(self, up: Floats, down: Floats) -> Floats:
        variance, mean = np.array([self._variance]), self._mean
        rises, falls = _halves(up, mean, variance), _halves(down, mean, variance)
        growth: Floats = np.log(rises[0] + falls[1])
        return growth

    def variance(self) -> float:
        return self._variance

    def end_day(self, change: Floats) -> None:
        """Its days are alike."""


class _Clustered:
    """Days of a GARCH model, whose expected variance follows from the path; both halves are read from a table."""

    def __init__(self, model: Garch, paths: int, betas: tuple[float, float]) -> None:
        self._model = model
        self._expected = np.full(paths, model.first)
        self._least, most = betas
        self._step = max(most - self._least, 1e-9) / (_BETAS - 1)
        self._rises, self._falls = self._table()

    def _table(self) -> tuple[Floats, Floats]:
        place = np.arange(_DEVIATIONS) / _DEVIATIONS
        expected = (_HALF * place / (1.0 - place)) ** 2
        weight, scale = self._model.law.quadrature(_POINTS)
        mean = self._model.mean(expected)
        beta: Floats = self._least + self._step * np.arange(_BETAS, dtype=np.float64)
        rises, falls = np.zeros((2, _DEVIATIONS, _BETAS))
        for share, ratio in zip(weight, scale, strict=True):
            variance = np.minimum(expected * ratio, CAP)[:, None]
            rise, fall = _halves(beta, mean[:, None], variance)
            rises += share * rise
            falls += share * fall
        return rises, falls

    def growth(self, up: Floats, down: Floats) -> Floats:
        deviation = np.sqrt(self._expected)
        place = _DEVIATIONS * deviation / (deviation + _HALF)
        row = np.minimum(place.astype(np.intp), _DEVIATIONS - 2)
        growth: Floats = np.log(self._at(self._rises, row, place, up) + self._at(self._falls, row, place, down))
        return growth

    def _at(self, table: Floats, row: Floats, place: Floats, beta: Floats) -> Floats:
        """The table between its rows and columns."""
        column = (beta - self._least) / self._step
        left = np.minimum(column.astype(np.intp), _BETAS - 2)
        right, below = column - left, place - row
        flat, at = table.ravel(), row * _BETAS + left
        upper = flat[at] * (1.0 - right) + flat[at + 1] * right
        lower = flat[at + _BETAS] * (1.0 - right) + flat[at + _BETAS + 1] * right
        between: Floats = upper * (1.0 - below) + lower * below
        return between

    def variance(self) -> Floats:
        return self._expected

    def end_day(self, change: Floats) -> None:
        self._expected = self._model.following(self._expected, change - self._model.mean(self._expected))


def _halves(beta: Floats, mean: Floats | float, variance: Floats) -> tuple[Floats, Floats]:
    """E[exp(beta b)] over b of at least 0 and below 0, for normal b."""
    from scipy.special import ndtr  # noqa: PLC0415 - only a simulation needs SciPy

    deviation = np.sqrt(np.maximum(variance, 1e-300))
    whole = np.exp(beta * mean + beta**2 * variance / 2.0)
    above = ndtr((mean + beta * variance) / deviation)
    return whole * above, whole * (1.0 - above)
