"""The steps of a slider: round prices, and the exact ones that must not be rounded away."""

from __future__ import annotations

import math
from collections.abc import Iterable

LOWEST, HIGHEST, STEPS = 0.23, 2.3, 400
"""A slider runs from about a quarter to about twice the price, in at most this many steps."""


def choices(price: float, *, exact: Iterable[float] = ()) -> list[float]:
    """Round prices around `price`, from low to high, with the `exact` ones among them [currency/unit].

    A price of 87,515 gives 20,000 to 200,000 in steps of 500.
    """
    step = _nice(price * (HIGHEST - LOWEST) / STEPS)
    coarse = _nice(price / 20.0)
    first = max(round(price * LOWEST / coarse), 1) * coarse
    last = max(round(price * HIGHEST / coarse) * coarse, first + step)
    count = round((last - first) / step)
    ladder = {round(first + number * step, 10) for number in range(count + 1)}
    return sorted({*ladder, *exact})


def _nice(value: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= value)
