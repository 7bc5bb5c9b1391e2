"""How often answers prepare a scenario, measure it and draw up its statements: once for each set of inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from treasury_sim import attribute, load, loss_target, lot_ladder, run, solve, tornado
from treasury_sim.analysis.attribution import between_periods
from treasury_sim.engine import run_cache
from treasury_sim.engine.paths import points
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.report.board.content import board


@dataclass
class Counts:
    """Calls of the steps of a run, and on how many different inputs."""

    calls: Counter[str] = field(default_factory=Counter)
    inputs: dict[str, set[object]] = field(default_factory=dict)

    def count(self, patch: pytest.MonkeyPatch, module: object, name: str, inputs_of: Callable[..., object]) -> None:
        function: Callable[..., Any] = getattr(module, name)

        def call(*args: Any) -> Any:
            self.calls[name] += 1
            self.inputs.setdefault(name, set()).add(inputs_of(*args))
            return function(*args)

        patch.setattr(module, name, call)

    def repeated(self) -> dict[str, int]:
        """Calls that repeated an earlier one."""
        return {name: count - len(self.inputs[name]) for name, count in self.calls.items()}


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Counts of every prepare, layout, measure and statement of runs."""
    counts = Counts()
    prices_and_lots = ("holder", "period", "plan", "prices")
    counts.count(
        monkeypatch,
        run_cache,
        "prepare_funded",
        lambda case, future: repr([getattr(case.spec, name) for name in prices_and_lots]),
    )
    for module in (run_cache, points):
        counts.count(
            monkeypatch,
            module,
            "measure",
            lambda rule, books, timeline, marks, policy: (
                rule.key,
                books.quantity.tobytes(),
                marks.quarter_end.tobytes(),
                marks.low.tobytes(),
            ),
        )
    return counts


def test_a_board_report_computes_each_thing_once(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario is prepared, one point of the prices searched, and each of three pressure points.

    The first is measured under two frameworks, the others under one; five passes over many prices search them.
    """
    counts.count(monkeypatch, run_cache, "statement_of", lambda key, prepared, measured, lines: (key, id(measured)))
    board(load("strategy_2025q4"))
    assert counts.repeated() == {"prepare_funded": 0, "measure": 0, "statement_of": 0}
    assert counts.calls == {"prepare_funded": 5, "measure": 10, "statement_of": 9}


def test_an_attribution_draws_up_the_statements_of_each_pass_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three passes: that of the run, one without the events of the quarter, and one with its acquisitions alone."""
    counts = Counts()
    counts.count(monkeypatch, between_periods, "statements", lambda prepared, measured: id(measured))
    attribution = attribute(load("strategy_2025q4"))
    assert counts.calls == {"statements": 2}
    assert sum(step.amount for step in attribution.steps) == pytest.approx(attribution.last - attribution.first)


def test_a_ladder_reuses_the_run(counts: Counts) -> None:
    scenario, cache = load("strategy_2025q4"), RunCache()
    run(scenario, cache=cache)
    ladder = lot_ladder(scenario, cache=cache)
    assert counts.calls == {"prepare_funded": 1, "measure": 2}
    assert ladder.rungs == lot_ladder(scenario).rungs


def test_questions_about_one_scenario_share_its_run(counts: Counts) -> None:
    """Attributions restrict the scenario to one framework, and take the measurement of the run all the same."""
    scenario, cache = load("strategy_2025q4"), RunCache()
    run(scenario, cache=cache)
    for framework in scenario.spec.accounting.frameworks:
        attribute(scenario, framework=framework, cache=cache)
        attribute(scenario, framework="us_gaap_fair_value", to_framework="us_gaap_impairment", cache=cache)
    assert counts.calls["prepare_funded"] == 1
    assert counts.repeated()["measure"] == 0


def test_a_tax_rate_that_is_searched_measures_nothing_again(counts: Counts) -> None:
    solve(load("strategy_2025q4"), loss_target("net_income", 12e9), "tax.rate")
    assert counts.calls == {"prepare_funded": 1, "measure": 1}


def test_a_tornado_prepares_each_side_of_each_bar_once(counts: Counts) -> None:
    """The base and two sides of the price; a tax rate and interest are read after measuring."""
    tornado(load("strategy_2025q4"), keys=["price", "tax.rate", "tax.support"])
    assert counts.repeated() == {"prepare_funded": 0, "measure": 0}
    assert counts.calls == {"prepare_funded": 3, "measure": 3}
