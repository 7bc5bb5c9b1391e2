"""How a holder is funded, as text: instruments, runway, what breaks, break-even prices, key figures."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.domain.capital import BreakEven, CapitalResult, Instrument, Kpi
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.capital_sample import is_funded, sample_report
from treasury_sim.report.runway import NOT_MONEY, PRICES, capital_of, runway_rows
from treasury_sim.report.text_table import Column, TextTable

BREAK_EVENS = {
    "net_debt": "Net debt equals the coins",
    "net_debt_and_preferred": "Net debt and preferred",
    "notes_less_reserve": "Notes less reserve",
    "allowance_appears": "Allowance appears",
    "equity_zero": "Book equity is zero",
}
"""Break-even price -> its words."""


def capital_report(result: Result, *, by_month: bool = False) -> Group:
    """What `treasury-sim capital` prints."""
    if is_funded(result):
        return sample_report(result)
    found = capital_of(result)
    heading = Text(f"{result.title}\n", style="bold")
    about = [f"About this scenario: {result.description.strip()}"] if result.description else []
    heading.append(f"{result.holder}, {found.months[0]:%B %Y} to {found.months[-1]:%B %Y}\n", style="not bold")
    return Group(
        heading,
        _instruments(found, result.currency),
        _runway(found, result.currency, by_month=by_month),
        _survival(found),
        _break_evens(found.break_evens, result.currency),
        _kpis(found, result.currency),
        Text("\n".join([*about, *found.assumptions, *result.notes]), style="dim"),
    )


def _spaced(*parts: RenderableType) -> RenderableType:
    return Padding(Group(*parts), (0, 0, 1, 0))


def _instruments(found: CapitalResult, currency: str) -> RenderableType:
    scale = words.scale_for([one.amount for one in found.instruments])
    table = TextTable(
        f"What it owes and issues ({scale.label(currency)})",
        (Column("", is_text=True), Column("amount"), Column("a year"), Column("terms", is_text=True)),
    )
    for one in found.instruments:
        table.add(one.name, words.money(one.amount, scale), words.money(one.a_year, scale), one.terms)
    owed: Sequence[Instrument] = [one for one in found.instruments if one.kind != "issuance"]
    if owed:
        total, a_year = sum(one.amount for one in owed), sum(one.a_year for one in owed)
        table.add("Total", words.money(total, scale), words.money(a_year, scale), "", style="bold")
    return _spaced(table)


def _runway(found: CapitalResult, currency: str, *, by_month: bool) -> RenderableType:
    labels, rows = runway_rows(found, by_month=by_month)
    money = [amount for row in rows if row.line not in NOT_MONEY | PRICES for amount in row.amounts]
    scale = words.scale_for(money)
    columns = (Column("", is_text=True), *map(Column, labels))
    table = TextTable(f"Runway ({scale.label(currency)})", columns, most=len(labels))
    for row in rows:
        table.add(row.title, *(_amount(row.line, amount, scale) for amount in row.amounts))
    return _spaced(table)


def _amount(line: str, amount: float, scale: words.Scale) -> str:
    if line in PRICES:
        return words.money(amount)
    return f"{amount:,.0f}" if line in NOT_MONEY else words.money(amount, scale)


def _survival(found: CapitalResult) -> RenderableType:
    happens = sorted((one for one in found.triggers if one.when is not None), key=lambda one: str(one.when))
    holds = [trigger for trigger in found.triggers if trigger.when is None]
    lines = [Text("What breaks, and when", style="bold")]
    lines += [Text(f"  {one.when:%Y-%m}  {one.sentence}", style="red") for one in happens if one.when]
    lines += [Text(f"  -        {one.sentence}") for one in holds]
    return _spaced(*lines)


def _break_evens(prices: Sequence[BreakEven], currency: str) -> RenderableType:
    columns = (Column("", is_text=True), Column("on", is_text=True), Column("price"), Column("", is_text=True))
    table = TextTable(f"Prices of the coin at which something breaks ({currency})", columns)
    if not prices:
        table.add("None: nothing is owed", "", "", "")
    for one in prices:
        name = f"{BREAK_EVENS[one.name]}{f', {one.framework}' if one.framework else ''}"
        table.add(name, one.day.isoformat(), words.MISSING if one.price is None else f"{one.price:,.0f}", one.words)
    return _spaced(table)


def _kpis(found: CapitalResult, currency: str) -> RenderableType:
    first, last = next(iter(found.kpis)), list(found.kpis)[-1]
    columns = (
        Column("", is_text=True),
        Column(first.isoformat()),
        Column(last.isoformat()),
        Column("definition", is_text=True),
    )
    table = TextTable(f"Key figures, of no standard (money in {currency})", columns)
    caveats = list(dict.fromkeys(one.caveat for one in found.kpis[last] if one.caveat))
    for before, after in zip(found.kpis[first], found.kpis[last], strict=True):
        mark = f" ({caveats.index(after.caveat) + 1})" if after.caveat else ""
        table.add(f"{after.title}{mark}", kpi_text(before), kpi_text(after), after.definition)
    notes = "\n".join(f"({number}) {caveat}" for number, caveat in enumerate(caveats, start=1))
    return _spaced(table, Text(notes, style="dim"))


def kpi_text(one: Kpi) -> str:
    """Write a key figure by its unit."""
    if one.value is None:
        return words.MISSING
    formats = {"money": ",.0f", "coins": ",.0f", "coins a share": ".6f", "ratio": ".2f", "months": ".1f"}
    return f"{one.value:.1%}" if one.unit == "percent" else f"{one.value:{formats[one.unit]}}"
