"""The page "What if": move the price at the quarter end and the low inside the quarter, see the quarter."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import controls, sections, state
from treasury_sim.errors import TreasurySimError


def show() -> None:
    """Draw the page."""
    state.begin()
    with st.sidebar:
        controls.side_bar()
    scenario = state.scenario()
    st.markdown(f"#### {sections.plain(state.original().spec.title)}")
    base = state.result_of(state.original())
    controls.price_sliders(base)
    if state.problem():
        st.error(sections.plain(state.problem()))
    result = state.result_of(scenario)
    edited = state.is_edited()
    sections.finding(result, base if edited else None)
    drawn = st.container()
    sections.statements(result)
    quarters = st.container()
    sections.lots(result)
    sections.checks(result, edited=edited)
    sections.assumptions(scenario)
    with st.sidebar:
        sections.downloads(scenario, result, f"{state.name()}_what_if" if edited else state.name())
    # Charts take longest to build, so they come last: the figures are there before them.
    with drawn:
        sections.drawn(result)
    with quarters:
        sections.quarters(result)


try:
    show()
except TreasurySimError as error:
    st.error(sections.plain(str(error)))
