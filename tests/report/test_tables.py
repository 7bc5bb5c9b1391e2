"""Tables: nothing is cut, nothing is left out, everything is called by its name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from tests.cases import run_case, value
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.report import words
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.quarters import remeasurement_bars
from treasury_sim.report.charts.waterfall import waterfall
from treasury_sim.report.finding import headline, key_figures
from treasury_sim.report.json_result import as_json, to_json
from treasury_sim.report.tables import lots as lot_tables
from treasury_sim.report.tables.lots import lot_rows, lot_summaries
from treasury_sim.report.tables.page import Page
from treasury_sim.report.tables.prices import quarter_price
from treasury_sim.report.tables.run import run_report
from treasury_sim.report.tables.statement import income_bridge, policies_sentence, position
from treasury_sim.report.tables.table import Cell, Column, Row, Table

STEPS = {date(2025, 1, 1): 100.0, date(2025, 5, 1): 80.0, date(2025, 8, 1): 140.0, date(2025, 11, 1): 90.0}
LOTS = [
    {"id": "a", "acquired": date(2025, 1, 10), "quantity": 1_000_000, "unit_cost": 95, "fee": 2_000},
    {"id": "b", "acquired": date(2025, 7, 10), "quantity": 3_000_000, "unit_cost": 85},
]
PLAN: dict[str, Any] = {
    "receipts": [{"date": date(2025, 10, 2), "quantity": 1_000}],
    "sales": [{"date": date(2025, 10, 3), "quantity": 1_000, "proceeds": 130_000}],
    "payments": [{"date": date(2025, 10, 6), "quantity": 2_000, "value": 260_000}],
    "loans": [{"date": date(2025, 10, 7), "quantity": 3_000}],
}
LABELS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")


def busy(folder: Path, **accounting: Any) -> Result:
    """A holder to whom everything happens, under every framework."""
    return run_case(
        folder,
        STEPS,
        LOTS,
        plan=PLAN,
        accounting={"frameworks": list(FRAMEWORKS), "fees": "expense", **accounting},
        tax={"rate": 0.25},
        income={"other_operating": -7_000.0, "interest": 2_000.0},
    )


def printed(report: RenderableType, width: int) -> str:
    console = Console(file=StringIO(), width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(report)
    return captured.get()


# --- figures on a terminal


@pytest.mark.parametrize("width", [50, 80, 120, 200])
def test_no_figure_is_cut_at_any_width(tmp_path: Path, width: int) -> None:
    result = busy(tmp_path)
    text = printed(run_report(result), width)
    assert "…" not in text
    assert all(len(line.rstrip()) <= width for line in text.splitlines())
    for row in income_bridge(result, "2025Q4").rows:
        for amount in row.amounts:
            if row.kind == "money" and amount is not None:
                assert words.money(amount, words.MILLIONS) in text


def test_at_most_four_frameworks_stand_side_by_side(tmp_path: Path) -> None:
    result = busy(tmp_path)
    for table in (income_bridge(result, "2025Q4"), position(result, "2025Q4")):
        parts = printed(Page((table,)), 400).split(", continued")
        headings = (re.split(r" {2,}", part.splitlines()[1].strip()) for part in parts)
        titles = {framework.title: key for key, framework in FRAMEWORKS.items()}
        shown = [[titles[heading] for heading in row] for row in headings]
        assert [len(keys) for keys in shown] == [4] * 4
        assert [key for keys in shown for key in keys] == list(FRAMEWORKS)


def text_table(*columns: Column, cells: tuple[Cell, ...]) -> Page:
    """One row."""
    return Page((Table("figures", "Figures", columns, (Row(cells),), currency="USD"),))


def test_a_narrow_terminal_gets_fewer_columns_and_wrapped_words() -> None:
    columns = (Column("row", ""), Column("one", "one", "money"), Column("two", "two", "money"), Column("why", "why"))
    cells = ("a row with a long name", -1_234_567e6, -7_654_321e6, "because of this and that")
    text = printed(text_table(*columns, cells=cells), 32)
    assert "(1,234,567.0)" in text
    assert "(7,654,321.0)" in text
    assert text.count("Figures") == 3
    assert " ".join(text.split()).count("a row with a") == 3


def test_a_heading_is_folded_before_a_figure_is() -> None:
    columns = Column("row", ""), Column("key", "us_gaap_investment_company", "money")
    text = printed(text_table(*columns, cells=("a row with a long name", -1_234_567e6)), 34)
    assert "(1,234,567.0)" in text
    assert all(len(line.rstrip()) <= 34 for line in text.splitlines())


# --- the waterfall


@pytest.mark.parametrize("label", LABELS)
def test_the_bars_of_a_waterfall_sum_to_the_total(tmp_path: Path, label: str) -> None:
    result = busy(tmp_path)
    for key in FRAMEWORKS:
        *steps, total = waterfall(result, key, label)
        assert sum(step.amount for step in steps) == pytest.approx(total.amount, rel=1e-12), key
        assert total.amount == value(result, key, label, "net_income")


def test_a_waterfall_shows_all_that_happened(tmp_path: Path) -> None:
    result = busy(tmp_path)
    assert [step.title for step in waterfall(result, "us_gaap_impairment", "2025Q4")] == [
        "Impairment",
        "Gain or loss on disposals",
        "Coins lent",
        "Revenue in coins",
        "Paid in coins",
        "Other operating",
        "Interest, net",
        "Income tax",
        "Net income",
    ]
    assert "Purchase fees" in [step.title for step in waterfall(result, "us_gaap_impairment", "2025Q1")]


# --- the name of a remeasurement


@pytest.fixture
def two_rules(tmp_path: Path) -> Result:
    """Bitcoin at fair value and a token that is outside the scope of it."""
    lots = [
        {"acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 100},
        {"acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 200, "asset": "WBTC"},
    ]
    accounting = {"frameworks": ["us_gaap", "us_gaap_fair_value"], "scope": {"WBTC": "us_gaap_impairment"}}
    prices = {"BTC": {"file": "prices.csv"}, "WBTC": {"file": "prices.csv"}}
    return run_case(tmp_path, STEPS, lots, accounting=accounting, prices=prices)


@pytest.fixture
def one_rule(tmp_path: Path) -> Result:
    """A token that is outside the scope, alone."""
    lots = [{"acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 200}]
    accounting = {"frameworks": ["us_gaap_fair_value"], "scope": {"BTC": "us_gaap_impairment"}}
    return run_case(tmp_path, STEPS, lots, accounting=accounting)


BOTH = "unrealised loss on digital assets; impairment of digital assets"


def test_an_impairment_of_a_token_is_not_called_fair_value(one_rule: Result) -> None:
    key, label = "us_gaap_fair_value", "2025Q2"
    json_quarter: Any = as_json(one_rule)["frameworks"]
    assert json_quarter[key]["quarters"][1]["remeasurement_name"] == "impairment of digital assets"
    assert "impairment of digital assets of" in headline(one_rule, key, label)
    assert key_figures(one_rule, key, label)[0].title == "Impairment"
    assert waterfall(one_rule, key, label)[0].title == "Impairment"
    assert all(bar.at_cost and "impairment" in bar.name for bar in remeasurement_bars(one_rule))
    text = printed(run_report(one_rule), 200)
    assert "unrealised" not in text.lower()


def test_several_names_are_joined(two_rules: Result) -> None:
    key, label = "us_gaap_fair_value", "2025Q2"
    found: Any = as_json(two_rules)["frameworks"]
    assert found[key]["quarters"][1]["remeasurement_name"] == BOTH
    assert key_figures(two_rules, key, label)[0].title == "Unrealised loss; Impairment"
    said = headline(two_rules, key, label)
    assert "unrealised loss on digital assets of $200.00; impairment of digital assets of $200.00" in said
    assert BOTH in " ".join(printed(run_report(two_rules), 200).split())
    bars = [bar for bar in remeasurement_bars(two_rules) if bar.label == label]
    assert [(bar.name, bar.at_cost, bar.amount) for bar in bars] == 2 * [
        ("unrealised loss on digital assets", False, -200.0),
        ("impairment of digital assets", True, -200.0),
    ]


def test_a_rule_with_nothing_to_say_is_not_named(two_rules: Result) -> None:
    found: Any = as_json(two_rules)["frameworks"]
    names = [quarter["remeasurement_name"] for quarter in found["us_gaap"]["quarters"]]
    assert names == [
        "impairment of digital assets",
        BOTH,
        "unrealised gain on digital assets",
        "unrealised loss on digital assets",
    ]


# --- lots of a pool


@pytest.mark.parametrize("choice", ["lot", "asset"])
def test_lots_tie_to_the_cost_basis_of_the_position(tmp_path: Path, choice: str) -> None:
    sales = [{"date": date(2025, 9, 3), "quantity": 1_500_000, "proceeds": 1e8}]
    plan = {"sales": sales, "lot_relief": "average" if choice == "asset" else "fifo"}
    result = run_case(tmp_path, STEPS, LOTS, plan=plan, accounting={"unit_of_account": choice})
    rows = lot_rows(result, "2025Q4")
    basis = value(result, "us_gaap_impairment", "2025Q4", "cost_basis")
    assert basis is not None
    assert sum(row.cost for row in rows) == pytest.approx(basis, rel=1e-12)
    (summary,) = lot_summaries(result, "2025Q4")
    assert summary.average_cost == pytest.approx(basis / summary.closing, rel=1e-12)
    assert price_path(result, "BTC", "2025Q4").average_cost[-1][1] == pytest.approx(basis / summary.closing, rel=1e-12)
    if choice == "asset":
        assert len({round(row.unit_cost, 9) for row in rows}) == 1


def test_lots_are_listed_once_for_each_asset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("A", "B", "BTC")
    lots = [{"acquired": date(2025, 1, 10), "quantity": 1, "unit_cost": 100, "asset": name} for name in names]
    prices = {name: {"file": "prices.csv"} for name in names}
    result = run_case(tmp_path, STEPS, lots, prices=prices)
    asked: list[str] = []
    found = lot_tables._lots_of

    def counted(result: Result, asset: str, index: int) -> list[lot_tables.LotRow]:
        asked.append(asset)
        return found(result, asset, index)

    monkeypatch.setattr(lot_tables, "_lots_of", counted)
    assert [summary.lots for summary in lot_summaries(result, "2025Q4")] == [1, 1, 1]
    assert asked == ["A", "B", "BTC"]


def test_what_leaves_by_loan_or_payment_is_not_called_sold(tmp_path: Path) -> None:
    result = busy(tmp_path)
    (summary,) = lot_summaries(result, "2025Q4")
    assert (summary.acquired, summary.disposed) == (1_000, 6_000)
    text = printed(run_report(result), 200)
    assert "sold" not in text
    assert "bought" not in text.split("Lots, Q4 2025")[1].splitlines()[1]
    sentence = lot_tables.lots_sentence(result, "2025Q4")
    assert "In the quarter 1,000 were acquired and 6,000 disposed of." in sentence
    assert "Gain or loss on disposals" in text


# --- a price that is not known


@pytest.fixture
def unpriced(tmp_path: Path) -> Result:
    """The price and the low of the last quarter are not known."""
    result = run_case(tmp_path, STEPS, LOTS)
    return replace(result, statements={key: _without_price(held) for key, held in result.statements.items()})


def _without_price(statement: QuarterlyStatements) -> QuarterlyStatements:
    held = statement.assets["BTC"]
    unknown = replace(held.prices[-1], price=float("nan"))
    changed = replace(held, prices=(*held.prices[:-1], unknown), low=(*held.low[:-1], float("nan")))
    return replace(statement, assets={"BTC": changed})


def test_a_price_that_is_not_known_is_null_in_json(unpriced: Result) -> None:
    found = json.loads(to_json(unpriced))["frameworks"]["us_gaap_impairment"]
    quarter = found["quarters"][-1]["assets"]["BTC"]
    assert (quarter["price"], quarter["low"], quarter["low_date"]) == (None, None, None)
    year = found["fiscal_years"][-1]["assets"]["BTC"]
    assert (year["price"], year["low"], year["low_date"]) == (None, 80.0, "2025-06-30")


def test_json_never_has_what_is_no_number(unpriced: Result) -> None:
    odd = replace(unpriced, bands={("us_gaap_impairment", "2025Q4"): {"carrying": (float("nan"), float("inf"))}})
    band = json.loads(to_json(odd))["frameworks"]["us_gaap_impairment"]["quarters"][-1]["band"]
    assert band == {"carrying": {"low": None, "high": None}}


def test_a_price_that_is_not_known_is_a_dash_in_text(unpriced: Result) -> None:
    rows = {row.title: row.amounts for row in position(unpriced, "2025Q4").rows}
    assert rows["BTC price"] == rows["BTC low of the quarter"] == (None, None)
    text = printed(run_report(unpriced), 200)
    assert "nan" not in text
    assert words.money(float("nan")) == words.price(float("nan")) == words.units(float("nan")) == words.MISSING
    assert words.scale_for([float("nan"), 2e9, float("nan")]) == words.MILLIONS


def test_charts_skip_a_price_that_is_not_known(unpriced: Result) -> None:
    path = price_path(unpriced, "BTC", "2025Q4")
    chart = price_chart(path, currency="USD")
    shown = [row for values in chart.to_dict()["datasets"].values() for row in values]
    assert {row["text"] for row in shown if "text" in row} == {"Low 90.00"}
    assert chart.to_dict()["description"] == "BTC has no price at the end of the quarter"


def test_a_quarter_before_the_first_price_has_no_low(tmp_path: Path) -> None:
    result = run_case(tmp_path, STEPS, LOTS)
    held = result.holdings["BTC"]
    later = replace(held.daily, days=held.daily.days[200:], low=held.daily.low[200:], close=held.daily.close[200:])
    short = replace(result, holdings={"BTC": replace(held, daily=later)})
    assert words.known(quarter_price(short, "BTC", "2025Q1").low) is None
    assert price_path(short, "BTC", "2025Q1").daily == ()
    assert price_chart(price_path(short, "BTC", "2025Q1"), currency="USD").to_dict()


# --- words of the app


def test_notes_and_policies_are_in_words(tmp_path: Path) -> None:
    result = replace(busy(tmp_path), notes=("Shown gross under us_gaap, us_gaap_fair_value: not tested.",))
    titles = [FRAMEWORKS[key].title for key in ("us_gaap", "us_gaap_fair_value")]
    assert words.in_titles(result.notes[0]) == f"Shown gross under {', '.join(titles)}: not tested."
    sentence = policies_sentence(result)
    assert "impairment price intraday low" in sentence
    assert "16:00 America/New_York" in sentence
