"""A sample as text for a terminal: figures with their error bars, prices, limits, and how the figures settle."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.analysis.distribution import (
    LEVEL,
    QUANTILES,
    Distribution,
    Estimate,
    asset_distribution,
    chances,
    distribution,
)
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, cumulative, fiscal_years, quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.tables.statement import remeasurement_names
from treasury_sim.report.text_table import Column, TextTable

SHOWN = ("remeasurement_pl", "realised_pl", "net_income", "pre_tax_income", "carrying")
"""Lines that are shown, where they were computed and are not the same on all paths."""

NAMES = tuple(f"p{share * 100:.0f}" for share in QUANTILES)


def sample_tables(result: Result) -> list[RenderableType]:
    """Every table of a sample, in the order in which it is read."""
    parts = [_lines(result, key) for key in result.statements]
    if result.watched:
        parts.append(_chances(result))
    parts += [_convergence(result, key) for key in result.statements]
    return [_prices(result), *parts]


def sample_words(result: Result) -> str:
    """What a sample is, in words."""
    sampling = result.sampling
    if sampling is None:
        return f"{result.basis} of one price path"
    return (
        f"sample of {result.paths:,} equally likely price paths from {sampling.first_day} on ({sampling.method}, "
        f"{sampling.replicates} replicates, seed {result.seed})"
    )


def _periods(result: Result) -> list[Period]:
    """The quarters, the fiscal years and everything."""
    quarters, reported = result.timeline.quarters, result.reported
    found = [*quarter_periods(quarters, reported), *fiscal_years(quarters, reported)]
    everything = cumulative(quarters, reported)[-1]
    return found if len(reported) == 1 else [*found, everything]


def _with_errors(figures: Sequence[str]) -> list[Column]:
    return [Column(name) for figure in figures for name in (figure, "±")]


def _cells(estimates: Sequence[Estimate], scale: words.Scale) -> list[str]:
    """Each figure and its standard error."""
    return [
        cell
        for estimate in estimates
        for cell in (words.money(estimate.value, scale), words.money(estimate.error, scale))
    ]


def _estimates(found: Distribution) -> list[Estimate]:
    return [found.mean, *(found.quantile(share) for share in QUANTILES)]


def _lines(result: Result, key: str) -> RenderableType:
    tables: list[RenderableType] = []
    for name in SHOWN:
        is_flow = LINES[name].kind == "flow"
        periods = _periods(result) if is_flow else quarter_periods(result.timeline.quarters, result.reported)
        found = {period.label: distribution(result, key, name, period) for period in periods}
        known = {label: one for label, one in found.items() if one is not None}
        is_nil = all(one.is_certain for one in known.values())
        if is_nil or (name == "pre_tax_income" and result.statements[key].lines["net_income"] is not None):
            continue
        rows = {
            label: [*_estimates(one), *([-one.expected_shortfall()] if is_flow else [])] for label, one in known.items()
        }
        scale = words.scale_for(estimate.value for row in rows.values() for estimate in row)
        called = f", {remeasurement_names(result, key, periods[-1])}" if name == "remeasurement_pl" else ""
        worst = [f"worst {1 - LEVEL:.0%}: mean"] if is_flow else []
        columns = (Column("", is_text=True), *_with_errors(["mean", *NAMES, *worst]))
        title = f"{key}: {LINES[name].title}{called} ({scale.label(result.currency)}; ± is the standard error)"
        table = TextTable(title, columns)
        for label, row in rows.items():
            table.add(label, *_cells(row, scale))
        tables.append(Padding(table, (0, 0, 1, 0)))
    return Group(*tables)


def _prices(result: Result) -> RenderableType:
    tables = []
    statement = next(iter(result.statements.values()))
    for asset, held in statement.assets.items():
        columns = (Column("", is_text=True), *_with_errors(["mean", *NAMES]))
        table = TextTable(f"{asset}: price at the quarter end, and the low as the rules see it", columns)
        for period in quarter_periods(result.timeline.quarters, result.reported):
            for line, title in (("price", period.label), ("low", "  low")):
                found = asset_distribution(result, held, line, period)
                if found is not None:
                    table.add(title, *_cells(_estimates(found), words.UNITS))
        tables.append(Padding(table, (0, 0, 1, 0)))
    return Group(*tables)


def _chances(result: Result) -> RenderableType:
    labels = [quarter.label for quarter in result.reported]
    columns = (Column("", is_text=True), Column("under", is_text=True), *_with_errors(["ever"]), *map(Column, labels))
    table = TextTable("How likely each limit is to fail", columns)
    judged = chances(result, result.watched)
    for found in judged:
        by_quarter = (words.percent(estimate.value) for estimate in found.by_quarter)
        ever = (words.percent(found.ever.value), words.percent(found.ever.error))
        table.add(found.limit.words, found.framework, *ever, *by_quarter)
    return Padding(table, (0, 0, 1, 0)) if judged else Text()


def _convergence(result: Result, key: str) -> RenderableType:
    """How the figures settle as paths are added."""
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    found = distribution(result, key, "remeasurement_pl", period)
    if found is None or found.is_certain:
        return Text()
    rows = found.convergence()
    scale = words.scale_for(mean.value for _, mean, _ in rows)
    line = LINES["remeasurement_pl"].title
    title = f"{key}: {line}, {period.label}, by number of paths ({scale.label(result.currency)})"
    table = TextTable(title, (Column("paths", is_text=True), *_with_errors(["mean", NAMES[0]])))
    for paths, mean, low in rows:
        table.add(f"{paths:,}", *_cells([mean, low], scale))
    return Padding(table, (0, 0, 1, 0))
