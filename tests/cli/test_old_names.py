"""Old names of commands work for one more version, and name the command that replaces them."""

from __future__ import annotations

from pathlib import Path

import pytest

from treasury_sim import load, to_yaml
from treasury_sim.cli.main import SECTIONS
from treasury_sim.cli.old_names import OLD_NAMES

from .test_answers import asked

REPLACED = {
    "diff": (("a.yaml", "b.yaml"), ("attribute", "a.yaml", "b.yaml", "--every-line")),
    "bridge": (
        ("a.yaml", "us_gaap_fair_value", "us_gaap_impairment"),
        (
            *("attribute", "a.yaml", "--framework", "us_gaap_fair_value"),
            *("--to-framework", "us_gaap_impairment", "--line", "remeasurement_pl"),
        ),
    ),
    "observe": (("s.yaml",), ("sensitivity", "s.yaml", "--observation")),
    "tie-out": (("kulr_2025",), ("run", "kulr_2025", "--expect")),
}


@pytest.fixture(autouse=True)
def _scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = load("kulr_2025")
    (tmp_path / "a.yaml").write_text(to_yaml(base))
    (tmp_path / "b.yaml").write_text(to_yaml(base.what_if({"tax.rate": 0.3})))
    simulated = load("observation_policy").what_if({"simulation.paths": 256})
    (tmp_path / "s.yaml").write_text(to_yaml(simulated))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", OLD_NAMES)
def test_an_old_name_prints_what_the_new_command_prints(capsys: pytest.CaptureFixture[str], name: str) -> None:
    before, after = REPLACED[name]
    code, printed, hint = asked(capsys, name, *before)
    assert (code, printed.partition("Run in")[0]) == _printed(capsys, after)
    assert f"This command is now `treasury-sim {after[0]} " in hint
    assert "works in this version only" in hint


def _printed(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> tuple[int, str]:
    code, printed, errors = asked(capsys, *command)
    assert not errors
    return code, printed.partition("Run in")[0]


def test_old_names_are_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    _, listed, _ = asked(capsys, "--help")
    for name in OLD_NAMES:
        assert f"  {name} " not in listed
        assert not any(name in commands for commands in SECTIONS.values())


def test_two_frameworks_show_the_steps_of_their_rules(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--framework", "us_gaap_fair_value", "--to-framework", "us_gaap_impairment")
    code, printed, _ = asked(capsys, "attribute", "strategy_2025q4", *arguments)
    assert code == 0
    assert "Price: the lowest price since each lot was acquired." in printed
    assert "Bridge, Q4 2025" in printed


def test_two_scenarios_show_the_inputs_that_differ(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = asked(capsys, "attribute", "a.yaml", "b.yaml", "--line", "pre_tax_income")
    assert code == 0
    assert "tax.rate" in printed
