"""What is said of expected figures: how many were met, from where they are, and which are no evidence."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import run_case
from treasury_sim import load, run
from treasury_sim.batch import score
from treasury_sim.case.sections.expect import Expectation
from treasury_sim.domain.result import Outcome, Result
from treasury_sim.engine.statements.expectations import _agrees
from treasury_sim.errors import InputError
from treasury_sim.report.tables.expected import has_evidence, missed, source_kind, verdict

OUTCOME = Outcome("us_gaap", "2025Q4", "carrying", 1.0, 1.0, 0.5, None, None, None, True, "")
FILINGS = ("10-K", "10-Q", "8-K", "20-F")


def held(folder: Path, line: str, **expectation: Any) -> Result:
    """100 coins bought at 1 and worth 0.5475 at the end of 2025: a loss of 45.25."""
    expect = {"us_gaap_fair_value": {"2025Q4": {line: expectation}}}
    lots = [{"id": "a", "acquired": date(2025, 10, 1), "quantity": 100, "unit_cost": 1.0}]
    steps = {date(2025, 1, 1): 1.0, date(2025, 12, 31): 0.5475}
    return run_case(folder, steps, lots, accounting={"frameworks": ["us_gaap_fair_value"]}, expect=expect)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("10-K FY2025 less nine months", "from a 10-K"),
        ("8-K 2026-01-05", "from an 8-K"),
        ("XBRL company facts, FY2024", "from XBRL company facts"),
        ("by hand: 25 % x 100", "by hand"),
        ("plain arithmetic", "by hand"),
        ("my spreadsheet", "from other sources"),
        ("", "without a source"),
    ],
)
def test_a_source_is_what_it_says(source: str, kind: str) -> None:
    assert source_kind(source) == kind


@given(st.lists(st.sampled_from(["", "by hand", "my spreadsheet", "10-K FY2025", "8-K 2026-01-05"]), min_size=1))
def test_no_filing_is_named_that_no_source_names(sources: list[str]) -> None:
    text = verdict([replace(OUTCOME, source=source) for source in sources])
    assert text.startswith(f"{len(sources)} of {len(sources)} expected figure")
    assert "publish" not in text
    assert {name for name in FILINGS if name in text} == {name for name in FILINGS if name in " ".join(sources)}


def test_a_figure_that_an_input_was_taken_from_is_no_evidence() -> None:
    circular = replace(OUTCOME, source="8-K", source_of="prices.BTC.quarter_end.2026-03-31")
    sentence = verdict([circular])
    assert not has_evidence([circular])
    assert sentence.startswith("1 of 1 expected figure met (1 by construction).")
    assert "prices.BTC.quarter_end.2026-03-31" in sentence
    assert has_evidence([circular, replace(OUTCOME, source="10-K")])
    assert not has_evidence([replace(circular, passed=False)])


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("strategy_2026q1", {"prices.BTC.quarter_end.2026-03-31", "tax.other_deferred_tax_asset"}),
        ("strategy_2025q4", {"prices.BTC.quarter_end.2025-12-31", "income.other_operating"}),
    ],
)
def test_the_circular_figures_of_shipped_cases_are_named(name: str, inputs: set[str]) -> None:
    outcomes = run(load(name)).outcomes
    assert {outcome.source_of for outcome in outcomes} - {""} == inputs
    assert all(key in verdict(outcomes) for key in inputs)


def test_a_key_that_the_scenario_does_not_state_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the key of an input that the scenario states"):
        held(tmp_path, "remeasurement_pl", value=-45.25, tolerance=0.01, source_of="prices.BTC.spot")


def test_a_rounded_figure_is_met_by_what_rounds_to_it_in_every_door(tmp_path: Path) -> None:
    result = held(tmp_path, "remeasurement_pl", value=-45, rounding=0.5)
    assert result.passed
    assert missed(result.outcomes) == []
    for command in (["run"], ["run", "--expect"]):
        program = [sys.executable, "-m", "treasury_sim", *command, "scenario.yaml"]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 of 1 expected figure met (1 without a source)." in done.stdout
    [scored] = score.scores_of(["one"], result, [])
    assert scored.expectations == 0


def test_beyond_the_rounding_it_is_missed(tmp_path: Path) -> None:
    result = held(tmp_path, "remeasurement_pl", value=-44, rounding=0.5)
    assert not result.passed
    assert "expected (44.00) within rounding 0.5, got (45.25)" in missed(result.outcomes)[0]


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 3),
    st.integers(0, 10**6),
    st.floats(-1.0, 1.0),
    st.sampled_from([1, 100]),
)
def test_rounding_and_tolerance_add_up(value: int, digits: int, tolerance: int, at: float, unit: int) -> None:
    """Whatever rounds to the expected value, and is then off by no more than the tolerance, is met."""
    rounding = 0.5 * 10.0**-digits
    expectation = Expectation(value=float(value * unit), tolerance=float(tolerance), rounding=rounding)
    allowed = rounding + tolerance
    assert _agrees(expectation, value * unit + at * allowed, None)
    beyond = allowed * 1.01 + 1e-6 * (1 + abs(value * unit))
    assert not _agrees(expectation, value * unit + beyond, None)


def test_every_shipped_input_that_a_figure_is_the_source_of_is_stated() -> None:
    for file in sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        if "source_of" in text:
            assert yaml.safe_load(text)["expect"]
            load(file.stem)
