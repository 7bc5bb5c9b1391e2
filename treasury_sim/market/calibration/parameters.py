"""The parameters of a fitted model, and where further draws of them come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats

Draw = Callable[[int, np.random.Generator], Floats]
"""(number of draws, random numbers) -> values of the parameters, (draws, parameters)."""


@dataclass(frozen=True)
class Parameter:
    """One fitted parameter.

    Attributes
    ----------
    key
        Key path within `prices.ASSET` of a scenario, such as ``calm.leave``.
    value
        In the unit of the key: annual rate as a share, or plain number.
    error
        Its standard error; not a number if unknown.
    is_rate
        Whether a scenario writes it in per cent.
    """

    key: str
    value: float
    error: float
    is_rate: bool = True


@dataclass(frozen=True)
class Estimate:
    """The parameters of a model that fit a series of daily log returns.

    Attributes
    ----------
    parameters
        In the order of the documentation.
    log_likelihood
        Of the daily log returns; not a number if the model has none.
    free
        Number of estimated parameters.
    draw
        Draws parameters that the returns do not exclude, in the order of `parameters`.
    notes
        Sentences that a reader of the figures must know.
    free_parameters
        Where the likelihood is highest, from which a fit to almost the same returns can start; ``None`` without one.
    """

    parameters: tuple[Parameter, ...]
    log_likelihood: float
    free: int
    draw: Draw
    notes: tuple[str, ...] = ()
    free_parameters: Floats | None = None
