from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import write_scenario
from treasury_sim import InputError, load
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.between_frameworks import Bridge, framework_bridge
from treasury_sim.scenario import Scenario

STEPS = {
    date(2025, 1, 1): 100.0,
    date(2025, 2, 1): (60.0, 80.0),
    date(2025, 3, 1): 120.0,
    date(2025, 5, 1): 150.0,
    date(2025, 6, 1): (65.0, 70.0),
    date(2025, 8, 1): 90.0,
    date(2025, 11, 1): 140.0,
}
LOTS = [
    {"acquired": date(2025, 1, 10), "quantity": 5, "unit_cost": 100, "fee": 2},
    {"acquired": date(2025, 3, 10), "quantity": 5, "unit_cost": 120},
]
SALES = [{"date": date(2025, 7, 15), "quantity": 3, "proceeds": 250}]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("bridge")
    choices = {"disposal_costs": 0.01, "permanent": ["2025Q2"], "adoption_date": date(2025, 1, 1)}
    accounting = {"frameworks": ["ifrs_cost", "hgb_fixed_asset"], **choices}
    plan = {"sales": SALES}
    return load(write_scenario(folder, STEPS, holder={"lots": LOTS}, plan=plan, accounting=accounting))


def columns(bridge: Bridge) -> list[tuple[float, float, float]]:
    steps = (bridge.first, *bridge.steps, bridge.second)
    return [(step.income, step.oci, step.carrying) for step in steps]


KEYS = st.sampled_from(sorted(FRAMEWORKS))


@settings(max_examples=60)
@given(KEYS, KEYS, st.sampled_from(["2025Q1", "2025Q2", "2025Q3", "2025Q4"]))
def test_a_bridge_between_any_two_frameworks_adds_up(scenario: Scenario, first: str, second: str, label: str) -> None:
    start, *steps, end = columns(framework_bridge(scenario, first, second, label))
    for column in range(3):
        assert start[column] + sum(step[column] for step in steps) == pytest.approx(end[column], abs=1e-9)


def test_a_bridge_to_itself_has_no_steps(scenario: Scenario) -> None:
    assert framework_bridge(scenario, "ifrs_cost", "ifrs_cost").steps == ()


def test_the_words_say_which_answer_changes(scenario: Scenario) -> None:
    steps = framework_bridge(scenario, "ifrs_cost", "ifrs_revaluation", "2025Q1").steps
    assert [step.words.split(":")[0] for step in steps] == [
        "Ceiling",
        "Costs of disposal are not deducted.",
        "Gains above cost",
    ]
    assert steps[-1].oci == -steps[-1].income != 0


def test_the_fourth_quarter_of_2025_by_hand() -> None:
    """Strategy: 17,436m of unrealised loss, 4,101m of which below cost; the rest undoes surplus in OCI."""
    bridge = framework_bridge(load("strategy_2025q4"), "us_gaap_fair_value", "ifrs_revaluation")
    assert bridge.first.income == pytest.approx(-17_436e6, rel=0.0002)
    assert bridge.second.income + bridge.second.oci == pytest.approx(bridge.first.income)
    (step,) = bridge.steps
    assert step.oci == pytest.approx(bridge.second.oci)


def test_what_is_unknown_is_told(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="us_gap"):
        framework_bridge(scenario, "us_gap", "ifrs_cost")
    with pytest.raises(InputError, match="2024Q1"):
        framework_bridge(scenario, "us_gaap", "ifrs_cost", "2024Q1")


def test_a_framework_of_ones_own_is_offered_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One file and one line: here the file is a `replace`, the line a dictionary entry."""
    from dataclasses import replace

    from treasury_sim import run
    from treasury_sim.cli.list_scenarios import list_scenarios

    toy = replace(FRAMEWORKS["swiss_co_cost"], key="toy", title="Toyland, cost", loss_name="toy loss")
    monkeypatch.setitem(FRAMEWORKS, "toy", toy)
    list_scenarios()
    assert "Toyland, cost" in capsys.readouterr().out
    accounting = {"frameworks": ["toy", "swiss_co_cost"]}
    result = run(load(write_scenario(tmp_path, STEPS, holder={"lots": LOTS}, accounting=accounting)))
    ours, theirs = (result.statements[key].lines["remeasurement_pl"] for key in ("toy", "swiss_co_cost"))
    assert ours is not None
    assert (ours == theirs).all()
