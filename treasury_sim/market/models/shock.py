"""A constant price with one shock.

Absolute and relative shifts as in the stress tests of Open Source Risk Engine; equal-to states the shocked price.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from treasury_sim.domain.arrays import Days, Floats, frozen
from treasury_sim.domain.prices import DailyPrices

Share = Callable[[Floats, float, float, float], Floats]
"""(day numbers, start, trough, end) -> share of the shock on each day, 0 to 1."""


def _fall(day: Floats, start: float, last: float) -> Floats:
    """Linear from 0 on the day before `start` to 1 on `last`."""
    return np.clip((day - start + 1.0) / (last - start + 1.0), 0.0, 1.0)


def _v(day: Floats, start: float, trough: float, end: float) -> Floats:
    return np.minimum(_fall(day, start, trough), np.clip((end - day) / (end - trough), 0.0, 1.0))


SHAPES: dict[str, Share] = {
    "instant": lambda day, start, _trough, _end: (day >= start).astype(float),
    "linear": lambda day, start, _trough, end: _fall(day, start, end),
    "l": lambda day, start, trough, _end: _fall(day, start, trough),
    "v": _v,
}
"""Shape -> share of the shock that applies on each day."""

_WORDS = {
    "instant": "at once on {0}",
    "linear": "evenly from {0} to {2}",
    "l": "evenly from {0} to {1}",
    "v": "evenly from {0} to {1} and back by {2}",
}


def shocked_price(spot: float, *, absolute: float | None, relative: float | None, equal_to: float | None) -> float:
    """The price of `spot` after a shock [currency/unit]; exactly one of the three sizes is given."""
    if absolute is not None:
        return spot + absolute
    return spot * (1.0 + relative) if relative is not None else equal_to or spot


def shock_path(
    asset: str, days: Days, spot: float, shocked: float, shape: str, *, timing: tuple[np.datetime64, ...]
) -> DailyPrices:
    """Draw the path from `spot` to `shocked`, in a straight line where it takes time.

    Days have no intraday range: the low is the close.

    Parameters
    ----------
    days : (days,)
        Days of the path, increasing by one.
    spot, shocked
        Price before the shock and after all of it [currency/unit].
    shape
        One of `SHAPES`.
    timing
        First day of the shock; day of the full shock (`l`, `v`); day on which it is complete (`linear`) or over (`v`).
    """
    start, trough, end = (float(day.astype(int)) for day in timing)
    share = SHAPES[shape](days.astype(float), start, trough, end)
    close = frozen(spot + share * (shocked - spot))
    words = f"model: shock of {spot:,.12g} to {shocked:,.12g}, {_WORDS[shape].format(*timing)}"
    return DailyPrices(asset, days, close, close, words)
