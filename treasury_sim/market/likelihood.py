"""What every fit by maximum likelihood needs: the lowest point of a function, second derivatives, the delta method."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import Floats


def lowest_point(function: Callable[[Floats], float], starts: list[Floats]) -> Floats:
    """The lowest point that is found from any of `starts`."""
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy, and for this only

    options: dict[str, Any] = {"maxiter": 500, "ftol": 1e-12, "gtol": 1e-6}
    # The function is infinite where figures are impossible, and so may be its slopes.
    with np.errstate(invalid="ignore"):
        found = [minimize(function, start, method="L-BFGS-B", options=options) for start in starts]
    best: Floats = min(found, key=lambda result: float(result.fun)).x
    return best


def delta_errors(function: Callable[[Floats], Floats], at: Floats, covariance: Floats) -> Floats:
    """Standard errors of `function` where its arguments have `covariance`; not a number where that is none."""
    steps = 1e-5 * np.maximum(np.abs(at), 1e-4)
    slopes = np.array([(function(at + step) - function(at - step)) / (2.0 * step.sum()) for step in np.diag(steps)])
    variance = np.einsum("ik,ij,jk->k", slopes, covariance, slopes)
    errors: Floats = np.sqrt(np.where(variance >= 0.0, variance, math.nan))
    return errors


def second_derivatives(function: Callable[[Floats], float], at: Floats) -> Floats:
    """Second derivatives by central differences, (arguments, arguments)."""
    steps = np.diag(1e-4 * np.maximum(np.abs(at), 1e-2))
    size = at.size
    found = np.empty((size, size))
    for row in range(size):
        for column in range(row + 1):
            one, other = steps[row], steps[column]
            mixed = function(at + one + other) - function(at + one - other)
            mixed += function(at - one - other) - function(at - one + other)
            found[row, column] = found[column, row] = mixed / (4.0 * one.sum() * other.sum())
    return found
