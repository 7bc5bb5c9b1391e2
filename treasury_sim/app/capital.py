"""The page "Capital": must the holder sell? Instruments, runway, what breaks when, break-even prices, key figures."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import frame, one_path, parts, state, widgets
from treasury_sim.domain.capital import CapitalResult
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.runway import runway_chart, runway_points
from treasury_sim.report.tables.capital import break_even_table, instruments_table, kpi_table, survival
from treasury_sim.report.tables.capital_sample import is_funded, tables
from treasury_sim.report.tables.runway import runway_table

NOT_FUNDED = (
    "This scenario does not state how the holder is funded. Open a case that does on Start, such as Strategy in 2026, "
    "or add capital.opening to the scenario file (docs/capital.md)."
)
OF_ONE_PATH = (
    "Instruments, the runway by month, break-even prices and key figures are those of one path: open one below. On all "
    "paths, the simulation gives the chances and quantiles above."
)


def body() -> None:
    """Draw the page."""
    result = state.result_of(state.scenario())
    if is_funded(result):
        result = _many(result)
    elif result.capital is None:
        st.subheader("Capital", anchor=False)
        st.info(NOT_FUNDED)
        return
    if result.capital is not None:
        _one_path(result, result.capital)


def _many(result: Result) -> Result:
    """Show what is known of all paths, and replay one of them if the reader asks for it."""
    st.subheader(f"Funding on {result.paths:,} simulated paths", anchor=False)
    for table in tables(result):
        parts.table(table)
    st.caption(OF_ONE_PATH)
    number = one_path.choose(result)
    if number is not None and widgets.recall(st.toggle, "Show this path", key="capital_path_shown", default=False):
        return one_path.replayed(number)
    parts.sentences(result.notes)
    return result


def _one_path(result: Result, funded: CapitalResult) -> None:
    currency = result.currency
    breaks, holds = survival(funded)
    st.subheader(parts.plain(breaks[0] if breaks else f"Nothing breaks by {funded.months[-1]:%B %Y}"), anchor=False)
    if len(breaks) > 1:
        parts.sentences(breaks[1:])
    parts.chart(runway_chart(runway_points(result), currency=currency), "runway")
    by_month = widgets.recall(st.toggle, "By month", key="runway_months", default=False)
    parts.table(runway_table(result, by_month=by_month))
    parts.table(break_even_table(funded, currency))
    parts.table(instruments_table(funded, currency))
    parts.table(kpi_table(funded, currency))
    if holds:
        st.markdown("**What does not break**")
        parts.sentences(holds)
    st.markdown("**Assumptions**")
    parts.sentences([*funded.assumptions, *result.notes])


frame.page(body)
