"""The distribution of a figure over simulated paths: a fan by quarter, and a histogram with its tail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np

from treasury_sim.analysis.distribution import LEVEL, Distribution, Estimate, asset_distribution, distribution
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import (
    AXIS,
    BLUE,
    LOSS,
    SKY,
    WHOLE,
    Chart,
    rows_of,
    title_of,
    unit_of,
    zero_rule,
)
from treasury_sim.report.words import price as price_text
from treasury_sim.report.words import signed, spoken

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 48


@dataclass(frozen=True)
class FanQuarter:
    """One quarter of a fan.

    Attributes
    ----------
    label
        ``2026Q1``.
    quantiles
        Of `SHARES`, in their order [currency, or currency/coin].
    """

    label: str
    quantiles: tuple[float, ...]


def fan(result: Result, key: str, line: str) -> list[FanQuarter]:
    """Quantiles of a line in every reported quarter under one framework; none where the line was not computed."""
    return _fan((period, distribution(result, key, line, period)) for period in _quarters(result))


def price_fan(result: Result, asset: str) -> list[FanQuarter]:
    """Quantiles of the price at every reported quarter end."""
    held = next(iter(result.statements.values())).assets[asset]
    return _fan((period, asset_distribution(result, held, "price", period)) for period in _quarters(result))


def _quarters(result: Result) -> list[Period]:
    return quarter_periods(result.timeline.quarters, result.reported)


def _fan(pairs: Iterable[tuple[Period, Distribution | None]]) -> list[FanQuarter]:
    return [
        FanQuarter(period.label, tuple(of.quantile(share).value for share in SHARES))
        for period, of in pairs
        if of is not None
    ]


def fan_chart(quarters: Sequence[FanQuarter], *, line: str, currency: str) -> Chart:
    """Draw the fan of a line: nine paths in ten lie in the pale band, half in the dark one; a loss is below zero."""
    divisor, unit = unit_of([amount for quarter in quarters for amount in quarter.quantiles], currency)
    last = quarters[-1]
    low, middle, high = (signed(last.quantiles[n], currency) for n in (0, 2, 4))
    title = (
        f"{last.label}: {LINES[line].title.lower()} between {low} and {high} on nine paths in ten, half above {middle}"
    )
    return _fan_chart(quarters, divisor, unit, title, LINES[line].title, is_money=True)


def price_fan_chart(quarters: Sequence[FanQuarter], *, asset: str, currency: str) -> Chart:
    """Draw the fan of a price."""
    last = quarters[-1]
    low, high = (price_text(last.quantiles[n]) for n in (0, 4))
    title = f"{asset} ends {last.label} between {low} and {high} {currency} on nine paths in ten"
    return _fan_chart(quarters, 1.0, f"{currency} per {asset}", title, "Price at the quarter end", is_money=False)


def _fan_chart(
    quarters: Sequence[FanQuarter], divisor: float, unit: str, title: str, what: str, *, is_money: bool
) -> Chart:
    names = ("p5", "p25", "p50", "p75", "p95")
    rows = [
        {"label": quarter.label, **{name: q / divisor for name, q in zip(names, quarter.quantiles, strict=True)}}
        for quarter in quarters
    ]
    frame = rows_of(rows)
    axis = alt.Axis(format=AXIS if is_money else WHOLE)
    x = alt.X("label:O", title="Fiscal quarter", sort=None, axis=alt.Axis(labelAngle=-45 if len(rows) > 5 else 0))
    tips = [
        alt.Tooltip("label:O", title="Quarter"),
        *_quantile_tips(names),
    ]

    def span(low: str, high: str, size: int, colour: str) -> alt.Chart:
        bar = alt.Chart(frame).mark_bar(size=size, color=colour)
        chart: alt.Chart = bar.encode(x=x, y=alt.Y(f"{low}:Q", title=unit, axis=axis), y2=f"{high}:Q", tooltip=tips)
        return chart

    median = alt.Chart(frame).mark_tick(thickness=3, size=44).encode(x=x, y=alt.Y("p50:Q", title=unit, axis=axis))
    text = alt.Chart(frame).mark_text(align="left", dx=25, fontWeight="bold")
    shown = text.encode(x=x, y="p50:Q", text=alt.Text("p50:Q", format="(,.2f" if is_money else WHOLE))
    layers = [span("p5", "p95", 40, SKY), span("p25", "p75", 40, BLUE), median, shown]
    if is_money:
        layers.append(zero_rule("y"))
    subtitle = f"{what}. Pale: nine paths in ten. Dark: half of them. Line and figure: the middle."
    return alt.layer(*layers).properties(title=title_of(title, subtitle), height=300, description=title)


def _quantile_tips(names: Sequence[str]) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{name}:Q", title=f"{share:.0%} of paths below", format="(,.2f")
        for name, share in zip(names, SHARES, strict=True)
    ]


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram.

    Attributes
    ----------
    start, stop
        Its edges [currency].
    share
        Of the paths.
    in_tail
        Whether its paths are in the worst part, whose mean is the expected shortfall.
    """

    start: float
    stop: float
    share: float
    in_tail: bool


def histogram(of: Distribution, level: float = LEVEL) -> list[Bin]:
    """Count the paths in bars of equal width, with an edge at the value at risk; one path in a thousand is cut off."""
    values = of.values
    edge = -of.value_at_risk(level).value
    low, high = float(np.quantile(values, 0.0005)), float(np.quantile(values, 0.9995))
    width = (high - low or 1.0) / BINS
    first = edge - np.ceil((edge - low) / width) * width
    edges = first + width * np.arange(int(np.ceil((high - first) / width)) + 1)
    counts, _ = np.histogram(values, edges)
    return [
        Bin(float(edges[n]), float(edges[n + 1]), float(count) / values.size, bool(edges[n + 1] <= edge + width / 2))
        for n, count in enumerate(counts)
    ]


def histogram_chart(of: Distribution, *, line: str, period: str, currency: str, level: float = LEVEL) -> Chart:
    """Draw the histogram: the worst paths are filled darker and stand left of the line of the value at risk."""
    bins = histogram(of, level)
    risk, shortfall = of.value_at_risk(level), of.expected_shortfall(level)
    divisor, unit = unit_of([bins[0].start, bins[-1].stop], currency)
    rows = [
        {
            "start": each.start / divisor,
            "stop": each.stop / divisor,
            "share": each.share,
            "part": TAIL if each.in_tail else REST,
        }
        for each in bins
    ]
    marks = [
        {"at": -risk.value / divisor, "what": f"Value at risk, {level:.0%}: {_with_error(risk, currency)}"},
        {
            "at": -shortfall.value / divisor,
            "what": f"Mean of the worst {1 - level:.0%}: {_with_error(shortfall, currency)}",
        },
        {"at": of.mean.value / divisor, "what": f"Mean: {signed(of.mean.value, currency)}"},
    ]
    names = [str(mark["what"]) for mark in marks]
    scale = alt.Scale(domain=[bins[0].start / divisor, bins[-1].stop / divisor], nice=False)
    x = alt.X("start:Q", bin="binned", title=unit, scale=scale, axis=alt.Axis(format=AXIS, tickCount=8))
    legend = alt.Legend(orient="top", title=None, direction="vertical", labelLimit=420)
    parts = alt.Color("part:N", scale=alt.Scale(domain=[TAIL, REST], range=[LOSS, SKY]), legend=legend)
    y = alt.Y("share:Q", title="Share of paths", axis=alt.Axis(format=".1%"))
    tips = [
        alt.Tooltip("start:Q", title="From", format="(,.2f"),
        alt.Tooltip("stop:Q", title="to", format="(,.2f"),
        alt.Tooltip("share:Q", title="Share of paths", format=".2%"),
    ]
    bars = alt.Chart(rows_of(rows)).mark_bar(binSpacing=1).encode(x=x, x2="stop:Q", y=y, color=parts, tooltip=tips)
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3], [2, 2]])
    lines = alt.Chart(rows_of(marks)).mark_rule(strokeWidth=2)
    rules = lines.encode(x=alt.X("at:Q", scale=scale), strokeDash=alt.StrokeDash("what:N", scale=dashes, legend=legend))
    title = histogram_title(of, line=line, period=period, currency=currency, level=level)
    return alt.layer(bars, rules).properties(title=title_of(title, LINES[line].title), height=300, description=title)


TAIL, REST = "The worst paths", "All others"


def histogram_title(of: Distribution, *, line: str, period: str, currency: str, level: float = LEVEL) -> str:
    """Say what the worst paths lose."""
    odds = round(1 / (1 - level))
    quantile = -of.value_at_risk(level).value
    if quantile >= 0.0:
        return f"{period}: one path in {odds} ends below {spoken(quantile, currency)}"
    what = "loss" if LINES[line].kind == "flow" else "shortfall"
    return f"{period}: one path in {odds} shows a {what} of {spoken(quantile, currency)} or more"


def _with_error(estimate: Estimate, currency: str) -> str:
    return f"{signed(-estimate.value, currency)} ± {spoken(estimate.error, currency)}"
