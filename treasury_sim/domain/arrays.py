"""Array types by what they hold, and the one way to make an array read-only."""

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

Array = TypeVar("Array", bound=NDArray[Any])


def frozen(array: Array) -> Array:
    """Return `array`, made read-only in place."""
    array.setflags(write=False)
    return array
