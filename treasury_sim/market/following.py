"""Fits how an asset follows another, and tests the fit against history: tails, correlation after falls, crash weeks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration import Estimate, Fit
from treasury_sim.market.calibration.likelihood import LogLikelihood, Transform, estimate, flat_prior, highest_point
from treasury_sim.market.history import Window
from treasury_sim.market.models.follows import FIRST_DAYS, FORGETTING, MOST_MOMENTUM, WEEK

CRASH_WEEKS = (
    date(2020, 3, 12),
    date(2021, 5, 19),
    date(2022, 6, 13),
    date(2022, 6, 18),
    date(2022, 11, 9),
    date(2024, 8, 5),
    date(2025, 4, 7),
    date(2025, 10, 11),
    date(2025, 11, 21),
    date(2026, 2, 5),
    date(2026, 2, 6),
)
"""Last days of weeks in which bitcoin fell hard."""
TAIL = 0.05
DEEP_WEEK = -0.15
"""Log return of a week below which a fall counts as deep."""
DRAWS = 200
"""Times that the days of history are drawn for the test."""


@dataclass(frozen=True)
class Week:
    """A week of a crash.

    Attributes
    ----------
    last
        Its last day.
    leader, actual
        Price changes of the leader and of the follower, as shares.
    predicted, by_constant
        The follower's change by the model, from the leader's path, and by a constant beta.
    in_window
        Whether the model was fitted to it.
    """

    last: date
    leader: float
    actual: float
    predicted: float
    by_constant: float
    in_window: bool


@dataclass(frozen=True)
class FollowTest:
    """The model beside history.

    Attributes
    ----------
    lower, upper
        Probability that both are in their lowest (highest) 5 % of days, over 5 %: of history, and of the model.
    after_falls
        Correlation of days after a week in which the leader fell by more than 15 %: of history, and of the model.
    correlation, correlation_error
        Of daily log returns in the window, and its standard error.
    constant_beta
        Least-squares beta in the window.
    weeks
        Weeks of a crash.
    """

    lower: tuple[float, float]
    upper: tuple[float, float]
    after_falls: tuple[float, float]
    correlation: float
    correlation_error: float
    constant_beta: float
    weeks: tuple[Week, ...]

    @property
    def errors(self) -> tuple[float, float]:
        """Root mean square error of the weeks, by the model and by the constant beta."""
        model = [week.predicted - week.actual for week in self.weeks]
        constant = [week.by_constant - week.actual for week in self.weeks]
        model_error, constant_error = (float(np.sqrt(np.mean(np.square(each)))) for each in (model, constant))
        return model_error, constant_error


@dataclass(frozen=True)
class _Days:
    """Days that both assets have."""

    first: date
    leader: Floats
    follower: Floats
    week: Floats
    deviation: Floats

    @classmethod
    def of(cls, follower: DailyPrices, leader: DailyPrices) -> _Days:
        days, mine, theirs = np.intersect1d(follower.days, leader.days, return_indices=True)
        own, moved = (np.diff(np.log(each)) for each in (follower.close[mine], leader.close[theirs]))
        total = np.cumsum(np.concatenate([np.zeros(WEEK + 1), moved]))
        variance = np.empty(own.size)
        variance[0] = own[:FIRST_DAYS].var()
        for day in range(1, own.size):
            variance[day] = (1.0 - FORGETTING) * variance[day - 1] + FORGETTING * own[day - 1] ** 2
        first: date = days[1].astype(date)
        return cls(first, moved, own, total[WEEK:-1] - total[: -WEEK - 1], np.sqrt(variance))

    def within(self, window: Window) -> _Days:
        start = (window.first - self.first).days
        rows = slice(start, start + window.days)
        return _Days(window.first, self.leader[rows], self.follower[rows], self.week[rows], self.deviation[rows])

    def predicted(self, free: Floats) -> Floats:
        beta = free[0] - free[1] * np.clip(self.week, -MOST_MOMENTUM, MOST_MOMENTUM)
        predicted: Floats = (beta + free[2] * (self.leader < 0.0)) * self.leader
        return predicted


def fit_follower(follower: DailyPrices, leader: DailyPrices, window: Window) -> tuple[Fit, FollowTest]:
    """Fit the model by maximum likelihood, and test it.

    Parameters
    ----------
    window
        Days inside the history that both share.
    """
    every = _Days.of(follower, leader)
    days = every.within(window)

    def log_likelihood(free: Floats) -> float:
        """Of beta, momentum, on_falls, log of the noise, log of the degrees of freedom less 2."""
        scale = math.exp(free[3]) * days.deviation
        freedom = 2.0 + math.exp(min(free[4], 6.0))
        off = (days.follower - days.predicted(free)) / scale
        constant = math.lgamma((freedom + 1.0) / 2.0) - math.lgamma(freedom / 2.0) - 0.5 * math.log(freedom * math.pi)
        logs = constant - np.log(scale) - (freedom + 1.0) / 2.0 * np.log1p(off**2 / freedom)
        return float(logs.sum())

    def log_likelihoods(free: Floats) -> Floats:
        return np.array([log_likelihood(each) for each in free])

    def stated(free: Floats) -> Floats:
        return np.array([*free[:3], math.exp(free[3]), 2.0 + math.exp(free[4])])

    best = highest_point(log_likelihoods, [np.array([1.0, 0.0, 0.0, math.log(0.4), math.log(2.0)])])
    fitted = Fit.of("follows", follower.asset, window, _estimate(stated, best, log_likelihoods))
    values = np.array([parameter.value for parameter in fitted.parameters])
    return fitted, _tested(every, days, values, window)


def _estimate(stated: Transform, best: Floats, log_likelihoods: LogLikelihood) -> Estimate:
    keys = ("beta", "momentum", "on_falls", "noise", "degrees_of_freedom")
    return estimate(keys, stated, best, log_likelihoods, flat_prior, plain=frozenset(keys))


def _tested(every: _Days, days: _Days, values: Floats, window: Window) -> FollowTest:
    constant = float(days.leader @ days.follower / (days.leader @ days.leader))
    generator = np.random.default_rng(0)
    noise = values[3] * days.deviation * generator.standard_t(values[4], (DRAWS, days.leader.size))
    drawn = days.predicted(values) + noise
    deep = days.week < DEEP_WEEK
    correlation = float(np.corrcoef(days.leader, days.follower)[0, 1])
    return FollowTest(
        lower=(_tail(days.leader, days.follower, -1.0), _tail(days.leader, drawn, -1.0)),
        upper=(_tail(days.leader, days.follower, 1.0), _tail(days.leader, drawn, 1.0)),
        after_falls=(
            _correlation(days.leader[deep], days.follower[deep]),
            float(np.mean([_correlation(days.leader[deep], path[deep]) for path in drawn])),
        ),
        correlation=correlation,
        correlation_error=(1.0 - correlation**2) / math.sqrt(days.leader.size),
        constant_beta=constant,
        weeks=tuple(_week(every, last, values, constant, window) for last in CRASH_WEEKS if _covers(every, last)),
    )


def _tail(leader: Floats, follower: Floats, side: float) -> float:
    """Probability that both are beyond their 5 % quantile on `side`, over 5 %; the mean over drawn paths."""
    paths = np.atleast_2d(follower) * side
    beyond = side * leader > np.quantile(side * leader, 1.0 - TAIL)
    both = (paths > np.quantile(paths, 1.0 - TAIL, axis=1, keepdims=True)) & beyond
    return float(both.mean() / TAIL)


def _correlation(first: Floats, second: Floats) -> float:
    return float(np.corrcoef(first, second)[0, 1]) if first.size > 2 else math.nan


def _covers(every: _Days, last: date) -> bool:
    row = (last - every.first).days
    return WEEK <= row < every.leader.size


def _week(every: _Days, last: date, values: Floats, constant: float, window: Window) -> Week:
    row = (last - every.first).days
    rows = slice(row - WEEK + 1, row + 1)
    leader, actual = every.leader[rows].sum(), every.follower[rows].sum()
    predicted = every.predicted(values)[rows].sum()
    return Week(
        last,
        leader=math.expm1(leader),
        actual=math.expm1(actual),
        predicted=math.expm1(predicted),
        by_constant=math.expm1(constant * leader),
        in_window=window.first <= last <= window.last,
    )
