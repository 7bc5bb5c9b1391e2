"""Every root of a function of one variable, from a grid whose points are evaluated together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats

Function = Callable[[Floats], Floats]
"""(n,) arguments -> (n,) values; NaN where the function is not defined."""

MOST_STEPS = 80
SMALLEST = 4.0 * np.finfo(float).eps


@dataclass(frozen=True)
class Root:
    """A root of a function.

    Attributes
    ----------
    first, last
        The root twice, or the ends of an interval on which the function is zero.
    off
        Value of the function there; not zero where it jumps over zero.
    """

    first: float
    last: float
    off: float


def roots(function: Function, grid: Floats, value: Floats, *, width: float = SMALLEST, zero: float = 0.0) -> list[Root]:
    """Find every root between grid points where the function changes sign, and every interval on which it is zero.

    Each step halves the bracket and also tries the zero of the line through its ends: on a linear piece that is the
    exact root.

    Parameters
    ----------
    grid : (n,)
        Increasing.
    value : (n,)
        The function there.
    width
        Relative width at which a bracket is not divided further.
    zero
        Absolute value that counts as zero.
    """
    known = ~np.isnan(value)
    x, y = grid[known], value[known]
    is_zero = np.abs(y) <= zero
    all_roots = list(_stretches(function, x, is_zero, width, zero))
    change = np.flatnonzero((y[:-1] * y[1:] < 0.0) & ~is_zero[:-1] & ~is_zero[1:])
    if change.size:
        all_roots += _bracketed(function, x[change], x[change + 1], y[change], y[change + 1], width, zero)
    return sorted(all_roots, key=lambda root: root.first)


def _stretches(function: Function, x: Floats, is_zero: np.ndarray, width: float, zero: float) -> Iterator[Root]:
    """Runs of grid points at which the function is zero, each as one interval with its true ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_zero, [False]]).astype(int)))
    for start, stop in zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True):
        first = _edge(function, x[start - 1], x[start], width, zero) if start else x[start]
        last = _edge(function, x[stop + 1], x[stop], width, zero) if stop + 1 < x.size else x[stop]
        yield Root(float(first), float(last), 0.0)


def _edge(function: Function, outside: float, inside: float, width: float, zero: float) -> float:
    """The point between `outside` and `inside` from which the function is zero."""
    for _ in range(MOST_STEPS):
        if abs(inside - outside) <= width * abs(inside):
            break
        middle = (inside + outside) / 2.0
        if abs(float(function(np.array([middle]))[0])) <= zero:
            inside = middle
        else:
            outside = middle
    return inside


def _bracketed(  # noqa: PLR0917 - the two ends of the brackets
    function: Function, low: Floats, high: Floats, at_low: Floats, at_high: Floats, width: float, zero: float
) -> Iterator[Root]:
    low, high, at_low, at_high = (np.array(end) for end in (low, high, at_low, at_high))
    for _ in range(MOST_STEPS):
        # The line is exact on linear pieces but may converge from one side only elsewhere, so the middle is tried, too.
        line = low - at_low * (high - low) / (at_high - at_low)
        tried = np.stack([np.clip(line, low, high), (low + high) / 2.0])
        values = function(tried.ravel()).reshape(tried.shape)
        for x, y in zip(tried, values, strict=True):
            inside = (x >= low) & (x <= high) & ~np.isnan(y)
            is_low = inside & (np.sign(y) == np.sign(at_low))
            is_high = inside & ~is_low
            low, at_low = np.where(is_low, x, low), np.where(is_low, y, at_low)
            high, at_high = np.where(is_high, x, high), np.where(is_high, y, at_high)
        nearest = np.minimum(np.abs(at_low), np.abs(at_high))
        if np.all((nearest <= zero) | (high - low <= width * np.maximum(np.abs(low), np.abs(high)))):
            break
    for a, b, at_a, at_b in zip(low.tolist(), high.tolist(), at_low.tolist(), at_high.tolist(), strict=True):
        x, y = (a, at_a) if abs(at_a) <= abs(at_b) else (b, at_b)
        yield Root(x, x, y)
