"""The figures that are forecast: prices of a quarter, and what a unit position reports in it.

All are multiples of the price at the end of the quarter before the first one, when the unit is bought and measured at
cost: the figures of quarters at different prices can then be averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats

LIMIT = 0.2
"""Loss of a quarter at which the limit of the Brier score breaks, as a share of the price at its beginning."""


@dataclass(frozen=True)
class Target:
    """A figure that is forecast.

    Attributes
    ----------
    words
        Its name in a table.
    limit
        Whether a figure breaks the limit, from (figures, opening prices); ``None`` if it has none.
    """

    words: str
    has_limit: bool = False


TARGETS: Mapping[str, Target] = {
    "close": Target("Quarter-end price"),
    "low": Target("Lowest price of the quarter"),
    "change": Target("Fair-value change of the quarter", has_limit=True),
    "charge": Target("Charge at the lowest price", has_limit=True),
}


@dataclass(frozen=True)
class Figures:
    """The figures of each quarter ahead, (paths, quarters)."""

    values: Mapping[str, Floats]
    opening: Floats

    def breaks(self, target: str) -> Floats:
        """Whether the loss of the quarter exceeds the limit, as 0 or 1."""
        loss = -self.values["change"] if target == "change" else self.values["charge"]
        return (loss > LIMIT * self.opening).astype(float)


def figures(close: Floats, low: Floats, opening: float, known_low: float) -> Figures:
    """The figures of the quarters ahead.

    Parameters
    ----------
    close, low : (paths, quarters)
        Quarter-end price and lowest price from the day of the forecast on.
    opening
        Price at the end of the quarter before the first.
    known_low
        Lowest price of the first quarter up to the day of the forecast; infinite on its first day.
    """
    close, low = close / opening, low / opening
    low[:, 0] = np.minimum(low[:, 0], known_low / opening)
    before = np.concatenate([np.ones((len(close), 1)), close[:, :-1]], axis=1)
    lowest = np.minimum(np.minimum.accumulate(low, axis=1), 1.0)
    charge = -np.diff(lowest, axis=1, prepend=1.0)
    return Figures({"close": close, "low": low, "change": close - before, "charge": charge}, before)
