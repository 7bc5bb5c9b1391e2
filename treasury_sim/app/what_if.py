"""The page "What if": move the dials, see the quarter."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import dials, frame, parts, period, replay, sample_view, state


def body() -> None:
    """Draw the page: the finding above all, so that a phone shows it first."""
    opened = state.now()
    base = state.result_of(opened.original)
    result = state.answer(opened.scenario)
    if result.basis == "replay":
        shown = period.choose(result)
        parts.headline(result, shown.label)
    left, right = st.columns([1, 2.4], gap="large")
    with left, st.container(key="dials"):
        dials.dials(base)
    with right:
        if result.basis == "sample":
            sample_view.show(result)
        else:
            before = base if opened.edited and base.basis == result.basis else None
            replay.show(result, shown, before, not_compared=replay.EDITED if opened.edited else "")


frame.page(body)
