"""How a holder is funded, as text and as JSON: instruments, runway, what breaks, break-even prices, key figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.capital import BreakEven, CapitalResult, Instrument, Kpi
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem
from treasury_sim.report import words
from treasury_sim.report.capital_sample import is_funded, sample_json, sample_report
from treasury_sim.report.text_table import Column, TextTable

RUNWAY: dict[str, str] = {
    "price": "Price of the coin",
    "units": "Coins held",
    "pledged": "  of them pledged",
    "cash": "Cash",
    "reserve": "Reserve",
    "interest_due": "Interest due",
    "dividends_paid": "Dividends paid",
    "repaid": "Principal due",
    "converted": "Principal converted",
    "tax_due": "Tax on coins sold",
    "raised": "Raised",
    "spent": "Spent on coins",
    "sold": "Coins sold",
    "proceeds": "Proceeds of coins sold",
    "unpaid": "Due and not paid",
    "debt": "Debt",
    "preferred": "Preferred stock",
    "arrears": "Dividends owed",
    "shares": "Common shares",
    "share_price": "Share price",
}
"""Line of the runway -> its words."""

_FLOWS = {
    *("interest_due", "dividends_paid", "repaid", "converted", "tax_due", "raised", "spent", "sold", "proceeds"),
}
_ALWAYS = {"price", "units", "cash", "interest_due", "debt"}
NOT_MONEY = {"units", "pledged", "sold", "shares"}
PRICES = {"price", "share_price"}


@dataclass(frozen=True)
class RunwayRow:
    """One line of the runway.

    Attributes
    ----------
    amounts
        By month or by quarter; flows are added up, balances are those of the last month.
    """

    line: str
    title: str
    amounts: tuple[float, ...]


NOT_STATED = (
    "what the holder has and owes",
    "nothing",
    "Add capital: {opening: {cash: ..., shares: ...}}, see docs/capital.md.",
)
"""Words for a scenario without funding: expected, found, fix."""


def capital_of(result: Result) -> CapitalResult:
    """The funding of a result.

    Raises
    ------
    InputError
        If the scenario states none.
    """
    if result.capital is None:
        raise InputError([Problem("", None, "capital.opening", *NOT_STATED)])
    return result.capital


def runway_rows(found: CapitalResult, *, by_month: bool = True) -> tuple[list[str], list[RunwayRow]]:
    """The runway of the first path: names of the columns, and a row for each line; lines of nothing are left out."""
    months = list(range(len(found.months)))
    groups = [[month] for month in months]
    if not by_month:
        ends = list(found.funding.quarter_ends)
        groups = [[m for m in months if first < m <= last] for first, last in zip([-1, *ends], ends, strict=False)]
    labels = [f"{found.months[group[-1]]:%Y-%m}" for group in groups]
    rows = []
    for line, title in RUNWAY.items():
        amounts = _line(found, line)
        if line in _ALWAYS or np.nan_to_num(amounts).any():
            picked = [float(amounts[g].sum() if line in _FLOWS else amounts[g[-1]]) for g in groups]
            rows.append(RunwayRow(line, title, tuple(picked)))
    return labels, rows


def _line(found: CapitalResult, line: str) -> Floats:
    """A line of the runway on the first path, (months,)."""
    runway = found.runway
    of_its_own = {
        "price": found.close,
        "sold": runway.forced_sold + runway.called_sold,
        "proceeds": runway.forced_proceeds + runway.called_proceeds,
    }
    amounts: Floats = (of_its_own[line] if line in of_its_own else getattr(runway, line))[0]
    return amounts


# --------------------------------------------------------------------------------- text


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


BREAK_EVENS = {
    "net_debt": "Net debt equals the coins",
    "net_debt_and_preferred": "Net debt and preferred",
    "notes_less_reserve": "Notes less reserve",
    "allowance_appears": "Allowance appears",
    "equity_zero": "Book equity is zero",
}
"""Break-even price -> its words."""


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


# --------------------------------------------------------------------------------- JSON


def capital_json(result: Result) -> str:
    """The funding as JSON; amounts in whole currency units."""
    return json.dumps(as_json(result), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


_INSTRUMENT = ("name", "kind", "amount", "a_year", "terms", "source")


def as_json(result: Result) -> dict[str, object]:
    """The funding as plain dictionaries and lists."""
    if is_funded(result):
        return sample_json(result)
    found = capital_of(result)
    labels, rows = runway_rows(found)
    return {
        "schema": 1,
        "title": result.title,
        "currency": result.currency,
        "asset": found.asset,
        "assumptions": list(found.assumptions),
        "interest_a_year": found.interest_a_year,
        "dividends_a_year": found.dividends_a_year,
        "instruments": [
            {
                "name": i.name,
                "kind": i.kind,
                "amount": i.amount,
                "a_year": i.a_year,
                "terms": i.terms,
                "source": i.source,
            }
            for i in found.instruments
        ],
        "runway": {"months": labels, **{row.line: list(row.amounts) for row in rows}},
        "triggers": [
            {
                "name": one.name,
                "framework": one.framework or None,
                "when": None if one.when is None else one.when.isoformat(),
                "sentence": one.sentence,
            }
            for one in found.triggers
        ],
        "break_even_prices": [
            {
                "name": one.name,
                "framework": one.framework or None,
                "on": one.day.isoformat(),
                "price": one.price,
                "words": one.words,
            }
            for one in found.break_evens
        ],
        "kpis": {
            day.isoformat(): {
                one.name: {
                    "title": one.title,
                    "value": one.value,
                    "unit": one.unit,
                    "definition": one.definition,
                    "caveat": one.caveat or None,
                }
                for one in rows_of_day
            }
            for day, rows_of_day in found.kpis.items()
        },
        "notes": list(result.notes),
    }
