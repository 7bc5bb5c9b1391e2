"""The JSON Schema: an editor that reads YAML 1.2 accepts what we accept, and finds what is plainly wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from treasury_sim import load
from treasury_sim.errors import InputError
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


def description(entry: dict[str, Any]) -> str:
    """Of a key; of one that may be a number in text or null, it stands in the branch."""
    branches = (description(branch) for branch in entry.get("anyOf", ()))
    return str(entry.get("description") or next(filter(None, branches), ""))


def test_rows_are_described_by_the_dataclass_that_states_them() -> None:
    found = json_schema()["$defs"]
    assert description(found["ConvertibleNote"]["properties"]["coupon"]) == "Annual rate of interest [1]."
    assert description(found["Debt"]["properties"]["executed_at"]).startswith(
        "Price at which coins are sold for a call"
    )
    assert description(found["Lot"]["properties"]["unit_cost"]).startswith("Average price paid for a unit")
    assert description(found["Loan"]["properties"]["lots"]).startswith("Units taken from each lot by its id")
    assert found["PreferredStock"]["description"] == "A series of perpetual preferred stock."
    for name in ("ConvertibleNote", "Debt", "PreferredStock", "Issuance"):
        assert [key for key, entry in found[name]["properties"].items() if not description(entry)] == []


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


WHOLE = """\
schema: 1
title: A whole scenario
holder: {name: A, lots: [{id: a, acquired: 2025-01-02, quantity: 10, unit_cost: 90_000}]}
period: {start: 2025-10-01, end: 2025-12-31}
"""
REFUSED = {
    "a rate above 100%": "tax: {rate: 25}",
    "a percentage above 100%": "tax: {rate: 128.5%}",
    "a negative rate": "tax: {rate: -25%}",
    "a volatility of nothing": "prices: {BTC: {model: gbm, volatility: 0}}",
    "a volatility in percent without the sign": "prices: {BTC: {model: gbm, volatility: 60}}",
    "few degrees of freedom": "prices: {BTC: {model: garch, volatility: 1, alpha: 0, beta: 0, degrees_of_freedom: 2}}",
    "a misspelled framework": "accounting: {frameworks: [us_gaap_fairvalue]}",
    "a framework twice": "accounting: {frameworks: [us_gaap, us_gaap]}",
    "a misspelled framework of a limit": "limits: [{line: carrying, below: 0, framework: us_gapp}]",
    "a misspelled framework of an expectation": "expect: {us_gap: {2025Q4: {carrying: {value: 1, tolerance: 1}}}}",
    "a misspelled line of an expectation": "expect: {us_gaap: {2025Q4: {carying: {value: 1, tolerance: 1}}}}",
    "a quarter in other words": "expect: {us_gaap: {Q4 2025: {carrying: {value: 1, tolerance: 1}}}}",
    "a quarter of a figure in other words": "income: {interest: {2025-Q4: 1}}",
    "a negative tolerance": "expect: {us_gaap: {2025Q4: {carrying: {value: 1, tolerance: -1%}}}}",
    "a line and a loss": "limits: [{line: carrying, loss: net_income, above: 1}]",
    "a limit without a line": "limits: [{above: 1}]",
    "a limit on both sides": "limits: [{line: carrying, above: 1, below: 2}]",
    "a limit against a line that is none": "limits: [{line: carrying, below: cost_bassis}]",
    "step and count": "sweep: {grid: {tax.rate: {from: 0.1, to: 0.3, step: 0.1, count: 3}}}",
    "a count of one": "sweep: {grid: {tax.rate: {from: 0.1, to: 0.3, count: 1}}}",
    "a coin and money": "plan: {purchases: [{date: 2025-10-02, quantity: 1, amount: 1}]}",
    "neither coin nor money": "plan: {sales: [{date: 2025-10-02}]}",
    "two sizes of a shock": "prices: {BTC: {model: shock, relative: -50%, equal_to: 40_000}}",
    "a window that is not shipped": "prices: {BTC: {window: winter}}",
    "a day of the 23rd century": "accounting: {adoption_date: 2205-01-01}",
    "a pair of one currency": "fx: {USDUSD: {rate: 1}}",
    "a pair in small letters": "fx: {eurusd: {rate: 1.1}}",
    "a correlation above 1": "simulation: {correlation: {BTC/ETH: 1.5}}",
    "a correlation of one asset": "simulation: {correlation: {BTC: 0.5}}",
    "half a path": "simulation: {paths: 0.5}",
    "no path": "simulation: {paths: 0}",
    "a positive dividend": "capital: {preferred_dividends: 5_000}",
    "a negative principal": "capital: {loans: [{name: a, principal: -1_000, rate: 5%}]}",
    "a tax year in other words": "tax: {rate: 25%, capital_gains: {FY24: 1}}",
}
REPLACED = {
    "a currency in words": ("name: A", "name: A, currency: dollars"),
    "a fiscal year end with a year": ("name: A", 'name: A, fiscal_year_end: "2025-12-31"'),
    "a fiscal year end that is no day": ("name: A", 'name: A, fiscal_year_end: "06-31"'),
    "a unit that is none": ("name: A", "name: A, units: 5_000"),
    "a negative quantity": ("quantity: 10", "quantity: -10"),
    "a quantity of too many coins": ("quantity: 10", "quantity: 1e16"),
    "a day that is none": ("acquired: 2025-01-02", "acquired: 2025-02-30"),
    "another version": ("schema: 1", "schema: 2"),
}


@pytest.mark.parametrize("name", [*REFUSED, *REPLACED])
def test_what_a_check_refuses_the_schema_refuses(name: str, tmp_path: Path) -> None:
    right, wrong = REPLACED.get(name, ("", ""))
    assert not list(VALIDATOR.iter_errors(as_an_editor_reads(WHOLE)))
    assert right in WHOLE
    text = WHOLE.replace(right, wrong) if right else f"{WHOLE}{REFUSED[name]}\n"
    file = tmp_path / "scenario.yaml"
    file.write_text(text)
    with pytest.raises(InputError):
        load(file)
    assert list(VALIDATOR.iter_errors(as_an_editor_reads(text)))


@pytest.mark.parametrize(
    "rate", ["0", "1", "100%", "+12.5%", "0.5%", "1_00%", "1e-1", "99.999%"], ids=lambda rate: rate.replace("%", "pc")
)
def test_a_rate_at_its_bounds_is_accepted_by_both(rate: str, tmp_path: Path) -> None:
    text = f"{WHOLE}tax: {{rate: {rate}}}\n"
    (tmp_path / "scenario.yaml").write_text(text)
    load(tmp_path / "scenario.yaml")
    assert [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(text))] == []
