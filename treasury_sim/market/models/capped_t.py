"""Student-t days whose variance is capped, so that their exponential has an expectation.

Given the expected variance h of a day, its realised variance is ``min(h (nu - 2) / chi2(nu), cap)``, and the day is
normal with that variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.market.models.model import Number

MOST_VOLATILE_DAY = 0.5
"""Cap on the standard deviation of one day's log return: without it, Student-t log returns have no expected price. No
day of bitcoin has come near it (worst close to close: -0.49 on 2020-03-12)."""
CAP = MOST_VOLATILE_DAY**2

_CELLS = 4096
_COARSE = (512, 401)
"""Cells and points where degrees of freedom differ from path to path: the error is below 1e-5 a day, far below that of
the parameters."""
_HALF = 0.05
"""Daily variance at the middle of the table of growth."""


@dataclass(frozen=True)
class CappedT:
    """The law of a day.

    Attributes
    ----------
    degrees_of_freedom
        nu, above 2.
    """

    degrees_of_freedom: Number

    def realised(self, generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        """Draw realised over expected variance, before the cap."""
        mixing = generator.standard_gamma(self.degrees_of_freedom / 2.0, shape)
        np.divide((self.degrees_of_freedom - 2.0) / 2.0, mixing, out=mixing)
        return mixing

    def quadrature(self, count: int) -> tuple[Floats, Floats]:
        """Weights, and realised over expected variance before the cap, at `count` points, each (count,).

        The trapezoidal rule in the logarithm of the gamma variable, which converges exponentially.
        """
        shape = self.degrees_of_freedom / 2.0
        log_gamma = np.linspace(-40.0 / shape, np.log(shape + 40.0 + 12.0 * np.sqrt(shape)), count)
        weight = np.exp(shape * log_gamma - np.exp(log_gamma) - (shape * np.log(shape) - shape))
        weight /= weight.sum()
        return weight, (shape - 1.0) * np.exp(-log_gamma)

    def growth(self, expected: Floats) -> Floats:
        """Log E[exp(e) | h], as `expected`, the expected variance of the day."""
        level, slope = self.table
        place = place_of(expected)
        cell = place.astype(np.intp)
        growth: Floats = level[cell] + slope[cell] * place
        return growth

    @cached_property
    def table(self) -> tuple[Floats, Floats]:
        """Log E[exp(e) | h] as straight lines `level + slope * place` on the cells of `place`, see `place_of`.

        Where nu differs from path to path, one table follows another, see `offset`.
        """
        if not isinstance(self.degrees_of_freedom, np.ndarray):
            return _lines(self.degrees_of_freedom, _CELLS, 4001)
        several = [_lines(each, *_COARSE) for each in np.unique(self.degrees_of_freedom).tolist()]
        return np.concatenate([level for level, _ in several]), np.concatenate([slope for _, slope in several])

    @cached_property
    def offset(self) -> Ints | int:
        """Where the table of each path begins."""
        if not isinstance(self.degrees_of_freedom, np.ndarray):
            return 0
        return np.unique(self.degrees_of_freedom, return_inverse=True)[1] * _CELLS


@lru_cache(maxsize=256)
def _lines(degrees_of_freedom: float, cells: int, points: int) -> tuple[Floats, Floats]:
    """Level and slope of each of `_CELLS` cells, from the growth at the bounds of `cells` of them."""
    weight, scale = CappedT(degrees_of_freedom).quadrature(points)
    place = np.arange(cells) / cells
    variance = _HALF * place / (1.0 - place)
    growth = np.empty(cells + 1)
    for row, expected in enumerate(variance):
        growth[row] = np.log(weight @ np.exp(np.minimum(expected * scale, CAP) / 2.0))
    growth[cells] = CAP / 2.0
    growth = np.interp(np.arange(_CELLS + 1), np.arange(cells + 1) * (_CELLS // cells), growth)
    slope = np.diff(growth)
    return growth[:-1] - slope * np.arange(_CELLS), slope


def place_of(expected: Floats) -> Floats:
    """The place of an expected variance in the table of growth: cells * h / (h + half)."""
    place = expected / (expected + _HALF)
    place *= _CELLS
    return place
