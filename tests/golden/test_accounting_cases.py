"""Worked accounting cases: every one ties out, most run through the engine, and no trap is fallen into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from currency_converter import CurrencyConverter

from tests.cases import run_case, write_prices
from tests.golden.cases import Case, cases, engine_runs, evaluate, leaves, parts_of, short, ties, with_values
from treasury_sim import InputError, Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.periods import Period, fiscal_years, quarter_periods, single, year_to_date

# --------------------------------------------------------------------- arithmetic of the sources


@pytest.mark.parametrize("name", list(cases()))
def test_the_arithmetic_of_a_case_holds(name: str) -> None:
    checks = cases()[name].get("checks", [])
    assert checks or name in ties() or name in engine_runs()
    for expression, expected, tolerance in checks:
        assert evaluate(expression) == pytest.approx(expected, rel=1e-12, abs=tolerance + 1e-9), expression


def closes(case: Case, components: str, closing: str, tolerance: float) -> bool:
    """Whether the components of a case add up to its closing figure."""
    parts = parts_of(case)
    return bool(abs(evaluate(components, parts) - evaluate(closing, parts)) <= tolerance + 1e-9)


TIES = [(name, number) for name, found in ties().items() for number in range(len(found))]


@pytest.mark.parametrize(("name", "number"), TIES)
def test_components_roll_forward_to_the_published_figure(name: str, number: int) -> None:
    components, closing, tolerance = ties()[name][number]
    assert closes(cases()[name], components, closing, tolerance)


@pytest.mark.parametrize(("name", "number"), TIES)
def test_a_changed_component_breaks_the_roll_forward(name: str, number: int) -> None:
    components, closing, tolerance = ties()[name][number]
    parts = parts_of(cases()[name])
    with_releases = [part for text in (components, closing) for part in leaves(text)]
    numbers = {part for part in with_releases if isinstance(evaluate(part, parts), (int, float))}
    assert numbers
    for part in numbers:
        value = evaluate(part, parts)
        if value == 0:
            continue  # an opening of nothing
        changed = deepcopy(dict(cases()[name]))
        share = 0.2 if abs(value) < 10 else 3 * tolerance / abs(value) + 0.05
        _set(changed, part, value * (1 + share))
        assert not closes(changed, components, closing, tolerance), f"{part} does not matter"


def _set(case: dict[str, Any], part: str, value: float) -> None:
    keys = [int(key) if key.isdigit() else key.strip("'") for key in re.findall(r"[^.\[\]]+", part)]
    at: Any = case
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value


def test_every_case_is_run_or_ties_out() -> None:
    assert set(cases()) == set(engine_runs()) | (set(ties()) & set(cases()))
    only_tie = {short(name) for name in set(cases()) - set(engine_runs())}
    unpublished = {"A10", "A12", "A14", "A15", "B11", "C03", "G04"}  # Neither a price path nor units.
    key_figures = {"K01", "K02", "K03", "K06", "K07", "K08"}  # Of a function: test_key_figures.
    whole_company = {"H03"}  # Its tax has causes that are not in the coins.
    assert only_tie == unpublished | key_figures | whole_company


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "().__class__", "inputs.qty.__class__", "[1 for x in 'a']", "1 if 2 else 3", "len('a')"],
)
def test_only_arithmetic_is_worked_out(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        evaluate(text, {"inputs": {"qty": 1}})


# --------------------------------------------------------------------- through the engine

RUNS = [
    pytest.param(name, number, id=f"{short(name)}-{number}")
    for name, runs in engine_runs().items()
    for number in range(len(runs))
]


@pytest.mark.parametrize(("name", "number"), RUNS)
def test_a_case_through_the_engine(name: str, number: int, tmp_path: Path) -> None:
    case, how = cases()[name], engine_runs()[name][number]
    names = _names(case, how)
    result = _as_shipped(how["shipped"]) if "shipped" in how else run(load(_write(how, names, tmp_path)))
    unit = how.get("unit", 1)
    allowed = {}
    for framework, label, line, figure in _figures(how["expect"], names):
        allowed[framework, label, line] = _check(result, (framework, label, line), figure, unit)
    for framework, label, line, wrong in _figures(how.get("wrong", {}), names):
        got = line_of(result, framework, label, line)
        clear = max(2 * allowed.get((framework, label, line), 0.0), 1e-6 * max(1.0, abs(got)))
        for answer in wrong:
            assert abs(got - answer * unit) > clear, f"the trap: {label} {line} = {answer}"


def _names(case: Case, how: Mapping[str, Any]) -> dict[str, Any]:
    names = parts_of(case)
    for name, expression in how.get("let", {}).items():
        names[name] = evaluate(expression, names)
    return names


def _figures(tree: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    for framework, labels in with_values(tree, names).items():
        for label, lines in labels.items():
            for line, figure in lines.items():
                yield framework, label, line, figure


def _write(how: Mapping[str, Any], names: Mapping[str, Any], folder: Path) -> Path:
    prices = with_values(how["prices"], names)
    sections = with_values(how["scenario"], names)
    last = sections["period"]["end"]
    for asset, steps in prices.items():
        held = {day: tuple(step) if isinstance(step, list) else step for day, step in steps.items()}
        write_prices(folder / f"{asset}.csv", min(held), last, held)
    spec: dict[str, Any] = {
        "schema": 1,
        "title": "A case",
        "prices": {asset: {"file": f"{asset}.csv"} for asset in prices},
        **sections,
        "holder": {"name": "Holder", **sections.get("holder", {})},
    }
    file = folder / "case.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return file


@cache
def _as_shipped(name: str) -> Result:
    return run(load(name), band=True)


@cache
def _periods(quarters: tuple[Any, ...], reported: tuple[Any, ...]) -> dict[str, Period]:
    found = [period for kind in (quarter_periods, year_to_date, fiscal_years) for period in kind(quarters, reported)]
    return {period.label: period for period in found}


def line_of(result: Result, framework: str, label: str, line: str) -> float:
    """A line of a period; ``ETH.carrying`` is that of an asset, ``a+b`` a sum."""
    period = _periods(tuple(result.timeline.quarters), tuple(result.reported))[label]
    total = 0.0
    for name in line.split("+"):
        asset, _, of_asset = name.rpartition(".")
        statement = result.statements[framework]
        lines = statement.assets[asset].lines if asset else statement.lines
        value = single(period, of_asset, lines)
        assert value is not None, name
        total += value
    return total


def _check(result: Result, place: tuple[str, str, str], figure: Any, unit: float) -> float:
    """Hold a line against its figure, and return how far it may be off."""
    framework, label, line = place
    stated = figure if isinstance(figure, Mapping) else {"value": figure}
    value = stated["value"] * unit
    if "band" in stated:
        low, high = result.bands[framework, label][line]
        share = _share(stated["band"])
        assert low - share * abs(low) <= value <= high + share * abs(high), (label, line, low, high)
        return float(high - low)
    within = stated.get("within", 0.0)
    allowed = float(_share(within) * abs(value) if isinstance(within, str) else within * unit)
    got = line_of(result, framework, label, line)
    assert got == pytest.approx(value, rel=1e-9, abs=max(allowed, 1e-6)), (framework, label, line)
    return allowed


def _share(text: str) -> float:
    return float(text.removesuffix("%")) / 100


TRAPS = [name for name, case in cases().items() if "trap" in case and name in engine_runs()]
WITHOUT_A_WRONG_FIGURE = {
    "A06": "that quarters add up to the year is asserted as such",
    "A09": "that gains and impairment are separate lines is asserted as such",
    "E01": "of the consolidated statements, which another framework of the same run gives",
    "R14": "lots and pool are two runs with two results",
}


@pytest.mark.parametrize("name", TRAPS)
def test_the_wrong_answer_of_a_trap_is_held_against_the_engine(name: str) -> None:
    assert any("wrong" in how for how in engine_runs()[name]) or short(name) in WITHOUT_A_WRONG_FIGURE


# --------------------------------------------------------------------- common mistakes

LAWS = "tests/laws/test_laws.py"
MISTAKES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "M1": ("testing at the quarter-end close under US legacy", "A08", (f"{LAWS}::test_looking_more_often",)),
    "M2": (
        "averaging lots; a low before purchase or after sale hits a lot",
        "A18 A21 C05 F02",
        (f"{LAWS}::test_a_low_before_the_purchase", f"{LAWS}::test_a_low_after_the_sale"),
    ),
    "M3": ("writing up after recovery, restoring a charge", "A04 A06 A17", (f"{LAWS}::test_an_impairment_is_never",)),
    "M4": ("IFRS cost: no reversal, above cost, or capped by pool", "C01 C04 C05", (f"{LAWS}::test_a_reversible",)),
    "M5": (
        "revaluation: order of OCI and profit or loss, recycling, tax of the OCI part",
        "R01 R02 R06 R07 R08 R09 R10 R11 R13",
        (f"{LAWS}::test_a_surplus_is",),
    ),
    "M6": ("calling fair-value losses impairment, flooring them, the wrong price", "B04 B09 B16", ()),
    "M7": ("transition through profit or loss, or gross of tax", "B01 B05 B10", (f"{LAWS}::test_the_adoption_step",)),
    "M8": ("double-counting realised gains, cumulative as period, netting assets", "B02 B03 B12 B14 B17 G03", ()),
    "M9": ("one basis for everything", "A03 B06 H01", ()),
    "M10": ("scope by ticker family; a deposit into a receipt token is a disposal", "A16", ()),
    "M11": ("leaving the impairment of sold lots in the total", "A03 C02", ()),
    "M12": ("fees: mixed policy between lots", "B18", ()),
    "M13": ("IFRS: the low inside the period, or no test in a quarter", "C01 C04", (f"{LAWS}::test_a_reversible",)),
    "M14": ("IAS 2: LIFO or HIFO; a broker-trader capped at cost", "D01 D02", ()),
    "M15": ("Japan: reversing without an active market, capping with one", "E02 E04", ()),
    "M16": ("miner revenue at the period-end price; mined coins as one lot", "J01 J03", ()),
    "M17": ("pledged coins derecognised, lent coins still held", "R05 J02", ()),
    "M18": ("tax: universal FIFO, a rate nobody gave", "H04 H05", ()),
    "M19": ("two key figures under one name", "K03 K08", ("tests/golden/test_key_figures.py::test_one_name",)),
    "M20": ("translation differences in the result of the coins", "C03", ()),
}


@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_a_common_mistake_has_its_cases(mistake: str) -> None:
    _, named, elsewhere = MISTAKES[mistake]
    by_short = {short(name): name for name in cases()}
    for name in named.split():
        assert by_short[name] in {**engine_runs(), **ties()}
    for test in elsewhere:
        file, _, function = test.partition("::")
        assert f"def {function}" in (Path(__file__).parents[2] / file).read_text(encoding="utf-8")


def test_m6_a_fair_value_loss_is_not_called_an_impairment() -> None:
    at_market = [f for f in FRAMEWORKS.values() if not f.rule.ceiling_at_cost]
    assert len(at_market) >= 7
    for framework in at_market:
        for adopted in (True, False):
            if adopted or framework.predecessor is None:
                name = framework.remeasurement_name(-1.0, adopted=adopted)
                assert "impairment" not in name
                assert "write-down" not in name


@pytest.mark.parametrize("relief", ["lifo", "hifo"])
def test_m14_inventory_knows_neither_lifo_nor_hifo(relief: str, tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    accounting = {"frameworks": ["ifrs_inventory"]}
    with pytest.raises(InputError, match=r"IAS 2\.25"):
        run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, accounting=accounting, plan={"lot_relief": relief})


def test_m18_no_rate_is_made_up(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    result = run_case(tmp_path, {date(2025, 1, 1): 50.0}, lots)
    lines = result.statements["us_gaap_fair_value"].lines
    assert lines["income_tax"] is None
    assert lines["net_income"] is None


def test_m20_prices_in_another_currency_are_not_taken_for_ones_own(tmp_path: Path) -> None:
    """Dollars are translated at the reference rate of the day; without a rate, prices in the currency are needed."""
    spec = {
        "schema": 1,
        "title": "A holder abroad",
        "holder": {
            "name": "Holder",
            "currency": "ARS",
            "lots": [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}],
        },
        "period": {"start": date(2025, 1, 1), "end": date(2025, 3, 31)},
    }
    file = tmp_path / "abroad.yaml"
    file.write_text(yaml.safe_dump(spec), encoding="utf-8")
    with pytest.raises(InputError, match="currency"):
        run(load(file))
    price = {}
    for currency in ("USD", "JPY"):
        file.write_text(yaml.safe_dump(spec).replace("ARS", currency), encoding="utf-8")
        statement = next(iter(run(load(file)).statements.values()))
        price[currency] = statement.assets["BTC"].prices[-1].price
    assert price["JPY"] == pytest.approx(
        CurrencyConverter().convert(price["USD"], "USD", "JPY", date=date(2025, 3, 31)), rel=1e-9
    )
