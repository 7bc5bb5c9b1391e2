"""One path of a simulation, chosen by the percentile of its result, as a replay."""

from __future__ import annotations

import streamlit as st

from treasury_sim.analysis.open_path import ranking
from treasury_sim.app import parts, state, widgets
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report.tables.statement import period_name
from treasury_sim.report.words import signed


def choose(result: Result) -> int | None:
    """Choose a path of a sample by a slider; ``None`` where no result differs from path to path."""
    ranked = ranking(result)
    if ranked is None:
        st.info("No result differs from path to path, so no path is that of a percentile.")
        return None
    span = period_name(result, ranked.period)
    by = f"{LINES[ranked.line].title.lower()} of {span}, {parts.framework(ranked.framework)}"
    label = parts.plain(f"Path at this percentile of {by}")
    share = widgets.recall(st.slider, label, 1, 99, key="path_share", default=5)
    number = ranked.distribution.path_near(share / 100.0)
    amount = signed(float(ranked.distribution.values[number]), result.currency)
    words = f"Path {number:,} of {result.paths:,}, ranked by {by}: {amount}; of the paths {share} % are below it."
    st.caption(parts.plain(f"{words} A replay of its prices, down to its lots and entries."))
    return number


def replayed(number: int) -> Result:
    """Replay that path of the open scenario."""
    return state.path_of(state.scenario(), number)
