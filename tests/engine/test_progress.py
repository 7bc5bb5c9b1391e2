"""Every function that takes long counts what it has done, in its caller's thread, and the result is the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.analysis.test_exact import LOTS, scenario
from treasury_sim import Limit, attribute, compare, greeks, grid, load, run, solve, tornado
from treasury_sim.analysis.calibrate import calibrated
from treasury_sim.analysis.observation import by_policy
from treasury_sim.domain.progress import Progress
from treasury_sim.engine.paths.simulation_plan import SimulationPlan
from treasury_sim.market.history import load_history
from treasury_sim.report.board.write import write_board
from treasury_sim.scenario import Scenario

Work = Callable[[Scenario, Scenario, Progress], object]

DAYS = (date(2023, 1, 1), date(2024, 6, 30))

WORK: dict[str, Work] = {
    "a simulation": lambda sampled, _, progress: run(sampled, progress=progress),
    "a band": lambda _, replay, progress: run(replay, band=True, progress=progress),
    "a comparison": lambda _, replay, progress: compare(replay, replay, progress=progress),
    "an attribution": lambda sampled, replay, progress: attribute(
        replay, sampled, line="remeasurement_pl", progress=progress
    ),
    "greeks": lambda sampled, _, progress: greeks(
        sampled, line="remeasurement_pl", keys=["prices.BTC.volatility"], progress=progress
    ),
    "observation": lambda sampled, _, progress: by_policy(sampled, progress),
    "a tornado": lambda _, replay, progress: tornado(replay, line="remeasurement_pl", progress=progress),
    "a grid": lambda _, replay, progress: grid(
        replay, ("tax.rate", [0.1, 0.2]), ("price", [90.0, 95.0, 99.0]), line="remeasurement_pl", progress=progress
    ),
    "a calibration": lambda _, __, progress: calibrated(load_history("BTC"), ["gbm", "gbm"], DAYS, 1, progress),
}


@pytest.fixture
def scenarios(tmp_path: Path) -> tuple[Scenario, Scenario]:
    """A simulation, and a replay of the same holder."""
    sampled = load(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 256}))
    return sampled, sampled.with_values({("prices", "BTC"): {"file": "prices.csv"}})


@pytest.mark.parametrize("what", WORK)
def test_it_counts_from_nothing_to_all_in_its_own_thread(what: str, scenarios: tuple[Scenario, Scenario]) -> None:
    seen: list[tuple[int, int]] = []
    threads = set()

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        threads.add(threading.get_ident())

    WORK[what](*scenarios, progress)
    done = [count for count, _ in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, seen[-1][1])
    assert len({total for _, total in seen}) == 1
    assert threads == {threading.get_ident()}


def test_a_search_counts_its_first_values_and_then_says_that_the_rest_is_not_known(
    scenarios: tuple[Scenario, Scenario],
) -> None:
    seen: list[tuple[int, int]] = []
    target = Limit("remeasurement_pl", "above", 0.0)
    sampled, _ = scenarios
    solve(
        sampled,
        target,
        "prices.BTC.volatility",
        probability=0.5,
        progress=lambda done, total: seen.append((done, total)),
    )
    totals = list(dict.fromkeys(total for _, total in seen))
    assert totals[-1] == 0
    assert len(totals) == 2
    assert (totals[0], totals[0]) in seen


def test_paths_replayed_one_by_one_are_counted_one_by_one(tmp_path: Path) -> None:
    lots = [{**LOTS[0], "tax_basis": 50.0}, *LOTS[1:]]
    plan = {"lot_relief": "hifo", "sales": [{"date": date(2025, 8, 15), "amount": 50.0}]}
    simulation = SimulationPlan.of(
        load(scenario(tmp_path, ["us_gaap"], holder={"lots": lots}, plan=plan, simulation={"paths": 16})).case
    )
    assert simulation.one_by_one
    counts: list[int] = []
    simulation.statement(simulation.prices(0), counts.append)
    assert counts == [1] * 16


def test_a_report_counts_the_run_and_its_files(scenarios: tuple[Scenario, Scenario], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_board(scenarios[0], ("html",), tmp_path / "out", progress=lambda done, total: seen.append((done, total)))
    assert {total for _, total in seen} == {2_000}
    assert (seen[0][0], seen[-1][0]) == (0, 2_000)
    assert 1_000 in [done for done, _ in seen]
