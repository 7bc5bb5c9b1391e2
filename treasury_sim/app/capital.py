"""The page "Capital": must the holder sell? Instruments, runway, what breaks when, break-even prices, key figures."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import frame, parts, state, widgets
from treasury_sim.report import capital_screen as shown
from treasury_sim.report.charts.runway import runway_chart, runway_points


def body() -> None:
    """Draw the page."""
    result = state.result_of(state.scenario())
    found, currency = result.capital, result.currency
    if found is None:
        st.subheader("Capital", anchor=False)
        st.info(
            "This scenario does not say how the holder is funded. Open a case that does on Start, such as Strategy in "
            "2026, or add capital.opening to the scenario file (docs/capital.md)."
        )
        return
    breaks, holds = shown.survival(found)
    st.subheader(parts.plain(breaks[0] if breaks else f"Nothing breaks by {found.months[-1]:%B %Y}"), anchor=False)
    if len(breaks) > 1:
        parts.sentences(breaks[1:])
    parts.chart(runway_chart(runway_points(result), currency=currency), "runway")
    by_month = widgets.recall(st.toggle, "By month", key="runway_months", default=False)
    parts.table("Runway", shown.runway_table(found, currency, by_month=by_month))
    parts.table("Prices of the coin at which something breaks", shown.break_even_table(found, currency))
    parts.table("What it owes and issues", shown.instruments_table(found, currency))
    parts.table("Key figures", shown.kpi_table(found))
    if holds:
        st.markdown("**What does not break**")
        parts.sentences(holds)
    st.markdown("**Assumptions**")
    parts.sentences([*found.assumptions, *result.notes])


frame.page(body)
