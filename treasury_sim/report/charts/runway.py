"""The runway: what is there to pay with, and what falls due, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import (
    AXIS,
    BLUE,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Chart,
    rows_of,
    title_of,
    unit_of,
    zero_rule,
)
from treasury_sim.report.tables.runway import RUNWAY, runway_table
from treasury_sim.report.words import spoken

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
    runway = runway_table(result)
    labels = [column.name for column in runway.columns[1:]]
    sign = {"cash": 1.0, "reserve": 1.0}
    return [
        RunwayPoint(month, row.line, RUNWAY[row.line], sign.get(row.line, -1.0) * (amount or 0.0))
        for row in runway.rows
        if row.line in SHOWN
        for month, amount in zip(labels, row.amounts, strict=True)
    ]


_COLOURS = dict(zip(SHOWN, (BLUE, SKY, GREY, ORANGE, PURPLE, VERMILLION), strict=True))


def runway_chart(points: Sequence[RunwayPoint], *, currency: str) -> Chart:
    """Draw bars by month: what is there above the line, what falls due below it; what is not paid is red."""
    divisor, unit = unit_of([point.amount for point in points], currency)
    shown = [point for point in points if any(other.amount for other in points if other.line == point.line)]
    rows = [{"month": p.month, "title": p.title, "amount": p.amount / divisor} for p in shown]
    titles = {point.title: _COLOURS[point.line] for point in shown}
    colour = alt.Color(
        "title:N",
        sort=None,
        scale=alt.Scale(domain=list(titles), range=list(titles.values())),
        legend=alt.Legend(orient="top", title=None, direction="horizontal", columns=3, labelLimit=220),
    )
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar()
        .encode(
            x=alt.X("month:O", title="Month", sort=None, axis=alt.Axis(labelAngle=-90, labelOverlap=True)),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(format=AXIS)),
            color=colour,
            tooltip=[
                alt.Tooltip("month:O", title="Month"),
                alt.Tooltip("title:N", title="Line"),
                alt.Tooltip("amount:Q", title=unit, format="(,.3f"),
            ],
        )
    )
    title = runway_title(points, currency)
    subtitle = "Above the line: what is there at the end of the month. Below it: what falls due in it."
    return alt.layer(bars, zero_rule("y")).properties(title=title_of(title, subtitle), height=300, description=title)


def runway_title(points: Sequence[RunwayPoint], currency: str) -> str:
    """Say what is left at the end, or when something is not paid."""
    unpaid = next((point for point in points if point.line == "unpaid" and point.amount), None)
    if unpaid is not None:
        return f"{unpaid.month}: {spoken(unpaid.amount, currency)} is due and not paid"
    empty = next((month for month in dict.fromkeys(p.month for p in points) if not _left(points, month)), None)
    if empty is not None:
        return f"Cash and reserve are used up in {empty}"
    last = points[-1].month
    return f"Everything is paid up to {last}; {spoken(_left(points, last), currency)} is left then"


def _left(points: Sequence[RunwayPoint], month: str) -> float:
    """Cash and reserve at the end of a month."""
    return sum(point.amount for point in points if point.month == month and point.line in {"cash", "reserve"})
