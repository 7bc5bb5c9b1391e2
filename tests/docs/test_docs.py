"""Documentation cannot rot: commands run, every key and line and framework is named."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import yaml

import treasury_sim
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.schema import Period, ScenarioSpec
from treasury_sim.case.sections.accounting import Accounting
from treasury_sim.case.sections.capital import (
    Capital,
    OpeningBalance,
    SharePrice,
)
from treasury_sim.case.sections.expect import Expectation
from treasury_sim.case.sections.holder import Holder, LotsExport
from treasury_sim.case.sections.income import Income
from treasury_sim.case.sections.limits import LimitRow
from treasury_sim.case.sections.plan import Plan
from treasury_sim.case.sections.prices import Prices, RegimeState
from treasury_sim.case.sections.sweep import Range, SweepSpec
from treasury_sim.case.sections.tax import Tax
from treasury_sim.case.strict import WINDOWS, written_fields
from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.domain.instruments import ConvertibleNote, Debt, Issuance, PreferredStock
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.plan import Loan, Payment, Purchase, Receipt, Restriction, Sale, Swap, Transfer
from treasury_sim.scenario import load
from treasury_sim.scenario.importers.export import Columns, Cost, ExportMapping

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
SECTIONS = [Holder, Period, Plan, Accounting, Tax, Income, Capital]


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_key_of_a_section_is_documented(section: type) -> None:
    prefix = section.__name__.lower()
    for key in section.model_fields:  # type: ignore[attr-defined]
        assert f"`{prefix}.{key}`" in DOCS["scenario.md"]


def test_every_other_key_is_documented() -> None:
    keys = [info.alias or name for name, info in ScenarioSpec.model_fields.items()]
    models = (*get_args(get_args(Prices)[0]), RegimeState, Expectation, LimitRow)
    keys += [info.alias or name for model in models for name, info in model.model_fields.items()]
    for row in (OpeningBalance, SharePrice):
        keys += row.model_fields
    events = (Purchase, Receipt, Sale, Payment, Swap, Transfer, Loan, Restriction)
    instruments = (ConvertibleNote, Debt, PreferredStock, Issuance)
    keys += [key for noun in (Lot, Opening, *events, *instruments) for key in written_fields(noun)]
    for key in keys:
        written = key.removesuffix("_to") if key in WINDOWS.values() else key
        assert re.search(rf"`{written}[`.]", DOCS["scenario.md"]), key


def test_every_column_of_lots_and_key_of_a_mapping_is_documented() -> None:
    columns = [key for key in written_fields(Lot) if key != "opening"]
    columns += [f"opening_{key}" for key in written_fields(Opening)]
    for model in (LotsExport, ExportMapping, Columns, Cost):
        columns += model.model_fields
    for key in columns:
        assert f"`{key}`" in DOCS["lots-in.md"], key


def test_every_key_of_a_sweep_is_documented() -> None:
    for info in SweepSpec.model_fields.values():
        assert f"`sweep.{info.alias}`" in DOCS["scenario.md"]
    for name, info in Range.model_fields.items():
        assert re.search(rf"`{{[^`]*\b{info.alias or name}\b[^`]*}}`", DOCS["scenario.md"])


def test_every_line_and_framework_is_documented() -> None:
    for name in LINES:
        assert f"`{name}`" in DOCS["result.md"] or name == "units", name
    for key in FRAMEWORKS:
        assert f"`{key}`" in DOCS["methodology.md"], key


def test_the_tests_that_the_methodology_names_exist() -> None:
    for path in re.findall(r"`(tests/[\w/]+\.py)`", DOCS["methodology.md"]):
        assert (ROOT / path).is_file(), path


def test_every_public_name_is_there_and_documented() -> None:
    for name in treasury_sim.__all__:
        assert hasattr(treasury_sim, name), name
        assert re.search(rf"`{name}[`(]", DOCS["api.md"]), name


def test_links_between_pages_lead_somewhere() -> None:
    for base, text in [(ROOT, README), *((ROOT / "docs", page) for page in DOCS.values())]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (base / target).exists(), target


def test_the_readme_has_both_commands() -> None:
    assert 'pip install -c constraints.txt -e ".[app]" && treasury-sim run strategy_2025q4\n' in README
    assert 'pip install -c constraints.txt -e ".[dev]" && pytest\n' in README


def test_the_output_in_the_readme_is_what_the_command_prints() -> None:
    command = [sys.executable, "-m", "treasury_sim", *shlex.split("run strategy_2025q4")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    squeezed = [" ".join(line.split()) for line in printed.splitlines()]
    (shown,) = fenced(README, "text")
    for line in shown.splitlines():
        assert " ".join(line.split()) in squeezed, line


def test_the_scenario_and_the_python_of_the_readme_run(tmp_path: Path) -> None:
    (text,) = fenced(README, "yaml")
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    load(file)
    assert yaml.safe_load(text)["holder"]["name"] == "Example Inc"
    (code,) = fenced(README, "python")
    names: dict[str, object] = {}
    exec(code, names)
    assert names["loss"] == pytest.approx(-17_436e6, rel=0.0002)
