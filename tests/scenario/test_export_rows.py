"""Every row of an export is a lot or is counted; quarters hold what a plain reader of the same rows finds."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.errors import InputError
from treasury_sim.scenario import load
from treasury_sim.scenario.importers.amount_text import amount_of
from treasury_sim.scenario.importers.export import ExportMapping, read_export
from treasury_sim.scenario.importers.prices_csv import read_prices

from .conftest import HEAD, Problems, Write

COLUMNS = ("Time", "Kind", "Coin", "Units", "Total", "Fee", "Fee Currency", "Note")
SEPARATORS = ((".", ","), (",", "."), (",", " "), (".", "\u202f"), (",", "\u00a0"), (".", "\u2019"), (".", ""))


@dataclass(frozen=True)
class Row:
    """What happened, before it is written."""

    at: datetime
    offset: int
    kind: str
    coin: str
    units: Fraction
    total: Fraction
    fee: Fraction
    fee_in: str


@dataclass(frozen=True)
class Form:
    """How an export is written."""

    delimiter: str
    decimal: str
    thousands: str
    signed: bool
    preamble: tuple[str, ...]
    footer: tuple[str, ...]
    header_again: int | None
    end: str


ROWS = st.builds(
    Row,
    at=st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31), timezones=st.just(UTC)).map(
        lambda at: at.replace(microsecond=0)
    ),
    offset=st.sampled_from((-720, -300, -60, 0, 60, 330, 840)),
    kind=st.sampled_from(("Buy", "Sell", "Staking", "")),
    coin=st.sampled_from(("BTC", "ETH")),
    units=st.integers(1, 5_000_000).map(lambda number: Fraction(number, 1_000)),
    total=st.integers(1, 10**11).map(lambda number: Fraction(number, 100)),
    fee=st.integers(-5_000, 500_000).map(lambda number: Fraction(number, 100)),
    fee_in=st.sampled_from(("USD", "coin", "")),
)
SEPARATED = st.sampled_from(SEPARATORS)
FORMS = st.builds(
    lambda separators, *rest: Form(rest[0], *separators, *rest[1:]),
    SEPARATED,
    st.sampled_from((";", "\t", "|")),
    st.booleans(),
    st.lists(st.sampled_from(("Report", "User,someone", "")), max_size=3).map(tuple),
    st.lists(st.sampled_from(("Total", "", "End of report")), max_size=3).map(tuple),
    st.none() | st.integers(0, 5),
    st.sampled_from(("\n", "\r\n", "\r")),
)


def amount(value: Fraction, form: Form, symbol: str = "") -> str:
    whole, cents = divmod(abs(int(value * 1_000)), 1_000)
    digits = f"{whole:,}".replace(",", form.thousands)
    return f"{'-' if value < 0 else ''}{symbol}{digits}{form.decimal}{cents:03}"


def fee_cells(row: Row, form: Form) -> tuple[str, str]:
    if not row.fee_in:
        return "", ""
    sign = -1 if form.signed else 1
    return amount(sign * row.fee, form), row.coin if row.fee_in == "coin" else "USD"


def export_of(rows: Sequence[Row], form: Form) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=form.delimiter, lineterminator=form.end)
    for line in form.preamble:
        writer.writerow([line])
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows):
        if number == form.header_again:
            writer.writerow(COLUMNS)
        local = row.at.astimezone(timezone(timedelta(minutes=row.offset)))
        total = amount(-row.total if form.signed else row.total, form, "$")
        cells = [row.kind, row.coin, amount(row.units, form), total, *fee_cells(row, form)]
        writer.writerow([f"{local:%d %B %Y %H:%M:%S %z}", *cells, "a\u2028note\x0bof\x85two"])
    for line in form.footer:
        writer.writerow([line, *[""] * len(COLUMNS)])  # one cell more than there are columns
    return out.getvalue()


def mapping_of(form: Form) -> ExportMapping:
    return ExportMapping.model_validate(
        {
            "title": "T",
            "delimiter": form.delimiter,
            "dates": ["%d %b %Y %H:%M:%S %z"],
            "decimal": form.decimal,
            "thousands": form.thousands,
            "symbols": "$",
            "columns": {"acquired": "Time", "quantity": "Units", "asset": "Coin", "source": "Note"},
            "cost": {"total": "Total"},
            "fees": [{"amount": "Fee", "currency": "Fee Currency"}],
            "rebates": True,
            "signed": ["Total", "Fee"] if form.signed else [],
            "take": {"Kind": ["Buy"]},
        }
    )


@given(st.lists(ROWS, max_size=8), FORMS)
def test_every_row_is_a_lot_or_is_counted_and_quarters_add_up(rows: list[Row], form: Form) -> None:
    plain = [row for row in rows if row.kind == "Buy" and _cost(row) >= 0]
    rows = [row for row in rows if row.kind != "Buy" or _cost(row) >= 0]
    text = export_of(rows, form)
    if not plain:
        with pytest.raises(InputError, match="expected a row with Kind: Buy"):
            read_export(text, "e.csv", mapping_of(form), currency="USD")
        return

    table = read_export(text, "e.csv", mapping_of(form), currency="USD")

    units: dict[tuple[int, int, str], float] = defaultdict(float)
    cost: dict[tuple[int, int, str], float] = defaultdict(float)
    for lot in table.lots:
        quarter = (lot.acquired.year, (lot.acquired.month - 1) // 3, lot.asset)
        units[quarter] += lot.quantity
        cost[quarter] += lot.quantity * lot.unit_cost + lot.fee
    expected_units: dict[tuple[int, int, str], Fraction] = defaultdict(Fraction)
    expected_cost: dict[tuple[int, int, str], Fraction] = defaultdict(Fraction)
    for row in plain:
        quarter = (row.at.year, (row.at.month - 1) // 3, row.coin)
        expected_units[quarter] += row.units
        expected_cost[quarter] += _cost(row)
    assert units == pytest.approx({key: float(value) for key, value in expected_units.items()})
    assert cost == pytest.approx({key: float(value) for key, value in expected_cost.items()})
    again = form.header_again is not None and form.header_again < len(rows)
    left = Counter(row.kind or "without a kind" for row in rows if row.kind != "Buy")
    left += Counter({"without a kind": sum(bool(line) for line in form.footer), "repeated header": int(again)})
    assert counted(table.note) == +left


def _cost(row: Row) -> Fraction:
    """What a purchase costs; a fee in coins at its price."""
    price = row.total / row.units
    fee = {"USD": row.fee, "coin": row.fee * price, "": Fraction(0)}[row.fee_in]
    return row.total + fee


def counted(note: str) -> Counter[str]:
    """Read the counts back out of a note."""
    listed = re.search(r"left out: (.*?)\. State", note)
    pairs = [part.split(" ", 1) for part in listed[1].split(", ")] if listed else []
    return Counter({kind: int(count) for count, kind in pairs})


ZONES = {"America/New_York": "2026-01-01", "Asia/Tokyo": "2025-12-31", "UTC": "2025-12-31"}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("machine", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_zone_that_is_stated_decides_the_day_and_the_machine_does_not(
    monkeypatch: pytest.MonkeyPatch, zone: str, machine: str
) -> None:
    monkeypatch.setenv("TZ", machine)
    mapping = ExportMapping.model_validate(
        {
            "title": "T",
            "dates": ["%Y-%m-%d %H:%M", "%Y-%m-%d"],
            "time_zone": zone,
            "columns": {"acquired": "D", "quantity": "Q"},
            "cost": {"price": "P"},
            "take": {"K": ["buy"]},
        }
    )
    text = "D,Q,P,K\n2025-12-31 20:30,1,5,buy\n2025-12-31,1,5,buy\n"

    first, second = read_export(text, "e.csv", mapping, currency="USD").lots

    assert first.acquired.isoformat() == ZONES[zone]
    assert second.acquired.isoformat() == "2025-12-31"  # a day without a time is that day


FORMS_OF_DATES = {
    "%Z": "the same on every machine",
    "%x": "the same on every machine",
    "%m/%Y": "day, month and year",
    "%d.%m": "day, month and year",
    "%Y-%m-%d %d": "once",
    "%Y-%m-%d %Q": "strptime",
    "%Y-%m-%d %": "strptime",
    "%H:%M": "day, month and year",
    "%Y-%W": "day, month and year",
}


@pytest.mark.parametrize("form", FORMS_OF_DATES)
def test_a_form_that_says_no_day_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match=FORMS_OF_DATES[form]):
        ExportMapping.model_validate(
            {
                "title": "T",
                "dates": [form],
                "columns": {"acquired": "D", "quantity": "Q"},
                "cost": {"price": "P"},
                "take": {"K": ["buy"]},
            }
        )


AMOUNTS = {
    "(1,234.50)": -1234.5,
    "($1,234.50)": -1234.5,
    "1,234.50-": -1234.5,
    "\u22125": -5.0,
    "-$5": -5.0,
    "$-5": -5.0,
    "$ 5": 5.0,
    "1e-8": 1e-8,
    "5.": 5.0,
    ".5": 0.5,
    "--5": None,
    "-(5)": None,
    "1,00,0": None,
    "1.234,5": None,
    "1 234": None,
    "$": None,
    "1$2": None,
    "": None,
    "nan": None,
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_what_an_accountant_reads(text: str) -> None:
    assert amount_of(text, ".", ",", "$") == AMOUNTS[text]


SECOND_TABLE = "Kind,Units,Price,Day\nBuy,2,5,2025-01-02\nKind,Day,Price,Units\nBuy,2025-01-03,7,3\n"


def test_a_second_row_of_columns_may_name_them_in_another_order() -> None:
    mapping = ExportMapping.model_validate(
        {
            "title": "T",
            "columns": {"acquired": "Day", "quantity": "Units"},
            "cost": {"price": "Price"},
            "take": {"Kind": ["Buy"]},
        }
    )

    lots = read_export(SECOND_TABLE, "e.csv", mapping, currency="USD").lots

    assert [(lot.quantity, lot.unit_cost, lot.acquired.day) for lot in lots] == [(2, 5, 2), (3, 7, 3)]


@given(st.permutations(range(5)), st.booleans())
def test_days_of_prices_are_read_in_order_only(order: list[int], capitals: bool) -> None:
    head = "Date,LOW,Close\n" if capitals else "date,low,close\n"
    text = head + "".join(f"2025-01-0{day + 1},{day + 1},{day + 2}\n" for day in order)

    if list(order) == sorted(order):
        assert list(read_prices(text, "p.csv", "BTC").low) == [1, 2, 3, 4, 5]
        return
    with pytest.raises(InputError, match="days in order"):
        read_prices(text, "p.csv", "BTC")


CONTROLS = {
    "a name": ('holder: {name: "a\\x02"}\n', "holder.name"),
    "text of any kind": ('author: "\\x1b[31m"\n', "author"),
    "a key": ('fx: {"\\x7f": {rate: 1}}\n', "fx"),
}


@pytest.mark.parametrize("case", CONTROLS)
def test_a_control_character_in_yaml_is_refused_where_it_stands(problems: Problems, case: str) -> None:
    text, key = CONTROLS[case]
    head = HEAD.replace("holder: {name: A Company}\n", "") if "holder" in text else HEAD

    (problem,) = problems(head + text)

    assert problem.key == key
    assert problem.expected.startswith("text without control characters")
    assert problem.found in {"U+0002", "U+001B", "U+007F"}


def test_a_note_that_holds_a_control_character_is_refused_and_a_row_that_is_no_lot_may_hold_it() -> None:
    mapping = mapping_of(Form(";", ".", "", False, (), (), None, "\n"))
    row = "02 Jan 2025 00:00:00 +0000;{};BTC;1;5;;;a\x02b"
    good = "02 Jan 2025 00:00:00 +0000;Buy;BTC;1;5;;;"
    head = ";".join(COLUMNS)

    with pytest.raises(InputError, match=r"e.csv:2: Note: expected text without control characters, found U\+0002"):
        read_export(f"{head}\n{row.format('Buy')}\n", "e.csv", mapping, currency="USD")
    assert len(read_export(f"{head}\n{row.format('Sell')}\n{good}\n", "e.csv", mapping, currency="USD").lots) == 1


def test_what_of_a_sheet_is_hidden_is_reported(write: Write) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Old"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Lots")
    for cells in (
        ["acquired", "quantity", "unit_cost", "fee"],
        ["2025-10-06", 2, 124_000, 10],
        ["2025-11-03", 1, 5, 1],
    ):
        sheet.append(cells)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    place = write("case/x.yaml", HEAD.replace("y}", "y, lots: lots.xlsx}"))
    book.save(place.parent / "lots.xlsx")

    scenario = load("case/x.yaml")

    assert [lot.quantity for lot in scenario.lots] == [2, 1]
    assert scenario.notes == ("case/lots.xlsx: 1 row (3) and 1 column (D) are hidden, but read like the others.",)


def test_numbers_of_a_sheet_are_read_whatever_the_mapping_says_of_text(write: Write) -> None:
    book = openpyxl.Workbook()
    for cells in (["Day", "Units", "Price", "Kind"], [datetime(2025, 10, 6, 9, 30), 0.5, 1234.25, "buy"]):
        book.active.append(cells)
    place = write("case/x.yaml", HEAD.replace("y}", "y, lots: {file: e.xlsx, mapping: m.yaml}}"))
    book.save(place.parent / "e.xlsx")
    write("case/m.yaml", SHEET_MAPPING)

    (lot,) = load("case/x.yaml").lots

    assert (lot.acquired.isoformat(), lot.quantity, lot.unit_cost) == ("2025-10-06", 0.5, 1_234.25)


SHEET_MAPPING = """\
title: T
dates: ["%d.%m.%Y"]
decimal: ","
thousands: "."
columns: {acquired: Day, quantity: Units}
cost: {price: Price}
take: {Kind: [buy]}
"""
