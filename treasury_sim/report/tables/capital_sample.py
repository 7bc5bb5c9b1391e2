"""How a holder is funded on many paths: how likely what breaks, and quantiles of what is left by quarter."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import QUANTILES, Chance, chances, distribution
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.render.json import Json
from treasury_sim.report.tables.sample import chance_columns, chance_row
from treasury_sim.report.tables.statement import line_kind
from treasury_sim.report.tables.table import Column, Row, Table

SHOWN = ("cash", "units", "debt", "unpaid", "preferred_stock", "shares_outstanding", "equity")
"""Lines that are shown, where they were computed and are not nothing."""

OF_BOOKS = ("equity",)
"""Lines of them that depend on the framework."""

_BY_BOOK = {"carrying", "equity"}


def is_funded(result: Result) -> bool:
    """Whether a sample has a waterfall."""
    return result.basis == "sample" and next(iter(result.statements.values())).lines["cash"] is not None


def watched(result: Result) -> list[tuple[str, Chance]]:
    """What may break and how likely it is, in words; what depends on books under each framework."""
    limits = (
        (Limit("net_proceeds", "above", 0.0), "coins are sold in the quarter"),
        (Limit("unpaid", "above", 0.0), "cash has run out"),
        (Limit("fair_value", "below", "debt"), "coins are worth less than the debt"),
        (Limit("carrying", "below", "debt"), "coins are carried below the debt"),
        (Limit("equity", "below", 0.0), "equity is negative"),
    )
    first = next(iter(result.statements))
    every = [(limit, name, chance) for limit, name in limits for chance in chances(result, [limit])]
    return [
        (f"{name}, {chance.framework}" if limit.line in _BY_BOOK else name, chance)
        for limit, name, chance in every
        if limit.line in _BY_BOOK or chance.framework == first
    ]


def chances_table(result: Result) -> Table:
    """How likely it is that coins are sold, cash runs out or worse, at any quarter end and at each of them."""
    columns = (Column("what", "At a quarter end"), *chance_columns(result))
    rows = tuple(Row((words.sentence(words.in_titles(name)), *chance_row(chance))) for name, chance in watched(result))
    return Table("chances", "How likely it is", columns, rows, most=len(columns))


def tables(result: Result) -> Iterator[Table]:
    """How likely what breaks; then the lines of `SHOWN` that are something and differ by path, and cash in any case."""
    yield chances_table(result)
    periods = quarter_periods(result.timeline.quarters, result.reported)
    columns = (Column("paths", ""), *(Column(p.label, p.label, "money") for p in periods))
    for number, key in enumerate(result.statements):
        for line in SHOWN:
            if number and line not in OF_BOOKS:
                continue
            spread = [distribution(result, key, line, period) for period in periods]
            kind = "shares" if line == "units" else line_kind(line)
            rows = tuple(
                Row(
                    (
                        f"{share:.0%} of the paths are below",
                        *(None if each is None else each.quantile(share).value for each in spread),
                    ),
                    kind,
                    line=line,
                )
                for share in QUANTILES
            )
            is_certain = all(each is None or each.is_certain for each in spread)
            if any(amount for row in rows for amount in row.amounts) and (not is_certain or line == "cash"):
                of = f", {FRAMEWORKS[key].title}" if line in OF_BOOKS else ""
                title = f"{LINES[line].title}{of}"
                yield Table(line, title, columns, rows, currency=result.currency, most=len(periods))


def as_json(result: Result) -> Json:
    """The same as plain dictionaries and lists, for every line that was computed."""
    periods = quarter_periods(result.timeline.quarters, result.reported)
    lines: dict[str, object] = {}
    for key in result.statements:
        for line in SHOWN:
            spread = [distribution(result, key, line, period) for period in periods]
            name = f"{line}/{key}" if line in OF_BOOKS else line
            if name not in lines and None not in spread:
                lines[name] = [
                    {f"p{share * 100:.0f}": each.quantile(share).value for share in QUANTILES}
                    for each in spread
                    if each
                ]
    return {
        "schema": 1,
        "title": result.title,
        "currency": result.currency,
        "basis": result.basis,
        "paths": result.paths,
        "quarters": [quarter.label for quarter in result.reported],
        "chances": [
            {
                "what": name,
                "ever": chance.ever.value,
                "ever_se": chance.ever.error,
                "by_quarter": [estimate.value for estimate in chance.by_quarter],
            }
            for name, chance in watched(result)
        ],
        "lines": lines,
        "notes": list(result.notes),
    }
