"""Fits one of the models to a window of history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration.bootstrap import fit_bootstrap
from treasury_sim.market.calibration.garch import fit_garch
from treasury_sim.market.calibration.gbm import fit_gbm
from treasury_sim.market.calibration.jump_diffusion import fit_jump_diffusion
from treasury_sim.market.calibration.parameters import Draw, Estimate, Parameter
from treasury_sim.market.calibration.regime import fit_regime
from treasury_sim.market.history import Window


@dataclass(frozen=True)
class Fit:
    """A model fitted to a window.

    Attributes
    ----------
    model, asset, window
        The model, and the data it was fitted to.
    returns
        Number of daily returns in the window.
    parameters
        In the order of the documentation.
    log_likelihood
        Of the daily log returns; not a number if the model has none.
    free
        Number of estimated parameters.
    draw
        Draws parameter sets that the window does not exclude, (draws, parameters).
    notes
        Sentences that a reader of the figures must know.
    free_parameters
        See `Estimate`.
    """

    model: str
    asset: str
    window: Window
    returns: int
    parameters: tuple[Parameter, ...]
    log_likelihood: float
    free: int
    draw: Draw = field(compare=False, repr=False)
    notes: tuple[str, ...] = ()
    free_parameters: Floats | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, model: str, asset: str, window: Window, fitted: Estimate) -> Fit:
        """The fit to every day of `window` that gave an estimate."""
        return cls(
            model=model,
            asset=asset,
            window=window,
            returns=window.days,
            parameters=fitted.parameters,
            log_likelihood=fitted.log_likelihood,
            free=fitted.free,
            draw=fitted.draw,
            notes=fitted.notes,
            free_parameters=fitted.free_parameters,
        )

    @property
    def akaike(self) -> float:
        """Akaike's information criterion, 2 x estimated parameters - 2 x log-likelihood; lower is better."""
        return 2.0 * self.free - 2.0 * self.log_likelihood

    def value(self, key: str) -> float:
        """The fitted value of parameter `key`."""
        return next(parameter.value for parameter in self.parameters if parameter.key == key)


FITTERS: Mapping[str, Callable[[Floats, Floats | None], Estimate]] = {
    "gbm": fit_gbm,
    "jump_diffusion": fit_jump_diffusion,
    "garch": fit_garch,
    "regime": fit_regime,
    "bootstrap": fit_bootstrap,
}
"""Model -> the function that fits it to daily log returns, starting at free parameters where they are given."""


def window_returns(history: DailyPrices, window: Window) -> Floats:
    """Daily log returns of the days of `window`; `history` must cover it and the day before."""
    first = (window.first - history.first).days
    returns: Floats = np.diff(np.log(history.close[first - 1 : first + window.days]))
    return returns


def fit(model: str, history: DailyPrices, window: Window, near: Fit | None = None) -> Fit:
    """Fit `model` to `window`.

    Parameters
    ----------
    model
        One of `FITTERS`.
    history
        Must cover the window and the day before.
    near
        A fit to almost the same days, near which the highest likelihood is searched.
    """
    returns = window_returns(history, window)
    fitted = FITTERS[model](returns, None if near is None else near.free_parameters)
    return Fit.of(model, history.asset, window, fitted)
