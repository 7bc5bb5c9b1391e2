"""Tools of maximum likelihood: minimisation, second derivatives, the delta method."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import Floats


def lowest_point(function: Callable[[Floats], float], starts: list[Floats]) -> Floats:
    """The best local minimum reached from any of `starts`."""
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to import, and needed only here

    options: dict[str, Any] = {"maxiter": 500, "ftol": 1e-12, "gtol": 1e-6}
    # The function is infinite at impossible parameters, and so its slopes may be.
    with np.errstate(invalid="ignore"):
        minima = [minimize(function, start, method="L-BFGS-B", options=options) for start in starts]
    best: Floats = min(minima, key=lambda result: float(result.fun)).x
    return best


def delta_errors(function: Callable[[Floats], Floats], at: Floats, covariance: Floats) -> Floats:
    """Standard errors of `function` if its arguments have `covariance`; not a number where a variance is negative."""
    steps = 1e-5 * np.maximum(np.abs(at), 1e-4)
    slopes = np.array([(function(at + step) - function(at - step)) / (2.0 * step.sum()) for step in np.diag(steps)])
    variance = np.einsum("ik,ij,jk->k", slopes, covariance, slopes)
    errors: Floats = np.sqrt(np.where(variance >= 0.0, variance, math.nan))
    return errors


def second_derivatives(function: Callable[[Floats], float], at: Floats) -> Floats:
    """Second derivatives by central differences, (arguments, arguments)."""
    steps = np.diag(1e-4 * np.maximum(np.abs(at), 1e-2))
    size = at.size
    second = np.empty((size, size))
    for row in range(size):
        for column in range(row + 1):
            along, across = steps[row], steps[column]
            mixed = function(at + along + across) - function(at + along - across)
            mixed += function(at - along - across) - function(at - along + across)
            second[row, column] = second[column, row] = mixed / (4.0 * along.sum() * across.sum())
    return second
