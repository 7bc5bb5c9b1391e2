"""The ladder: gain and loss by the price it falls to, and where lots trip."""

from __future__ import annotations

import altair as alt
import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.lot_ladder import LotLadder
from treasury_sim.report.charts.theme import AXIS, BLUE, LOSS, Chart, rows_of, title_of, unit_of
from treasury_sim.report.tables.ladder import headline

POINTS = 160
"""Prices at which the line is drawn, besides the kinks."""


def ladder_chart(ladder: LotLadder) -> Chart:
    """Draw gain and loss from well below the lowest rung to above the highest and the present price."""
    tops = [rung.price for rung in ladder.rungs]
    high = max([ladder.price, *tops], default=1.0) * 1.05
    low = min([ladder.price, *tops], default=1.0) * 0.5
    prices = np.unique(np.concatenate([np.linspace(low, high, POINTS), tops, [ladder.price]]))
    amounts = -ladder.charge(prices)
    divisor, unit = unit_of(amounts.tolist(), ladder.currency)
    rows = [{"price": p, "amount": c / divisor} for p, c in zip(prices.tolist(), amounts.tolist(), strict=True)]
    at_rungs = -ladder.charge(np.array(tops))
    marks = [
        {"price": rung.price, "amount": amount / divisor, "lots": ", ".join(rung.lots), "units": rung.units}
        for rung, amount in zip(ladder.rungs, at_rungs.tolist(), strict=True)
    ]
    x = alt.X(
        "price:Q",
        title=f"{ladder.currency} per {ladder.asset}",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(format=AXIS),
    )
    y = alt.Y("amount:Q", title=f"Gain (loss), {unit}", axis=alt.Axis(format=AXIS))
    line = alt.Chart(rows_of(rows)).mark_line(color=LOSS, strokeWidth=2.5).encode(x=x, y=y)
    lots = (
        alt.Chart(rows_of(marks))
        .mark_tick(color=BLUE, thickness=1.5, size=12, orient="vertical")
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("price:Q", title="Price", format=",.2f"),
                alt.Tooltip("amount:Q", title=f"Gain (loss), {unit}", format="(,.3f"),
                alt.Tooltip("units:Q", title="Coins tripped", format=",.0f"),
                alt.Tooltip("lots:N", title="Lots"),
            ],
        )
    )
    now = alt.Chart(rows_of([{"price": ladder.price}])).mark_rule(strokeDash=[4, 3]).encode(x=x)
    named = f"{ladder.quarter}, {FRAMEWORKS[ladder.framework].title}"
    subtitle = f"{named}. Ticks: prices at which lots trip. Dashed: the price at the end."
    return alt.layer(line, lots, now).properties(
        title=title_of(headline(ladder), subtitle), height=320, description=headline(ladder)
    )
