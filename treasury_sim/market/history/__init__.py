"""Embedded daily prices and quarter-end prices; their sources are in SOURCE.md of this folder."""

from treasury_sim.market.history.loader import (
    EMBEDDED,
    EMBEDDED_CURRENCY,
    embedded_inputs,
    embedded_tables,
    load_history,
    quarter_end_price,
    venue_on,
)
from treasury_sim.market.history.scores import forecast_record, forecast_scores
from treasury_sim.market.history.windows import Window, named_windows

__all__ = [
    "EMBEDDED",
    "EMBEDDED_CURRENCY",
    "Window",
    "embedded_inputs",
    "embedded_tables",
    "forecast_record",
    "forecast_scores",
    "load_history",
    "named_windows",
    "quarter_end_price",
    "venue_on",
]
