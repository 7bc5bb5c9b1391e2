"""Lows that are deeper than the price source shows: the venue of the holder, and forced selling within a day.

Forced selling carries no information, so its impact has mostly worn off by the close: it deepens the low and leaves the
close. On bitcoin from 2018 to August 2026 a day that fell by 7 to 10 % to its low recovered 34 % of the fall by its
close (median of 111 days), a Brownian day 12 %; the difference bounds the part of forced selling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class DeeperLows:
    """Lowers the lows of days of a deep fall; closes stay as they are.

    Attributes
    ----------
    deeper
        Share of a day's fall, from the last close to the low, by which the low is lower still, in logarithms.
    venue
        How far the low of the venue observed lies below that of the price source, a share of the price.
    after_fall
        Least fall from the last close to the low, a share of that close, on which they apply.
    """

    deeper: float = 0.0
    venue: float = 0.0
    after_fall: float = 0.07

    def on(self, low: Floats, last_close: Floats) -> Floats:
        """The deeper lows, as `low`.

        Parameters
        ----------
        low, last_close
            Low of each day and the close of the day before, of one shape [currency/coin].
        """
        falls = low <= last_close * (1.0 - self.after_fall)
        deeper: Floats = low * (low / last_close) ** self.deeper * (1.0 - self.venue)
        return np.where(falls, deeper, low)
