"""The frame of every page: the open scenario, undo and redo, keeping, sharing, files, and errors in words."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from treasury_sim.app import address, autosave, files, link, parts, state, widgets
from treasury_sim.errors import TreasurySimError

_LOOK = """<style>
[data-testid="stCaptionContainer"] {opacity: 1;}
[data-testid="stCaptionContainer"] :is(p, strong) {color: MUTED;}
.stMultiSelect :is([data-tag], [data-baseweb="tag"]) {max-width: 100%; height: auto;}
.stMultiSelect :is([data-tag], [data-baseweb="tag"]) span {white-space: normal; max-width: none; line-height: 1.3;}
:is(.stMultiSelect [data-tag], [data-testid="stBaseButton-primary"]) {background-color: #0072B2; color: #FFFFFF;}
.stMultiSelect [data-testid="stMultiSelectTagsContainer"] > span {flex-wrap: wrap;}
.stMainBlockContainer {padding-top: 3.5rem;}
@media (min-width: 800px) {.st-key-dials {position: sticky; top: 4rem;}}
</style>"""
"""A chosen framework is named in full; text stands out as WCAG AA asks; dials stay in sight beside what they move."""


def page(body: Callable[[], None]) -> None:
    """Draw a page; its widgets rerun this part of the app only."""
    state.begin()
    widgets.turn_page()
    _page(body)


@st.fragment
def _page(body: Callable[[], None]) -> None:
    address.show()
    st.html(_LOOK.replace("MUTED", parts.look().muted))
    _top()
    try:
        body()
    except TreasurySimError as error:
        parts.problems(str(error))
    autosave.mount()
    state.ask_again()


def _top() -> None:
    opened, history = state.now(), state.history()
    st.caption(f"**{parts.plain(opened.scenario.spec.title)}**")
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.button("Undo", icon=":material/undo:", on_click=state.undo, disabled=not history.can_undo, key="undo")
        st.button("Redo", icon=":material/redo:", on_click=state.redo, disabled=not history.can_redo, key="redo")
        st.button("Reset", on_click=state.reset, disabled=not opened.edited, help="Undo all edits.", key="reset")
        with st.popover("Keep", help="Keep this scenario under a name for comparison.", key="keep"):
            _keep()
        with st.popover("Share", key="share"):
            _share()
        with st.popover("Files", key="files"):
            files.offer(opened)
    if state.problem():
        parts.problems(state.problem())
    for note in dict.fromkeys(
        (*opened.scenario.notes, *(note for each in state.kept() for note in each.scenario.notes))
    ):
        st.caption(parts.plain(note))
    plan = opened.scenario.spec.plan
    if not (opened.scenario.lots or plan.purchases or plan.receipts):
        st.warning("The holder has no lots and buys none, so there is nothing to measure.")


def _keep() -> None:
    name = widgets.recall(st.text_input, "Name of this scenario", key="keep_name", default="", max_chars=60)
    st.button("Keep for comparison", on_click=_kept, key="keep_it", disabled=not (name or "").strip())
    for each in state.kept():
        st.caption(parts.plain(each.name))


def _kept() -> None:
    name = st.session_state["keep_name"].strip()
    if name:
        state.keep(name)
        widgets.forget("keep_name")


def _share() -> None:
    parameters = link.to_link(state.now())
    if parameters is None:
        st.info(
            "This scenario contains your lots or amounts, which are never put into a link. Share it as "
            "YAML, under Files."
        )
        return
    st.caption("Anyone who can reach this machine sees the same scenario here. It contains no lots or amounts.")
    st.code(f"{st.context.url or ''}?{urlencode(parameters)}", language=None, wrap_lines=True)
