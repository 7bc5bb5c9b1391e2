"""The statement of a result: from remeasurement to earnings per share, the position, quarter by quarter, its bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS, Framework
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import (
    Period,
    average,
    fiscal_years,
    quarter_periods,
    shown_periods,
    single,
    year_to_date,
)
from treasury_sim.domain.result import Result
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table
from treasury_sim.report.words import key_in_words, known, quarter_name, sentence

Amount = float | None

MOST_FRAMEWORKS = 4
"""Frameworks that stand side by side in text."""
PERIODS = {"quarter": quarter_periods, "year_to_date": year_to_date, "fiscal_year": fiscal_years}
"""Kind of period, as files name it -> the periods of that kind."""


def period_of(result: Result, label: str) -> Period:
    """The reported quarter called `label`, or the fiscal year or the whole period of that name."""
    return next(p for p in shown_periods(result.timeline.quarters, result.reported) if p.label == label)


def period_name(result: Result, period: Period) -> str:
    """Name a quarter, a fiscal year or the whole period as people say it: ``Q4 2025``, ``Q1 2026 to Q4 2027``."""
    quarters = [result.timeline.quarters[number] for number in period.quarters]
    first, last = quarter_name(quarters[0]), quarter_name(quarters[-1])
    if period.label.startswith("FY"):
        year = quarters[-1].fiscal_year
        return f"{'Year' if last == f'Q4 {year}' else 'Fiscal year'} {year}"
    return first if len(quarters) == 1 else f"{first} to {last}"


def line_kind(name: str) -> Kind:
    """The kind of the figures of a line."""
    kinds: dict[str, Kind] = {"units": "units", "shares": "shares", "per_share": "per_share"}
    return kinds.get(LINES[name].kind, "money")


def line_row(name: str, amounts: tuple[Cell, ...], *, is_total: bool = False) -> Row:
    """A line of the statement as a row, under its title."""
    return Row((LINES[name].title, *amounts), line_kind(name), is_total=is_total, line=name)


def framework_columns(result: Result) -> tuple[Column, ...]:
    """A column that names the row, and one for each framework."""
    return Column("title", ""), *(Column(key, FRAMEWORKS[key].title, "money") for key in result.statements)


def _statement(result: Result, name: str, title: str, rows: list[Row], *notes: str) -> Table:
    columns = framework_columns(result)
    return Table(name, title, columns, tuple(rows), notes, currency=result.currency, most=MOST_FRAMEWORKS)


def _amounts(result: Result, period: Period, name: str) -> tuple[Amount, ...]:
    return tuple(single(period, name, statement.lines) for statement in result.statements.values())


PARTS_OF_TAX = ("deferred_tax_on_holdings", "current_tax_on_sales", "minimum_tax", "deferred_tax_other")
"""Lines that are part of the income tax above them; what is left of it is tax on other income."""

TOTALS = {"operating_income", "pre_tax_income", "net_income", "net_income_common", "equity_direct_net_of_tax"}
"""Lines that sum the ones above them."""


PER_SHARE = "Per-share figures are illustrative."


def income_bridge(result: Result, label: str) -> Table:
    """From remeasurement to earnings per share, for one quarter or several, a column for each framework."""
    period = period_of(result, label)

    def row(name: str, *, is_total: bool = False) -> Row:
        return line_row(name, _amounts(result, period, name), is_total=is_total)

    def stated(*names: str) -> list[Row]:
        rows = [row(name, is_total=name in TOTALS) for name in names]
        return [each for each in rows if not each.is_nil]

    rows = [
        *_remeasurement_rows(result, period),
        *stated("realised_pl", "fee_expense", "loan_remeasurement", "coin_revenue", "coin_expense"),
        row("other_operating_income"),
        row("operating_income", is_total=True),
        row("interest"),
        row("pre_tax_income", is_total=True),
        row("income_tax"),
        *_parts_of_tax(result, period),
        row("net_income", is_total=True),
        *stated("preferred_dividends", "net_income_common", "eps_basic", "eps_diluted"),
        *stated("remeasurement_oci", "equity_direct", "adoption_dta_reversal", "adoption_new_dtl"),
        *stated("equity_direct_net_of_tax"),
    ]
    notes = [PER_SHARE] if any(each.kind == "per_share" for each in rows) else []
    return _statement(result, "bridge", f"Income bridge, {period_name(result, period)}", rows, *notes)


def _parts_of_tax(result: Result, period: Period) -> Iterator[Row]:
    """The parts of the income tax, the deferred tax on the holdings always, so that the parts add up to it."""
    rest = [0.0 if tax is None else tax for tax in _amounts(result, period, "income_tax")]
    for name in PARTS_OF_TAX:
        title = LINES[name].title
        part = Row(
            (f"  of which {title[0].lower()}{title[1:]}", *_amounts(result, period, name)),
            "money",
            line=name,
            is_part=True,
        )
        rest = [left - (amount or 0.0) for left, amount in zip(rest, part.amounts, strict=True)]
        if name == "deferred_tax_on_holdings" or not part.is_nil:
            yield part
    other = Row(("  of which on other income", *rest), "money", is_part=True)
    if not other.is_nil:
        yield other


def _remeasurement_rows(result: Result, period: Period) -> list[Row]:
    """The remeasurement under the names that the rules give it; frameworks that agree on a name share a row."""
    columns = [{each.name: each.amount for each in remeasurements(result, key, period)} for key in result.statements]
    names = dict.fromkeys(name for column in columns for name in column)
    return [
        Row((sentence(name), *(column.get(name) for column in columns)), "money", line="remeasurement_pl")
        for name in names
    ]


@dataclass(frozen=True)
class Remeasurement:
    """The remeasurement in profit or loss under one rule.

    Attributes
    ----------
    name
        What the rule calls it, by its sign.
    amount
        Signed [currency].
    framework
        The framework in force whose rule it is.
    """

    name: str
    amount: float
    framework: Framework


def remeasurements(result: Result, key: str, period: Period) -> list[Remeasurement]:
    """The remeasurement under framework `key`, one for each rule that applies to an asset at the end of `period`."""
    adopted = result.adopted[result.timeline.quarters[period.quarters[-1]].label]
    by_names: dict[tuple[str, str], tuple[Framework, float]] = {}
    for asset, held in result.statements[key].assets.items():
        rule = FRAMEWORKS[result.applied[key, asset]].in_force(adopted=adopted)
        names = (rule.loss_name, rule.gain_name)
        first, so_far = by_names.get(names, (rule, 0.0))
        by_names[names] = (first, so_far + average(period, "remeasurement_pl", dict(held.lines)))
    rules = list(by_names.values()) or [(FRAMEWORKS[key].in_force(adopted=adopted), 0.0)]
    return [Remeasurement(rule.remeasurement_name(amount, adopted=adopted), amount, rule) for rule, amount in rules]


def remeasured(result: Result, key: str, period: Period) -> list[Remeasurement]:
    """`remeasurements` without those of nothing; the first one if all are."""
    every = remeasurements(result, key, period)
    return [item for item in every if item.amount] or every[:1]


def remeasurement_names(result: Result, key: str, period: Period) -> str:
    """The name that the rules of framework `key` give the remeasurement of `period`; several are joined."""
    return "; ".join(dict.fromkeys(item.name for item in remeasured(result, key, period)))


BALANCES = (
    "cost_basis",
    "fair_value",
    "carrying",
    "accumulated_impairment",
    "revaluation_surplus",
    "loan_receivable",
    "tax_basis",
    "deferred_tax_liability",
    "deferred_tax_asset",
    "valuation_allowance",
    "unrecognised_deferred_tax_asset",
    "capital_loss_carryforward",
    "other_deferred_tax_asset",
    "other_valuation_allowance",
    "minimum_tax_credit",
)


def position(result: Result, label: str) -> Table:
    """Units, price and balances at the end of a quarter or of several, a column for each framework."""
    period = period_of(result, label)
    columns = len(result.statements)
    rows = []
    for asset, statement in next(iter(result.statements.values())).assets.items():
        index = period.quarters[-1]
        held = single(period, "units", statement.lines)
        lows = [(low, statement.low_days[n]) for n in period.quarters if (low := known(statement.low[n])) is not None]
        low, day = min(lows, default=(None, None))
        of_day = "" if day is None else f", {day}"
        span = "quarter" if len(period.quarters) == 1 else "period"
        price = known(statement.prices[index].price)
        rows += [
            Row((f"{asset} held", *(held,) * columns), "units"),
            Row((f"{asset} price", *(price,) * columns), "price"),
            Row((f"{asset} low of the {span}{of_day}", *(low,) * columns), "price"),
        ]
    balances = [line_row(name, _amounts(result, period, name)) for name in BALANCES]
    rows += [row for row in balances if not row.is_nil]
    end = result.timeline.quarters[period.quarters[-1]].end
    return _statement(result, "position", f"Position at {end}", rows)


def by_quarter(result: Result, key: str) -> Table:
    """The main lines of every reported quarter under one framework, and the units held."""
    names = ("remeasurement_pl", "realised_pl", "pre_tax_income", "net_income", "carrying")
    statement = result.statements[key]
    columns = (
        Column("quarter", "", "quarter"),
        Column("remeasurement_name", "Called"),
        *(Column(name, LINES[name].title, line_kind(name)) for name in names),
        *(Column(asset, f"{asset} held", "units") for asset in statement.assets),
    )
    rows = tuple(
        Row(
            (
                period.label,
                remeasurement_names(result, key, period),
                *(single(period, name, statement.lines) for name in names),
                *(single(period, "units", dict(held.lines)) for held in statement.assets.values()),
            )
        )
        for period in quarter_periods(result.timeline.quarters, result.reported)
    )
    return Table("quarters", f"{FRAMEWORKS[key].title}, by quarter", columns, rows, currency=result.currency)


def bands(result: Result, label: str) -> Table:
    """How far the main lines of a quarter depend on the days inside windows; without lines that do not."""
    names = ("remeasurement_pl", "carrying", "accumulated_impairment", "income_tax", "net_income")
    timing = result.policies["window_timing"]
    columns = (
        Column("framework", "", "framework"),
        Column("line", "Line"),
        Column("low", "Lowest", "money"),
        Column("value", sentence(key_in_words(timing)), "money"),
        Column("high", "Highest", "money"),
    )
    period, rows = period_of(result, label), []
    for key, statement in result.statements.items():
        for name in names:
            low, high = result.bands.get((key, label), {}).get(name, (0.0, 0.0))
            if low != high:
                value = single(period, name, statement.lines)
                rows.append(Row((key, LINES[name].title, low, value, high), line=name))
    title = f"Band, {label}: earlier and own windows at start or end"
    return Table("bands", title, columns, tuple(rows), currency=result.currency)


def every_line(result: Result) -> Table:
    """Every line of every statement, long: one figure a row, in whole currency units, for files."""
    names = ("framework", "kind", "period", "line", "value", "band_low", "band_high")
    rows = []
    for key, statement in result.statements.items():
        for kind, periods in PERIODS.items():
            for period in periods(result.timeline.quarters, result.reported):
                for name in LINES:
                    low, high = result.bands.get((key, period.label), {}).get(name, (None, None))
                    rows.append(Row((key, kind, period.label, name, single(period, name, statement.lines), low, high)))
    return Table("statements", "Statements", tuple(Column(name, name) for name in names), tuple(rows))


def relevant_policies(result: Result) -> dict[str, str]:
    """The policies that a framework of the result uses: no lowest price for an IFRS reader."""
    frameworks = [FRAMEWORKS[key] for key in {*result.statements, *result.applied.values()}]
    rules = [framework.rule for framework in frameworks]
    rules += [framework.predecessor.rule for framework in frameworks if framework.predecessor]
    unused = set()
    if not any(rule.price == "lowest_since_acquisition" for rule in rules):
        unused.add("impairment_price")
    if not any(framework.predecessor for framework in frameworks):
        unused.add("adoption_date")
    return {name: value for name, value in result.policies.items() if name not in unused}


def policies(result: Result) -> Table:
    """The choices that decide numbers, one a row."""
    rows = [Row((key_in_words(name), key_in_words(value))) for name, value in relevant_policies(result).items()]
    return Table(
        "policies", "Choices that decide numbers", (Column("choice", "Choice"), Column("value", "Chosen")), tuple(rows)
    )


def policies_sentence(result: Result) -> str:
    """The choices that decide numbers in a sentence."""
    return f"Policies: {', '.join(' '.join(map(str, row.cells)) for row in policies(result).rows)}."
