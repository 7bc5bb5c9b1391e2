"""An edit survives whatever breaks the page off: another input may arrive at any use of the session."""

from __future__ import annotations

from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from treasury_sim.app import edits, state
from treasury_sim.app.history import History, Opened
from treasury_sim.scenario import Scenario, load


class BrokenOff(BaseException):
    """As Streamlit ends a run: no handler of errors catches it."""


class Session(dict[str, Any]):
    """A session that is broken off at its use number `at`, counted from nought."""

    at = -1

    def _use(self) -> None:
        self.at -= 1
        if self.at == -1:
            raise BrokenOff

    def __getitem__(self, key: str) -> Any:
        self._use()
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._use()
        super().__setitem__(key, value)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    kept = Session()
    scenario = load("strategy_2025q4")
    kept[state.HISTORY] = History((Opened("a", shipped=False, original=scenario, scenario=scenario),))
    monkeypatch.setattr(state, "st", SimpleNamespace(session_state=kept))
    monkeypatch.setattr(state, "result_of", lambda chosen: chosen)
    return kept


def rate() -> float | None:
    return state.scenario().spec.tax.rate


def test_a_callback_runs_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "result_of", lambda _chosen: pytest.fail("an engine run in a callback"))
    state.edit(partial(edits.set_tax, rate=0.3))
    assert session[state.HISTORY].noted


@pytest.mark.parametrize("use", range(12))
def test_an_edit_is_made_once_wherever_the_page_is_broken_off(session: Session, use: int) -> None:
    followed: list[Scenario] = []
    state.edit(partial(edits.set_tax, rate=0.3), then=followed.append)
    state.edit(partial(edits.add_purchase, asset="BTC", day=date(2025, 11, 3), amount=1e6))
    session.at = use
    try:
        state.scenario()
    except BrokenOff:
        assert session.at == -1
    session.at = -1
    assert rate() == 0.3
    assert len(edits.purchases(state.scenario())) == 1 + len(edits.purchases(state.now().original))
    assert len(state.history().steps) == 3
    assert followed


def test_an_edit_that_is_refused_leaves_the_next_one(session: Session) -> None:
    state.edit(partial(edits.set_tax, rate=7.0))
    state.edit(partial(edits.set_tax, rate=0.25))
    assert rate() == 0.25
    assert len(state.history().steps) == 2
