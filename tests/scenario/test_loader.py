"""A scenario loaded, changed, and written back."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treasury_sim.case.fields import in_quarter
from treasury_sim.case.scalars import number
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Purchase, Sale
from treasury_sim.errors import InputError
from treasury_sim.scenario import Scenario, library, load, to_yaml
from treasury_sim.scenario.dump import _spelled

from .conftest import HEAD, Write

Read = Callable[[str], Scenario]

FULL = """\
schema: 1
title: "yes: a title, 'quoted'"
author: "010"
description: |
  Two lines,
  and a # that is no comment.
holder:
  name: A Company
  currency: USD
  units: 1_000
  fiscal_year_end: "12-31"
  lots:
    - {acquired: [2021-10-01, 2021-11-29], quantity: 7_002, unit_cost: 59_187.5, fee: 1.1, source: "2025-10-13"}
    - {id: b, acquired: 2025-10-06, asset: ETH, quantity: 0.00000012, unit_cost: 4_000, tax_basis: 4_100, wallet: cold}
period: {start: 2025-07-01, end: 2025-12-31}
plan:
  window_timing: start
  purchases:
    - {date: [2025-11-03, 2025-11-09], amount: 500}
    - {date: 2025-11-10, quantity: 3, unit_cost: 100_000}
  sales: [{date: 2025-12-22, quantity: 704, proceeds: 11_817, fee: 3, lot_relief: hifo}]
  lot_relief: lifo
prices:
  BTC: {quarter_end: {2025-12-31: 87_515}, quarter_low: {2025-12-31: {price: 80_524.65, date: 2025-11-21}}}
accounting: {frameworks: [us_gaap_fair_value], cutoff: 00:00 UTC, impairment_price: daily_close}
tax: {rate: 28.73%}
income: {other_operating: -13.4, interest: {2025Q3: -10, 2025Q4: -11.1}}
capital: {preferred_dividends: -200, weighted_shares: 1e6}
expect:
  us_gaap_fair_value:
    2025Q4:
      remeasurement_pl: {value: -17_436, tolerance: 0.02%, rounding: 0.5}
      interest: {value: -11.1, tolerance: 0.1, source: "8-K"}
      eps_basic: {value: -42.93, tolerance: 0.01, band: 2%}
    FY2025:
      weighted_shares: {value: 1e6, tolerance: 1}
"""


def test_a_full_scenario_is_read_in_currency_units(read: Read) -> None:
    spec = read(FULL).spec

    assert spec.holder.units == 1
    assert spec.plan.purchases == (
        Purchase(date(2025, 11, 3), date_to=date(2025, 11, 9), amount=500_000),
        Purchase(date(2025, 11, 10), quantity=3, unit_cost=100_000),
    )
    assert spec.plan.sales == (Sale(date(2025, 12, 22), 704, proceeds=11_817_000, fee=3_000, lot_relief="hifo"),)
    assert spec.income.other_operating == -13_400
    assert [in_quarter(spec.income.interest, label) for label in ("2025Q3", "2025Q4", "2026Q1")] == [
        -10_000,
        -11_100,
        None,
    ]
    assert in_quarter(spec.capital.preferred_dividends, "2025Q4") == -200_000
    assert spec.capital.weighted_shares == 1e6
    assert spec.prices["BTC"].quarter_low[date(2025, 12, 31)].price == 80_524.65
    assert spec.tax.rate == 0.2873
    assert spec.accounting.cutoff == "00:00 UTC"
    assert [quarter.label for quarter in spec.quarters] == ["2025Q3", "2025Q4"]


def test_lots_are_named_by_position_and_keep_what_is_per_coin(read: Read) -> None:
    first, second = read(FULL).lots

    assert first == Lot(
        date(2021, 10, 1), 7_002, 59_187.5, date(2021, 11, 29), id="lot-1", fee=1_100, source="2025-10-13"
    )
    assert (second.id, second.unit_cost, second.tax_basis, second.wallet) == ("b", 4_000, 4_100, "cold")


def test_expected_money_is_scaled_and_per_share_figures_are_not(read: Read) -> None:
    expect = read(FULL).spec.expect["us_gaap_fair_value"]
    remeasurement = expect["2025Q4"]["remeasurement_pl"]

    assert (remeasurement.value, remeasurement.tolerance, remeasurement.rounding) == (-17_436_000, "0.02%", 500)
    assert remeasurement.allowance == pytest.approx(3_487.2)
    assert (expect["2025Q4"]["interest"].value, expect["2025Q4"]["interest"].allowance) == (-11_100, 100)
    assert (expect["2025Q4"]["eps_basic"].value, expect["2025Q4"]["eps_basic"].allowance) == (-42.93, 0.01)
    assert expect["FY2025"]["weighted_shares"].value == 1e6


def test_the_adoption_date_is_the_first_day_of_the_first_year_after_the_standard(read: Read) -> None:
    assert read(HEAD).spec.adoption_date == date(2025, 1, 1)
    bitmine = HEAD.replace("y}", 'y, fiscal_year_end: "08-31"}').replace("10-01", "09-01").replace("12-31}", "11-30}")
    assert read(bitmine).spec.adoption_date == date(2025, 9, 1)
    early = HEAD + "accounting: {adoption_date: 2024-01-01}\n"
    assert read(early).spec.adoption_date == date(2024, 1, 1)


def test_what_is_read_is_frozen(read: Read) -> None:
    scenario = read(FULL)

    with pytest.raises(ValueError, match="frozen"):
        scenario.spec.tax.rate = 0.5  # type: ignore[misc]
    with pytest.raises(TypeError):
        scenario.inputs["x"] = "y"  # type: ignore[index]


def test_every_file_read_is_fingerprinted(write: Write) -> None:
    lots = write("case/lots.csv", "acquired,quantity,unit_cost\n2025-01-02,3,90000\n")
    path = write("case/x.yaml", HEAD.replace("y}", "y, lots: lots.csv}"))

    assert load("case/x.yaml").inputs == {
        "case/x.yaml": hashlib.sha256(path.read_bytes()).hexdigest(),
        "case/lots.csv": hashlib.sha256(lots.read_bytes()).hexdigest(),
    }


def test_mistakes_of_the_scenario_and_its_tables_are_told_together(write: Write) -> None:
    write("case/lots.csv", "acquired,quantity,unit_cost\n2025-01-02,x,90000\n")
    write("case/prices.csv", "date,low,close\n2025-01-02,5,4\n")
    write(
        "case/x.yaml", HEAD.replace("y}", "y, lots: lots.csv}") + "prices: {BTC: {file: prices.csv}}\ntax: {rate: 5}\n"
    )

    with pytest.raises(InputError) as caught:
        load("case/x.yaml")

    assert [(problem.where, problem.line, problem.key) for problem in caught.value.problems] == [
        ("case/x.yaml", 6, "tax.rate"),
        ("case/lots.csv", 2, "quantity"),
        ("case/prices.csv", 2, "low"),
    ]


# --- the library


def test_a_shipped_scenario_is_found_by_name(write: Write) -> None:
    write("shipped/data/lots.csv", "acquired,quantity,unit_cost\n2025-01-02,3,90000\n")
    write("shipped/_base.yaml", HEAD.replace("y}", "y, lots: data/lots.csv}"))
    write("shipped/company_2025q4.yaml", "extends: _base.yaml\n")

    for name in ("company_2025q4", "company_2025q4.yaml", "library:company_2025q4"):
        scenario = load(name)
        assert [lot.quantity for lot in scenario.lots] == [3]
        assert list(scenario.inputs) == [
            "library:company_2025q4.yaml", "library:_base.yaml", "library:data/lots.csv"]  # fmt: skip
    assert [path.name for path in library.shipped()] == ["company_2025q4.yaml"]


def test_a_name_that_is_not_shipped_lists_the_nearest(write: Write) -> None:
    write("shipped/company_2025q4.yaml", HEAD)

    with pytest.raises(InputError) as caught:
        load("compny_2025q4")

    (problem,) = caught.value.problems
    assert problem.where == "compny_2025q4"
    assert problem.fix == "Did you mean company_2025q4? See `treasury-sim list`."


@pytest.mark.parametrize("name", ["", "case", "none/x.yaml", "a\0b", "../shipped/company", "x" * 5000])
def test_what_is_no_scenario_is_told(write: Write, name: str) -> None:
    write("shipped/company.yaml", HEAD)

    with pytest.raises(InputError) as caught:
        load(name)

    assert "treasury-sim list" in caught.value.problems[0].fix


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(HEAD.encode() + b"author: Andr\xe9\n")

    with pytest.raises(InputError) as caught:
        load("x.yaml")

    (problem,) = caught.value.problems
    assert (problem.line, problem.expected, problem.found) == (5, "text in UTF-8", "the byte 0xe9")


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())

    assert load("x.yaml").spec.title == "A case"


# --- changed


def test_a_changed_scenario_is_a_new_one(read: Read) -> None:
    scenario = read(FULL)
    end = date(2025, 12, 31)

    changed = scenario.with_values(
        {
            ("prices", "BTC", "quarter_end", end): 90_000,
            ("prices", "ETH", "quarter_end", end): 3_000,
            ("holder", "lots", 0, "quantity"): 5.5,
            ("income", "other_operating"): -1,
            ("tax",): None,
        }
    )

    assert changed.spec.prices["BTC"].quarter_end == {end: 90_000}
    assert changed.spec.prices["ETH"].quarter_end == {end: 3_000}
    assert (changed.lots[0].quantity, changed.lots[1]) == (5.5, scenario.lots[1])
    assert changed.spec.income.other_operating == -1
    assert changed.spec.tax.rate is None
    assert scenario.spec.prices["BTC"].quarter_end == {end: 87_515}
    assert scenario.spec.tax.rate == 0.2873


def test_a_change_that_is_wrong_is_told_by_its_key(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(FULL).with_values({("tax", "rate"): 5, ("plan", "lot_relief"): "fifoo"})

    told = {problem.key: problem for problem in caught.value.problems}
    assert set(told) == {"tax.rate", "plan.lot_relief"}
    assert (told["tax.rate"].line, told["tax.rate"].found) == (None, "5")
    assert "fifo?" in told["plan.lot_relief"].fix


@pytest.mark.parametrize("path", [(), ("title", "x"), ("holder", "lots", 7, "quantity"), (0,)])
def test_a_change_where_nothing_can_be_is_told(read: Read, path: tuple[str | int, ...]) -> None:
    with pytest.raises(InputError) as caught:
        read(FULL).with_values({path: 1})

    assert caught.value.problems[0].found == "none"


def test_a_change_reads_no_file_again(write: Write) -> None:
    lots = write("case/lots.csv", "acquired,quantity,unit_cost\n2025-01-02,3,90000\n")
    write("case/x.yaml", HEAD.replace("y}", "y, lots: lots.csv}"))
    scenario = load("case/x.yaml")
    lots.unlink()

    changed = scenario.with_values({("title",): "B"})

    assert (changed.spec.title, changed.lots) == ("B", scenario.lots)


# --- written back


def test_what_is_written_reads_as_the_same_scenario(read: Read) -> None:
    scenario = read(FULL)

    again = read(to_yaml(scenario, include_expect=True))

    assert again.spec == scenario.spec
    assert again.lots == scenario.lots
    assert "expect" not in to_yaml(scenario)


def test_only_what_was_set_is_written_and_plainly(read: Read) -> None:
    text = to_yaml(read(HEAD + "income: {interest: 1e7, other_operating: -0.00000012}\n"))

    assert text.startswith("schema: 1\ntitle: A case\nholder: {name: A Company}\n")
    assert "period: {start: 2025-10-01, end: 2025-12-31}\n" in text
    assert "income: {interest: 10000000, other_operating: -0.00000012}\n" in text
    assert "tax" not in text


def test_an_extended_scenario_is_written_as_one_file(write: Write, read: Read) -> None:
    write(
        "case/lots.csv",
        "acquired,acquired_to,quantity,unit_cost,id\n2025-01-02,2025-01-05,3.5,90000,\n2025-01-02,,1,2,b\n",
    )
    write("case/base.yaml", HEAD.replace("y}", "y, lots: lots.csv}"))
    scenario = read("extends: base.yaml\ntax: {rate: 20%}\n")

    text = to_yaml(scenario)

    assert "- acquired: [2025-01-02, 2025-01-05]" in text or "{acquired: [2025-01-02, 2025-01-05]" in text
    assert "extends" not in text
    again = read(text)
    assert (again.lots, again.spec.tax, list(again.inputs)) == (scenario.lots, scenario.spec.tax, ["case/x.yaml"])


def test_shipped_data_stays_a_reference(write: Write, read: Read) -> None:
    write("shipped/data/lots.csv", "acquired,quantity,unit_cost\n2025-01-02,3,90000\n")
    write("shipped/base.yaml", HEAD.replace("y}", "y, lots: data/lots.csv}"))
    scenario = load("base")

    text = to_yaml(scenario)

    assert "library:data/lots.csv" in text
    assert read(text).lots == scenario.lots


def test_a_price_file_of_the_user_stays_as_written_and_a_comment_says_so(write: Write, read: Read) -> None:
    write("case/prices.csv", "date,low,close\n2025-01-02,4,5\n")
    scenario = read(HEAD + "prices: {BTC: {file: prices.csv}}\n")

    text = to_yaml(scenario)

    assert text.startswith("# prices.BTC.file is unchanged")
    assert read(text).spec == scenario.spec
    assert list(read(text).price_files) == ["BTC"]


READABLE = st.characters(exclude_categories=("Cs", "Cc", "Cn"))
"""What text may hold; control characters are refused where they are read."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(READABLE, min_size=1), st.text(READABLE), st.floats(-1e15, 1e15))
def test_any_text_and_number_survives_writing(tmp_path: Path, title: str, author: str, interest: float) -> None:
    path = tmp_path / "case" / "x.yaml"
    path.write_text(HEAD, encoding="utf-8")
    scenario = load(path).with_values(
        {("title",): title, ("author",): author, ("income", "interest"): interest, ("holder", "name"): title}
    )

    path.write_text(to_yaml(scenario), encoding="utf-8", newline="")

    assert load(path).spec == scenario.spec


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_without_exponent_and_exactly(value: float) -> None:
    text = _spelled(value)

    assert "e" not in text.lower()
    assert float(number(text) or 0) == value


# --- damage


def load_or_refuse(path: Path) -> bool:
    try:
        return bool(load(path).spec.title)
    except InputError as error:
        return all(problem.expected and problem.found for problem in error.problems)


PIECES = st.sampled_from(
    [
        "0",
        "-1",
        "1e999",
        "9999-12-31",
        "0001-01-01",
        "2025-02-30",
        "null",
        "true",
        "~",
        "[]",
        "{}",
        "[1,2]",
        "x",
        '""',
        "12:30",
        "010",
        "1%",
        "*a",
        "!!int",
        "library:x",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, FULL.count(": ") - 1), PIECES)
def test_any_value_replaced_is_read_or_refused(tmp_path: Path, which: int, piece: str) -> None:
    parts = FULL.split(": ")
    value, *rest = re.split(r"([,\]}\n])", parts[which + 1], maxsplit=1)
    parts[which + 1] = "".join([piece, *rest]) if value.strip() else piece
    path = tmp_path / "case" / "x.yaml"
    path.write_text(": ".join(parts), encoding="utf-8")

    assert load_or_refuse(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(FULL) - 1), st.integers(0, 9), st.text("{}[]:,-?&*!|>'\"#%@\n a1Qé", max_size=4))
def test_any_damage_to_the_text_is_read_or_refused(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = tmp_path / "case" / "x.yaml"
    path.write_text(FULL[:at] + put + FULL[at + cut :], encoding="utf-8")

    assert load_or_refuse(path)


# --- weight


def test_a_small_scenario_with_120_lots_loads_in_no_time(write: Write) -> None:
    rows = "".join(f"2025-01-{day % 28 + 1:02},{day},90000.5,source {day}\n" for day in range(1, 121))
    write("case/lots.csv", f"acquired,quantity,unit_cost,source\n{rows}")
    write(
        "case/x.yaml",
        FULL.replace("  lots:\n", "  lots: lots.csv\n").replace("    - {acq", "#").replace("    - {id", "#"),
    )

    took = []
    for _ in range(5):
        start = time.perf_counter()
        assert len(load("case/x.yaml").lots) == 120
        took.append(time.perf_counter() - start)

    assert min(took) < 0.1  # 0.01 s on an idle machine


def test_importing_the_room_brings_no_heavy_library() -> None:
    code = "import sys, treasury_sim.scenario; print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert "numpy" in done.stdout.split()
    assert not {"pandas", "typer", "rich", "scipy", "streamlit"} & set(done.stdout.split())
