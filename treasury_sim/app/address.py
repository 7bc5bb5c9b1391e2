"""The address of the page says what is open, so that a reload and a shared link show it again."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import link, state

_SCRIPT = """
export default function () {
  const { history, location } = window;
  if (history.treasurySim) return;
  history.treasurySim = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const next = new URL(url ?? location.href, location.href);
    if (next.pathname === location.pathname) history.replaceState(state, title, url);
    else push(state, title, url);
  };
}
"""
"""Streamlit enters a page as one step of the browser's history and adds the open scenario as a second; Back would then
need two. Only one step is kept for each page."""


def show() -> None:
    """Write the open scenario into the address; one that no link can carry leaves it bare."""
    st.components.v2.component("treasury_sim.address", js=_SCRIPT)(key="address")
    parameters = link.to_link(state.now()) or {}
    if dict(st.query_params) != parameters:
        st.query_params.from_dict(parameters)
