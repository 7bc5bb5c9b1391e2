"""The page "Start": open a shipped case, a scenario file or lots of one's own, and edit the lots."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from treasury_sim.app import frame, lots_grid, opening, parts, state
from treasury_sim.domain.timeline import Quarter
from treasury_sim.errors import InputError
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.market.history.loader import AS_OF
from treasury_sim.scenario import load
from treasury_sim.scenario.amounts import read_share
from treasury_sim.scenario.library import shipped
from treasury_sim.scenario.schema import calendar_of

CASE, FILE, LOTS = "A shipped case", "A scenario file", "Lots of your own"
YEAR_ENDS = ("12-31", "01-31", "03-31", "06-30", "08-31", "09-30")
QUARTERS = 24
"""Quarters that can be chosen, back from the last one with embedded prices."""


def body() -> None:
    """Draw the page."""
    st.subheader("Begin", anchor=False)
    if "begin_with" not in st.session_state:
        st.session_state["begin_with"] = CASE
    ways = {CASE: _case, FILE: _file, LOTS: _lots}
    chosen = st.segmented_control("Begin with", list(ways), key="begin_with", required=True)
    ways[str(chosen)]()
    _open_now()


@st.cache_data(show_spinner=False)
def _titles() -> dict[str, str]:
    return {path.stem: load(path.stem).spec.title for path in shipped()}


def _case() -> None:
    titles, opened = _titles(), state.now()
    state.offer("pick", opened.name if opened.shipped else None)
    st.selectbox(
        "Shipped case",
        list(titles),
        index=None,
        format_func=lambda name: titles[name],
        key="pick",
        placeholder="Choose a case",
        on_change=_picked,
    )


def _picked() -> None:
    name = st.session_state["pick"]
    if name is not None:
        state.open_(partial(state.shipped, name))


def _file() -> None:
    st.file_uploader(
        "Scenario (YAML), and the tables that it names",
        type=["yaml", "yml", "csv", "xlsx"],
        accept_multiple_files=True,
        max_upload_size=opening.MOST_MEGABYTES,
        key="scenario_files",
        on_change=_uploaded,
    )


def _uploaded() -> None:
    files: list[Any] = st.session_state["scenario_files"]
    if any(file.name.lower().endswith((".yaml", ".yml")) for file in files):
        state.open_(partial(opening.from_files, {file.name: file.getvalue() for file in files}))


def _lots() -> None:
    name = st.text_input("Company", value="Our company", key="new_name", max_chars=80)
    left, middle, right = st.columns(3)
    fiscal_year_end = left.selectbox("Fiscal year ends on (month-day)", YEAR_ENDS, key="new_year_end")
    quarters = _quarters(str(fiscal_year_end))
    labels = [quarter.label for quarter in quarters]
    last = middle.selectbox("Quarter to report", labels, key="new_quarter")
    rate = right.text_input("Tax rate; empty computes no tax", key="new_rate", placeholder="28.73%", max_chars=12)
    chosen = st.multiselect(
        "Accounting frameworks",
        list(FRAMEWORKS),
        default=["us_gaap_fair_value", "us_gaap_impairment"],
        format_func=parts.framework,
        key="new_frameworks",
    )
    read = _rate(rate)
    quarter = quarters[labels.index(last)] if last in labels else quarters[0]
    st.file_uploader(
        "Lots (CSV or XLSX): columns acquired, quantity, unit_cost or total_cost, if wanted id, acquired_to, asset, "
        "fee, wallet, tax_basis, source",
        type=["csv", "xlsx"],
        max_upload_size=opening.MOST_MEGABYTES,
        key="lots_file",
        on_change=_lots_uploaded,
        args=(
            opening.NewHolder(
                name.strip() or "Our company",
                str(fiscal_year_end),
                quarter,
                quarter,
                read,
                tuple(chosen) or ("us_gaap",),
            ),
        ),
    )


def _rate(text: str | None) -> float | None:
    if not text:
        return None
    try:
        rate = read_share(text, "tax rate")
    except InputError as error:
        parts.problems(str(error))
        return None
    st.caption(f"Tax rate read as {rate:.4%}.")
    return rate


def _quarters(fiscal_year_end: str) -> list[Quarter]:
    """The last quarters that have embedded prices, newest first."""
    calendar = calendar_of(fiscal_year_end)
    last = calendar.quarter(AS_OF)
    if last.end > AS_OF:
        last = calendar.quarter(last.start - timedelta(days=1))
    found = [last]
    while len(found) < QUARTERS:
        found.append(calendar.quarter(found[-1].start - timedelta(days=1)))
    return found


def _lots_uploaded(holder: opening.NewHolder) -> None:
    file = st.session_state["lots_file"]
    if file is not None:
        state.open_(partial(opening.from_lots, file.name, file.getvalue(), holder))


def _open_now() -> None:
    opened = state.now()
    st.subheader(parts.plain(opened.scenario.spec.holder.name), anchor=False)
    if not opened.shipped:
        st.caption("Own lots stay in this session. Keep the scenario as a file: Files, Scenario (YAML).")
    with st.expander("Modelled, not modelled, assumed", expanded=opened.shipped):
        st.markdown(parts.plain(opened.scenario.spec.description or "The scenario says nothing about itself."))
    st.markdown("**Lots**")
    st.caption("Every cell can be edited; rows can be added below and deleted with the box on the left.")
    lots_grid.show()


frame.page(body)
