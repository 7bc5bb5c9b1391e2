"""The command line as its users meet it: in a process of its own, in an empty folder."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from treasury_sim.accounting import FRAMEWORKS

GOOD = """\
schema: 1
title: One coin
holder:
  name: Holder
  lots: [{acquired: 2025-10-06, quantity: 1, unit_cost: 123_561}]
period: {start: 2025-10-01, end: 2025-12-31}
accounting: {frameworks: [us_gaap_fair_value, us_gaap_impairment]}
tax: {rate: 28.73%}
"""


def treasury_sim(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "treasury_sim", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def write(folder: Path, text: str, name: str = "case.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_run_prints_the_bridge_in_the_right_words(tmp_path: Path) -> None:
    done = treasury_sim(tmp_path, "run", "strategy_2025q4")
    assert done.returncode == 0
    assert done.stderr == ""
    bridge = {line[:36].strip(): line[36:].split() for line in done.stdout.splitlines()}
    assert bridge["Unrealised loss on digital assets"] == ["(17,436.1)", "–"]
    assert bridge["Impairment of digital assets"] == ["–", "(2,504.0)"]
    assert bridge["Net income"] == ["(12,444.1)", "(1,802.1)"]
    assert "illustrative" in done.stdout
    assert "Run in" in done.stdout
    assert "25 lots, 5 sales" in done.stdout


def test_run_prints_json_with_the_keys_of_the_reference(tmp_path: Path) -> None:
    done = treasury_sim(tmp_path, "run", "strategy_2025q4", "--format", "json", "--band")
    found = json.loads(done.stdout)
    assert (found["schema"], found["basis"], found["paths"], found["currency"]) == (1, "replay", 1, "USD")
    quarter = found["frameworks"]["us_gaap_fair_value"]["quarters"][0]
    assert (quarter["label"], quarter["start"], quarter["end"]) == ("2025Q4", "2025-10-01", "2025-12-31")
    assert quarter["units"] == {"BTC": 672503}
    assert quarter["remeasurement_name"] == "unrealised loss on digital assets"
    assert quarter["pre_tax_income"] + quarter["income_tax"] == pytest.approx(quarter["net_income"])
    assert quarter["valuation_allowance"] == 0.0
    assert quarter["assets"]["BTC"]["low_date"] == "2025-11-21"
    impaired = found["frameworks"]["us_gaap_impairment"]["quarters"][0]
    assert impaired["band"]["remeasurement_pl"]["low"] < impaired["remeasurement_pl"]
    assert all(len(digest) == 64 for digest in found["manifest"]["inputs"].values())
    assert len(found["manifest"]["inputs"]) == 5
    assert all(expectation["pass"] for expectation in found["expect"])


def test_run_writes_csv_that_adds_up_to_the_screen(tmp_path: Path) -> None:
    name = write(tmp_path, GOOD)
    done = treasury_sim(tmp_path, "run", name, "--out", "out")
    assert done.returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "expect.csv",
        "lots.csv",
        "result.json",
        "statements.csv",
    ]
    with (tmp_path / "out" / "statements.csv").open(encoding="utf-8") as file:
        rows = {(r["framework"], r["kind"], r["line"]): r["value"] for r in csv.DictReader(file)}
    assert float(rows["us_gaap_fair_value", "quarter", "carrying"]) == 87_515.0
    with (tmp_path / "out" / "lots.csv").open(encoding="utf-8") as file:
        lots = list(csv.DictReader(file))
    assert [(lot["id"], float(lot["carrying_us_gaap_impairment"])) for lot in lots] == [("lot-1", 80_524.65)]


def test_a_missed_expectation_leaves_with_code_4_and_names_the_figure(tmp_path: Path) -> None:
    name = write(
        tmp_path, GOOD + "expect: {us_gaap_fair_value: {2025Q4: {carrying: {value: 90_000, tolerance: 1%}}}}\n"
    )
    done = treasury_sim(tmp_path, "run", name)
    assert done.returncode == 4
    assert "us_gaap_fair_value Q4 2025 carrying: expected 90,000.00 within 1%, got 87,515.00" in done.stdout


def test_check_tells_every_problem_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    write(tmp_path, GOOD, "cases/good.yaml")
    write(tmp_path, GOOD.replace("quantity: 1", "quantity: -1").replace("title", "titel"), "cases/two.yaml")
    write(tmp_path, GOOD + "title: Again\n", "cases/repeated.yaml")
    done = treasury_sim(tmp_path, "check", "cases")
    assert done.returncode == 1
    assert done.stdout == "cases/good.yaml: fine\n"
    assert "cases/repeated.yaml:9: title" in done.stderr
    assert "cases/two.yaml:2: titel: expected a known key, found titel. Did you mean title?" in done.stderr
    assert "cases/two.yaml:5: holder.lots[0].quantity: expected a number above 0, found -1." in done.stderr
    assert "2 of 3 scenarios cannot be run." in done.stderr


def test_check_does_not_compute_bands(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from treasury_sim.cli.check import check

    def refused(*_: object) -> None:
        raise AssertionError("a check needs no band")

    monkeypatch.setattr(import_module("treasury_sim.engine.run"), "bands", refused)
    check(["strategy_history"])  # which expects figures to lie in the band
    assert capsys.readouterr().out == "strategy_history: fine\n"


def test_check_tells_what_only_a_pass_finds(tmp_path: Path) -> None:
    name = write(tmp_path, GOOD.replace("period:", "plan: {sales: [{date: 2025-12-01, quantity: 3}]}\nperiod:"))
    done = treasury_sim(tmp_path, "check", name)
    assert done.returncode == 1
    assert "case.yaml:6: plan.sales[0].quantity: expected at most the 1 BTC held in wallet main" in done.stderr


BROKEN = [
    ("beyond the end of prices", ("end: 2025-12-31", "end: 2026-09-30"), "case.yaml:6: period.end:"),
    ("before the prices", ("acquired: 2025-10-06", "acquired: 2013-10-06"), "case.yaml:5: holder.lots[0]:"),
    (
        "more than is held",
        ("period:", "plan: {sales: [{date: 2025-12-01, quantity: 3}]}\nperiod:"),
        "case.yaml:6: plan.sales[0].quantity: expected at most the 1 BTC held in wallet main on 2025-12-01, found 3.",
    ),
    (
        "a low above the price",
        ("tax:", "prices: {BTC: {quarter_low: {2025-12-31: {price: 90_000, date: 2025-12-01}}}}\ntax:"),
        "case.yaml:8: prices.BTC.quarter_low.2025-12-31.price: expected a low of 2025Q4 at or below",
    ),
    ("no such asset", ("quantity: 1", "asset: DOGE, quantity: 1"), "DOGE"),
]


@pytest.mark.parametrize(("what", "change", "message"), BROKEN, ids=[case[0] for case in BROKEN])
def test_what_cannot_be_run_is_told_without_a_traceback_and_nothing_is_written(
    tmp_path: Path, what: str, change: tuple[str, str], message: str
) -> None:
    name = write(tmp_path, GOOD.replace(*change))
    done = treasury_sim(tmp_path, "run", name, "--out", "out")
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    name = write(tmp_path, GOOD)
    done = treasury_sim(tmp_path, "run", name, "--out", name)
    assert done.returncode == 1
    assert "Give another folder with --out" in done.stderr


def test_an_unknown_name_suggests_the_nearest(tmp_path: Path) -> None:
    done = treasury_sim(tmp_path, "run", "strategy_2025q3")
    assert done.returncode == 1
    assert "strategy_2025q4" in done.stderr


@pytest.mark.parametrize("arguments", [["run"], ["run", "strategy_2025q4", "--nonsense"], ["nonsense"]])
def test_wrong_usage_leaves_with_code_2(tmp_path: Path, arguments: list[str]) -> None:
    done = treasury_sim(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_tie_out_without_expectations_says_so(tmp_path: Path) -> None:
    done = treasury_sim(tmp_path, "run", "--expect", write(tmp_path, GOOD))
    assert done.returncode == 1
    assert "expect" in done.stderr


def test_the_tie_out_of_every_reported_quarter(tmp_path: Path) -> None:
    done = treasury_sim(tmp_path, "run", "--expect", "strategy_history")
    assert done.returncode == 0
    assert "120 of 120 expected figures met" in done.stdout
    assert "FAIL" not in done.stdout


def test_list_names_scenarios_and_frameworks(tmp_path: Path) -> None:
    done = treasury_sim(tmp_path, "list")
    assert done.returncode == 0
    for name in ("strategy_2025q4", "strategy_history", "us_gaap_impairment", "us_gaap_fair_value"):
        assert name in done.stdout
    for framework in FRAMEWORKS.values():
        assert framework.effective in done.stdout


def test_every_framework_at_once_is_printed_in_full(tmp_path: Path) -> None:
    frameworks = ", ".join(FRAMEWORKS)
    name = write(tmp_path, GOOD.replace("us_gaap_fair_value, us_gaap_impairment", frameworks))
    done = treasury_sim(tmp_path, "run", name)
    assert done.returncode == 0
    assert "…" not in done.stdout
    assert done.stdout.count("Income bridge, Q4 2025") == 4


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    name = write(tmp_path, GOOD)
    one, two = (treasury_sim(tmp_path, "run", name, "--format", "json").stdout for _ in range(2))
    assert one == two != ""


def test_a_bug_of_ours_is_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import treasury_sim.scenario
    from treasury_sim.cli.main import main

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr(treasury_sim.scenario, "load", broken)
    monkeypatch.setattr(sys, "argv", ["treasury-sim", "run", "strategy_2025q4"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 3
    told = capsys.readouterr().err
    assert "This is a bug in treasury-sim" in told
    assert "Traceback" not in told


def test_check_tells_what_a_run_does_not_use(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "simulation: {paths: 1_000}\n", "one.yaml")
    done = treasury_sim(tmp_path, "check", "one.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "one.yaml: fine\n  simulation has no effect: no price model here is sampled.\n"


@pytest.mark.parametrize("command", ["check", "run"])
def test_an_empty_name_is_not_the_folder_where_one_is(tmp_path: Path, command: str) -> None:
    write(tmp_path, GOOD, "one.yaml")
    done = treasury_sim(tmp_path, command, "")
    assert done.returncode == 1
    assert "expected a scenario file or the name of a shipped scenario, found no name." in done.stderr


@pytest.mark.parametrize(("given", "told"), [("nowhere", "nowhere is not a folder"), ("", "nothing is given")])
def test_a_folder_to_allow_is_there(tmp_path: Path, given: str, told: str) -> None:
    write(tmp_path, GOOD, "one.yaml")
    done = treasury_sim(tmp_path, "check", "one.yaml", "--allow-path", given)
    assert done.returncode == 2
    assert told in done.stderr
