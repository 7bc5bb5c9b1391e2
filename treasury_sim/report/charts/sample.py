"""Charts of a sample: how a line spreads out over the quarters, its histogram, and the charge by observation policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np

from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.analysis.observation import Observed
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, cumulative, quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import AXIS, BLUE, LOSS, Chart, rows_of, title_of, unit_of, zero_rule

BINS = 60


@dataclass(frozen=True)
class FanRow:
    """One quarter of a fan: quantiles and the mean of a line, signed [unit of the line]."""

    label: str
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: from, to, and the share of the paths in it."""

    low: float
    high: float
    share: float


def fan_rows(result: Result, framework: str, line: str) -> list[FanRow]:
    """Rows of the fan chart of a line: a flow adds up from the first reported quarter, a balance is that of its end."""
    periods = cumulative if LINES[line].kind == "flow" else quarter_periods
    rows = []
    for period, quarter in zip(periods(result.timeline.quarters, result.reported), result.reported, strict=True):
        found = distribution(result, framework, line, period)
        if found is not None:
            p5, p25, p50, p75, p95 = (found.quantile(share).value for share in (0.05, 0.25, 0.5, 0.75, 0.95))
            rows.append(FanRow(quarter.label, p5, p25, p50, p75, p95, found.mean.value))
    return rows


def fan_chart(rows: Sequence[FanRow], *, currency: str, title: str) -> Chart:
    """Draw the fan: half of the paths in the dark band, nine tenths in the light one, the mean as a line."""
    divisor, unit = unit_of([amount for row in rows for amount in (row.p5, row.p95)], currency)
    frame = rows_of(
        [
            {"label": r.label, **{n: getattr(r, n) / divisor for n in ("p5", "p25", "p50", "p75", "p95", "mean")}}
            for r in rows
        ]
    )
    x = alt.X("label:O", title="Fiscal quarter", sort=None)
    base = alt.Chart(frame).encode(x=x)
    y = alt.Y("p5:Q", title=unit, axis=alt.Axis(format=AXIS))
    wide = base.mark_area(color=BLUE, opacity=0.2).encode(y=y, y2="p95:Q")
    narrow = base.mark_area(color=BLUE, opacity=0.4).encode(y=alt.Y("p25:Q"), y2="p75:Q")
    middle = base.mark_line(color=BLUE, strokeWidth=2).encode(y=alt.Y("p50:Q"))
    tips = [alt.Tooltip(f"{n}:Q", format=AXIS) for n in ("p5", "p25", "p50", "p75", "p95", "mean")]
    mean = base.mark_point(color=LOSS, filled=True, size=50).encode(y=alt.Y("mean:Q"), tooltip=["label:O", *tips])
    subtitle = "Dark: half of the paths; light: nine tenths; line: median; point: mean."
    return alt.layer(wide, narrow, middle, mean, zero_rule("y")).properties(title=title_of(title, subtitle))


def histogram(result: Result, framework: str, line: str, period: Period) -> list[Bar]:
    """How often a line lies where; the outermost thousandths are in the outermost bars."""
    found = distribution(result, framework, line, period)
    return [] if found is None else _bars(found)


def _bars(found: Distribution) -> list[Bar]:
    low, high = found.quantile(0.001).value, found.quantile(0.999).value
    if low == high:
        return [Bar(low, high, 1.0)]
    counts, edges = np.histogram(np.clip(found.values, low, high), bins=BINS, range=(low, high))
    return [
        Bar(float(a), float(b), float(n) / found.values.size)
        for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def histogram_chart(bars: Sequence[Bar], *, currency: str, title: str) -> Chart:
    """Draw the histogram; losses in the colour of a loss."""
    divisor, unit = unit_of([amount for bar in bars for amount in (bar.low, bar.high)], currency)
    frame = rows_of(
        [{"low": b.low / divisor, "high": b.high / divisor, "share": b.share, "loss": b.high <= 0.0} for b in bars]
    )
    colour = alt.condition("datum.loss", alt.value(LOSS), alt.value(BLUE))
    drawn = (
        alt.Chart(frame)
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X("low:Q", title=unit, axis=alt.Axis(format=AXIS)),
            x2="high:Q",
            y=alt.Y("share:Q", title="Share of the paths", axis=alt.Axis(format="%")),
            color=colour,
            tooltip=[
                alt.Tooltip("low:Q", format=AXIS),
                alt.Tooltip("high:Q", format=AXIS),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    return alt.layer(drawn, zero_rule("x")).properties(title=title_of(title))


def policy_chart(rows: Sequence[Observed], *, currency: str) -> Chart:
    """Draw the expected charge by observation policy, with two standard errors either way."""
    divisor, unit = unit_of([row.charge.value for row in rows], currency)
    frame = rows_of(
        [
            {
                "seen": row.words,
                "charge": row.charge.value / divisor,
                "low": (row.charge.value - 2 * row.charge.error) / divisor,
                "high": (row.charge.value + 2 * row.charge.error) / divisor,
                "share": row.share,
            }
            for row in rows
        ]
    )
    order = [row.words for row in rows]
    base = alt.Chart(frame).encode(y=alt.Y("seen:N", sort=order, title="The price is seen"))
    bars = base.mark_bar(color=LOSS).encode(
        x=alt.X("charge:Q", title=f"Expected charge, {unit}", axis=alt.Axis(format=AXIS)),
        tooltip=["seen:N", alt.Tooltip("charge:Q", format=AXIS), alt.Tooltip("share:Q", format=".1%")],
    )
    errors = base.mark_rule().encode(x="low:Q", x2="high:Q")
    told = base.mark_text(align="left", dx=6).encode(x="high:Q", text=alt.Text("share:Q", format=".1%"))
    first, last = rows[0], rows[-1]
    times = last.charge.value / first.charge.value if first.charge.value else float("nan")
    title = title_of(f"{last.words.capitalize()} observation makes the expected charge {times:.1f} times as large",
                     f"As against looking at the {first.words} only.")  # fmt: skip
    return alt.layer(bars, errors, told).properties(title=title)
