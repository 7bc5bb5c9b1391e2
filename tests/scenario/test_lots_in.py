"""Lots from Excel sheets and from the exports of other tools."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario, library, load, to_yaml
from treasury_sim.scenario.importers import xlsx, xlsx_size
from treasury_sim.scenario.importers.export import ExportMapping, read_export, read_mapping
from treasury_sim.scenario.importers.lots_table import read_lots_csv
from treasury_sim.scenario.importers.table import letters

from .conftest import HEAD, Problems, Write

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "scenarios"
COLUMNS = ["acquired", "quantity", "unit_cost", "asset", "fee"]
GOOD = [date(2025, 1, 2), 3, 90_000.5, "BTC", 12]
Read = Callable[[str], Scenario]


@pytest.fixture(autouse=True)
def _shipped_mappings(tmp_path: Path) -> None:
    copytree(SHIPPED / "mappings", tmp_path / "shipped" / "mappings")


def sheet(*rows: list[Any], name: str = "Lots", second: list[list[Any]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    for row in second or []:
        (book["Other one"] if "Other one" in book.sheetnames else book.create_sheet("Other one")).append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def of_file(content: bytes, reference: str = "lots.xlsx") -> Scenario:
    Path("case/lots.xlsx").write_bytes(content)
    Path("case/x.yaml").write_text(HEAD.replace("y}", f'y, lots: "{reference}"}}'), encoding="utf-8")
    return load("case/x.yaml")


def wrong(content: bytes, reference: str = "lots.xlsx") -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        of_file(content, reference)
    return caught.value.problems


# --- Excel


def test_the_first_sheet_is_read() -> None:
    rows: list[list[Any]] = [[], COLUMNS, GOOD, [], [datetime(2025, 1, 3), "4", 5, None, None], ["2025-01-04", 1e-8, 6]]

    scenario = of_file(sheet(*rows, second=[["anything"]]))

    assert scenario.lots == (
        Lot(date(2025, 1, 2), 3, 90_000.5, fee=12, id="lot-1"),
        Lot(date(2025, 1, 3), 4, 5, id="lot-2"),
        Lot(date(2025, 1, 4), 1e-8, 6, id="lot-3"),
    )
    assert list(scenario.inputs) == ["case/x.yaml", "case/lots.xlsx"]


def test_another_sheet_is_named_behind_the_file() -> None:
    content = sheet(["nothing"], second=[COLUMNS, GOOD])

    assert of_file(content, "lots.xlsx#Other one").lots[0].quantity == 3
    (problem,) = wrong(content, "lots.xlsx#Othr one")
    assert (problem.where, problem.found) == ("case/lots.xlsx#Othr one", "Othr one")
    assert "Other one?" in problem.fix


CELLS: dict[str, tuple[list[Any], str, str, str]] = {
    "no number": ([date(2025, 1, 2), "many", 1], "quantity (B3)", "a number", "many"),
    "a number with commas as text": ([date(2025, 1, 2), "1,000", 1], "quantity (B3)", "a number", "1,000"),
    "an error": ([date(2025, 1, 2), "#REF!", 1], "quantity (B3)", "a value", "#REF!"),
    "an error in text": ([date(2025, 1, 2), 1, 1, "#N/A"], "asset (D3)", "a value", "#N/A"),
    "a date of another form": (["2.1.2025", 1, 1], "acquired (A3)", "a date", "2.1.2025"),
    "a number for a date": ([45_659, 1, 1], "acquired (A3)", "a date", "45659"),
    "a time of day": ([datetime(2025, 1, 2, 9, 30), 1, 1], "acquired (A3)", "a date", "2025-01-02 09:30:00"),
    "a date for a number": ([date(2025, 1, 2), date(2025, 1, 2), 1], "quantity (B3)", "a number", "2025-01-02"),
    "nothing": ([date(2025, 1, 2), None, 1], "quantity (B3)", "a number", "an empty cell"),
    "less than nothing": ([date(2025, 1, 2), -1, 1], "quantity (B3)", "a number above 0", "-1"),
    "truth": ([date(2025, 1, 2), True, 1], "quantity (B3)", "a number", "true"),
    "a formula without a result": ([date(2025, 1, 2), 1, 1, None, "=1+1"], "fee (E3)", "a value", "=1+1"),
    "a cell too many": ([date(2025, 1, 2), 1, 1, None, 1, 7], "", "5 cells", "6 cells"),
}


@pytest.mark.parametrize(("row", "key", "expected", "found"), CELLS.values(), ids=CELLS)
def test_a_wrong_cell_is_named_as_excel_does(row: list[Any], key: str, expected: str, found: str) -> None:
    (problem,) = wrong(sheet(COLUMNS, GOOD, row))

    assert (problem.where, problem.line, problem.key) == ("case/lots.xlsx", 3, key)
    assert problem.expected.startswith(expected)
    assert problem.found == found


def test_a_wrong_cell_reads_as_one_sentence() -> None:
    (problem,) = wrong(sheet(COLUMNS, [date(2025, 1, 2), "many", 1]))

    assert str(problem).startswith("case/lots.xlsx:2: quantity (B2): expected a number, found many.")


def test_a_wrong_column_is_named_as_excel_does() -> None:
    (problem,) = wrong(sheet([*COLUMNS, "walet"], GOOD))

    assert (problem.line, problem.key, problem.fix) == (1, "walet (F1)", "Did you mean wallet?")


def test_a_formula_counts_with_its_result() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["acquired", "quantity", "unit_cost", "wallet"])
        page.write(1, 0, "2025-01-02")
        page.write_formula(1, 1, "=1+1", value=2)
        page.write(1, 2, 5)
        page.write_formula(1, 3, '=IF(A1="x","cold","")', value="")

    # Excel marks an empty result as text, which XlsxWriter does not.
    assert of_file(edited(out.getvalue(), '<c r="D2">', '<c r="D2" t="str">')).lots == (
        Lot(date(2025, 1, 2), 2, 5, id="lot-1"),
    )


def edited(content: bytes, old: str, new: str) -> bytes:
    """The workbook with another text in its first sheet."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(out, "w") as written:
        for name in parts.namelist():
            part = parts.read(name)
            written.writestr(name, part.replace(old.encode(), new.encode()) if name.endswith("sheet1.xml") else part)
    return out.getvalue()


FILES: dict[str, tuple[bytes, str]] = {
    "no workbook": (b"acquired,quantity\n", "an Excel file"),
    "a zip that is none": (b"PK\x05\x06" + bytes(18), "an Excel file"),
    "an empty sheet": (sheet([]), "the columns acquired"),
}


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_a_file_that_holds_no_lots_is_told(content: bytes, expected: str) -> None:
    (problem,) = wrong(content)

    assert problem.where == "case/lots.xlsx"
    assert problem.expected.startswith(expected)


def test_any_damage_to_a_workbook_is_told() -> None:
    content = sheet(COLUMNS, GOOD)
    for at in range(0, len(content), 97):
        with suppress(InputError):
            of_file(content[:at] + b"\0\xff" + content[at + 2 :])


@pytest.mark.parametrize(
    ("module", "limit"),
    [
        *((xlsx, name) for name in ("MOST_ROWS", "MOST_COLUMNS")),
        *((xlsx_size, name) for name in ("MOST_BYTES", "MOST_BYTES_UNPACKED", "MOST_CELLS", "MOST_CELLS_IN_ROW")),
        (xlsx_size, "MOST_ELEMENTS_ELSEWHERE"),
    ],
)
def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, module: Any, limit: str) -> None:
    monkeypatch.setattr(module, limit, 1)

    (problem,) = wrong(sheet(COLUMNS, GOOD))

    assert "at most" in problem.expected


def bomb(part: str, beginning: bytes, repeated: bytes, times: int) -> bytes:
    """A workbook with one part that is small when packed and large when parsed."""
    out = BytesIO()
    with ZipFile(BytesIO(sheet(COLUMNS, GOOD))) as book, ZipFile(out, "w", ZIP_DEFLATED) as changed:
        for name in book.namelist():
            content = book.read(name)
            if name == part:
                before, mark, after = content.partition(beginning)
                content = before + mark + repeated * times + after
            changed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "beginning", "repeated", "times", "expected"),
    [
        ("xl/styles.xml", b'main">', b"<font/>", 3_000_000, "at most 100,000 elements in xl/styles.xml"),
        ("xl/worksheets/sheet1.xml", b'<row r="1">', b"<c/>", 2_000_000, "at most 20,000 cells in a row"),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<row><x:c/></row>", 1_100_000, "at most 1,000,000 cells in a"),
        ("xl/workbook.xml", b"<definedNames", b"<a/>", 600_000, "at most 500,000 elements in xl/workbook.xml"),
    ],
)
def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_is_parsed(
    part: str, beginning: bytes, repeated: bytes, times: int, expected: str
) -> None:
    (problem,) = wrong(bomb(part, beginning, repeated, times))

    assert problem.expected.startswith(expected)


@pytest.mark.parametrize("name", ["lots.xls", "lots.ods"])
def test_other_spreadsheets_are_told_what_to_do(problems: Problems, write: Write, name: str) -> None:
    write(f"case/{name}", "")

    (problem,) = problems(HEAD.replace("y}", f"y, lots: {name}}}"))

    assert "Save it as .xlsx" in problem.fix


def test_without_openpyxl_the_way_to_get_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "openpyxl":
            raise ImportError(name)
        return original(name, *args, **kwargs)

    content = sheet(COLUMNS, GOOD)
    monkeypatch.setattr(builtins, "__import__", without)

    (problem,) = wrong(content)

    assert 'pip install "treasury-sim[excel]"' in problem.fix


def test_columns_are_lettered_as_in_excel() -> None:
    assert [letters(position) for position in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


# --- openings in a table


OPENING = "acquired,quantity,unit_cost,opening_date,opening_framework,opening_carrying,opening_surplus\n"
ONLY = "accounting: {frameworks: [us_gaap_impairment]}\n"


def test_an_opening_is_read_from_columns(write: Write, read: Read) -> None:
    write(
        "case/lots.csv", OPENING + "2025-01-02,3,90000,2025-06-30,us_gaap_impairment,80000,\n2025-01-02,3,90000,,,,\n"
    )

    scenario = read(HEAD.replace("y}", "y, lots: lots.csv}") + ONLY)

    assert [lot.opening for lot in scenario.lots] == [Opening(date(2025, 6, 30), "us_gaap_impairment", 80_000), None]
    assert read(to_yaml(scenario)).lots == scenario.lots


OPENINGS = {
    "no framework": ("2025-06-30,,80000,", "opening_framework", "a value", "an empty cell"),
    "only a surplus": (",,,5", "opening_date", "a value", "an empty cell"),
    "no date": ("June,us_gaap_impairment,1,", "opening_date", "a date", "June"),
    "less than nothing": ("2025-06-30,us_gaap_impairment,-1,", "opening_carrying", "a number of at least 0", "-1"),
    "no quarter end": ("2025-06-29,us_gaap_impairment,1,", "opening_date", "the last day of a fiscal", "2025-06-29"),
    "before the purchase": ("2024-12-31,us_gaap_impairment,1,", "opening_date", "a day on or after", "2024-12-31"),
    "in the period": ("2025-12-31,us_gaap_impairment,1,", "opening_date", "a day before the period", "2025-12-31"),
    "another framework": (
        "2025-06-30,us_gaap,1,",
        "opening_framework",
        "the only framework of the scenario, which runs",
        "us_gaap",
    ),
    "no such framework": ("2025-06-30,us_gap,1,", "opening_framework", "an accounting framework", "us_gap"),
}


@pytest.mark.parametrize("case", OPENINGS.values(), ids=OPENINGS)
def test_a_wrong_opening_is_told_by_its_column(write: Write, problems: Problems, case: tuple[str, ...]) -> None:
    cells, key, expected, found = case
    write("case/lots.csv", f"{OPENING}2025-01-02,3,90000,{cells}\n")

    problem = problems(HEAD.replace("y}", "y, lots: lots.csv}") + ONLY)[0]

    assert (problem.where, problem.line, problem.key) == ("case/lots.csv", 2, key)
    assert problem.expected.startswith(expected)
    assert problem.found == found


# --- exports of other tools


def exported(read: Read, name: str, more: str = "") -> Scenario:
    Path("case/export.csv").write_text((HERE / "exports" / f"{name}.csv").read_text(encoding="utf-8"), encoding="utf-8")
    return read(HEAD.replace("y}", f"y, lots: {{file: export.csv, mapping: {name}{more}}}}}"))


def test_a_coinbase_export_gives_its_purchases(read: Read) -> None:
    scenario = exported(read, "coinbase")

    assert scenario.lots == (
        Lot(date(2025, 3, 1), 0.1, 84_000, id="cb-1", fee=50, wallet="coinbase", source="Bought 0.1 BTC"),
        Lot(date(2025, 3, 2), 1.5, 86_000, id="cb-2", wallet="coinbase"),
        Lot(date(2025, 3, 3), 10, 2_000, asset="ETH", id="cb-3", fee=100, wallet="coinbase", source="Bought 10 ETH"),
    )
    (note,) = scenario.notes
    assert note.startswith("case/export.csv: 3 rows are lots, 3 are not and were left out: 2 Sell, 1 Staking Income. ")
    assert note.endswith(" State sales and other events in the plan.")
    assert list(scenario.inputs) == ["case/x.yaml", "case/export.csv", "library:mappings/coinbase.yaml"]


def test_only_the_assets_asked_for_are_taken(read: Read) -> None:
    scenario = exported(read, "coinbase", ", assets: [BTC]")

    assert {lot.asset for lot in scenario.lots} == {"BTC"}
    assert "1 Buy of ETH, 2 Sell, 1 Staking Income" in scenario.notes[0]


def test_a_rotki_export_gives_its_purchases(read: Read) -> None:
    first, second = exported(read, "rotki").lots

    assert (first.acquired, first.asset, first.quantity, first.unit_cost) == (date(2025, 3, 1), "BTC", 0.1, 84_500)
    assert (second.asset, second.quantity, second.wallet) == ("ETH", 2, "external")
    (note,) = exported(read, "rotki").notes
    assert "1 fee out, 1 trade out, 1 transaction event in, 1 without a kind." in note


def test_an_exported_scenario_is_written_with_its_lots_and_notes(read: Read) -> None:
    scenario = exported(read, "coinbase")

    text = to_yaml(scenario)

    assert text.startswith(f"# {scenario.notes[0]}\n")
    assert read(text).lots == scenario.lots


def test_a_mapping_of_the_user_is_a_file(write: Write, read: Read) -> None:
    write(
        "case/bank.yaml",
        "title: A bank\n"
        'delimiter: ";"\ndates: ["%d.%m.%Y"]\ndecimal: ","\nthousands: "."\n'
        "columns: {acquired: Tag, quantity: Menge}\n"
        "cost: {total: Betrag, includes_fees: true}\nfees: [Gebühr]\ntake: {Art: [Kauf]}\n"
        "values: {wallet: bank, asset: ETH}\n",
    )
    write("case/bank.csv", 'Auszug\nTag;Art;Menge;Betrag;Gebühr\n02.01.2025;Kauf;"1,5";4.510,00;10\n')

    scenario = read(HEAD.replace("y}", "y, lots: {file: bank.csv, mapping: bank.yaml}}"))

    assert scenario.lots == (Lot(date(2025, 1, 2), 1.5, 3_000, asset="ETH", id="lot-1", fee=10, wallet="bank"),)
    assert scenario.notes == ()


MAPPING = ExportMapping.model_validate(
    {
        "title": "T",
        "dates": ["%Y-%m-%d"],
        "thousands": ",",
        "symbols": "$",
        "columns": {"acquired": "Day", "quantity": "Units", "asset": "Coin", "id": "No"},
        "cost": {"price": "Price"},
        "fees": ["Fee"],
        "take": {"Kind": ["buy"]},
        "currency": "Money",
    }
)
ROW = {
    "Day": "2025-01-02",
    "Units": "1",
    "Coin": "BTC",
    "No": "a",
    "Price": "5",
    "Fee": "",
    "Kind": "buy",
    "Money": "USD",
}


def export_of(*rows: Mapping[str, str]) -> str:
    lines = [",".join(ROW), *(",".join(f'"{cell}"' for cell in (ROW | dict(row)).values()) for row in rows)]
    return "\n".join(lines)


EXPORTS = {
    "no date": ({"Day": "02.01.2025"}, "Day", "a date in the format %Y-%m-%d", "02.01.2025"),
    "no number": ({"Units": "some"}, "Units", "a number", "some"),
    "separators in odd places": ({"Price": "1,00,0"}, "Price", "a number", "1,00,0"),
    "no price": ({"Price": ""}, "Price", "a number", "an empty cell"),
    "a negative price": ({"Price": "-$5"}, "Price", "a number of at least 0", "-$5"),
    "a negative fee": ({"Fee": "-$5"}, "Fee", "a number of at least 0", "-$5"),
    "a purchase of less than nothing": ({"Units": "-1"}, "Units", "a number above 0", "-1"),
    "another currency": ({"Money": "EUR"}, "Money", "amounts in USD, the currency of the holder", "EUR"),
    "no asset": ({"Coin": ""}, "Coin", "an asset", "an empty cell"),
    "an id twice": ({}, "No", "a unique id", "a again"),
}


@pytest.mark.parametrize(("row", "key", "expected", "found"), EXPORTS.values(), ids=EXPORTS)
def test_a_wrong_cell_of_a_purchase_is_told(row: dict[str, str], key: str, expected: str, found: str) -> None:
    second = row if key == "No" else {"No": "b", **row}

    with pytest.raises(InputError) as caught:
        read_export(export_of({}, second), "e.csv", MAPPING, currency="USD")

    (problem,) = caught.value.problems
    assert (problem.where, problem.line, problem.key) == ("e.csv", 3, key)
    assert (problem.expected, problem.found) == (expected, found)


def test_other_rows_may_hold_anything() -> None:
    table = read_export(export_of({}, {"Kind": "sell", "Units": "-x"}, {"Kind": ""}), "e.csv", MAPPING, currency="USD")

    assert len(table.lots) == 1
    assert "1 sell, 1 without a kind" in table.note


def test_a_kind_cannot_break_out_of_its_line() -> None:
    table = read_export(export_of({}, {"Kind": "a\n#b"}), "e.csv", MAPPING, currency="USD")

    assert "\n" not in table.note


def test_missing_columns_of_an_export_are_told_where_the_others_are() -> None:
    with pytest.raises(InputError) as caught:
        read_export("Statement\n\nDay,Units,Coin,No,Kind\n", "e.csv", MAPPING, currency="USD")

    assert [(problem.line, problem.key) for problem in caught.value.problems] == [
        (3, "Price"), (3, "Fee"), (3, "Money")]  # fmt: skip


def test_an_empty_export_is_told() -> None:
    with pytest.raises(InputError) as caught:
        read_export("", "e.csv", MAPPING, currency="USD")

    assert caught.value.problems[0].found == "an empty file"


MAP = "title: T\ncolumns: {acquired: D, quantity: Q}\ncost: {price: P}\ntake: {K: [buy]}\n"
MAPS = {
    "an unknown key": (MAP + "delimeter: x\n", 5, "delimeter", "a known key", "delimiter?"),
    "an unknown column": (MAP.replace("quantity: Q", "quantity: Q, walet: W"), 2, "columns.walet", "known", "wallet?"),
    "no way to a cost": (MAP.replace("{price: P}", "{}"), 3, "cost", "one of price and total", ""),
    "two ways to a cost": (MAP.replace("price: P", "price: P, total: T"), 3, "cost", "one of price and total", ""),
    "fees within a price": (MAP.replace("price: P", "price: P, includes_fees: true"), 3, "cost", "total", "Remove"),
    "nothing to take": (MAP.replace("{K: [buy]}", "{}"), 4, "take", "at least one", ""),
    "one separator for two": (MAP + 'thousands: "."\n', 1, "", "decimal and thousands that differ", ""),
    "a key twice": (MAP + "title: U\n", 5, "title", "every key once", ""),
    "no mapping": ("- a\n", 1, "", "a mapping of keys", ""),
    "nothing": ("", 1, "", "the keys of a mapping", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "key", "expected", "fix"), MAPS.values(), ids=MAPS)
def test_a_wrong_mapping_is_told(text: str, line: int, key: str, expected: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        read_mapping(text, "m.yaml")

    (problem,) = caught.value.problems
    assert (problem.where, problem.line, problem.key) == ("m.yaml", line, key)
    assert expected in problem.expected
    assert fix in problem.fix


LOTS = {
    "an unknown mapping": ("{file: e.csv, mapping: coinbas}", "holder.lots.mapping", "shipped mapping", "coinbase?"),
    "a mapping file that is not there": ("{file: e.csv, mapping: none.yaml}", "holder.lots.mapping", "can be read", ""),
    "a file that is not there": ("{file: none.csv, mapping: coinbase}", "holder.lots.file", "can be read", ""),
    "no mapping": ("{file: e.csv}", "holder.lots.mapping", "required", ""),
    "an unknown key": ("{file: e.csv, mapping: coinbase, asets: [BTC]}", "holder.lots.asets", "known", "assets?"),
}


@pytest.mark.parametrize("case", LOTS.values(), ids=LOTS)
def test_a_wrong_reference_to_an_export_is_told(write: Write, problems: Problems, case: tuple[str, ...]) -> None:
    lots, key, expected, fix = case
    write("case/e.csv", (HERE / "exports" / "coinbase.csv").read_text(encoding="utf-8"))

    (problem,) = problems(HEAD.replace("y}", f"y, lots: {lots}}}"))

    assert (problem.where, problem.line, problem.key) == ("case/x.yaml", 3, key)
    assert expected in problem.expected
    assert fix in problem.fix


# --- what is shipped


def test_every_shipped_mapping_is_right_and_says_what_it_was_checked_against() -> None:
    names = library.mappings()

    assert names == ["coinbase", "rotki"]
    for name in names:
        mapping = read_mapping((SHIPPED / "mappings" / f"{name}.yaml").read_text(encoding="utf-8"), name)
        assert "2026" in mapping.verified


def test_the_shipped_template_is_right() -> None:
    lots = read_lots_csv((SHIPPED / "templates" / "lots.csv").read_text(encoding="utf-8"), "lots.csv").lots

    assert len(lots) == 3
    assert replace(lots[1], source="") == Lot(
        date(2025, 2, 3), 25, 97_350.5, date(2025, 2, 7), id="window", wallet="main"
    )


def test_the_mapping_and_the_table_of_the_page_are_right() -> None:
    page = (SHIPPED.parent / "docs" / "lots-in.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```csv\n(.*?)```", page, flags=re.DOTALL)

    assert len(read_lots_csv(table, "lots.csv").lots) == 2
    mapping = read_mapping(re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)[-1], "broker.yaml")
    text = "A broker\nDate;Kind;Coin;Units;Amount;Commission\n02.01.2025;Purchase;BTC;0,5;40.010,00 €;10,00 €\n"
    assert read_export(text, "e.csv", mapping, currency="EUR").lots == (
        Lot(date(2025, 1, 2), 0.5, 80_000, fee=10, wallet="broker"),
    )
