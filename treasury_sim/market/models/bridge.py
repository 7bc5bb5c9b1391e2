"""The minimum of a Brownian motion between two known points: exact, without intermediate steps.

Given the increment x of a Brownian motion over an interval of variance s2, its minimum there, relative to where it
began, is distributed as ``(x - sqrt(x^2 - 2 s2 log U)) / 2`` with U uniform.

Source: reflection principle; P. Glasserman, Monte Carlo Methods in Financial Engineering (2003), section 6.4, (6.50).
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats


def lowest_between(increment: Floats, variance: Floats | float, exponential: Floats) -> Floats:
    """Draw the minimum of log-prices between two points, relative to the first.

    Parameters
    ----------
    increment
        Change of the log-price over the interval, any shape.
    variance
        Variance of that change, broadcast to `increment`; not negative.
    exponential
        Exponentials of mean 1, ``-log U``, of the same shape.

    Returns
    -------
    Floats
        Not above 0 and not above `increment`.
    """
    root = increment * increment
    root += 2.0 * variance * exponential
    np.sqrt(root, out=root)
    np.subtract(increment, root, out=root)
    root *= 0.5
    return root
