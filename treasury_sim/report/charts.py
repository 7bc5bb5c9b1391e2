"""Charts: from plain rows to Altair. Colours are Okabe and Ito's; what is a loss can be told without colour.

Days are ISO text, which a browser reads as UTC, and time is drawn in UTC: no day is shifted. Rows go in as data
frames, because Altair checks plain values one by one, which takes a quarter of a second for a year of days.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from treasury_sim.report.chart_data import PricePath, QuarterBar, Step
from treasury_sim.report.finding import quarter_name, spoken
from treasury_sim.report.words import known
from treasury_sim.report.words import price as price_text

BLUE, VERMILLION, ORANGE, SKY, PURPLE, GREY = "#0072B2", "#D55E00", "#E69F00", "#56B4E9", "#CC79A7", "#8A8A8A"
FRAMEWORK_COLOURS = (BLUE, ORANGE, "#009E73", PURPLE, SKY)
TITLE_WIDTH = 46
SIGNED = "(,.2f"
"""d3 format: thousands separators, negative amounts in parentheses."""

Chart: TypeAlias = alt.LayerChart | alt.FacetChart
"""What Altair says that layers become; here always the former."""

_SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def unit_of(amounts: Sequence[float], currency: str) -> tuple[float, str]:
    """Choose the unit of an axis: currency units in one unit shown, and its name, such as ``USD bn``."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for divisor, suffix in _SCALES:
        if largest >= divisor:
            return divisor, f"{currency} {suffix}"
    return 1.0, currency


def _title(text: str, subtitle: str) -> alt.TitleParams:
    return alt.TitleParams(
        wrap(text, TITLE_WIDTH),
        subtitle=wrap(subtitle, TITLE_WIDTH + 6),
        anchor="start",
        frame="bounds",
        offset=10,
        fontSize=14,
        subtitleFontSize=12,
        subtitleColor=GREY,
        subtitlePadding=4,
    )


def _data(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


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
        alt.Chart(_data(rows))
        .mark_bar(size=24)
        .encode(
            y=y,
            x=alt.X("start:Q", title=unit, scale=scale, axis=alt.Axis(format="(,~f", tickCount=6)),
            x2="end:Q",
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=["loss", "gain", "total"], range=[VERMILLION, BLUE, GREY]), legend=None
            ),
            tooltip=tooltip,
        )
    )
    amounts = (
        alt.Chart(_data(rows))
        .mark_text(align="left", dx=5, fontSize=12, fontWeight="bold", color=GREY)
        .encode(y=y, x=alt.X("right:Q", scale=scale), text=alt.Text("amount:Q", format=SIGNED))
    )
    zero = alt.Chart(_data([{"zero": 0.0}])).mark_rule(color=GREY).encode(x=alt.X("zero:Q", scale=scale))
    return alt.layer(bars, zero, amounts).properties(
        title=_title(title, subtitle), height=34 * len(rows) + 190, description=title
    )


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
    colour = alt.Scale(
        domain=frameworks, range=[FRAMEWORK_COLOURS[n % len(FRAMEWORK_COLOURS)] for n in range(len(frameworks))]
    )
    rules = list(dict.fromkeys(str(row["rule"]) for row in rows))
    legend = alt.Legend(orient="top", direction="horizontal", title=None, labelLimit=260, columns=1)
    chart = (
        alt.Chart(_data(rows))
        .mark_bar(strokeWidth=1.5)
        .encode(
            x=alt.X("label:O", title="Fiscal quarter", sort=None, axis=alt.Axis(labelAngle=-90, labelOverlap=True)),
            xOffset=alt.XOffset("framework:N", sort=frameworks),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(format="(,~f")),
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
    zero = alt.Chart(_data([{"zero": 0.0}])).mark_rule(color=GREY).encode(y="zero:Q")
    title = remeasurement_title(bars, currency)
    subtitle = "Rules at cost (impairment, write-down) are hollow, fair value is filled. A loss is below the line."
    return alt.layer(chart, zero).properties(title=_title(title, subtitle), height=440, description=title)


def remeasurement_title(bars: Sequence[QuarterBar], currency: str) -> str:
    """Say which quarter was the worst."""
    worst = min(bars, key=lambda bar: bar.amount, default=None)
    if worst is None or worst.amount >= 0.0:
        return "No quarter shows a loss on remeasurement"
    return f"Worst quarter: {worst.label}, {worst.name} of {spoken(worst.amount, currency)}"


def price_chart(path: PricePath, *, currency: str) -> Chart:
    """Draw daily closes with the band down to the day's low, the average cost basis, and what the rules looked at."""
    unit = f"{currency} per {path.prices.asset}"
    title = price_title(path, currency)
    name = quarter_name(path.prices.quarter)
    subtitle = f"The pale band reaches down to each day's low; {name} is shaded. {unit}."
    layers = (_shaded_quarter(path), *_price_lines(path, unit), _observed(path, unit))
    return alt.layer(*layers).properties(title=_title(title, subtitle), height=440, description=title)


def _day() -> alt.X:
    axis = alt.Axis(format="%b %Y", tickCount={"interval": "month", "step": 1}, labelOverlap=True)
    return alt.X("day:T", title="Day (UTC)", scale=alt.Scale(type="utc"), axis=axis)


def _legend() -> alt.Legend:
    return alt.Legend(orient="top", title=None, direction="vertical", labelLimit=300)


def _shaded_quarter(path: PricePath) -> alt.Chart:
    quarter = path.prices.quarter
    span = _data([{"start": f"{quarter.start}", "stop": f"{quarter.end}"}])
    start = alt.X("start:T", scale=alt.Scale(type="utc"))
    chart: alt.Chart = alt.Chart(span).mark_rect(color=GREY, opacity=0.12).encode(x=start, x2="stop:T")
    return chart


def _price_lines(path: PricePath, unit: str) -> tuple[alt.Chart, ...]:
    names = ["Daily close", "Average cost"]
    daily = _data([{"day": day, "low": low, "close": close, "line": names[0]} for day, low, close in path.daily])
    cost = _data([{"day": day, "close": value, "line": names[1]} for day, value in path.average_cost])
    y = alt.Y("close:Q", title=unit, scale=alt.Scale(zero=False), axis=alt.Axis(format=",.0f"))
    colour = alt.Color("line:N", scale=alt.Scale(domain=names, range=[BLUE, ORANGE]), legend=_legend())
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=[[1, 0], [6, 3]]), legend=_legend())
    tip = [
        alt.Tooltip("day:T", title="Day (UTC)", format="%Y-%m-%d", timeUnit="utcyearmonthdate"),
        alt.Tooltip("close:Q", title=unit, format=",.2f"),
    ]
    low = alt.Tooltip("low:Q", title="Low", format=",.2f")
    band = alt.Chart(daily).mark_area(color=SKY, opacity=0.45).encode(x=_day(), y=y, y2="low:Q")
    lines = alt.Chart(daily).mark_line(strokeWidth=1.6)
    close = lines.encode(x=_day(), y=y, color=colour, strokeDash=dash, tooltip=[*tip, low])
    if not path.average_cost:
        return band, close
    steps = alt.Chart(cost).mark_line(interpolate="step-after", strokeWidth=2)
    return band, close, steps.encode(x=_day(), y=y, color=colour, strokeDash=dash, tooltip=tip)


def _observed(path: PricePath, unit: str) -> alt.Chart:
    """The price at the quarter end and the low of the quarter, named with their amounts in the legend."""
    prices = path.prices
    seen = [("Quarter-end", prices.quarter.end, prices.end.price), ("Low", prices.low_day, prices.low)]
    found = [(what, day, price) for what, day, price in seen if known(price) is not None]
    names = [f"{what} {price_text(price)}" for what, _, price in found]
    points = [
        {"day": f"{day}", "price": price, "what": what, "text": name}
        for (what, day, price), name in zip(found, names, strict=True)
    ]
    shapes = alt.Scale(domain=names, range=["circle", "triangle-down"][: len(names)])
    dots = alt.Chart(_data(points)).mark_point(size=110, filled=True, color=VERMILLION, opacity=1)
    chart: alt.Chart = dots.encode(
        x=_day(),
        y=alt.Y("price:Q", scale=alt.Scale(zero=False)),
        shape=alt.Shape("text:N", sort=None, scale=shapes, legend=_legend()),
        tooltip=[
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("day:N", title="Day (UTC)"),
            alt.Tooltip("price:Q", title=unit, format=",.2f"),
        ],
    )
    return chart


def price_title(path: PricePath, currency: str) -> str:
    """Say where the quarter-end price stands against the average cost."""
    asset, price = path.prices.asset, known(path.prices.end.price)
    if price is None:
        return f"{asset} has no price at the end of the quarter"
    end = f"{asset} ends the quarter at {price_text(price)} {currency}"
    if not path.average_cost or not price:
        return end
    cost = path.average_cost[-1][1]
    share = price / cost - 1.0
    return f"{end}, {abs(share):.0%} {'above' if share >= 0.0 else 'below'} average cost of {price_text(cost)}"
