"""The commands of the answers as their users meet them: the exit code, the finding, and JSON that is JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from treasury_sim.cli.main import main

SIMULATION = """\
schema: 1
title: A quarter ahead
holder:
  name: Holder
  lots: [{acquired: 2025-10-06, quantity: 1_000, unit_cost: 123_561}]
period: {start: 2026-04-01, end: 2026-06-30}
prices: {BTC: {model: gbm, volatility: 55%, from: 2026-04-01}}
accounting: {frameworks: [us_gaap_fair_value]}
tax: {rate: 25%}
limits: [{loss: pre_tax_income, above: 20_000_000, name: bad}]
simulation: {paths: 4_096}
"""


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; its exit code, output and errors."""
    before = sys.argv
    sys.argv = ["treasury-sim", *arguments]
    try:
        with pytest.raises(SystemExit) as left:
            main()
    finally:
        sys.argv = before
    code = left.value.code
    out, errors = capsys.readouterr()
    return (code if isinstance(code, int) else 0), out, errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("attribute", "strategy_2025q4"), "(17,193.5)"),
        (("attribute", "strategy_2025q4", "--to-framework", "us_gaap_impairment"), "Price: "),
        (("explain", "strategy_2025q4", "--line", "impairment"), "80,524.65"),
        (("solve", "strategy_2025q4", "--line", "remeasurement_pl", "--loss", "10bn"), "98,572.29"),
        (("solve", "strategy_2025q4", "--line", "carrying", "--value", "tax_basis"), "74,998.59"),
        (("ladder", "strategy_2025q4"), "A fall of 10%"),
        (("block", "strategy_2025q4", "--share", "10%", "--days", "5"), "would fetch $5.9bn of a fair value of $5.9bn"),
        (("sensitivity", "strategy_2025q4", "--key", "price", "--key", "tax.rate"), "drives net income most"),
        (("sensitivity", "strategy_2025q4", "--grid", "price=80000:90000:2", "--grid", "tax.rate=0.2:0.3:2"), "80,000"),
    ],
)
def test_text_tells_the_finding_and_json_is_json(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, errors = asked(capsys, *arguments)
    assert (code, errors) == (0, "")
    assert said in out
    code, out, errors = asked(capsys, *arguments, "--format", "json")
    assert (code, errors) == (0, "")
    assert json.loads(out)


def test_a_simulation_is_asked_how_likely_and_how_it_moves(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "ahead.yaml"
    file.write_text(SIMULATION, encoding="utf-8")
    code, out, _ = asked(
        *(capsys, "solve", str(file), "--for", "prices.BTC.volatility", "--limit", "bad"),
        *("--probability", "10%", "--from", "0.2", "--to", "2"),
    )
    assert code == 0
    assert "the probability of “bad” in Q2 2026 is 0.1" in out
    code, out, _ = asked(capsys, "sensitivity", str(file), "--greeks", "--line", "pre_tax_income")
    assert code == 0
    assert "prices.BTC.volatility" in out
    code, _, errors = asked(capsys, "sensitivity", str(file))
    assert code == 1
    assert "--greeks" in errors


def test_a_report_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = asked(capsys, "report", "kulr_2025", "--out", str(tmp_path / "board"), "--format", "html", "--flash")
    assert code == 0
    assert "flash.html" in out
    assert (tmp_path / "board" / "flash.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("solve", "strategy_2025q4"), 2),
        (("solve", "strategy_2025q4", "--loss", "1bn", "--value", "2"), 2),
        (("solve", "strategy_2025q4", "--loss", "much"), 1),
        (("solve", "strategy_2025q4", "--limit", "none"), 2),
        (("solve", "strategy_2025q4", "--loss", "1bn", "--from", "1"), 2),
        (("sensitivity", "strategy_2025q4", "--grid", "price=1:2"), 2),
        (("explain", "strategy_2025q4", "--line", "nothing"), 1),
        (("attribute", "strategy_2025q4", "--since", "inception", "--against", "2025Q3"), 1),
        (("ladder", "strategy_2025q4", "--asset", "ETH"), 1),
        (("report", "strategy_2025q4"), 2),
    ],
)
def test_wrong_questions_are_told_without_a_traceback(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int
) -> None:
    found, _, errors = asked(capsys, *arguments)
    assert found == code
    assert errors
    assert "Traceback" not in errors


def test_a_scenario_without_funding_is_told_with_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = asked(capsys, "capital", "kulr_2025")
    assert code == 1
    assert errors.startswith("library:kulr_2025.yaml:1: capital.opening: expected what the holder has and owes")


@pytest.mark.parametrize(
    ("arguments", "left", "said"),
    [
        (("sensitivity", "strategy_2025q4", "--grid", "price=1:2:100000", "--grid", "low=1:2:100000"), 2, "2 to 200"),
        (("sensitivity", "strategy_2025q4", "--by", "0"), 1, "a share above 0"),
        (("explain", "strategy_2025q4", "--lot", "nonesuch"), 1, "nonesuch"),
    ],
)
def test_what_cannot_be_answered_says_what_to_mend(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], left: int, said: str
) -> None:
    code, _, errors = asked(capsys, *arguments)
    assert code == left
    assert said in errors


def test_no_price_is_solved_for_in_a_simulation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "simulated.yaml"
    file.write_text(SIMULATION, encoding="utf-8")
    code, _, errors = asked(capsys, "solve", str(file), "--limit", "bad", "--probability", "5%")
    assert code == 1
    assert "prices.BTC.volatility" in errors
