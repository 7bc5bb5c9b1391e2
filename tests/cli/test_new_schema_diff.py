"""`new`, `schema` and `attribute --every-line` as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from treasury_sim import load, run
from treasury_sim.analysis.attribution.compare import compare
from treasury_sim.cli.main import cli
from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario.sweep import sweep_of

RUNNER = CliRunner()


def test_what_new_writes_can_be_checked_run_and_swept(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    assert RUNNER.invoke(cli, ["new", str(file)]).exit_code == 0
    assert RUNNER.invoke(cli, ["new"]).stdout == file.read_text()
    assert RUNNER.invoke(cli, ["check", str(file)]).exit_code == 0
    scenario = load(file)
    result = run(scenario)
    assert all(outcome.failed is not None for outcome in result.limits)
    assert len(sweep_of(scenario)) == 4
    commented = [line for line in file.read_text().splitlines() if "# " in line]
    assert len(commented) > 10


def test_what_expect_suggests_is_what_the_run_gives(tmp_path: Path) -> None:
    """The lines at the end of the template, without their comment signs, are a test that passes."""
    text = RUNNER.invoke(cli, ["new"]).stdout
    head, _, tail = text.partition("# expect:")
    file = tmp_path / "own.yaml"
    file.write_text(head + "expect:" + tail.replace("\n# ", "\n"))
    result = run(load(file))
    assert result.outcomes
    assert result.passed


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("mine")
    with pytest.raises(TreasurySimError, match="left as it is"):
        RUNNER.invoke(cli, ["new", str(file)], catch_exceptions=False)
    assert file.read_text() == "mine"


def test_schema_prints_the_json_schema() -> None:
    told = json.loads(RUNNER.invoke(cli, ["schema"]).stdout)
    assert told["$schema"].endswith("2020-12/schema")
    assert {"extends", "holder", "sweep", "limits"} <= set(told["properties"])


def test_diff_tells_assumptions_and_lines(tmp_path: Path) -> None:
    base = load("strategy_2025q4")
    second = tmp_path / "second.yaml"
    second.write_text("schema: 1\nextends: library:strategy_2025q4.yaml\ntitle: Another\ntax: {rate: 21%}\n")
    done = RUNNER.invoke(cli, ["attribute", "--every-line", "strategy_2025q4", str(second), "--format", "json"])
    told = json.loads(done.stdout)
    assert told["assumptions"] == [{"key": "tax.rate", "first": "28.73%", "second": "21%"}]
    lines = {(row["framework"], row["line"]): row for row in told["lines"]}
    # Nothing before tax has changed; the tax on the loss is at the new rate.
    assert ("us_gaap_fair_value", "pre_tax_income") not in lines
    net = lines["us_gaap_fair_value", "net_income"]
    assert net["second"] - net["first"] == pytest.approx(net["change"])
    assert net["change"] == pytest.approx((0.21 - 0.2873) * 17_460.6e6, rel=1e-3)
    text = RUNNER.invoke(cli, ["attribute", "--every-line", "strategy_2025q4", str(second)]).stdout
    assert "Tax rate" in text
    assert "tax.rate" in text
    assert "28.73%" in text
    assert "Net income" in text
    same = compare(base, base)
    assert (same.assumptions, same.lines, same.only_first, same.only_second) == ((), (), (), ())


def test_diff_says_what_only_one_of_them_has() -> None:
    found = compare(load("strategy_2025q4"), load("kulr_2025"))
    assert found.lines == ()
    assert found.only_first == ("us_gaap_fair_value 2025Q4", "us_gaap_impairment 2025Q4")
    assert len(found.only_second) == 3
