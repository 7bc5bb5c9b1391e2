"""The page "Distribution": what a simulated scenario may print, with error bars, and one of its paths opened."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import (
    dials,
    frame,
    one_path,
    parts,
    period,
    price_dials,
    replay,
    sample_view,
    simulated_dials,
    state,
    widgets,
)
from treasury_sim.domain.result import Result


def body() -> None:
    """Draw the page."""
    opened = state.now()
    result = state.answer(opened.scenario)
    left, right = st.columns([1, 2.4], gap="large")
    with left, st.container(key="dials"):
        price_dials.prices(state.result_of(opened.original))
        simulated_dials.sampling()
        dials.accounting()
    with right:
        if result.basis == "sample":
            sample_view.show(result)
            _path(result)
        else:
            st.info("The prices of this scenario are stated: there is one path. Choose Simulated on the left.")


def _path(result: Result) -> None:
    st.subheader("One path, opened", anchor=False)
    number = one_path.choose(result)
    if number is not None and widgets.recall(st.toggle, "Show it", key="path_shown", default=False):
        opened = one_path.replayed(number)
        shown = period.chosen(opened)
        parts.headline(opened, shown.label)
        replay.show(opened, shown, None, not_compared=replay.ONE_PATH)


frame.page(body)
