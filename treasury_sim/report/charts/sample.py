"""The expected charge by observation policy."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from treasury_sim.analysis.observation import Observed
from treasury_sim.report.charts.theme import AXIS, LOSS, Chart, rows_of, title_of, unit_of


def policy_chart(rows: Sequence[Observed], *, currency: str) -> Chart:
    """Draw the expected charge by observation policy, with two standard errors either way."""
    divisor, unit = unit_of([row.charge.value for row in rows], currency)
    frame = rows_of(
        [
            {
                "observed": row.words,
                "charge": row.charge.value / divisor,
                "low": (row.charge.value - 2 * row.charge.error) / divisor,
                "high": (row.charge.value + 2 * row.charge.error) / divisor,
                "share": row.share,
            }
            for row in rows
        ]
    )
    order = [row.words for row in rows]
    base = alt.Chart(frame).encode(y=alt.Y("observed:N", sort=order, title="Price observed"))
    bars = base.mark_bar(color=LOSS).encode(
        x=alt.X("charge:Q", title=f"Expected charge, {unit}", axis=alt.Axis(format=AXIS)),
        tooltip=["observed:N", alt.Tooltip("charge:Q", format=AXIS), alt.Tooltip("share:Q", format=".1%")],
    )
    errors = base.mark_rule().encode(x="low:Q", x2="high:Q")
    shares = base.mark_text(align="left", dx=6).encode(x="high:Q", text=alt.Text("share:Q", format=".1%"))
    first, last = rows[0], rows[-1]
    times = last.charge.value / first.charge.value if first.charge.value else float("nan")
    title = title_of(f"{last.words.capitalize()} observation makes the expected charge {times:.1f} times as large",
                     f"Compared with the price observed at the {first.words} only.")  # fmt: skip
    return alt.layer(bars, errors, shares).properties(title=title)
