"""The style of docs/vocabulary.md holds in every table: one heading a line, quarters, units, parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.attribute import attribute
from treasury_sim.analysis.attribution.compare import compare
from treasury_sim.analysis.lot_ladder import lot_ladder
from treasury_sim.analysis.sensitivity.tornado import tornado
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.text_out import spreadsheet_text
from treasury_sim.report.render import csv, frame, html, json, markdown
from treasury_sim.report.render.printed import Printed, printed
from treasury_sim.report.tables.attribution import attribution_report
from treasury_sim.report.tables.capital import capital_report
from treasury_sim.report.tables.comparison import comparison_report
from treasury_sim.report.tables.expected import expectations
from treasury_sim.report.tables.ladder import ladder_report
from treasury_sim.report.tables.lots import lots_table
from treasury_sim.report.tables.page import Page
from treasury_sim.report.tables.prices import prices_table
from treasury_sim.report.tables.run import run_report, tie_out_report
from treasury_sim.report.tables.sensitivity import tornado_report
from treasury_sim.report.tables.statement import every_line
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table, cell_text

CASES = ("strategy_2025q4", "adoption_2025", "secured_borrower", "no_debt", "mara")
SIMULATED = ("strategy_2026_simulated", "strategy_2026_forward_gbm")
QUARTER_LABEL = re.compile(r"(?<![\w./-])\d{4}(?:Q[1-4]| YTD)(?![\w.-])")
NUMBER = re.compile(r"[-\u2212]\s?\$?\d")


@cache
def result_of(name: str) -> Result:
    return run(load(name))


def pages(name: str) -> Iterator[Page]:
    result = result_of(name)
    yield run_report(result)
    yield tie_out_report(result)
    if result.capital is not None or name in SIMULATED[1:]:
        yield capital_report(result)
    if name == "strategy_2025q4":
        scenario = load(name)
        changed = scenario.what_if({"tax.rate": 0.21})
        yield attribution_report(attribute(scenario))
        yield comparison_report(compare(scenario, changed))
        yield ladder_report(lot_ladder(scenario))
        yield tornado_report(tornado(scenario, keys=["tax.rate"]))


@cache
def tables(name: str) -> tuple[Table, ...]:
    every = [part for page in pages(name) for part in page.parts if isinstance(part, Table)]
    if name not in SIMULATED:
        result = result_of(name)
        every += [lots_table(result, result.reported[-1].label), prices_table(result)]
    return tuple(every)


def names_of_remeasurement() -> set[str]:
    rules = [rule for each in FRAMEWORKS.values() for rule in (each, each.predecessor) if rule is not None]
    return {name for rule in rules for name in (rule.loss_name, rule.gain_name)}


@pytest.mark.parametrize("name", [*CASES, *SIMULATED])
def test_a_line_has_one_heading(name: str) -> None:
    headings = 0
    for table in tables(name):
        for column in table.columns:
            if column.name in LINES:
                assert column.title == LINES[column.name].title, (table.name, column.name)
                headings += 1
        if table.name in LINES:
            assert LINES[table.name].title in table.title
            headings += 1
        for row in table.rows:
            if row.line not in LINES or table.columns[0].name not in {"title", "line"} or table.name == "runway":
                continue
            title = LINES[row.line].title
            expected = {title, f"  of which {title[0].lower()}{title[1:]}"}
            if row.line == "remeasurement_pl":
                expected |= {each[0].upper() + each[1:] for each in names_of_remeasurement()}
            assert row.title in expected, (table.name, row.line)
            headings += 1
    assert headings >= 3


@pytest.mark.parametrize("name", [*CASES, *SIMULATED])
def test_quarters_units_and_losses_are_written_as_people_write_them(name: str) -> None:
    for table in tables(name):
        shown = printed(table)
        for text in (shown.title, *shown.header, *(cell for row in shown.rows for cell in row)):
            assert not QUARTER_LABEL.search(text), (table.name, text)
            assert not re.search(r"\bUSD (?:m|k|bn)\b", text), (table.name, text)
        numbers = [place for place in range(len(shown.header)) if place not in shown.texts]
        for row in shown.rows:
            assert not [row[place] for place in numbers if NUMBER.search(row[place])], (table.name, row)


@pytest.mark.parametrize(
    ("currency", "largest", "title"),
    [
        ("USD", 2e9, "T ($m)"),
        ("USD", 2e6, "T ($'000)"),
        ("USD", 2e3, "T ($)"),
        ("EUR", 2e9, "T (EUR m)"),
        ("EUR", 2e6, "T (EUR '000)"),
        ("JPY", 2e3, "T (JPY)"),
    ],
)
def test_the_unit_of_money_stands_in_the_title(currency: str, largest: float, title: str) -> None:
    table = Table("t", "T", (Column("a", ""), Column("b", "B", "money")), (Row(("x", -largest)),), currency=currency)
    assert printed(table).title == title


def test_a_quarter_of_a_fiscal_year_says_so_and_files_keep_its_label() -> None:
    table = Table("t", "T, 2025Q4", (Column("quarter", "", "quarter"),), (Row(("2025Q4",)),))
    assert printed(table).rows == (("Q4 2025",),)
    fiscal = printed(table, is_calendar=False)
    assert (fiscal.title, fiscal.rows) == ("T, Q4 of fiscal 2025", (("Q4 of fiscal 2025",),))
    assert csv.table_csv(table) == "quarter\n2025Q4\n"
    assert json.records(table) == [{"quarter": "2025Q4"}]
    assert frame.as_frame(table)["quarter"].tolist() == ["2025Q4"]


KINDS: tuple[Kind, ...] = ("money", "price", "per_share", "units", "shares", "share", "count", "number")
FIGURES = st.floats(-1e15, 1e15) | st.sampled_from([0.0, -0.0, -1e-12, float("nan"), float("inf")])


@given(FIGURES, st.sampled_from(KINDS))
def test_a_negative_number_stands_in_parentheses_and_never_has_a_sign(value: float, kind: Kind) -> None:
    text = cell_text(Row((value,)).cells[0], kind)
    assert not text.startswith(("-", "\u2212", "(-"))
    shows_something = any(digit in text for digit in "123456789")
    assert text.startswith("(") == (value < 0.0 and shows_something)


CELLS: st.SearchStrategy[Cell] = st.none() | FIGURES
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)


@st.composite
def random_tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    columns = (Column("name", "Name"), *(Column(f"c{n}", f"C {n}", kind) for n, kind in enumerate(kinds)))
    rows = draw(st.lists(st.tuples(TEXT, *(CELLS for _ in kinds)), max_size=4))
    return Table("t", "T", columns, tuple(map(Row, rows)), currency="USD")


@given(random_tables())
def test_every_rendering_has_every_cell(table: Table) -> None:
    """Raw values come back from JSON, CSV and frame; text, HTML and Markdown have the cells of one printed table."""
    raw = [row.cells for row in table.rows]
    assert [tuple(record.values()) for record in json.records(table)] == raw
    shown: Printed = printed(table)
    assert len(shown.rows) == len(raw)
    page, note = html.as_html(shown), markdown.markdown(shown)
    assert page.count("<tr class=") == len(raw)
    assert len(note.splitlines()) >= len(raw) + 4
    rows = frame.as_frame(table)
    assert rows.shape == (len(raw), len(table.columns))
    import csv as reader
    import io

    read = list(reader.reader(io.StringIO(csv.table_csv(table))))[1:]
    for cells, written in zip(raw, read, strict=True):
        assert written[0] == spreadsheet_text(str(cells[0])).replace("\x7f", "\u2421")
        assert [None if not text else float(text) for text in written[1:]] == list(cells[1:])


def test_the_tables_for_files_have_the_names_that_machines_read() -> None:
    result = result_of("strategy_2025q4")
    assert csv.table_csv(every_line(result)).startswith("framework,kind,period,line,value,band_low,band_high\n")
    assert csv.table_csv(expectations(result)).startswith("framework,period,line,value,got,tolerance,band_widening,")
    header = csv.table_csv(lots_table(result, "2025Q4")).splitlines()[0]
    assert header.startswith("asset,id,acquired,units,unit_cost,cost,fair_value,carrying_us_gaap_fair_value,")
    assert header.endswith(",source")


def test_no_rendering_knows_a_subject() -> None:
    """`report/render` writes tables and imports none of the subjects that state them."""
    root = Path(__file__).parents[2] / "treasury_sim" / "report" / "render"
    for path in root.glob("*.py"):
        imports = re.findall(r"from treasury_sim\.report\.tables(?:\.(\w+))? import", path.read_text(encoding="utf-8"))
        assert set(imports) <= {"table", "page"}, path.name


def test_a_column_may_be_for_files_only_or_shown_once() -> None:
    columns = Column("key", "Key", only_in_files=True), Column("of", "Of", shown_once=True), Column("v", "V", "money")
    rows = tuple(Row(("k", "first", amount)) for amount in (1.0, 2.0))
    shown = printed(replace(Table("t", "T", columns, rows), currency="USD"))
    assert shown.header == ("Of", "V")
    assert [row[0] for row in shown.rows] == ["first", ""]
