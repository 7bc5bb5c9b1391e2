"""Inputs after public reports of other programs: the right figure of each, worked out by hand, or a clear error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario, load

PLACE = Path(__file__).parent / "public_reports"
MAPPINGS = Path(__file__).parents[2] / "scenarios" / "mappings"


@pytest.fixture(autouse=True)
def _shipped_mappings(tmp_path: Path) -> None:
    copytree(MAPPINGS, tmp_path / "shipped" / "mappings")


def scenario_of(name: str) -> Scenario:
    return load(PLACE / f"{name}.yaml")


def line(result: Result, framework: str, name: str, quarter: int = -1) -> float:
    values = result.statements[framework].lines[name]
    assert values is not None
    return float(values[0, quarter])


def problems_of(name: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        scenario_of(name)
    return caught.value.problems


def test_an_offset_makes_a_time_an_instant_whose_utc_day_counts() -> None:
    scenario = scenario_of("01-utc-offset/a")
    result = run(scenario)

    assert [lot.acquired for lot in scenario.lots] == [date(2020, 10, 1)]  # 17:30 -0700 is 00:30 UTC
    assert line(result, "us_gaap_impairment", "cost_basis", -2) == 0.0
    assert line(result, "us_gaap_impairment", "remeasurement_pl", -2) == 0.0
    # 100 coins at 10,800; the lowest price from 1 October on is 10,363.76.
    assert line(result, "us_gaap_impairment", "remeasurement_pl") == pytest.approx(-43_624.00, abs=0.005)


def test_a_purchase_of_new_years_eve_in_new_york_is_of_the_next_year() -> None:
    result = run(scenario_of("01-utc-offset/b"))

    assert line(result, "us_gaap_fair_value", "cost_basis") == pytest.approx(248_000, abs=0.005)
    assert line(result, "us_gaap_fair_value", "carrying") == pytest.approx(175_030, abs=0.005)
    assert line(result, "us_gaap_fair_value", "remeasurement_pl") == pytest.approx(-72_970, abs=0.005)


# Folder: units and cost by hand, rows that are left out.
READ = {
    # 2 x 124,000 + 900 + 107,000 + 450
    "03-line-separators/a": ({"BTC": 3.0}, 356_350.00, ""),
    # 248,000 + 0.002 x 124,000 + 107,000 + 150 + 104,000
    "04-fee-in-coins/d": ({"BTC": 4.0}, 459_398.00, ""),
    # 107,000 + 150 + 104,000: the row whose fee is in BTC is not taken
    "04-fee-in-coins/b": ({"BTC": 2.0}, 211_150.00, "1 USD BTC BTC"),
    # BTC 248,000 + 320 + 107,000; ETH 38,000 + 20
    "05-columns-of-one-name/c": ({"BTC": 3.0, "ETH": 10.0}, 355_320.00 + 38_020.00, "1 Deposit"),
    "06-exchange-xlsx/a": ({"BTC": 2.0}, 248_620.00, ""),
    # 107,000 + 535 + 248,000 + 1,240
    "10-footer-with-more-cells/a": ({"BTC": 3.0}, 356_775.00, "1 without a kind"),
    # 220,000 + 880 + 124,000 + 496
    "11-date-form-incomplete/c": ({"BTC": 3.0}, 345_376.00, "1 without a kind"),
    # 441,706.85 + 121,200, fees within
    "20-signed-amounts/b": ({"BTC": 6.0}, 562_906.85, ""),
    # 248,000 - 24.80 + 121,000 + 12.10
    "21-maker-rebate/b": ({"BTC": 3.0}, 368_987.30, ""),
    "27-hidden-rows/a": ({"BTC": 4.0}, 458_020.00, "1 row (3) is hidden"),
    # 248,001.00 + 12.50
    "44-revolut-polish/b": ({"BTC": 2.0}, 248_013.50, "1 Inne"),
    "48-note-lost-in-other-doors/a": ({"BTC": 3.0}, 373_860.00, "1 Sell, 1 Staking Income"),
}


@pytest.mark.parametrize("name", READ)
def test_units_and_cost_are_those_of_the_file(name: str) -> None:
    units, cost, left = READ[name]

    scenario = scenario_of(name)

    held: dict[str, float] = {}
    for lot in scenario.lots:
        held[lot.asset] = held.get(lot.asset, 0.0) + lot.quantity
    assert held == units
    assert sum(lot.quantity * lot.unit_cost + lot.fee for lot in scenario.lots) == pytest.approx(cost, abs=0.005)
    assert bool(scenario.notes) == bool(left)
    assert left in " ".join(scenario.notes)


def test_a_month_called_sept_is_september() -> None:
    scenario = scenario_of("11-date-form-incomplete/c")

    assert [lot.acquired for lot in scenario.lots] == [date(2025, 9, 5), date(2025, 10, 6)]
    # Each coin is carried at 80,524.65, the low of 21 November, not at the low of April.
    carrying = line(run(scenario), "us_gaap_impairment", "carrying")
    assert carrying == pytest.approx(3 * 80_524.65, abs=0.005)


REFUSED: dict[str, Sequence[tuple[str, str, str, str]]] = {
    "04-fee-in-coins/a": [("export.csv:2: Fee Currency", "Fee Amount in USD", "BTC", "currency: Fee Currency")],
    "05-columns-of-one-name/a": [("export.csv:1: Cur.", "one column of this name", "3", "Cur. (1), Cur. (2)")],
    "05-columns-of-one-name/b": [("export.csv:4: Cur. (1)", "BTC", "ETH", "columns.asset")],
    "08-control-character-in-id/a": [("lots.csv:2: id", "text without control characters", "U+0002", "")],
    "11-date-form-incomplete/a": [("map.yaml:2: dates[2]", "day, month and year", "Sept.", "%b")],
    "11-date-form-incomplete/b": [("map2.yaml:2: dates[0]", "day, month and year", "%m/%Y", "%d")],
    "20-signed-amounts/a": [
        ("export.csv:2: Net Amount", "a number of at least 0", "-$441,706.85", "signed: [Net Amount]"),
        ("export.csv:3: Fee", "a number of at least 0", "-$1,200.00", "signed: [Fee]"),
    ],
    "21-maker-rebate/a": [("export.csv:2: Fee", "a number of at least 0", "-24.80", "rebates: true")],
    "33-weeks/a": [
        ("a.yaml:8: period.start", "first day of a fiscal quarter", "2025-05-04", "52 or 53 weeks"),
        ("a.yaml:8: period.end", "last day of a fiscal quarter", "2025-08-02", "52 or 53 weeks"),
    ],
    "44-revolut-polish/a": [("export.csv:2: Date", "%d %b %Y", "6 paź 2025", "months")],
    "47-nothing-taken/a": [("export.csv:1: Side", "a row with Side: BUY", "2 Buy", "Did you mean Buy?")],
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_where_it_stands(name: str) -> None:
    problems = problems_of(name)

    assert len(problems) == len(REFUSED[name])
    for problem, (place, expected, found, fix) in zip(problems, REFUSED[name], strict=True):
        assert place in str(problem).partition(": expected")[0]
        assert expected in problem.expected
        assert found in problem.found
        assert fix in problem.fix


PRICES = {
    "yahoo": (),
    "stooq": (("every day", "and 12 more like it", "Saturdays"),),
    "weekdays": (("every day", "and 12 more like it", "Saturdays"),),
    "newest_first": (("days in order", "2025-12-30 after 2025-12-31, and 93 more like it", "Sort"),),
    "tabs": (("separated by commas", "date<tab>low<tab>close", "not tabs"),),
    "cmc": (("separated by commas", "timeOpen;", "not semicolons"),),
    "yahoo_twice": (("every day once", "2025-12-31 again", "Keep one"),),
    "yahoo_null": (("a number", "null", ""), ("a number", "null", "")),
}


@pytest.mark.parametrize("name", PRICES)
def test_a_price_file_is_read_or_each_kind_of_mistake_is_reported_once(tmp_path: Path, name: str) -> None:
    case = PLACE / "22-price-files"
    text = (case / "a.yaml").read_text(encoding="utf-8").replace("FILE", f"{name}.csv")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / f"{name}.csv").write_bytes((case / f"{name}.csv").read_bytes())

    if not PRICES[name]:
        result = run(load(tmp_path / "a.yaml"))
        assert line(result, "us_gaap_fair_value", "remeasurement_pl") == pytest.approx(2 * (87_497.94 - 123_000))
        return
    with pytest.raises(InputError) as caught:
        load(tmp_path / "a.yaml")

    assert len(caught.value.problems) == len(PRICES[name])
    for problem, (expected, found, fix) in zip(caught.value.problems, PRICES[name], strict=True):
        assert expected in problem.expected
        assert found in problem.found
        assert fix in problem.fix
