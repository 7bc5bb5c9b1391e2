"""The candidates of the ensemble: each model with several trends and spreads, and parameters drawn from its fit.

No candidate is preferred: their weights come from the scores of quarters that had ended, see `weights`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np

from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration import Fit, fit
from treasury_sim.market.history import Window
from treasury_sim.market.models import Ensemble, SampledModel, ensemble_of

MODELS = ("gbm", "garch", "regime", "bootstrap")

WINDOW_DAYS = 5 * 365
"""Days that a model is fitted to, or all if there are fewer."""

TRENDS = {
    "expected price stays": "the expected price is that of today",
    "median price stays": "the price is as likely to be above that of today as below it",
    "trend goes on": "the log price goes on as in the window",
}
"""Trend -> its meaning. No other growth is considered."""

SPREADS = (0.75, 1.0, 1.25, 1.5)
"""Factors on the fitted volatility."""

DRAWS = 16
"""Parameter sets that are drawn from each fit."""


@dataclass(frozen=True)
class Candidate:
    """A model with a trend and a spread."""

    model: str
    trend: str
    spread: float

    def __str__(self) -> str:
        return f"{self.model}, {self.trend}, volatility x {self.spread:g}"


CANDIDATES = tuple(Candidate(model, trend, spread) for model in MODELS for trend in TRENDS for spread in SPREADS)


@dataclass(frozen=True)
class Known:
    """The fits to what was known on a day.

    Attributes
    ----------
    history
        Prices up to that day and no later ones.
    fits
        By model; `gbm` is always among them, since the others take trend and spread from it.
    draws
        Parameter sets of each fit, (draws, parameters); a single one, the estimate, without parameter error.
    """

    history: DailyPrices
    fits: Mapping[str, Fit]
    draws: Mapping[str, Any]

    def keys(self, candidate: Candidate, draw: int) -> dict[str, Any]:
        """Keys of `prices.ASSET` of a candidate with one of the parameter sets."""
        fitted, spread = self.fits[candidate.model], candidate.spread
        growth, volatility = self._draw("gbm", draw)
        values = dict(zip((each.key for each in fitted.parameters), self._draw(candidate.model, draw), strict=True))
        values |= {key: min(values[key], MOST) * spread for key in SCALED & values.keys()}
        keys = _nested(candidate.model, values) | {"drift": _drift(candidate, growth, volatility)}
        if candidate.model == "bootstrap":
            keys["window"] = fitted.window
            keys["spread"] = spread * volatility / self.fits["gbm"].value("volatility")
        return keys

    def _draw(self, model: str, draw: int) -> tuple[float, ...]:
        draws = self.draws[model]
        return tuple(float(value) for value in draws[draw % len(draws)])

    def members(self, chosen: Sequence[tuple[Candidate, int]]) -> tuple[SampledModel, ...]:
        """The models of candidates with one of their parameter sets each."""
        ensemble = self.model([self.keys(candidate, draw) for candidate, draw in chosen])
        return ensemble.members

    def model(self, members: Sequence[Mapping[str, Any]]) -> Ensemble:
        """The ensemble of `members`, by their keys."""
        keys = SimpleNamespace(members=[_attributes(member) for member in members], weights=())
        return ensemble_of(self.history.asset, keys, self.history)


SCALED = frozenset(
    {
        *("volatility", "initial_volatility", "calm.volatility", "turbulent.volatility"),
        *("jump_mean", "jump_volatility"),
    }
)
"""Parameters that the spread multiplies."""

MOST = 6.0
"""Highest annual volatility that is drawn: a posterior may hold variances without a long run."""


def known_on(
    history: DailyPrices,
    day: date,
    models: Sequence[str] = MODELS,
    *,
    with_error: bool = True,
    near: Known | None = None,
    seed: int = 42,
) -> Known:
    """Fit `models` to the five years up to `day`.

    Parameters
    ----------
    with_error
        Whether parameters are drawn from each fit, so that a range includes their error.
    near
        Fits to almost the same days, which make these faster.
    """
    known = history.up_to(day)
    window = Window(day - timedelta(days=min(WINDOW_DAYS, known.days.size - 1) - 1), day)
    names = dict.fromkeys(("gbm", *models))
    fits = {name: fit(name, known, window, near.fits.get(name) if near else None) for name in names}
    draws = {
        name: each.draw(DRAWS, np.random.default_rng([seed, number]))
        if with_error
        else np.array([[parameter.value for parameter in each.parameters]])
        for number, (name, each) in enumerate(fits.items())
    }
    return Known(known, fits, draws)


def _drift(candidate: Candidate, growth: float, volatility: float) -> float:
    """Annual growth of the expected price: half the variance above that of the median."""
    above_median = (volatility * candidate.spread) ** 2 / 2.0
    if candidate.trend == "trend goes on":
        return growth - volatility**2 / 2.0 + above_median
    return above_median if candidate.trend == "median price stays" else 0.0


def _attributes(keys: Mapping[str, Any]) -> SimpleNamespace:
    """Keys as a model reads them."""
    nested = {key: _attributes(value) if isinstance(value, Mapping) else value for key, value in keys.items()}
    return SimpleNamespace(**{"spread": 1.0, "first_state": "stationary", **nested})


def point_keys(fitted: Fit) -> dict[str, Any]:
    """Keys of a fitted model as estimated, without drift, from the volatility of the last day of its window."""
    keys = _nested(fitted.model, {each.key: each.value for each in fitted.parameters}) | {"drift": 0.0}
    return keys | ({"window": fitted.window} if fitted.model == "bootstrap" else {})


def _nested(model: str, values: Mapping[str, float]) -> dict[str, Any]:
    keys: dict[str, Any] = {"model": model}
    for key, value in values.items():
        table, _, name = key.rpartition(".")
        (keys.setdefault(table, {}) if table else keys)[name] = value
    return keys
