"""A scenario holds one truth: what is written as YAML, and what is compared, is what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treasury_sim import load, run, to_json, to_yaml
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.errors import InputError
from treasury_sim.scenario import Scenario, load_given
from treasury_sim.scenario.differences import differences
from treasury_sim.scenario.variations import Variations

END = date(2025, 12, 31)
SALE = {"date": date(2025, 12, 30), "quantity": 12.5, "proceeds": 1_100_000}
CHANGES: dict[KeyPath, list[object]] = {
    ("tax", "rate"): [0.21, "28.73%", 0, None],
    ("tax", "support"): [0, 1e9, {"2025Q4": 5}],
    ("title",): ["a: b", "- dash", "2025-12-31", "0x1F", "é\tb"],
    ("prices", "BTC", "quarter_end", END): [60_000, 90_000.25, None],
    ("prices", "BTC", "quarter_low"): [{END: {"price": 50_000.0, "date": date(2025, 11, 3)}}, None],
    ("accounting", "frameworks"): [["us_gaap"], ["ifrs_cost", "us_gaap_fair_value"]],
    ("accounting", "impairment_price"): ["period_end", "daily_close"],
    ("accounting", "scope"): [{"BTC": "us_gaap_impairment"}, None],
    ("plan", "lot_relief"): ["hifo", "average"],
    ("plan", "sales"): [[SALE], [SALE, {**SALE, "date": [END, END], "quantity": 12}], None],
    ("capital", "opening"): [{"cash": 1e9, "shares": 3e8, "equity": {"us_gaap": 5e9, "ifrs_cost": 4e9}}, None],
    ("income", "interest"): [-7.5e6, {"2025Q4": -1}],
    ("holder", "name"): ["Holder & Co.", "#1"],
    ("limits",): [[{"loss": "net_income", "above": 1e9}], None],
}
Step = Callable[[Scenario], Scenario]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """One way to make a scenario from another."""
    paths = draw(st.lists(st.sampled_from(list(CHANGES)), min_size=1, max_size=3, unique=True))
    changes = {path: draw(st.sampled_from(CHANGES[path])) for path in paths}
    framework = draw(st.sampled_from(["us_gaap", "us_gaap_fair_value", "ifrs_cost", "hgb_fixed_asset"]))
    ways: list[Step] = [
        lambda scenario: scenario.with_values(changes),
        lambda scenario: scenario.what_if(dict(changes.items())),
        lambda scenario: Variations(scenario, {}).at(changes),
        lambda scenario: restrict_to_framework(scenario, framework),
    ]
    return draw(st.sampled_from(ways))


def figures(scenario: Scenario) -> str:
    """All that a run gives, except the checksums of the files it was read from."""
    return to_json(replace(run(scenario), inputs={}))


def outcome(scenario: Scenario) -> str | list[str]:
    """The figures, or what the run expected instead."""
    try:
        return figures(scenario)
    except InputError as error:
        return [problem.expected for problem in error.problems]


def read_again(scenario: Scenario) -> Scenario:
    """The scenario written as a file, and read."""
    return load_given({"again.yaml": to_yaml(scenario, include_expect=True).encode()})


def changed(scenario: Scenario, chain: list[Step]) -> Scenario:
    """Take each step that is possible."""
    for step in chain:
        try:
            scenario = step(scenario)
        except InputError:
            continue
    return scenario


@given(st.sampled_from(["strategy_2025q4", "adoption_2025", "kulr_2025"]), st.lists(steps(), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_scenario_written_and_read_again_runs_to_the_same_bytes(name: str, chain: list[Step]) -> None:
    scenario = changed(load(name), chain)
    again = read_again(scenario)
    assert again.spec == scenario.spec.model_copy(update={"holder": again.spec.holder})
    assert again.lots == scenario.lots
    assert not [each for each in differences(scenario, again) if each.path[:2] != ("holder", "lots")]
    assert outcome(again) == outcome(scenario)


def test_a_restricted_scenario_is_written_and_compared_as_it_runs() -> None:
    whole = load("strategy_2025q4")
    one_framework = restrict_to_framework(whole, "us_gaap_fair_value")

    assert read_again(one_framework).spec.accounting.frameworks == ("us_gaap_fair_value",)
    assert ("accounting", "frameworks") in {each.path[:2] for each in differences(whole, one_framework)}
    assert list(run(one_framework).statements) == ["us_gaap_fair_value"]


@pytest.mark.parametrize("framework", list(FRAMEWORKS))
def test_a_scenario_restricted_to_a_framework_that_it_does_not_list_can_be_written(framework: str) -> None:
    scenario = load("strategy_2025q4").with_values(
        {
            ("capital",): {"opening": {"equity": {"us_gaap_fair_value": 1e9}}},
            ("expect",): None,
            ("plan", "lot_relief"): "fifo",
            ("accounting", "scope"): {"BTC": "us_gaap_impairment"},
        }
    )
    one_framework = restrict_to_framework(scenario, framework)
    assert figures(read_again(one_framework)) == figures(one_framework)
