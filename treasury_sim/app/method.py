"""The page "Data and method": where every figure is from, and by which rule and formula."""

from __future__ import annotations

import streamlit as st

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.app import frame, parts, state
from treasury_sim.domain.result import Result
from treasury_sim.report import screen
from treasury_sim.report.files import methodology
from treasury_sim.report.screen import ScreenTable
from treasury_sim.report.words import price


def body() -> None:
    """Draw the page."""
    result = state.result_of(state.scenario())
    st.subheader("Data and method", anchor=False)
    st.caption(f"treasury_sim {result.engine_version}. Nothing is sent anywhere: history and cases are in the package.")
    st.markdown("**Prices**")
    parts.sentences(screen.price_sources(result, result.reported[-1].label))
    parts.table("Quarter-end prices that were used", _prices(result))
    parts.table("Inputs of this run, by content", _inputs(result))
    parts.table("Choices that decide numbers", screen.policy_table(result))
    parts.table("Accounting frameworks", _frameworks())
    with st.expander("Formulas, with source and test"):
        st.markdown(methodology().replace("$", "\\$"))


def _prices(result: Result) -> ScreenTable:
    statement = next(iter(result.statements.values()))
    shown = [
        (f"{asset}, {quarter.label}", f"{quarter.end}", price(held.prices[index].price), held.prices[index].source)
        for asset, held in statement.assets.items()
        for index, quarter in enumerate(statement.quarters)
        if quarter in result.reported
    ]
    header = ("Asset and quarter", "Last day (UTC)", f"Price, {result.currency}", "Source")
    return ScreenTable("", header, tuple(shown), (False,) * len(shown), frozenset({1, 3}))


def _inputs(result: Result) -> ScreenTable:
    rows = tuple(result.inputs.items())
    return ScreenTable("", ("File", "SHA-256"), rows, (False,) * len(rows), frozenset({1}))


def _frameworks() -> ScreenTable:
    rows = tuple((each.title, each.citation, each.summary, each.effective) for each in FRAMEWORKS.values())
    return ScreenTable(
        "", ("Framework", "Standard", "Rule", "In force"), rows, (False,) * len(rows), frozenset({1, 2, 3})
    )


frame.page(body)
