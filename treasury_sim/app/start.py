"""The page "Start": the answer of the open case; another case, a scenario file or your own lots; the lots in a grid."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from treasury_sim.app import frame, lots_grid, opening, own_lots, parts, period, state, widgets
from treasury_sim.scenario import load
from treasury_sim.scenario.library import shipped

CASE, FILE, LOTS = "A shipped case", "A scenario file", "Your own lots"
_UPLOADS = "uploads"
"""Where the ids of the uploaded files are, and which of them are scenarios in use."""


def body() -> None:
    """Draw the page: the answer of the open case first."""
    _answer()
    st.subheader("Begin", anchor=False)
    ways = {CASE: _case, FILE: _file, LOTS: own_lots.show}
    opened = state.now()
    first = CASE if opened.shipped else LOTS if opening.is_own(opened) else FILE
    chosen = widgets.recall(
        st.segmented_control, "Begin with", list(ways), key="begin_with", default=first, required=True
    )
    ways[str(chosen)]()
    _open_now()


def _answer() -> None:
    """The finding and the key figures of the open case, where it is not simulated."""
    result = state.answer(state.scenario())
    if result.basis == "replay":
        shown = period.choose(result)
        parts.headline(result, shown.label)
        parts.figures(result, shown.label, None)


@st.cache_data(show_spinner=False)
def _titles() -> dict[str, str]:
    return {path.stem: load(path.stem).spec.title for path in shipped()}


def _case() -> None:
    titles, opened = _titles(), state.now()
    widgets.draw(
        st.selectbox,
        "Shipped case",
        list(titles),
        index=None,
        format_func=lambda name: titles[name],
        key="pick",
        value=opened.name if opened.shipped else None,
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
    opened = state.now()
    if not opened.shipped and not opening.is_own(opened):
        st.caption(parts.plain(f"In use: {opened.name}. A new file replaces it."))


def _uploaded() -> None:
    """Open the scenario chosen last, with the tables; it replaces those chosen before."""
    files: list[Any] = st.session_state["scenario_files"]
    seen, used = st.session_state.get(_UPLOADS, (frozenset(), frozenset()))
    new = [file for file in files if file.file_id not in seen]
    scenarios = [file for file in new if opening.is_scenario(file.name)]
    scenarios = scenarios or [file for file in files if file.file_id in used]
    ids = frozenset(file.file_id for file in files), frozenset(file.file_id for file in scenarios)
    st.session_state[_UPLOADS] = ids
    tables = [file for file in files if not opening.is_scenario(file.name)]
    if new and scenarios:
        given = {file.name: file.getvalue() for file in (*scenarios, *tables)}
        state.open_(partial(opening.from_files, given))
    elif new:
        state.refuse("Only tables were chosen. Also choose the scenario (YAML) that names them.")


def _open_now() -> None:
    opened = state.now()
    st.subheader(parts.plain(opened.scenario.spec.holder.name), anchor=False)
    if not opened.shipped:
        st.caption(
            "Your scenario stays in this browser tab, also after a reload, until it is closed. To keep it, save "
            "it as a file: Files, Scenario (YAML)."
        )
    with st.expander("Modelled, not modelled, assumed", expanded=opened.shipped):
        st.markdown(parts.plain(opened.scenario.spec.description or "No description provided."))
    st.markdown("**Lots**")
    st.caption("Every cell can be edited. Add rows at the bottom; delete rows with the box on the left.")
    lots_grid.show()


frame.page(body)
