"""The session: one history of frozen scenarios is the truth, widgets only edit it; runs are kept by their inputs.

Streamlit breaks a callback off at any use of the session as soon as another input arrives, and does not call it again.
A callback therefore only notes its edit, which takes no time; the page makes it when it next asks for the scenario. A
page that is broken off while it makes one leaves it noted, for the page that follows.

Nothing here is shared between sessions but results and charts, which are frozen and found only by the hash of a whole
scenario; how many are kept is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from treasury_sim.app import link
from treasury_sim.app.history import Edit, History, Opened
from treasury_sim.case.sections.prices import Bootstrap, Follows, Garch, Regime, Sampled
from treasury_sim.domain.result import Result
from treasury_sim.engine.paths.simulate import check_memory
from treasury_sim.engine.run import open_path, run
from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario import Scenario, load

FIRST = "strategy_2025q4"
MOST_KEPT = 12
DAILY = (Garch, Regime, Bootstrap, Follows)
"""Models that go day by day."""
QUICK = 4_096
"""Paths of their first answer: the least that such a model draws."""
HISTORY = "history"
"""Where the history of the session is."""
IS_NEW = "is_new"
"""Set while a session that came without a link has not asked the tab what it kept."""
_PROBLEM, _KEPT = "problem", "kept"
_EDITED, _ASK_AGAIN = "edited", "ask_again"

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """A scenario that was kept under a name, to be compared."""

    name: str
    scenario: Scenario


def begin() -> None:
    """Open the link's scenario, else the first case, if the session has none open."""
    state = st.session_state
    if HISTORY in state:
        return
    state[_PROBLEM] = ""
    state[IS_NEW] = link.CASE not in st.query_params
    try:
        state[HISTORY] = History((_linked(dict(st.query_params)),))
    except TreasurySimError as error:
        state[HISTORY] = History((shipped(FIRST),))
        state[_PROBLEM] = f"The link could not be opened, so the first case is shown. {error}"


def _linked(parameters: dict[str, str]) -> Opened:
    return link.from_link(parameters) if link.CASE in parameters else shipped(FIRST)


def shipped(name: str) -> Opened:
    """Return the shipped case `name`, unedited."""
    scenario = _loaded(name)
    return Opened(name, shipped=True, original=scenario, scenario=scenario)


def history() -> History:
    """Return every step of the session, after making the edits that are noted."""
    steps: History = st.session_state[HISTORY]
    while steps.noted:
        steps = _made(steps, steps.noted[0]).without_first_note()
        st.session_state[HISTORY] = steps  # the last thing done: broken off before it, the edit is made again
    return steps


def _made(steps: History, edit: Edit) -> History:
    """Make an edit, after it has been run: one that cannot be run is refused."""
    opened = steps.now

    def step() -> History:
        changed = edit.change(opened.scenario, opened.original)
        if key_of(changed) == key_of(opened.scenario):
            edit.then(opened.scenario)
            return steps
        _first_answer(changed)
        st.session_state[_EDITED] = True
        edit.then(changed)
        return steps.push(opened.to(changed))

    return attempt(step) or steps


def now() -> Opened:
    """Return the open scenario."""
    return history().now


def is_calendar_year() -> bool:
    """Whether the fiscal years of the open scenario are calendar years."""
    return all(quarter.is_of_calendar for quarter in scenario().spec.quarters)


def scenario() -> Scenario:
    """Return the scenario as edited: the truth that widgets edit and the engine runs."""
    return now().scenario


def attempt(change: Callable[[], T]) -> T | None:
    """Do `change`; if the input is wrong, keep everything as it is and show the problem."""
    st.session_state[_PROBLEM] = ""
    try:
        return change()
    except TreasurySimError as error:
        refuse(str(error))
        return None


def open_(find: Callable[[], Opened]) -> bool:
    """Open another scenario; return whether that was possible. Undo leads back to the present one."""
    opened = attempt(find)
    if opened is not None:
        st.session_state[HISTORY] = history().push(opened)
    return opened is not None


def edit(
    change: Callable[[Scenario, Scenario], Scenario], then: Callable[[Scenario], None] = lambda _changed: None
) -> None:
    """Note that the scenario becomes `change(scenario, original)`; `then` is called with it if that is possible."""
    st.session_state[HISTORY] = st.session_state[HISTORY].note(Edit(change, then))


def undo() -> None:
    """Undo the last step."""
    _go(history().undo())


def redo() -> None:
    """Redo the step undone last."""
    _go(history().redo())


def reset() -> None:
    """Undo all edits; undo restores them."""
    opened = now()
    _go(history().push(opened.to(opened.original)))


def _go(steps: History) -> None:
    st.session_state[_PROBLEM] = ""
    st.session_state[HISTORY] = steps


def refuse(problem: str) -> None:
    """Show why an edit was not made."""
    st.session_state[_PROBLEM] = problem


def problem() -> str:
    """Return the problem with the last edit; empty if there was none."""
    history()
    text: str = st.session_state.get(_PROBLEM, "")
    return text


def kept() -> tuple[Kept, ...]:
    """Return the scenarios that were kept, in order."""
    scenarios: tuple[Kept, ...] = st.session_state.get(_KEPT, ())
    return scenarios


def keep(name: str) -> None:
    """Keep the scenario under `name`, in place of one of that name; the oldest of more than `MOST_KEPT` is dropped."""
    others = tuple(each for each in kept() if each.name != name)
    st.session_state[_KEPT] = (*others, Kept(name, scenario()))[-MOST_KEPT:]


def drop(name: str) -> None:
    """Drop the scenario kept under `name`."""
    st.session_state[_KEPT] = tuple(each for each in kept() if each.name != name)


def key_of(chosen: Scenario) -> str:
    """Hash everything that decides what `chosen` gives."""
    return sha256(repr((chosen.tree.values, sorted(chosen.inputs.items()))).encode()).hexdigest()


def result_of(chosen: Scenario) -> Result:
    """Run `chosen`, or recall the run of the same scenario.

    Raises
    ------
    TreasurySimError
        If the scenario cannot be run.
    """
    if not any(isinstance(model, Sampled) for model in chosen.spec.prices.values()):
        return _run(key_of(chosen), chosen)
    with st.spinner(f"Simulating {chosen.spec.simulation.paths:,} price paths", show_time=True):
        return _simulate(key_of(chosen), chosen)


def answer(chosen: Scenario) -> Result:
    """Run `chosen` for the page; just after an edit, what goes day by day answers from a few paths, to be asked again.

    So something is soon seen, and while it is, the next edit need not wait for the full count.
    """
    if st.session_state.pop(_EDITED, False) and _is_slow(chosen):
        st.session_state[_ASK_AGAIN] = True
        return _first_answer(chosen)
    return result_of(chosen)


def ask_again() -> None:
    """Draw the page again, if what it shows is a first answer."""
    if st.session_state.pop(_ASK_AGAIN, False):
        context = get_script_run_ctx()
        st.rerun(scope="fragment" if context is not None and context.fragment_ids_this_run else "app")


def _first_answer(chosen: Scenario) -> Result:
    """Run `chosen`, on a few paths where all would take long: then all must fit into memory, too."""
    if not _is_slow(chosen):
        return result_of(chosen)
    result = result_of(chosen.with_values({"simulation.paths": QUICK}))
    if result.sampling is not None:
        check_memory(chosen.case, result.sampling.method, result.statements)
    return result


def _is_slow(chosen: Scenario) -> bool:
    daily = any(isinstance(model, DAILY) for model in chosen.spec.prices.values())
    return daily and chosen.spec.simulation.paths > QUICK


@st.cache_resource(max_entries=5, show_spinner=False)
def _simulate(key: str, _scenario: Scenario) -> Result:  # noqa: ARG001 - the key stands for the scenario
    return run(_scenario)


def path_of(chosen: Scenario, number: int) -> Result:
    """Replay one path of a simulated scenario."""
    return _path(key_of(chosen), number, chosen)


@st.cache_resource(max_entries=8, show_spinner=False)
def _path(key: str, number: int, _scenario: Scenario) -> Result:  # noqa: ARG001 - the key stands for the scenario
    return open_path(_scenario, number)


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(key: str, _scenario: Scenario) -> Result:  # noqa: ARG001 - the key stands for the scenario
    return run(_scenario)


@st.cache_resource(max_entries=64, show_spinner=False)
def _loaded(name: str) -> Scenario:
    return load(name)
