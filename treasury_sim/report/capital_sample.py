"""How a holder is funded on many paths: how likely what breaks, and quantiles of what is left by quarter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.analysis.distribution import QUANTILES, Chance, chances, distribution
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.sample_text import sample_words
from treasury_sim.report.text_table import Column, TextTable

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
    found = [(limit, name, chance) for limit, name in limits for chance in chances(result, [limit])]
    return [
        (f"{name}, {chance.framework}" if limit.line in _BY_BOOK else name, chance)
        for limit, name, chance in found
        if limit.line in _BY_BOOK or chance.framework == first
    ]


def sample_report(result: Result) -> Group:
    """What `treasury-sim capital` prints of a sample."""
    heading = Text(f"{result.title}\n", style="bold")
    heading.append(f"{result.holder}, {sample_words(result)}\n", style="not bold")
    about = [f"About this scenario: {result.description.strip()}"] if result.description else []
    parts = [_spaced(_chances(result)), *map(_spaced, _tables(result))]
    return Group(heading, *parts, Text("\n".join([*about, *result.notes]), style="dim"))


def _spaced(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 1, 0))


def _chances(result: Result) -> TextTable:
    labels = [quarter.label for quarter in result.reported]
    columns = (Column("", is_text=True), Column("ever"), Column("±"), *map(Column, labels))
    table = TextTable("How likely it is, at a quarter end", columns, most=len(labels) + 2)
    for name, chance in watched(result):
        cells = [chance.ever.value, chance.ever.error, *(estimate.value for estimate in chance.by_quarter)]
        table.add(name, *(words.percent(cell) for cell in cells))
    return table


@dataclass(frozen=True)
class Quantiles:
    """One line at the end of each quarter, as far as it differs from path to path.

    Attributes
    ----------
    line, framework
        Key of the line, and of the framework where it depends on books; empty where it does not.
    rows
        By share of the paths, the quantile at the end of each quarter [unit of the line]; ``None`` if not computed.
    """

    line: str
    framework: str
    rows: Mapping[float, tuple[float | None, ...]]


def quantiles(result: Result) -> Iterator[Quantiles]:
    """The lines of `SHOWN` that are something and differ from path to path; cash in any case."""
    periods = quarter_periods(result.timeline.quarters, result.reported)
    for number, key in enumerate(result.statements):
        for line in SHOWN:
            if number and line not in OF_BOOKS:
                continue
            found = [distribution(result, key, line, period) for period in periods]
            rows = {
                share: tuple(None if each is None else each.quantile(share).value for each in found)
                for share in QUANTILES
            }
            is_certain = all(each is None or each.is_certain for each in found)
            if any(amount for row in rows.values() for amount in row) and (not is_certain or line == "cash"):
                yield Quantiles(line, key if line in OF_BOOKS else "", rows)


def quantile_texts(result: Result, found: Quantiles) -> tuple[str, list[tuple[str, ...]]]:
    """Unit of the line, empty for a number, and a row of text for each share of the paths."""
    if LINES[found.line].is_money:
        scale = words.scale_for(amount for row in found.rows.values() for amount in row)
        unit = scale.label(result.currency)
    else:
        scale, unit = words.UNITS, ""

    def written(amount: float | None) -> str:
        return words.money(amount, scale) if unit or amount is None else f"{amount:,.0f}"

    rows = [(f"{share:.0%} of the paths are below", *map(written, row)) for share, row in found.rows.items()]
    return unit, rows


def _tables(result: Result) -> Iterator[TextTable]:
    labels = [quarter.label for quarter in result.reported]
    for found in quantiles(result):
        unit, rows = quantile_texts(result, found)
        of, scaled = (f", {found.framework}" if found.framework else ""), (f" ({unit})" if unit else "")
        title = f"{LINES[found.line].title}{of}{scaled}"
        table = TextTable(title, (Column("", is_text=True), *map(Column, labels)), most=len(labels))
        for row in rows:
            table.add(*row)
        yield table


def sample_json(result: Result) -> dict[str, object]:
    """The same as plain dictionaries and lists."""
    periods = quarter_periods(result.timeline.quarters, result.reported)
    lines: dict[str, object] = {}
    for key in result.statements:
        for line in SHOWN:
            found = [distribution(result, key, line, period) for period in periods]
            name = f"{line}/{key}" if line in OF_BOOKS else line
            if name not in lines and None not in found:
                lines[name] = [
                    {f"p{share * 100:.0f}": one.quantile(share).value for share in QUANTILES} for one in found if one
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
