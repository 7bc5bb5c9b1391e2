"""Embedded daily prices and quarter-end prices; see SOURCE.md in this folder for where they are from."""

from treasury_sim.market.history.loader import (
    EMBEDDED,
    EMBEDDED_CURRENCY,
    embedded_inputs,
    embedded_tables,
    is_embedded,
    load_history,
    quarter_end_price,
    venue_on,
)
from treasury_sim.market.history.windows import Window, named_windows

__all__ = [
    "EMBEDDED",
    "EMBEDDED_CURRENCY",
    "Window",
    "embedded_inputs",
    "embedded_tables",
    "is_embedded",
    "load_history",
    "named_windows",
    "quarter_end_price",
    "venue_on",
]
