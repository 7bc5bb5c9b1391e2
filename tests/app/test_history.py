"""Every step can be taken back, and a new one forgets those that were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.app.history import MOST, History, Opened
from treasury_sim.scenario import Scenario, load_given

TEXT = "schema: 1\ntitle: T{}\nholder: {{name: Us}}\nperiod: {{start: 2025-10-01, end: 2025-12-31}}\n"


def scenario(number: int) -> Scenario:
    return load_given({"a.yaml": TEXT.format(number).encode()})


SCENARIOS = [scenario(number) for number in range(5)]
FIRST = Opened("a", shipped=False, original=SCENARIOS[0], scenario=SCENARIOS[0])


@given(st.lists(st.sampled_from(["undo", "redo", 0, 1, 2, 3, 4])))
def test_it_is_a_list_and_a_place_in_it(acts: list[str | int]) -> None:
    history, plain, at = History((FIRST,)), [SCENARIOS[0]], 0
    for act in acts:
        if act == "undo":
            history, at = history.undo(), max(at - 1, 0)
        elif act == "redo":
            history, at = history.redo(), min(at + 1, len(plain) - 1)
        else:
            chosen = SCENARIOS[int(act)]
            history = history.push(history.now.to(chosen))
            if chosen is not plain[at]:
                plain, at = [*plain[: at + 1], chosen], at + 1
                plain, at = plain[-MOST:], min(at, MOST - 1)
        assert history.now.scenario is plain[at]
        assert history.can_undo == (at > 0)
        assert history.can_redo == (at + 1 < len(plain))


def test_it_is_bounded() -> None:
    history = History((FIRST,))
    for number in range(3 * MOST):
        history = history.push(history.now.to(SCENARIOS[number % 4 + 1]))
    assert len(history.steps) == MOST
    assert history.now.scenario is SCENARIOS[(3 * MOST - 1) % 4 + 1]


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        FIRST.name = "b"  # type: ignore[misc]
