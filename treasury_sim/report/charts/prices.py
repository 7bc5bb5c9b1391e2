"""Daily prices around a quarter, the average cost, and the prices that the rules observed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import altair as alt
import numpy as np

from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import BLUE, GREY, ORANGE, SKY, VERMILLION, Chart, rows_of, title_of
from treasury_sim.report.tables.prices import QuarterPrice, quarter_price
from treasury_sim.report.words import known, quarter_name
from treasury_sim.report.words import price as price_text

DAYS_BEFORE = 184
"""Days shown before the quarter: about two quarters."""


@dataclass(frozen=True)
class PricePath:
    """Daily prices around a quarter, and the average cost of what was held.

    Attributes
    ----------
    prices
        Those of the quarter.
    daily
        UTC day, low, close [currency/unit].
    average_cost
        UTC day and average book cost of a unit held from then on [currency/unit].
    """

    prices: QuarterPrice
    daily: tuple[tuple[str, float, float], ...]
    average_cost: tuple[tuple[str, float], ...]


def price_path(result: Result, asset: str, label: str, since: date | None = None) -> PricePath:
    """Daily prices of the quarter and the two before, or from `since` on, with the average cost basis.

    The low is that of the statement: the lowest price that the observation policy sees, the quarter-end price included.
    """
    statement, index = next(iter(result.statements.values())).assets[asset], result.timeline.index_of(label)
    of_quarter = quarter_price(result, asset, label)
    is_seen = known(statement.low[index]) is not None
    prices = replace(of_quarter, low=statement.low[index], low_day=statement.low_days[index]) if is_seen else of_quarter
    holding = result.holdings[asset]
    daily = holding.daily
    before = prices.quarter.start - timedelta(days=DAYS_BEFORE)
    first = max(np.datetime64(min(before, since or before), "D"), daily.days[0])
    last = np.datetime64(prices.quarter.end)
    shown = (daily.days >= first) & (daily.days <= last)
    rows = zip(
        daily.days[shown].astype(str).tolist(), daily.low[shown].tolist(), daily.close[shown].tolist(), strict=True
    )
    return PricePath(prices, tuple(rows), _average_cost(holding.ledger, result.timeline.days, first, last))


def _average_cost(
    ledger: Ledger, days: np.ndarray, first: np.datetime64, last: np.datetime64
) -> tuple[tuple[str, float], ...]:
    """Average cost at `first`, after every mark up to `last`, and at `last`; empty while nothing is held."""
    before = int(np.searchsorted(days, first, side="right")) - 1
    until = int(np.searchsorted(days, last, side="right"))
    steps = []
    for mark in range(max(before, 0), until):
        units = float(ledger.held(mark).sum())
        if units > 0.0:
            steps.append((str(max(days[mark], first)), ledger.cost_basis(mark) / units))
    if steps and steps[-1][0] != str(last):
        steps.append((str(last), steps[-1][1]))
    return tuple(steps)


def price_chart(path: PricePath, *, currency: str) -> Chart:
    """Draw daily closes with the band down to the day's low, the average cost, and the prices observed."""
    unit = f"{currency} per {path.prices.asset}"
    title = price_title(path, currency)
    name = quarter_name(path.prices.quarter)
    subtitle = f"The pale band reaches down to each day's low; {name} is shaded. {unit}."
    layers = (_shaded_quarter(path), *_price_lines(path, unit), _observed(path, unit))
    return alt.layer(*layers).properties(title=title_of(title, subtitle), height=300, description=title)


def _day() -> alt.X:
    axis = alt.Axis(format="%b %Y", tickCount={"interval": "month", "step": 1}, labelOverlap=True)
    return alt.X("day:T", title="Day (UTC)", scale=alt.Scale(type="utc"), axis=axis)


def _legend() -> alt.Legend:
    return alt.Legend(orient="top", title=None, direction="vertical", labelLimit=300)


def _shaded_quarter(path: PricePath) -> alt.Chart:
    quarter = path.prices.quarter
    span = rows_of([{"start": f"{quarter.start}", "stop": f"{quarter.end}"}])
    start = alt.X("start:T", scale=alt.Scale(type="utc"))
    chart: alt.Chart = alt.Chart(span).mark_rect(color=GREY, opacity=0.12).encode(x=start, x2="stop:T")
    return chart


def _price_lines(path: PricePath, unit: str) -> tuple[alt.Chart, ...]:
    names = ["Daily close", "Average cost"]
    daily = rows_of([{"day": day, "low": low, "close": close, "line": names[0]} for day, low, close in path.daily])
    cost = rows_of([{"day": day, "close": value, "line": names[1]} for day, value in path.average_cost])
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
    known_prices = [(what, day, price) for what, day, price in seen if known(price) is not None]
    names = [f"{what} {price_text(price)}" for what, _, price in known_prices]
    points = [
        {"day": f"{day}", "price": price, "what": what, "text": name}
        for (what, day, price), name in zip(known_prices, names, strict=True)
    ]
    shapes = alt.Scale(domain=names, range=["circle", "triangle-down"][: len(names)])
    dots = alt.Chart(rows_of(points)).mark_point(size=110, filled=True, color=VERMILLION, opacity=1)
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
