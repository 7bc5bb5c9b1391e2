"""The runway: what is there to pay with, and what falls due, month by month."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.domain.result import Result
from treasury_sim.report.capital import RUNWAY, capital_of, runway_rows

SHOWN = ("cash", "reserve", "repaid", "interest_due", "dividends_paid", "unpaid")
"""Lines of the runway that the chart shows."""


@dataclass(frozen=True)
class RunwayPoint:
    """One month of one line [currency]; what falls due is negative, so that it hangs below what is there."""

    month: str
    line: str
    title: str
    amount: float


def runway_points(result: Result) -> list[RunwayPoint]:
    """Rows of the chart: what is there above zero, what falls due below.

    Raises
    ------
    InputError
        If the scenario states no funding.
    """
    labels, rows = runway_rows(capital_of(result))
    sign = {"cash": 1.0, "reserve": 1.0}
    return [
        RunwayPoint(month, row.line, RUNWAY[row.line], sign.get(row.line, -1.0) * amount)
        for row in rows
        if row.line in SHOWN
        for month, amount in zip(labels, row.amounts, strict=True)
    ]
