"""One path of a simulation, chosen by the percentile of its result, as a replay."""

from __future__ import annotations

import streamlit as st

from treasury_sim.analysis.open_path import path_number
from treasury_sim.app import state, widgets
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError


def choose(result: Result) -> int | None:
    """Choose a path of a sample by a slider; ``None`` where no result differs from path to path."""
    label = "Path at this percentile of the result over the whole period"
    share = widgets.recall(st.slider, label, 1, 99, key="path_share", default=5)
    try:
        number = path_number(result, f"p{share}")
    except InputError:
        st.info("No result differs from path to path, so no path is that of a percentile.")
        return None
    st.caption(f"Path {number:,} of {result.paths:,}: a replay of its prices, down to its lots and entries.")
    return number


def replayed(number: int) -> Result:
    """Replay that path of the open scenario."""
    return state.path_of(state.scenario(), number)
