"""The remeasurement of every quarter, under every framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import AXIS, SERIES, Chart, rows_of, title_of, unit_of, zero_rule
from treasury_sim.report.tables.statement import remeasured
from treasury_sim.report.words import spoken


@dataclass(frozen=True)
class QuarterBar:
    """The remeasurement of one quarter under one framework, by the rule for some of its assets or all.

    Attributes
    ----------
    framework
        Its title.
    label
        ``2025Q4``.
    name
        What the rule in force calls it.
    amount
        In profit or loss, signed [currency].
    at_cost
        Whether the rule in force is cost less impairment or write-down, not fair value.
    """

    framework: str
    label: str
    name: str
    amount: float
    at_cost: bool


def remeasurement_bars(result: Result) -> list[QuarterBar]:
    """The remeasurement of every computed quarter, from the first purchase on, under every framework and rule."""
    marks = [int(held.ledger.acquired.min()) for held in result.holdings.values() if held.ledger.acquired.size]
    first = int(result.timeline.quarter_of_mark[min(marks)]) if marks else 0
    return [
        QuarterBar(FRAMEWORKS[key].title, quarter.label, item.name, item.amount, item.framework.rule.ceiling_at_cost)
        for key, statement in result.statements.items()
        for index, quarter in enumerate(statement.quarters)
        if index >= first
        for item in remeasured(result, key, Period(quarter.label, (index,)))
    ]


def remeasurement_chart(bars: Sequence[QuarterBar], *, currency: str) -> Chart:
    """Draw the remeasurement by quarter: rules at cost hollow, fair value filled, a loss below the line."""
    divisor, unit = unit_of([bar.amount for bar in bars], currency)
    rows = [
        {
            "label": bar.label,
            "framework": bar.framework,
            "rule": "Cost (hollow)" if bar.at_cost else "Fair value (filled)",
            "name": bar.name,
            "amount": bar.amount / divisor,
        }
        for bar in bars
    ]
    frameworks = list(dict.fromkeys(bar.framework for bar in bars))
    colour = alt.Scale(domain=frameworks, range=[SERIES[n % len(SERIES)] for n in range(len(frameworks))])
    rules = list(dict.fromkeys(str(row["rule"]) for row in rows))
    legend = alt.Legend(orient="top", direction="horizontal", title=None, labelLimit=260, columns=1)
    chart = (
        alt.Chart(rows_of(rows))
        .mark_bar(strokeWidth=1.5)
        .encode(
            x=alt.X("label:O", title="Fiscal quarter", sort=None, axis=alt.Axis(labelAngle=-90, labelOverlap=True)),
            xOffset=alt.XOffset("framework:N", sort=frameworks),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(format=AXIS)),
            color=alt.Color("framework:N", scale=colour, legend=legend),
            stroke=alt.Stroke("framework:N", scale=colour, legend=legend),
            fillOpacity=alt.FillOpacity(
                "rule:O",
                scale=alt.Scale(domain=rules, range=[0.12 if rule.startswith("Cost") else 0.95 for rule in rules]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("label:O", title="Quarter"),
                alt.Tooltip("framework:N", title="Framework"),
                alt.Tooltip("name:N", title="Line"),
                alt.Tooltip("amount:Q", title=unit, format="(,.3f"),
            ],
        )
    )
    title = remeasurement_title(bars, currency)
    subtitle = "Rules at cost (impairment, write-down) are hollow, fair value is filled. A loss is below the line."
    return alt.layer(chart, zero_rule("y")).properties(title=title_of(title, subtitle), height=300, description=title)


def remeasurement_title(bars: Sequence[QuarterBar], currency: str) -> str:
    """Say which quarter was the worst."""
    worst = min(bars, key=lambda bar: bar.amount, default=None)
    if worst is None or worst.amount >= 0.0:
        return "No quarter shows a loss on remeasurement"
    return f"Worst quarter: {worst.label}, {worst.name} of {spoken(worst.amount, currency)}"
