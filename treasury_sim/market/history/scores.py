"""How candidates of the ensemble have forecast past quarters: a table that `treasury-sim backtest --out` writes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

SCORES = "forecast_scores.csv"
_TABLE = Path(__file__).parent / SCORES


@cache
def forecast_scores() -> Mapping[date, Mapping[str, float]]:
    """Log score of each candidate's forecast of a quarter, by the last day of the quarter and the candidate's name."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType(
        {
            date.fromisoformat(row["quarter_end"]): {
                name: float(score) for name, score in row.items() if name != "quarter_end"
            }
            for row in rows
        }
    )
