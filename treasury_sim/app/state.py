"""The session: one scenario is the truth, widgets only edit it; runs are kept by what went into them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario import Scenario, load, to_yaml

FIRST = "strategy_2025q4"
_NAME, _ORIGINAL, _SCENARIO, _PROBLEM = "scenario_name", "scenario_original", "scenario", "scenario_problem"


def open_scenario(name: str) -> None:
    """Put the shipped scenario `name` into the session, unedited."""
    state = st.session_state
    state[_PROBLEM] = ""
    try:
        state[_ORIGINAL] = state[_SCENARIO] = _loaded(name)
        state[_NAME] = name
    except TreasurySimError as error:
        state[_PROBLEM] = str(error)


def begin() -> None:
    """Open the first scenario if the session has none."""
    if _SCENARIO not in st.session_state:
        open_scenario(FIRST)


def name() -> str:
    """Name of the shipped scenario that is open."""
    found: str = st.session_state.get(_NAME, FIRST)
    return found


def original() -> Scenario:
    """Return the open scenario, unedited."""
    found: Scenario = st.session_state[_ORIGINAL]
    return found


def scenario() -> Scenario:
    """Return the scenario as edited: the truth that widgets edit and the engine runs."""
    found: Scenario = st.session_state[_SCENARIO]
    return found


def is_edited() -> bool:
    """Whether the scenario is not the shipped one."""
    return scenario() is not original()


def edit(change: Callable[[Scenario, Scenario], Scenario]) -> None:
    """Replace the scenario by `change(scenario, original)`; keep it, and tell the problem, if that is wrong."""
    state = st.session_state
    state[_PROBLEM] = ""
    try:
        state[_SCENARIO] = change(scenario(), original())
    except TreasurySimError as error:
        state[_PROBLEM] = str(error)


def refuse(problem: str) -> None:
    """Tell why an edit was not made."""
    st.session_state[_PROBLEM] = problem


def problem() -> str:
    """Say what was wrong with the last edit; empty if nothing."""
    found: str = st.session_state.get(_PROBLEM, "")
    return found


def offer(key: str, value: object) -> None:
    """Make the widget `key` show `value`; one that already does is left alone, so that no fast edit is lost."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def result_of(chosen: Scenario) -> Result:
    """Run `chosen`, or recall the run of the same scenario.

    Raises
    ------
    TreasurySimError
        If the scenario cannot be run.
    """
    files = tuple(sorted(chosen.inputs.items()))
    return _run(to_yaml(chosen, include_expect=True), files, chosen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(text: str, files: tuple[tuple[str, str], ...], _scenario: Scenario) -> Result:  # noqa: ARG001 - the key
    return run(_scenario)


@st.cache_resource(max_entries=32, show_spinner=False)
def _loaded(name: str) -> Scenario:
    return load(name)
