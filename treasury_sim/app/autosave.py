"""Autosave of what a link cannot carry: the browser keeps it for this tab, and gives it back after a reload.

It is written to the tab's own `sessionStorage`, so it stays on the user's machine, is in no address, and is gone when
the tab is closed. What comes back is read like an upload.
"""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from treasury_sim.app import link, opening, state
from treasury_sim.app.history import History, Opened
from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario import Scenario, to_yaml

_SCRIPT = """
export default function (component) {
  const { data, setTriggerValue } = component;
  const place = "treasury_sim_scenario";
  if (data.ask) {
    const saved = window.sessionStorage.getItem(place);
    if (saved) setTriggerValue("saved", saved);
  } else if (data.text) {
    window.sessionStorage.setItem(place, data.text);
  } else {
    window.sessionStorage.removeItem(place);
  }
}
"""
_KEY = "autosave"


def mount() -> None:
    """Ask the tab once for what it has kept, then keep there what is open, if no link can."""
    ask = bool(st.session_state.pop(state.IS_NEW, False))
    component = st.components.v2.component("treasury_sim.autosave", js=_SCRIPT)
    component(key=_KEY, data={"ask": ask, "text": "" if ask else _text(state.now())}, on_saved_change=_restore)


def _text(opened: Opened) -> str:
    """The text kept in the tab; none where a link has everything."""
    if link.to_link(opened) is not None:
        return ""
    original = "" if opened.shipped else _yaml(state.key_of(opened.original), opened.original)
    edited = _yaml(state.key_of(opened.scenario), opened.scenario) if opened.edited else ""
    return json.dumps({"name": opened.name, "original": original, "edited": edited})


@st.cache_data(max_entries=32, show_spinner=False)
def _yaml(key: str, _scenario: Scenario) -> str:  # noqa: ARG001 - the key stands for the scenario
    return to_yaml(_scenario, include_expect=True)


def _restore() -> None:
    saved: Any = getattr(st.session_state.get(_KEY), "saved", None)
    if not isinstance(saved, str):
        return
    try:
        opened = opening.from_saved(json.loads(saved))
    except (TreasurySimError, ValueError, RecursionError):
        return  # what the tab kept is of another version: the session begins as any other
    st.session_state[state.HISTORY] = History((opened,))
