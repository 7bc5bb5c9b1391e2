"""The price model of a forecast: the scenario's where it is simulated, else one fitted to the prices up to `as_of`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from treasury_sim.analysis.calibrate import BY_DEFAULT, check_fit
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.domain.lookup import check_name
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration import FITTERS, Fit, fit
from treasury_sim.market.history import Window
from treasury_sim.scenario import Scenario

DEFAULT_MODEL = "gbm"
"""The model that is fitted unless another one is stated."""

NO_DRIFT = 0.0
"""Drift of a fitted model: a few years of prices do not determine the growth of the expected price."""

OF_THE_MODEL = ("from", "spot", "file", "quarter_end", "quarter_low")
"""Keys of `prices.ASSET` that do not belong to its model."""


@dataclass(frozen=True)
class ChosenModel:
    """A price model and its parameters.

    Attributes
    ----------
    asset
        The asset.
    keys
        Keys of `prices.ASSET`, ``model`` among them; annual rates as shares.
    errors
        Standard error of each fitted parameter that has one.
    window
        The days it was fitted to; ``None`` if the scenario states it.
    draws_days
        Whether it draws past days, which brings their correlation with it.
    """

    asset: str
    keys: Mapping[str, object]
    errors: Mapping[str, float]
    window: Window | None = None
    draws_days: bool = False

    @property
    def name(self) -> str:
        """The key of the model, such as ``gbm``."""
        return str(self.keys["model"])

    @property
    def words(self) -> str:
        """The model, its parameters with their standard errors, and where they are from."""
        figures = [f"{key} {_in_words(value)}{self._error(key)}" for key, value in _flat(self.keys) if key != "model"]
        origin = "as the scenario states it" if self.window is None else f"fitted to {self.window}"
        return f"{self.name}, {', '.join(figures)}; {origin}"

    def _error(self, key: str) -> str:
        return f" ± {self.errors[key]:.4g}" if key in self.errors else ""


def choose_model(scenario: Scenario, known: DailyPrices, model: str | None) -> ChosenModel:
    """Choose the model of an asset.

    Parameters
    ----------
    known
        Its prices up to `as_of`; no other prices are used.
    model
        The model to fit; by default the scenario's model stays as stated where it is simulated.

    Raises
    ------
    InputError
        If there are too few prices to fit a model to, or they do not move.
    """
    stated = scenario.spec.prices.get(known.asset)
    if model is None and isinstance(stated, Sampled):
        tree = scenario.tree
        keys = {str(key): value for key, value in tree.items("prices", known.asset) if key not in OF_THE_MODEL}
        return ChosenModel(known.asset, keys, {}, draws_days=stated.model == "bootstrap")
    return fitted_model(known, model or DEFAULT_MODEL)


def fitted_model(known: DailyPrices, model: str) -> ChosenModel:
    """Fit `model` to the last five years of `known`, or to all if there are fewer."""
    check_name(model, FITTERS, "model", "a price model that can be fitted")
    window = Window(known.last - timedelta(days=min(BY_DEFAULT, known.days.size - 1) - 1), known.last)
    check_fit(known, window, [model])
    fitted = fit(model, known, window)
    return ChosenModel(known.asset, _keys(fitted), _errors(fitted), window, draws_days=model == "bootstrap")


def _flat(keys: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in keys.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _in_words(value: object) -> str:
    if isinstance(value, list | tuple):
        return " to ".join(map(str, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _keys(fitted: Fit) -> dict[str, object]:
    keys: dict[str, object] = {"model": fitted.model}
    for parameter in fitted.parameters:
        table, _, name = parameter.key.rpartition(".")
        if table:
            nested = keys.setdefault(table, {})
            assert isinstance(nested, dict)  # noqa: S101 - tables of a fit hold parameters only
            nested[name] = parameter.value
        else:
            keys[name] = parameter.value
    if fitted.model == "bootstrap":
        keys["window"] = [fitted.window.first, fitted.window.last]
    return {**keys, "drift": NO_DRIFT}


def _errors(fitted: Fit) -> dict[str, float]:
    return {
        parameter.key: parameter.error
        for parameter in fitted.parameters
        if parameter.error == parameter.error and parameter.key != "drift"
    }
