"""Array types by content, and the one way to make an array read-only."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Days = NDArray[np.datetime64]
Bools = NDArray[np.bool_]

DAY = np.timedelta64(1, "D")
"""One day."""

Rows = slice | Ints
"""A selection of rows of an array."""

Array = TypeVar("Array", bound=NDArray[Any])


def frozen(array: Array) -> Array:
    """Return `array`, made read-only in place."""
    array.setflags(write=False)
    return array


ROUNDING = 1e-13
"""Relative difference of two floating-point sums that should be equal."""


def less(first: Floats, second: Floats) -> Floats:
    """`first` less `second`; 0 where the difference is rounding."""
    difference: Floats = first - second
    size = np.maximum(np.abs(first), np.abs(second))
    return np.where(np.abs(difference) <= ROUNDING * size, 0.0, difference)


def rows(numbers: Ints) -> Rows:
    """Return increasing `numbers` as a slice if they are consecutive: a slice selects rows without a copy."""
    are_consecutive = numbers.size > 0 and int(numbers[-1] - numbers[0]) == numbers.size - 1
    return slice(int(numbers[0]), int(numbers[-1]) + 1) if are_consecutive else numbers
