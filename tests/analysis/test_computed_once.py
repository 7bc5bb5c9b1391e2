"""How often answers measure a scenario and draw up its statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from treasury_sim import attribute, load, lot_ladder, run
from treasury_sim.analysis.attribution import between_periods
from treasury_sim.engine import measurement_cache
from treasury_sim.engine.measurement_cache import MeasurementCache


def counting(monkeypatch: pytest.MonkeyPatch, module: object, name: str, calls: Counter[str]) -> None:
    function: Callable[..., Any] = getattr(module, name)

    def call(*args: Any) -> Any:
        calls[name] += 1
        return function(*args)

    monkeypatch.setattr(module, name, call)


def test_an_attribution_draws_up_the_statements_of_each_pass_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three passes: all events, none of the quarter, its acquisitions alone."""
    calls: Counter[str] = Counter()
    counting(monkeypatch, between_periods, "statements", calls)
    attribution = attribute(load("strategy_2025q4"))
    assert calls == {"statements": 3}
    assert sum(step.amount for step in attribution.steps) == pytest.approx(attribution.last - attribution.first)


def test_a_ladder_reuses_the_measurement_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    for name in ("prepare_funded", "measure_all"):
        counting(monkeypatch, measurement_cache, name, calls)
    scenario, cache = load("strategy_2025q4"), MeasurementCache()
    run(scenario, cache=cache)
    ladder = lot_ladder(scenario, cache=cache)
    assert calls == {"prepare_funded": 1, "measure_all": 1}
    assert ladder.rungs == lot_ladder(scenario).rungs
