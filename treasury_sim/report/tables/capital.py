"""How a holder is funded: instruments, runway, survival, break-even prices, key figures; on many paths the chances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from treasury_sim.domain.capital import CapitalResult, Kpi
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.render.json import Json, json_text, records
from treasury_sim.report.tables import capital_sample as many
from treasury_sim.report.tables.page import Page, Part, Words, heading
from treasury_sim.report.tables.runway import capital_of, runway_table
from treasury_sim.report.tables.sample import sample_words
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.report.words import in_titles

BREAK_EVENS = {
    "net_debt": "Net debt equals the coins",
    "net_debt_and_preferred": "Net debt and preferred",
    "notes_less_reserve": "Notes less reserve",
    "allowance_appears": "Allowance appears",
    "equity_zero": "Book equity is zero",
}
"""Break-even price -> its words."""


def instruments_table(funded: CapitalResult, currency: str) -> Table:
    """The instruments that the holder owes and issues, and what they cost a year."""
    columns = (
        Column("name", "Instrument"),
        Column("kind", "Kind", only_in_files=True),
        Column("amount", "Amount", "money"),
        Column("a_year", "Cost a year", "money"),
        Column("terms", "Terms"),
        Column("source", "Source"),
    )
    names = [column.name for column in columns]
    rows = [Row(tuple(getattr(instrument, name) for name in names)) for instrument in funded.instruments]
    owed = [instrument for instrument in funded.instruments if instrument.kind != "issuance"]
    if owed:
        total, a_year = (sum(getattr(instrument, name) for instrument in owed) for name in ("amount", "a_year"))
        rows.append(Row(("Total owed", "", total, a_year, "", ""), is_total=True))
    return Table("instruments", "Instruments", columns, tuple(rows), currency=currency)


def survival(funded: CapitalResult) -> tuple[list[str], list[str]]:
    """What breaks, in the order of time, and what does not, in sentences."""
    happens = sorted((each for each in funded.triggers if each.when is not None), key=lambda each: str(each.when))
    breaks = [_dated(each.when, in_titles(each.sentence)) for each in happens if each.when is not None]
    return breaks, [in_titles(each.sentence) for each in funded.triggers if each.when is None]


def _dated(when: date, sentence: str) -> str:
    """Begin with the month, where the sentence does not name it."""
    month = f"{when:%B %Y}"
    return sentence if month in sentence else f"{month}: {sentence}"


def break_even_table(funded: CapitalResult, currency: str) -> Table:
    """Prices of the coin at which something breaks, everything else as on the day."""
    columns = (
        Column("name", "What breaks"),
        Column("framework", "Framework", "framework"),
        Column("price", "Price", "price", decimals=0),
        Column("on", "With everything else as on"),
        Column("words", "How it is computed"),
    )
    rows = tuple(
        Row((BREAK_EVENS[each.name], each.framework, each.price, each.day.isoformat(), each.words))
        for each in funded.break_evens
    )
    empty = () if rows else ("None: nothing is owed.",)
    title = "Prices of the coin at which something breaks"
    return Table("break_even_prices", title, columns, rows, empty, currency=currency)


_FORMATS = {"money": ",.0f", "coins": ",.0f", "coins a share": ".6f", "ratio": ".2f", "months": ".1f", "percent": ".1%"}


def kpi_table(funded: CapitalResult, currency: str) -> Table:
    """Key figures when the period begins and when it ends, each with its definition."""
    first, last = next(iter(funded.kpis)), list(funded.kpis)[-1]
    columns = (
        Column("title", "Key figure, not defined by a standard"),
        Column("first", first.isoformat(), "figure"),
        Column("last", last.isoformat(), "figure"),
        Column("definition", "Definition"),
    )
    caveats = list(dict.fromkeys(after.caveat for after in funded.kpis[last] if after.caveat))
    rows = []
    for before, after in zip(funded.kpis[first], funded.kpis[last], strict=True):
        mark = f" ({caveats.index(after.caveat) + 1})" if after.caveat else ""
        rows.append(Row((f"{after.title}{mark}", _kpi(before), _kpi(after), after.definition)))
    notes = tuple(f"({number}) {caveat}" for number, caveat in enumerate(caveats, start=1))
    return Table("kpis", f"Key figures (money in {words.UNITS.label(currency)})", columns, tuple(rows), notes)


def _kpi(figure: Kpi) -> str:
    """Write a key figure by its unit."""
    return words.MISSING if figure.value is None else words.in_parentheses(figure.value, _FORMATS[figure.unit])


def capital_report(result: Result, *, by_month: bool = False) -> Page:
    """What `treasury-sim capital` prints."""
    if many.is_funded(result):
        return Page.of(result, [*heading(result, f"{sample_words(result)}\n"), *many.tables(result)])
    funded = capital_of(result)
    span = f"{funded.months[0]:%B %Y} to {funded.months[-1]:%B %Y}\n"
    return Page.of(result, [*heading(result, span), *_parts(result, funded, by_month=by_month)])


def _parts(result: Result, funded: CapitalResult, *, by_month: bool) -> Iterator[Part]:
    yield instruments_table(funded, result.currency)
    yield runway_table(result, by_month=by_month)
    breaks, holds = survival(funded)
    yield Words("What breaks, and when", "title")
    yield from (Words(f"  {sentence}", "bad") for sentence in breaks)
    yield Words("".join(f"  -  {sentence}\n" for sentence in holds))
    yield break_even_table(funded, result.currency)
    yield kpi_table(funded, result.currency)
    if funded.assumptions:
        yield Words("\n".join(funded.assumptions), "note")


def capital_json(result: Result) -> str:
    """The funding as JSON; amounts in whole currency units."""
    return json_text(as_json(result))


def as_json(result: Result) -> Json:
    """The funding as plain dictionaries and lists."""
    if many.is_funded(result):
        return many.as_json(result)
    funded = capital_of(result)
    runway = runway_table(result)
    return {
        "schema": 1,
        "title": result.title,
        "currency": result.currency,
        "asset": funded.asset,
        "assumptions": list(funded.assumptions),
        "interest_a_year": funded.interest_a_year,
        "dividends_a_year": funded.dividends_a_year,
        "instruments": [
            row
            for row in records(instruments_table(funded, result.currency))
            if row["kind"]  # without the total
        ],
        "runway": {
            "months": [column.name for column in runway.columns[1:]],
            **{row.line: list(row.amounts) for row in runway.rows},
        },
        "triggers": [
            {
                "name": each.name,
                "framework": each.framework or None,
                "when": each.when and each.when.isoformat(),
                "sentence": each.sentence,
            }
            for each in funded.triggers
        ],
        "break_even_prices": [
            {
                "name": each.name,
                "framework": each.framework or None,
                "on": each.day.isoformat(),
                "price": each.price,
                "words": each.words,
            }
            for each in funded.break_evens
        ],
        "kpis": {day.isoformat(): {each.name: _kpi_json(each) for each in kpis} for day, kpis in funded.kpis.items()},
        "notes": list(result.notes),
    }


def _kpi_json(figure: Kpi) -> Json:
    return {
        "title": figure.title,
        "value": figure.value,
        "unit": figure.unit,
        "definition": figure.definition,
        "caveat": figure.caveat or None,
    }
