"""Scenarios side by side: the lines of a period, every line that differs, the assumptions that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.compare import Comparison
from treasury_sim.domain.periods import Period, over, shown_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.statement import TOTALS, Amount, line_row, period_name
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.scenario.differences import Difference

COMPARED = (
    "remeasurement_pl",
    "realised_pl",
    "operating_income",
    "pre_tax_income",
    "income_tax",
    "net_income",
    "net_income_common",
    "eps_basic",
    "remeasurement_oci",
    "carrying",
    "fair_value",
    "cost_basis",
    "deferred_tax_liability",
    "deferred_tax_asset",
    "equity",
)


@dataclass(frozen=True)
class Compared:
    """One line of several scenarios.

    Attributes
    ----------
    line
        Its name.
    amounts
        One for each scenario, the base first [unit of the line].
    """

    line: str
    amounts: tuple[Amount, ...]

    def changes(self) -> tuple[Amount, ...]:
        """Each of the others less the base."""
        base = self.amounts[0]
        return tuple(None if base is None or other is None else other - base for other in self.amounts[1:])


def like(result: Result, period: Period) -> Period:
    """The period of `result` that is compared with `period`: the same, else its last quarter, or the whole of it."""
    periods = {each.label: each for each in shown_periods(result.timeline.quarters, result.reported)}
    if len(period.quarters) == 1:
        return periods.get(period.label, periods[result.reported[-1].label])
    return periods.get(period.label, next(iter(periods.values())))


def compared(results: Sequence[Result], key: str, period: Period) -> list[Compared]:
    """The lines of a period under one framework, the base first; without lines that are nothing.

    Parameters
    ----------
    period
        A scenario that does not report it is compared over the one that is `like` it.
    """
    rows = [Compared(name, tuple(_amount(result, key, name, period) for result in results)) for name in COMPARED]
    return [row for row in rows if any(row.amounts)]


def _amount(result: Result, key: str, line: str, period: Period) -> Amount:
    """A line of a period; of a sample, its mean over all paths."""
    if key not in result.statements:
        return None
    values = over(like(result, period), line, result.statements[key].lines)
    return None if values is None else float(values.mean())


def comparison_table(
    rows: Sequence[Compared], names: Sequence[str], results: Sequence[Result], period: Period, title: str = ""
) -> Table:
    """Amounts of every scenario, and the change of each against the base."""
    labels = [
        f"{period_name(result, like(result, period))}{', mean of the paths' if result.paths > 1 else ''}"
        for result in results
    ]
    columns = (
        Column("line", ""),
        *(Column(name, f"{name}, {label}", "money") for name, label in zip(names, labels, strict=True)),
        *(Column(f"change_{name}", f"{name}, change", "money") for name in names[1:]),
    )
    shown = tuple(line_row(row.line, (*row.amounts, *row.changes()), is_total=row.line in TOTALS) for row in rows)
    return Table("comparison", title, columns, shown, currency=results[0].currency)


def differences_table(by_scenario: Mapping[str, Sequence[Difference]], base: str = "Base") -> Table:
    """The assumptions in which scenarios differ from the base, a column for each scenario."""
    by_key = {name: {each.key: each for each in differing} for name, differing in by_scenario.items()}
    any_of = {each.key: each for differing in by_scenario.values() for each in differing}
    rows = []
    for key, difference in any_of.items():
        others = (by_key[name].get(key) for name in by_scenario)
        values = ("as the base" if each is None else words.stated(each.second, each.kind) for each in others)
        rows.append(
            Row((words.sentence(difference.words), key, words.stated(difference.first, difference.kind), *values))
        )
    columns = (
        *(Column("words", "Assumption"), Column("key", "Key"), Column("base", base)),
        *(Column(name, name) for name in by_scenario),
    )
    return Table("assumptions", "Assumptions that differ", columns, tuple(rows))


def changes_table(comparison: Comparison) -> Table:
    """Every line that differs, in the quarters and frameworks that both scenarios have, long: for files."""
    names = ("framework", "quarter", "line", "first", "second", "change")
    rows = tuple(Row(tuple(getattr(change, name) for name in names)) for change in comparison.lines)
    return Table("lines", "Lines that differ", tuple(Column(name, name) for name in names), rows)


def _changes(comparison: Comparison, framework: str, quarter: str) -> Table:
    columns = (
        Column("line", ""),
        *(Column(name, words.sentence(name), "money") for name in ("first", "second", "change")),
    )
    rows = tuple(
        line_row(change.line, (change.first, change.second, change.change))
        for change in comparison.lines
        if (change.framework, change.quarter) == (framework, quarter)
    )
    title = f"{FRAMEWORKS[framework].title}, {quarter}"
    return Table("changes", title, columns, rows, currency=comparison.first.currency)


def comparison_report(comparison: Comparison) -> Page:
    """The page of `attribute --every-line`: the assumptions that differ, then the lines, quarter by quarter."""
    assumptions = differences_table({"Second": comparison.assumptions}, base="First")
    parts: list[Part] = [assumptions if assumptions.rows else Words("No assumption differs.\n")]
    for framework, quarter in dict.fromkeys((change.framework, change.quarter) for change in comparison.lines):
        parts.append(_changes(comparison, framework, quarter))
    if not comparison.lines:
        parts.append(Words("No line differs in the frameworks and quarters that both have."))
    for title, alone in (("first", comparison.only_first), ("second", comparison.only_second)):
        if alone:
            parts.append(Words(f"Only in the {title}: {', '.join(alone)}."))
    return Page(tuple(parts))


def comparison_json(comparison: Comparison) -> str:
    """Write a comparison as JSON."""
    assumptions = ({"key": each.key, "first": each.first, "second": each.second} for each in comparison.assumptions)
    return json_text(
        {
            "schema": 1,
            "first": comparison.first.title,
            "second": comparison.second.title,
            "assumptions": list(assumptions),
            "lines": records(changes_table(comparison)),
            "only_first": comparison.only_first,
            "only_second": comparison.only_second,
        }
    )
