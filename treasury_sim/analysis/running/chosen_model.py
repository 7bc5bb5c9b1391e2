"""The price model of a forecast: the scenario's where it is simulated, else one fitted to the prices up to `as_of`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from typing import Any

import numpy as np

from treasury_sim.analysis.backtest.candidates import CANDIDATES, DRAWS, Candidate, Known, known_on, point_keys
from treasury_sim.analysis.backtest.weights import shipped_scores, weights_on
from treasury_sim.analysis.calibrate import BY_DEFAULT, check_fit, is_spiked
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lookup import check_name
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration import FITTERS, Fit
from treasury_sim.market.history import Window
from treasury_sim.scenario import Scenario

ENSEMBLE = "ensemble"

DEFAULT_MODEL = ENSEMBLE
"""The model that is fitted unless another one is stated: chosen by the backtest, see docs/validation.md."""

MODELS = (ENSEMBLE, *FITTERS)
"""Models that can be fitted."""

SETS = 64
"""Parameter sets of the ensemble: each is one candidate with one draw of its parameters."""

LEAST_WEIGHT = 0.01
"""Candidates of less weight are left out, so that a model that has forecast badly need not be fitted."""

OF_THE_MODEL = ("from", "spot", "file", "quarter_end", "quarter_low")
"""Keys of `prices.ASSET` that do not belong to its model."""

RATES = frozenset({"drift", "volatility", "initial_volatility", "relative_drift", "leave", "turbulent_first"})
"""Keys that a scenario writes in per cent where they are above 1."""


@dataclass(frozen=True)
class ChosenModel:
    """A price model and its parameters.

    Attributes
    ----------
    asset
        The asset.
    name
        The model, such as ``gbm`` or ``ensemble``.
    keys
        Keys of `prices.ASSET`, ``model`` among them; with parameter error those of an ensemble of parameter sets.
    estimates
        The parameters in words: keys and figures, or shares of models.
    errors
        Standard error of each fitted parameter that has one.
    window
        The days it was fitted to; ``None`` if the scenario states it.
    sets
        Number of parameter sets that paths are divided among; 0 without parameter error.
    draws_days
        Whether it draws past days only, which brings their correlation with it.
    """

    asset: str
    name: str
    keys: Mapping[str, object]
    estimates: str
    errors: Mapping[str, float] = field(default_factory=dict)
    window: Window | None = None
    sets: int = 0
    draws_days: bool = False

    @property
    def words(self) -> str:
        """The model, its parameters with their standard errors, and where they are from."""
        if self.window is None:
            return f"{self.name}, {self.estimates}; as the scenario states it"
        error = f", with parameter error: {self.sets} parameter sets" if self.sets else ", without parameter error"
        return f"{self.name}, {self.estimates}; fitted to {self.window}{error}"


def choose_model(scenario: Scenario, known: DailyPrices, model: str | None, *, with_error: bool = True) -> ChosenModel:
    """Choose the model of an asset.

    Parameters
    ----------
    known
        Its prices up to `as_of`; no other prices are used.
    model
        The model to fit; by default the scenario's model stays as stated where it is simulated.
    with_error
        Whether the paths of a fitted model include the error of its parameters.

    Raises
    ------
    InputError
        If there are too few prices to fit a model to, or they do not move.
    """
    stated = scenario.spec.prices.get(known.asset)
    if model is None and isinstance(stated, Sampled):
        tree = scenario.tree
        keys = {str(key): value for key, value in tree.items("prices", known.asset) if key not in OF_THE_MODEL}
        return ChosenModel(known.asset, stated.model, keys, _in_words(keys, {}), draws_days=stated.model == "bootstrap")
    return fitted_model(known, model or DEFAULT_MODEL, with_error=with_error)


def fitted_model(known: DailyPrices, model: str, *, with_error: bool = True) -> ChosenModel:
    """Fit `model`, one of `MODELS`, to the last five years of `known`, or to all if there are fewer."""
    check_name(model, MODELS, "model", "a price model that can be fitted")
    window = Window(known.last - timedelta(days=min(BY_DEFAULT, known.days.size - 1) - 1), known.last)
    if model == ENSEMBLE:
        return _ensemble(known, window, with_error=with_error)
    check_fit(known, window, [model])
    fits = known_on(known, known.last, (model,), with_error=with_error)
    fitted = fits.fits[model]
    point = _written(point_keys(fitted))
    keys = point
    if with_error and model != "bootstrap":
        # No growth of the expected price: a few years of prices do not determine it.
        members = [fits.keys(Candidate(model, "expected price stays", 1.0), draw) for draw in range(DRAWS)]
        keys = {"model": ENSEMBLE, "members": [_written(member) for member in members]}
    errors = _errors(fitted)
    return ChosenModel(
        asset=known.asset,
        name=model,
        keys=keys,
        estimates=_in_words(point, errors),
        errors=errors,
        window=window,
        sets=DRAWS if keys is not point else 0,
        draws_days=model == "bootstrap",
    )


def _ensemble(known: DailyPrices, window: Window, *, with_error: bool) -> ChosenModel:
    """The ensemble of the backtest, weighted by forecasts of quarters that had ended."""
    check_fit(known, window, ["gbm"])
    scores = {end: score for end, score in shipped_scores().items() if end <= known.last}
    weights = weights_on(scores, known.last, len(CANDIDATES))
    if is_spiked(known, window):
        # Days of one and the same return are a spike, on which other likelihoods grow without end.
        weights = np.where([each.model in {"gbm", "bootstrap"} for each in CANDIDATES], weights, 0.0)
    weights = np.where(weights >= LEAST_WEIGHT * weights.max(), weights, 0.0)
    weights = weights / weights.sum()
    shares: dict[str, float] = {}
    for candidate, weight in zip(CANDIDATES, weights.tolist(), strict=True):
        if weight:
            shares[candidate.model] = shares.get(candidate.model, 0.0) + weight
    fits = known_on(known, known.last, tuple(shares), with_error=with_error)
    if with_error:
        keys = {"model": ENSEMBLE, "members": [_written(each) for each in _sets(fits, weights)]}
    else:
        used = [(each, weight) for each, weight in zip(CANDIDATES, weights.tolist(), strict=True) if weight]
        members = [_written(fits.keys(each, 0)) for each, _ in used]
        keys = {"model": ENSEMBLE, "members": members, "weights": [round(weight, 6) for _, weight in used]}
    return ChosenModel(
        asset=known.asset,
        name=ENSEMBLE,
        keys=keys,
        estimates=f"{_shares(shares)}, {_basis(scores)}",
        errors=_errors(fits.fits["gbm"]),
        window=window,
        sets=SETS if with_error else 0,
    )


def _sets(fits: Known, weights: Floats) -> Iterator[dict[str, Any]]:
    """Keys of `SETS` parameter sets: candidates in proportion to their weights, draws of each model in turn."""
    draws = {model: cycle(range(DRAWS)) for model in fits.fits}
    chosen = np.searchsorted(np.cumsum(weights), (np.arange(SETS) + 0.5) / SETS)
    for number in chosen.tolist():
        candidate = CANDIDATES[min(number, len(CANDIDATES) - 1)]
        yield fits.keys(candidate, next(draws[candidate.model]))


def _shares(shares: Mapping[str, float]) -> str:
    ordered = sorted(shares.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{model} {share:.0%}" for model, share in ordered)


def _basis(scores: Mapping[date, Floats]) -> str:
    if not scores:
        return "weighted equally: no quarter has been forecast before"
    return f"weighted by forecasts of {len(scores)} quarters of bitcoin to {max(scores)}"


def _written(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Keys as a scenario states them: a rate above 1 in per cent, a window by its days."""
    written: dict[str, Any] = {}
    for key, value in keys.items():
        if isinstance(value, Mapping):
            written[key] = _written(value)
        elif isinstance(value, Window):
            written[key] = [value.first, value.last]
        elif key in RATES and abs(value) > 1.0:
            written[key] = f"{value * 100.0:.12g}%"
        else:
            written[key] = value
    return written


def _in_words(keys: Mapping[str, object], errors: Mapping[str, float]) -> str:
    return ", ".join(
        f"{key} {_figure(value)}" + (f" ± {errors[key]:.4g}" if key in errors else "")
        for key, value in _flat(keys)
        if key != "model"
    )


def _flat(keys: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in keys.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _figure(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"{len(value)}" if value and isinstance(value[0], Mapping) else " to ".join(map(str, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _errors(fitted: Fit) -> dict[str, float]:
    return {
        parameter.key: parameter.error
        for parameter in fitted.parameters
        if parameter.error == parameter.error and parameter.key != "drift"
    }
