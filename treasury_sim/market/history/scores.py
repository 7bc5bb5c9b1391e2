"""How price models and the candidates of the ensemble have forecast past quarters, by `treasury-sim backtest --out`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

SCORES = "forecast_scores.csv"
RECORD = "forecast_record.csv"
_HERE = Path(__file__).parent


@cache
def forecast_scores() -> Mapping[date, Mapping[str, float]]:
    """Log score of each candidate's forecast of a quarter, by the last day of the quarter and the candidate's name."""
    with (_HERE / SCORES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType(
        {
            date.fromisoformat(row["quarter_end"]): {
                name: float(score) for name, score in row.items() if name != "quarter_end"
            }
            for row in rows
        }
    )


@cache
def forecast_record() -> tuple[Mapping[str, str], ...]:
    """Scores of each model's forecasts of the next quarter, a row for each model and figure (``close``, ``charge``)."""
    with (_HERE / RECORD).open(encoding="utf-8", newline="") as file:
        return tuple(MappingProxyType(row) for row in csv.DictReader(file))
