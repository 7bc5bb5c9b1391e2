"""A price path through stated quarter-end prices and lows, log-linear between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import DAY, Days, frozen
from treasury_sim.domain.prices import DailyPrices


def target_path(
    asset: str, days: Days, spot: float, quarter_end: Mapping[date, float], lows: Mapping[date, float]
) -> DailyPrices:
    """Draw the path through `spot`, the `lows` and the prices of `quarter_end`.

    Between two of them the log price is linear in time: every day has the same return. Days have no intraday range:
    the low is the close.

    Parameters
    ----------
    days : (days,)
        Days of the path, increasing by one, the last one a quarter end.
    spot
        Price on the day before the first of `days` [currency/unit].
    quarter_end, lows
        Price by day [currency/unit]; on a day in both, `quarter_end` applies.
    """
    stated = {np.datetime64(day, "D"): price for day, price in {**lows, **quarter_end}.items()}
    knots = {days[0] - DAY: spot, **{day: price for day, price in stated.items() if days[0] <= day <= days[-1]}}
    at = np.array(sorted(knots), dtype="datetime64[D]")
    logs = np.log([knots[day] for day in at])
    close = frozen(np.exp(np.interp(days.astype(float), at.astype(float), logs)))
    return DailyPrices(asset, days, close, close, f"model: target, straight in logs from spot {spot:,.12g}")
