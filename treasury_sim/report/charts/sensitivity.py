"""The tornado and the grid of a sensitivity."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.sensitivity.grid import Grid
from treasury_sim.analysis.sensitivity.tornado import Tornado
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.charts.theme import AXIS, BLUE, GAIN, GREY, LOSS, Chart, rows_of, title_of, unit_of
from treasury_sim.report.tables.sensitivity import axis_values, driver_name, headline, sides


def tornado_chart(tornado: Tornado) -> Chart:
    """Draw each driver as a bar from its one side to the other, around the line as it is; the strongest on top."""
    lines = [value for bar in tornado.bars for value in (bar.low, bar.high) if value is not None]
    divisor, unit = unit_of([*lines, tornado.base], tornado.currency)
    rows = [
        {
            "driver": driver_name(bar),
            "from": tornado.base / divisor,
            "to": value / divisor,
            "at": at,
            "better": value > tornado.base,
        }
        for bar in tornado.bars
        for at, value in sides(bar)
        if value is not None
    ]
    y = alt.Y("driver:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False))
    axis = alt.Axis(format=AXIS, tickCount=6)
    x = alt.X("from:Q", title=f"{LINES[tornado.line].title}, {unit}", scale=alt.Scale(zero=False), axis=axis)
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar(size=18)
        .encode(
            y=y,
            x=x,
            x2="to:Q",
            color=alt.Color("better:N", scale=alt.Scale(domain=[False, True], range=[LOSS, GAIN]), legend=None),
            tooltip=[
                alt.Tooltip("driver:N", title="Driver"),
                alt.Tooltip("at:N", title="at"),
                alt.Tooltip("to:Q", title=unit, format="(,.3f"),
            ],
        )
    )
    base = alt.Chart(rows_of([{"from": tornado.base / divisor}])).mark_rule(color=GREY).encode(x=x)
    named = f"{tornado.quarter}, {FRAMEWORKS[tornado.framework].title}"
    subtitle = f"{named}. One driver is moved at a time; the line marks the run unchanged."
    title = headline(tornado)
    return alt.layer(bars, base).properties(
        title=title_of(title, subtitle), height=26 * max(len(tornado.bars), 1), description=title
    )


def grid_chart(grid: Grid) -> Chart:
    """Draw the line over two keys as a table of colours with the amounts in it."""
    divisor, unit = unit_of([value for value in grid.values.ravel().tolist() if not math.isnan(value)], grid.currency)
    rows: list[dict[str, Any]] = [
        {"row": row, "column": column, "amount": value / divisor}
        for row, values in zip(axis_values(grid.rows), grid.values.tolist(), strict=True)
        for column, value in zip(axis_values(grid.columns), values, strict=True)
        if not math.isnan(value)
    ]
    x = alt.X("column:O", sort=None, title=words.sentence(grid.columns.words))
    y = alt.Y("row:O", sort=None, title=words.sentence(grid.rows.words))
    # The same shade for the same size on either side of zero.
    most = max((abs(row["amount"]) for row in rows), default=1.0) or 1.0
    scale = alt.Scale(domain=[-most, 0.0, most], range=[LOSS, "#F2F2F2", BLUE])
    colour = alt.Color("amount:Q", title=unit, scale=scale, legend=None)
    cells = alt.Chart(rows_of(rows)).mark_rect().encode(x=x, y=y, color=colour)
    ink = alt.condition(f"datum.amount > {0.6 * most}", alt.value("#FFFFFF"), alt.value("#1F2430"))
    text = alt.Text("amount:Q", format="(,.2f")
    amounts = alt.Chart(rows_of(rows)).mark_text().encode(x=x, y=y, text=text, color=ink)
    title = f"{LINES[grid.line].title} by {grid.rows.words} and {grid.columns.words}, {unit}"
    return alt.layer(cells, amounts).properties(
        title=title_of(title, f"{grid.quarter}, {FRAMEWORKS[grid.framework].title}"),
        height=36 * grid.rows.values.size,
        description=title,
    )
