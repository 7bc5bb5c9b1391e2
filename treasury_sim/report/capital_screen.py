"""How a holder is funded, as tables for a screen: instruments, runway, what breaks, break-even prices, key figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.capital import CapitalResult
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.capital_sample import quantile_texts, quantiles, watched
from treasury_sim.report.capital_text import BREAK_EVENS, kpi_text
from treasury_sim.report.runway import NOT_MONEY, PRICES, runway_rows
from treasury_sim.report.screen import ScreenTable, in_titles


def instruments_table(found: CapitalResult, currency: str) -> ScreenTable:
    """What the holder owes and issues; what it costs a year."""
    scale = words.scale_for(one.amount for one in found.instruments)
    unit = scale.label(currency)
    rows = [
        (one.name, words.money(one.amount, scale), words.money(one.a_year, scale), one.terms, one.source)
        for one in found.instruments
    ]
    owed = [one for one in found.instruments if one.kind != "issuance"]
    total = sum(one.amount for one in owed), sum(one.a_year for one in owed)
    rows.append(("Total owed", words.money(total[0], scale), words.money(total[1], scale), "", ""))
    is_total = (*(False for _ in found.instruments), True)
    return ScreenTable(
        unit, (unit, "Amount", "Yearly cost", "Terms", "Source"), tuple(rows), is_total, frozenset({3, 4})
    )


def runway_table(found: CapitalResult, currency: str, *, by_month: bool) -> ScreenTable:
    """The runway by quarter or month: flows are added up, balances are those of the end."""
    labels, lines = runway_rows(found, by_month=by_month)
    plain = NOT_MONEY | PRICES
    scale = words.scale_for(amount for line in lines if line.line not in plain for amount in line.amounts)

    def written(line: str, amount: float) -> str:
        if line in PRICES:
            return words.money(amount)
        return f"{amount:,.0f}" if line in NOT_MONEY else words.money(amount, scale)

    unit = scale.label(currency)
    rows = tuple((line.title, *(written(line.line, amount) for amount in line.amounts)) for line in lines)
    return ScreenTable(unit, (unit, *labels), rows, (False,) * len(rows))


def break_even_table(found: CapitalResult, currency: str) -> ScreenTable:
    """Prices of the coin at which something breaks."""
    rows = tuple(
        (
            BREAK_EVENS[one.name],
            FRAMEWORKS[one.framework].title if one.framework else "",
            words.MISSING if one.price is None else f"{one.price:,.0f}",
            one.day.isoformat(),
            one.words,
        )
        for one in found.break_evens
    )
    header = ("What breaks", "Under", f"Price, {currency}", "With everything else as on", "How it is computed")
    return ScreenTable("", header, rows, (False,) * len(rows), frozenset({1, 4}))


def kpi_table(found: CapitalResult) -> ScreenTable:
    """Key figures when the period begins and when it ends, each with its definition."""
    first, last = next(iter(found.kpis)), list(found.kpis)[-1]
    rows = tuple(
        (after.title, kpi_text(before), kpi_text(after), f"{after.definition} {after.caveat}".strip())
        for before, after in zip(found.kpis[first], found.kpis[last], strict=True)
    )
    header = ("Key figure, of no standard", first.isoformat(), last.isoformat(), "Definition, and what it ignores")
    return ScreenTable("", header, rows, (False,) * len(rows), frozenset({3}))


def survival(found: CapitalResult) -> tuple[list[str], list[str]]:
    """What breaks, in the order of time, and what does not, in sentences."""
    happens = sorted((one for one in found.triggers if one.when is not None), key=lambda one: str(one.when))
    breaks = [_dated(one.when, in_titles(one.sentence)) for one in happens if one.when is not None]
    return breaks, [in_titles(one.sentence) for one in found.triggers if one.when is None]


def chances_table(result: Result) -> ScreenTable:
    """How likely it is that coins are sold, cash runs out or worse, at any quarter end and at each of them."""
    rows = tuple(
        (
            words.sentence(in_titles(name)),
            f"{words.percent(chance.ever.value, 1)} ± {words.percent(chance.ever.error, 1)}",
            *(words.percent(estimate.value, 1) for estimate in chance.by_quarter),
        )
        for name, chance in watched(result)
    )
    header = ("At a quarter end", "Ever", *(quarter.label for quarter in result.reported))
    return ScreenTable("", header, rows, (False,) * len(rows))


def quantile_tables(result: Result) -> Iterator[tuple[str, ScreenTable]]:
    """What is left at each quarter end on many paths, a titled table for each line."""
    for found in quantiles(result):
        unit, rows = quantile_texts(result, found)
        of = f", {FRAMEWORKS[found.framework].title}" if found.framework else ""
        header = (unit, *(quarter.label for quarter in result.reported))
        yield f"{LINES[found.line].title}{of}", ScreenTable(unit, header, tuple(rows), (False,) * len(rows))


def _dated(when: date, sentence: str) -> str:
    """Begin with the month, where the sentence does not name it."""
    month = f"{when:%B %Y}"
    return sentence if month in sentence else f"{month}: {sentence}"
