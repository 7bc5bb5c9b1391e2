"""A figure by mechanism: against runs by hand, exact sums, errors of a sample, and the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from treasury_sim import InputError, Scenario, attribute_mechanisms, load, run, to_yaml
from treasury_sim.analysis.attribution.mechanisms import MechanismAttribution
from treasury_sim.cli.main import cli

BOOK = {"open_interest": 700_000}
ALL = {
    "lows": {"deeper": 0.2, "after_fall": 0.04},
    "flows": {"liquidations": BOOK, "sellers": {"miners": {"coins": 450}}},
}


def overlaid(scenario: Scenario, **overlay: Any) -> Scenario:
    return scenario.what_if({"prices.BTC.overlay": overlay})


@pytest.fixture(scope="module")
def crash() -> Scenario:
    return load("strategy_2026q1")


@pytest.fixture(scope="module")
def under_cost(crash: Scenario) -> MechanismAttribution:
    return attribute_mechanisms(overlaid(crash, **ALL), framework="us_gaap_impairment")


def test_the_shares_add_up_exactly(under_cost: MechanismAttribution) -> None:
    total = sum(each.share.value for each in under_cost.shares)
    assert total == pytest.approx(under_cost.figure - under_cost.without, rel=1e-9)
    assert [each.words for each in under_cost.shares] == ["BTC liquidations", "BTC miners", "BTC deeper lows"]


def test_first_in_is_the_run_with_that_mechanism_alone(crash: Scenario, under_cost: MechanismAttribution) -> None:
    none = {"liquidations": BOOK | {"times": 0}, "sellers": {"miners": {"coins": 0, "as_was": 450}}}
    alone = none | {"liquidations": BOOK}
    losses = [
        run(overlaid(crash, flows={"mode": "counterfactual", **flows})).line(
            "remeasurement_pl", framework="us_gaap_fair_value"
        )
        for flows in (none, alone)
    ]
    fair = attribute_mechanisms(overlaid(crash, **ALL))
    assert fair.without == pytest.approx(losses[0])
    assert fair.shares[0].share.first_in == pytest.approx(losses[1] - losses[0])


def test_forced_selling_explains_little_and_less_at_fair_value(
    crash: Scenario, under_cost: MechanismAttribution
) -> None:
    """Impact 0.4 % at the low (0.2 to 2.2 %) of a fall by a half since October, and gone by the quarter end."""
    fair = attribute_mechanisms(overlaid(crash, **ALL))
    for answer, most in ((fair, 0.003), (under_cost, 0.07)):
        forced = answer.shares[0]
        assert forced.least <= forced.share.value <= forced.most <= 0.0
        assert forced.least / answer.figure < most
    assert fair.shares[2].share.value == 0.0


def test_the_error_of_a_sample_comes_from_its_replicates() -> None:
    case = load("strategy_2026_garch").what_if({"simulation.paths": 512})
    flows = {"in_prices": False, "liquidations": BOOK, "sellers": {"miners": {"coins": 4_500}}}
    answer = attribute_mechanisms(overlaid(case, flows=flows))
    forced = answer.shares[0]
    assert sum(each.share.value for each in answer.shares) == pytest.approx(answer.figure - answer.without, rel=1e-9)
    assert 0.0 < forced.error < abs(forced.share.value)

    def values(**changes: Any) -> Any:
        stated = flows | {"mode": "counterfactual"} | changes
        key = answer.framework
        return run(overlaid(case, flows=stated)).line("remeasurement_pl", answer.quarter, framework=key)

    off: dict[str, Any] = {"liquidations": BOOK | {"times": 0}}
    quiet: dict[str, Any] = {"sellers": {"miners": {"coins": 0}}}
    by_path = (values(**quiet) - values(**off, **quiet) + values() - values(**off)) / 2.0
    means = by_path.reshape(-1, 16).mean(axis=0)
    assert forced.share.value == pytest.approx(by_path.mean(), rel=1e-6)
    assert forced.error == pytest.approx(np.std(means, ddof=1) / 4.0, rel=1e-6)


def test_own_sales_are_a_mechanism(crash: Scenario) -> None:
    answer = attribute_mechanisms(overlaid(crash, flows={"own_sales": True}))
    assert [each.words for each in answer.shares] == ["BTC own sales"]


def test_a_scenario_without_an_overlay_is_an_error(crash: Scenario) -> None:
    with pytest.raises(InputError) as error:
        attribute_mechanisms(crash)
    assert error.value.problems[0].key == "prices.ASSET.overlay"


def test_the_command_prints_a_sentence_and_json(crash: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(to_yaml(overlaid(crash, flows={"liquidations": BOOK})), encoding="utf-8")
    runner = CliRunner()
    printed = runner.invoke(cli, ["attribute", str(file), "--mechanisms"])
    assert printed.exit_code == 0, printed.output
    assert "BTC liquidations account for ($7.6m) (0.05%), ($3.8m) to ($45.9m) over" in " ".join(printed.stdout.split())
    answer = json.loads(runner.invoke(cli, ["attribute", str(file), "--mechanisms", "--format", "json"]).stdout)
    assert answer["mechanisms"][0]["value"] == pytest.approx(answer["figure"] - answer["without"])
    refused = runner.invoke(cli, ["attribute", str(file), "--mechanisms", "--since", "inception"])
    assert refused.exit_code == 1
