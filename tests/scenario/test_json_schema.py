"""The JSON Schema: an editor that reads YAML 1.2 accepts what we accept, and finds what is plainly wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from treasury_sim.scenario.json_schema import json_schema

LIBRARY = Path(__file__).parents[2] / "scenarios"
FILES = [path for path in sorted(LIBRARY.rglob("*.yaml")) if path.parent.name != "mappings"]
VALIDATOR = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())


class _Yaml12(yaml.SafeLoader):
    """YAML 1.2, core schema: no dates, no `_` in numbers, no yes and no."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    _Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def as_an_editor_reads(text: str) -> Any:
    return yaml.load(text, _Yaml12)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_is_accepted(path: Path) -> None:
    errors = [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(path.read_text()))]
    assert errors == []


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_keys_are_described_for_who_writes_them() -> None:
    found = json_schema()
    assert found["properties"]["title"]["description"] == "One line, shown above every result."
    assert found["$defs"]["Tax"]["properties"]["rate"]["description"].startswith("Combined rate")
    assert found["$defs"]["Gbm"]["properties"]["from"]["description"].startswith("First day of the model")


GOOD = """\
schema: 1
extends: other.yaml
holder:
  units: 1_000
  fiscal_year_end: "08-31"
  lots: [{acquired: [2025-01-01, 2025-01-31], quantity: 1_000.5, unit_cost: 9e4}]
period: {start: 2025-10-01}
tax: {rate: 28.73%}
accounting: {adoption_date: null, disposal_costs: 0.5%}
income: {interest: {2025Q4: -1_000}}
limits: [{loss: net_income, above: 5_000_000_000}, {line: carrying, below: cost_basis}]
sweep: {grid: {tax.rate: {from: 20%, to: 30%, step: 0.01}, plan.lot_relief: [fifo]}, list: [{name: x, tax.rate: 1%}]}
prices: {BTC: {quarter_end: {2025-12-31: 87_515}, quarter_low: {2025-12-31: {price: 80_524.65, date: 2025-11-21}}}}
"""


def test_every_way_of_writing_a_value_is_accepted() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(GOOD))] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("schema: 1", "schema: two"),
        ("extends: other.yaml", "extend: other.yaml"),
        ("fiscal_year_end:", "fiscal_year_ends:"),
        ("quantity: 1_000.5", "quantity: a lot"),
        ("quantity: 1_000.5", "quantty: 1_000.5"),
        ("start: 2025-10-01", "start: 2025-10-32"),
        ("start: 2025-10-01", "start: soon"),
        ("line: carrying", "line: caring"),
        ("rate: 28.73%", "rate: much"),
        ("interest: {2025Q4: -1_000}", "interest: {2025Q4: none}"),
        ("severity: note", "severity: bad"),
        ("step: 0.01", "stepp: 0.01"),
    ],
)
def test_what_is_plainly_wrong_is_found(right: str, wrong: str) -> None:
    text = GOOD.replace("below: cost_basis}", "below: cost_basis, severity: note}")
    assert not list(VALIDATOR.iter_errors(as_an_editor_reads(text)))
    assert right in text
    assert list(VALIDATOR.iter_errors(as_an_editor_reads(text.replace(right, wrong))))
