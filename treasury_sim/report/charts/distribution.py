"""How a line of a simulation is distributed: a histogram with its fifth, middle and ninety-fifth per cent."""

from __future__ import annotations

import altair as alt
import numpy as np

from treasury_sim.analysis.distribution import QUANTILES, Distribution
from treasury_sim.report.charts.theme import AXIS, GAIN, LOSS, Chart, rows_of, title_of, unit_of

BINS = 48


def distribution_chart(found: Distribution, *, title: str, subtitle: str, currency: str) -> Chart:
    """Draw the share of the paths in each of equal bins; below zero in the colour of a loss."""
    marks = [found.quantile(share).value for share in QUANTILES]
    divisor, unit = unit_of(marks, currency)
    # The outermost paths would leave no room for the others.
    low, high = (found.quantile(share).value for share in (0.002, 0.998))
    inside = np.clip(found.values, low, high)
    counts, edges = np.histogram(inside / divisor, bins=BINS)
    rows = [
        {
            "from": a,
            "to": b,
            "share": n / found.values.size,
            "none": 0.0,
            "sign": "loss" if (a + b) / 2.0 < 0.0 else "gain",
        }
        for a, b, n in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
    ]
    x = alt.X("from:Q", title=unit, axis=alt.Axis(format=AXIS))
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar()
        .encode(
            x=x,
            x2="to:Q",
            y=alt.Y("share:Q", title="Share of the paths", axis=alt.Axis(format=".0%")),
            y2="none:Q",
            color=alt.Color("sign:N", scale=alt.Scale(domain=["loss", "gain"], range=[LOSS, GAIN]), legend=None),
            tooltip=[alt.Tooltip("from:Q", title=unit, format="(,.3f"), alt.Tooltip("share:Q", format=".2%")],
        )
    )
    names = [f"p{share * 100:.0f}" for share in QUANTILES]
    lines = rows_of([{"from": value / divisor, "name": name} for name, value in zip(names, marks, strict=True)])
    rules = alt.Chart(lines).mark_rule(strokeDash=[4, 3]).encode(x=x)
    labels = alt.Chart(lines).mark_text(dy=-6, align="left", dx=3).encode(x=x, y=alt.value(8), text="name:N")
    return alt.layer(bars, rules, labels).properties(title=title_of(title, subtitle), height=260, description=title)
