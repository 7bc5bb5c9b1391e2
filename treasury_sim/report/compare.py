"""Scenarios side by side over one period, against a base; and what is assumed otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.between_frameworks import Bridge
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, over, shown_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.finding import period_name
from treasury_sim.report.screen import ScreenTable
from treasury_sim.report.tables.statement import Amount
from treasury_sim.report.text import amount_text
from treasury_sim.report.words import stated
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
_TOTALS = {"operating_income", "pre_tax_income", "net_income"}


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
    rows: Sequence[Compared], names: Sequence[str], results: Sequence[Result], period: Period
) -> ScreenTable:
    """Write the comparison: amounts of every scenario, and the change of each against the base."""
    money = [amount for row in rows if LINES[row.line].is_money for amount in row.amounts]
    scale = words.scale_for(money)
    unit = scale.label(results[0].currency)
    labels = [
        f"{period_name(result, like(result, period))}{', mean of the paths' if result.paths > 1 else ''}"
        for result in results
    ]
    titled = [f"{name}, {label}" for name, label in zip(names, labels, strict=True)]
    changed = [f"{name}, change" for name in names[1:]]

    def cells(row: Compared) -> tuple[str, ...]:
        kind = "money" if LINES[row.line].is_money else LINES[row.line].kind
        return tuple(amount_text(kind, amount, scale) for amount in (*row.amounts, *row.changes()))

    return ScreenTable(
        unit=unit,
        header=(unit, *titled, *changed),
        rows=tuple((LINES[row.line].title, *cells(row)) for row in rows),
        totals=tuple(row.line in _TOTALS for row in rows),
    )


def differences_table(by_scenario: Mapping[str, Sequence[Difference]]) -> ScreenTable:
    """Write the assumptions in which scenarios differ from the base, a column for each scenario."""
    keys = list(dict.fromkeys(each.key for found in by_scenario.values() for each in found))
    values = {name: {each.key: each for each in found} for name, found in by_scenario.items()}
    rows = []
    for key in keys:
        found = [values[name].get(key) for name in by_scenario]
        one = next(each for each in found if each is not None)
        told = ("as the base" if each is None else stated(each.second, each.kind) for each in found)
        rows.append((words.sentence(one.words), stated(one.first, one.kind), *told))
    texts = frozenset(range(1, len(by_scenario) + 2))
    return ScreenTable("", ("Assumption", "Base", *by_scenario), tuple(rows), (False,) * len(rows), texts)


def bridge_table(bridge: Bridge, first: str, second: str, currency: str) -> ScreenTable:
    """Write the bridge from one framework to another: what changes, in income, OCI and carrying amount."""
    steps = [(FRAMEWORKS[first].title, bridge.first), *((step.words, step) for step in bridge.steps)]
    steps.append((FRAMEWORKS[second].title, bridge.second))
    scale = words.scale_for(amount for _, step in steps for amount in (step.income, step.oci, step.carrying))
    unit = scale.label(currency)
    rows = tuple(
        (title, *(words.money(amount, scale) for amount in (step.income, step.oci, step.carrying)))
        for title, step in steps
    )
    is_end = tuple(number in {0, len(rows) - 1} for number in range(len(rows)))
    return ScreenTable(unit, (unit, "Profit or loss", "OCI", "Carrying amount"), rows, is_end)
