"""The words of a finding: sizes, signs, and nothing called an impairment that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from treasury_sim import load, run
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.report.finding import headline, key_figures, price_words, short_name
from treasury_sim.report.render.frame import sortable
from treasury_sim.report.render.html import as_html
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.lots import lots_sentence, lots_table, price_sources
from treasury_sim.report.tables.statement import income_bridge
from treasury_sim.report.words import in_print, quarter_name, signed, spoken


@pytest.fixture(scope="module")
def result() -> Result:
    return run(load("strategy_2025q4"))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (-17_436_058_296.68, "$17.4bn"),
        (999_960_000.0, "$1.0bn"),
        (999_900_000.0, "$999.9m"),
        (719_400_000.0, "$719.4m"),
        (-50_049.0, "$50.0k"),
        (999.996, "$1.0k"),
        (-43.019, "$43.02"),
        (0.0, "$0.00"),
    ],
)
def test_amounts_are_said_without_a_sign(amount: float, text: str) -> None:
    assert spoken(amount, "USD") == text


def test_a_negative_amount_is_in_parentheses() -> None:
    assert signed(-2_504e6, "EUR") == "(€2.5bn)"
    assert signed(2_504e6, "CHF") == "CHF 2.5bn"
    assert signed(None, "USD") == "–"


def test_a_quarter_of_a_fiscal_year_says_so() -> None:
    assert quarter_name(Quarter(date(2025, 10, 1), date(2025, 12, 31), 2025, 4)) == "Q4 2025"
    assert quarter_name(Quarter(date(2025, 10, 1), date(2025, 12, 31), 2026, 2)) == "Q2 of fiscal 2026"


def test_only_an_impairment_is_called_one(result: Result) -> None:
    fair_value = headline(result, "us_gaap_fair_value", "2025Q4")
    assert fair_value == "Q4 2025: unrealised loss on digital assets of $17.4bn, net loss of $12.4bn"
    impairment = headline(result, "us_gaap_impairment", "2025Q4")
    assert impairment == "Q4 2025: impairment of digital assets of $2.5bn, net loss of $1.8bn"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("unrealised loss on digital assets", "Unrealised loss"),
        ("impairment of digital assets", "Impairment"),
        ("reversal of impairment on intangible assets", "Reversal of impairment"),
        ("change in unrealised appreciation", "Change in unrealised appreciation"),
    ],
)
def test_a_short_name_says_what_happened(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_name_that_does_not_tell_the_way_gets_a_sign() -> None:
    key = "us_gaap_investment_company"
    scenario = load("strategy_2025q4").with_values({("accounting", "frameworks"): [key], ("expect",): None})
    text = headline(run(scenario), key, "2025Q4")
    assert text == "Q4 2025: change in unrealised appreciation of ($17.4bn), net loss of $12.4bn"


def test_key_figures_are_those_of_the_statement(result: Result) -> None:
    figures = key_figures(result, "us_gaap_fair_value", "2025Q4", result)
    assert [figure.title for figure in figures] == [
        "Unrealised loss",
        "Net loss",
        "Carrying amount",
        "Per share, illustrative",
    ]
    assert figures[0].amount == pytest.approx(-17_436_058_296.68)
    assert all(figure.change is None for figure in figures)


def test_key_figures_tell_the_change_against_another_run(result: Result) -> None:
    other = run(
        load("strategy_2025q4").with_values(
            {("prices", "BTC", "quarter_end", date(2025, 12, 31)): 90_000.0, ("expect",): None}
        )
    )
    changes = [figure.change for figure in key_figures(other, "us_gaap_fair_value", "2025Q4", result)]
    assert changes == ["+$1.7bn", "+$1.2bn", "+$1.7bn", "+$4.06"]
    back = [figure.change for figure in key_figures(result, "us_gaap_fair_value", "2025Q4", other)]
    assert back[0] == "($1.7bn)"


def test_a_price_says_how_far_it_is() -> None:
    assert price_words(87_515.0, 87_515.0, "USD") == "87,515.00 USD, as in the scenario"
    assert price_words(60_000.0, 80_000.0, "USD") == "60,000.00 USD, 25.0% below the scenario's 80,000.00"


def test_a_screen_table_puts_negatives_in_parentheses_and_marks_sums(result: Result) -> None:
    table = printed(income_bridge(result, "2025Q4"))
    assert table.title == "Income bridge, Q4 2025 ($m; per share in $)"
    assert table.rows[0] == ("Unrealised loss on digital assets", "(17,436.1)", "–")
    assert dict(zip((row[0] for row in table.rows), table.totals, strict=True))["Net income"]
    html = as_html(replace(table, title="A & B"))
    assert "A &amp; B" in html
    assert '<tr class="total"><th scope="row">Net income</th><td>(12,444.1)</td>' in html


def test_lots_are_in_the_order_of_acquisition_and_add_up(result: Result) -> None:
    frame, _ = sortable(lots_table(result, "2025Q4"))
    acquired = frame["Acquired (UTC)"].tolist()
    assert acquired == sorted(acquired)
    lines = result.statements["us_gaap_impairment"].lines
    carrying = lines["carrying"]
    assert carrying is not None
    shown = frame["Carrying amount, US GAAP, cost less impairment"]
    assert shown.sum() == pytest.approx(carrying[0, -1])
    assert "672,503 BTC in 94 lots" in lots_sentence(result, "2025Q4")
    assert "as of 2026-08-02" in price_sources(result, "2025Q4")[0]


@pytest.mark.parametrize(
    ("text", "calendar", "fiscal"),
    [
        ("2025Q4: a loss", "Q4 2025: a loss", "Q4 of fiscal 2025: a loss"),
        ("2025Q1 to 2026Q2", "Q1 2025 to Q2 2026", "Q1 of fiscal 2025 to Q2 of fiscal 2026"),
        ("2025 YTD Q3, 10-K FY2025", "Year to Q3 2025, 10-K FY2025", "Year to Q3 of fiscal 2025, 10-K FY2025"),
        ("expect.us_gaap.2025Q4.carrying, out/2025Q4.csv", None, None),
        ("12025Q4, 2025Q5, 2025Q41, FY20255, lot-2025Q4, 2025Q4-01", None, None),
    ],
)
def test_periods_are_named_as_people_do_and_keys_and_files_stay(
    text: str, calendar: str | None, fiscal: str | None
) -> None:
    assert in_print(text, is_calendar=True) == (calendar or text)
    assert in_print(text, is_calendar=False) == (fiscal or text)
