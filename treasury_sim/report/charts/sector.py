"""The sector in charts: a heat map, the ranking under one path, who breaks where, how many sell together."""

from __future__ import annotations

from typing import Any

import altair as alt

from treasury_sim.domain.outcome import HolderOutcome, Sector
from treasury_sim.report.charts.theme import (
    BLUE,
    GREEN,
    GREY,
    LOSS,
    ORANGE,
    PURPLE,
    WHOLE,
    Chart,
    rows_of,
    title_of,
)
from treasury_sim.report.tables.sector import MEASURES, MOST_SHOWN, NOT_KNOWN, Measure, finding
from treasury_sim.report.tables.table import cell_text
from treasury_sim.report.words import percent

BREAKS = {
    "net_debt": "net debt equals the coins",
    "net_debt_and_preferred": "with preferred stock",
    "lender_calls": "the lender calls",
}
_ROW = 19
"""Height of a holder's row [px]."""


def heat_map(sector: Sector, measure: Measure = MEASURES["share_sold"]) -> Chart:
    """Draw one figure of every holder under every path; a grey cell is not known, and says so."""
    names = list(dict.fromkeys(outcome.holder for outcome in sector.ranked(sector.paths[-1])))[:MOST_SHOWN]
    shown = set(names)
    under = [outcome for path in sector.paths for outcome in sector.under(path)]
    rows = [_cell(outcome, measure) for outcome in under if outcome.holder in shown]
    x = alt.X("path:N", sort=list(sector.paths), title=None, axis=alt.Axis(labelAngle=0, orient="top", domain=False))
    y = alt.Y("holder:N", sort=names, title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False))
    ends = ["#F3F4F6", LOSS] if measure.is_bad else [LOSS, "#F3F4F6"]
    colour = alt.condition(
        "isValid(datum.figure)",
        alt.Color("figure:Q", scale=alt.Scale(range=ends, interpolate="rgb"), legend=None),
        alt.value("#D5D8DE"),
    )
    tip = [alt.Tooltip("holder:N", title="Holder"), alt.Tooltip("path:N", title="Path")]
    tip += [alt.Tooltip("text:N", title=measure.title), alt.Tooltip("reason:N", title="First breach")]
    cells = alt.Chart(rows_of(rows)).mark_rect(stroke="white", invalid=None).encode(x=x, y=y, color=colour, tooltip=tip)
    dark = _dark(rows, is_bad=measure.is_bad)
    labels = [
        alt.Chart(rows_of(group)).mark_text(fontSize=10, color=ink).encode(x=x, y=y, text="text:N")
        for group, ink in (([r for r in rows if r not in dark], "#1F2430"), (dark, "#FFFFFF"))
        if group
    ]
    title = f"{measure.title}, by holder and price path"
    return alt.layer(cells, *labels).properties(
        title=title_of(title, finding(sector, sector.paths[-1])), height=_ROW * len(names), description=title
    )


def _cell(outcome: HolderOutcome, measure: Measure) -> dict[str, Any]:
    figure = measure.of(outcome)
    is_known = figure is not None and figure == figure  # noqa: PLR0124 - not NaN
    text = cell_text(figure, measure.kind, decimals=0 if measure.kind == "share" else 1) if is_known else NOT_KNOWN
    return {
        "holder": outcome.holder,
        "path": outcome.path,
        "figure": figure if is_known else None,
        "text": text,
        "reason": outcome.reason or "none",
    }


def _dark(rows: list[dict[str, Any]], *, is_bad: bool) -> list[dict[str, Any]]:
    """Cells of a colour so strong that their text is white."""
    figures = [row["figure"] for row in rows if row["figure"] is not None]
    if not figures or max(figures) == min(figures):
        return []
    low, high = min(figures), max(figures)
    strength = [None if row["figure"] is None else (row["figure"] - low) / (high - low) for row in rows]
    return [row for row, s in zip(rows, strength, strict=True) if s is not None and (s if is_bad else 1.0 - s) > 0.6]


def ranking_chart(sector: Sector, path: str) -> Chart:
    """Draw the share of its coins that each holder must sell under one path; those not judged have no bar."""
    measure = MEASURES["share_sold"]
    rows = [
        {**_cell(outcome, measure), "when": outcome.first_sale or "no sale"}
        for outcome in sector.ranked(path)
        if outcome.is_judged
    ][:MOST_SHOWN]
    y = alt.Y("holder:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False))
    x = alt.X("figure:Q", title=measure.title, scale=alt.Scale(domain=[0, 1.12], nice=False), axis=alt.Axis(format="%"))
    tip = [
        alt.Tooltip("holder:N"),
        alt.Tooltip("text:N", title=measure.title),
        alt.Tooltip("when:N", title="First sale"),
    ]
    bars = alt.Chart(rows_of(rows)).mark_bar(size=12, color=LOSS).encode(x=x, y=y, tooltip=tip)
    labels = alt.Chart(rows_of(rows)).mark_text(align="left", dx=4, fontSize=10).encode(x=x, y=y, text="text:N")
    title = finding(sector, path)
    return alt.layer(bars, labels).properties(title=title_of(title), height=_ROW * max(len(rows), 1), description=title)


def breaks_chart(sector: Sector, path: str, asset: str = "BTC") -> Chart:
    """Draw a dot for each holder over the coin price at which it breaks, and the lowest price of the path as a rule."""
    outcomes = [outcome for outcome in sector.ranked(path) if outcome.asset == asset and outcome.break_prices]
    outcomes = outcomes[:MOST_SHOWN]
    rows = [
        {"holder": o.holder, "price": price * (o.rate or float("nan")), "what": BREAKS[name]}
        for o in sorted(outcomes, key=lambda o: -max(o.break_prices.values()) * (o.rate or 0.0))
        for name, price in o.break_prices.items()
    ]
    y = alt.Y("holder:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False, grid=True))
    x = alt.X("price:Q", title=f"Price of {asset} in $", axis=alt.Axis(format=WHOLE), scale=alt.Scale(zero=True))
    kinds = list(BREAKS.values())
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=kinds, range=[BLUE, PURPLE, ORANGE]),
        legend=alt.Legend(title=None, orient="bottom", labelLimit=200),
    )
    tip = [alt.Tooltip("holder:N"), alt.Tooltip("what:N"), alt.Tooltip("price:Q", format=WHOLE)]
    dots = alt.Chart(rows_of(rows)).mark_circle(size=90, opacity=0.9).encode(x=x, y=y, color=colour, tooltip=tip)
    title = f"Who breaks where: {len({row['holder'] for row in rows})} holders of {asset} with debt"
    subtitle = "The price at which net debt equals the coins, also with preferred stock, and at which a lender calls"
    height = _ROW * max(len({row["holder"] for row in rows}), 1)
    return alt.layer(dots).properties(title=title_of(title, subtitle), height=height, description=title)


def joint_chart(sector: Sector, path: str) -> Chart:
    """Draw the chance that exactly k holders must sell on the same path."""
    chances = sector.joint(path)
    rows = [{"k": k, "chance": float(chance)} for k, chance in enumerate(chances)]
    expected = sum(k * chance for k, chance in enumerate(chances))
    ever = percent(1.0 - float(chances[0]), 0)
    title = f"On average {expected:.1f} of {len(chances) - 1} holders must sell; at least one on {ever} of the paths"
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar(color=GREEN, size=14)
        .encode(
            x=alt.X("k:O", title="Holders that must sell on the same path", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("chance:Q", title="Share of the paths", axis=alt.Axis(format="%")),
            tooltip=[alt.Tooltip("k:O"), alt.Tooltip("chance:Q", format=".1%")],
            color=alt.condition("datum.k == 0", alt.value(GREY), alt.value(GREEN)),
        )
    )
    return alt.layer(bars).properties(title=title_of(title), height=180, description=title)
