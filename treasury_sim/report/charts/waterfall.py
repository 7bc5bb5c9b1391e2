"""The waterfall: the steps to the bottom line of a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import (
    AXIS,
    GAIN,
    LOSS,
    SIGNED,
    TOTAL,
    Chart,
    rows_of,
    title_of,
    unit_of,
    zero_rule,
)
from treasury_sim.report.finding import bottom_line, short_name
from treasury_sim.report.tables.attribution import Step
from treasury_sim.report.tables.statement import income_bridge
from treasury_sim.report.tables.table import Row
from treasury_sim.report.words import sentence

_SHORT = {
    "fee_expense": "Purchase fees",
    "loan_remeasurement": "Coins lent",
    "coin_revenue": "Revenue in coins",
    "coin_expense": "Paid in coins",
    "other_operating_income": "Other operating",
}
"""Titles for a narrow place; other lines keep theirs."""
_ALWAYS = ("remeasurement_pl", "other_operating_income", "interest", "income_tax")
"""Lines whose bar is drawn even if it is nothing."""


def waterfall(result: Result, key: str, label: str) -> list[Step]:
    """Split the bottom line of one quarter into its steps: the rows of the income bridge down to that line."""
    column = list(result.statements).index(key)
    name, title, bottom = bottom_line(result, key, label)
    rows = income_bridge(result, label).rows
    last = next(number for number, row in enumerate(rows) if row.line == name)
    steps, level = [], 0.0
    for row in rows[:last]:
        amount = row.amounts[column]
        if amount is None or row.is_total or row.is_part or not (amount or row.line in _ALWAYS):
            continue
        steps.append(Step(_step_title(row, amount), level, level + amount, amount))
        level += amount
    return [*steps, Step(sentence(title), 0.0, bottom, bottom, is_total=True)]


def _step_title(row: Row, amount: float) -> str:
    if row.line == "remeasurement_pl":
        return short_name(row.title)
    if row.line == "income_tax":
        return "Tax benefit" if amount > 0.0 else "Income tax"
    return _SHORT.get(row.line, LINES[row.line].title)


def waterfall_chart(steps: Sequence[Step], *, title: str, subtitle: str, currency: str) -> Chart:
    """Draw a waterfall, first step on top; every bar carries its signed amount.

    Parameters
    ----------
    steps
        Amounts in currency units.
    """
    divisor, unit = unit_of([step.amount for step in steps], currency)
    rows: list[dict[str, Any]] = [
        {
            "title": step.title,
            "start": step.start / divisor,
            "end": step.end / divisor,
            "amount": step.amount / divisor,
            "right": max(step.start, step.end) / divisor,
            "kind": "total" if step.is_total else "loss" if step.amount < 0.0 else "gain",
        }
        for step in steps
    ]
    edges = [0.0, *(step.end / divisor for step in steps)]
    low, high = min(edges), max(edges)
    room = (high - low or 1.0) * 0.2
    y = alt.Y("title:N", sort=None, title=None, axis=alt.Axis(labelLimit=190, ticks=False, domain=False))
    scale = alt.Scale(domain=[low - room * 0.1, high + room], nice=False)
    tooltip = [alt.Tooltip("title:N", title="Line"), alt.Tooltip("amount:Q", title=unit, format="(,.4f")]
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar(size=24)
        .encode(
            y=y,
            x=alt.X("start:Q", title=unit, scale=scale, axis=alt.Axis(format=AXIS, tickCount=6)),
            x2="end:Q",
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=["loss", "gain", "total"], range=[LOSS, GAIN, TOTAL]), legend=None
            ),
            tooltip=tooltip,
        )
    )
    amounts = (
        alt.Chart(rows_of(rows))
        .mark_text(align="left", dx=5, fontWeight="bold")
        .encode(y=y, x=alt.X("right:Q", scale=scale), text=alt.Text("amount:Q", format=SIGNED))
    )
    return alt.layer(bars, zero_rule("x", scale), amounts).properties(
        title=title_of(title, subtitle), height=34 * len(rows), description=title
    )
