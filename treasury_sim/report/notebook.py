"""A result in Python: a few lines of text, a page in a notebook, pandas frames."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape

import numpy as np
import pandas as pd
from rich.console import Console, RenderableType

from treasury_sim.analysis.distribution import QUANTILES, Distribution, Estimate, distribution
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import check_name, check_quarter
from treasury_sim.domain.periods import cumulative, quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem
from treasury_sim.report import words
from treasury_sim.report.finding import bottom_line
from treasury_sim.report.lots import lot_rows
from treasury_sim.report.sample_text import sample_words
from treasury_sim.report.screen import ScreenTable, as_html, statement_table
from treasury_sim.report.tables.statement import StatementRow, income_bridge
from treasury_sim.report.text_table import Column, TextTable

ALL = "all"
"""The holder: every asset together."""

MOST_FRAMEWORKS = 4
MOST_QUARTERS = 8
WIDTH = 110
SAMPLE_LINES = ("remeasurement_pl", "net_income", "pre_tax_income", "carrying")


# Frames


def frame_of(result: Result, framework: str | None = None, asset: str | None = None) -> pd.DataFrame:
    """Build the frame of `Result.frame`, see there."""
    keys = list(result.statements) if framework is None else [result.framework(framework)]
    if asset is not None and asset != ALL:
        check_name(asset, [ALL, *next(iter(result.statements.values())).assets], "asset", "an asset of the result")
    parts = {
        (key, name): _wide(result, lines)
        for key in keys
        for name, lines in _sets_of_lines(result, key)
        if asset in (None, name)
    }
    return pd.concat(parts, names=["framework", "asset"])


def _sets_of_lines(result: Result, key: str) -> Iterator[tuple[str, dict[str, Floats | None]]]:
    statement = result.statements[key]
    yield ALL, dict(statement.lines)
    for name, held in statement.assets.items():
        yield name, {line: values for line, values in held.lines.items() if line in LINES}


def _wide(result: Result, lines: dict[str, Floats | None]) -> pd.DataFrame:
    """Rows are the reported quarters (and paths, where there are several), columns the lines that were computed."""
    labels = [quarter.label for quarter in result.reported]
    known = {name: values[:, -len(labels) :] for name, values in lines.items() if values is not None}
    if result.paths == 1:
        return pd.DataFrame({name: values[0] for name, values in known.items()}, index=pd.Index(labels, name="quarter"))
    index = pd.MultiIndex.from_product([labels, range(result.paths)], names=["quarter", "path"])
    shape = (result.paths, len(labels))
    return pd.DataFrame({name: np.broadcast_to(v, shape).T.reshape(-1) for name, v in known.items()}, index=index)


def lots_of(result: Result, quarter: str | None = None) -> pd.DataFrame:
    """Build the frame of `Result.lots`, see there."""
    if not result.holdings:
        fix = "Open one path of the simulation: open_path(scenario, 'p5').lots()."
        raise InputError([Problem("", None, "result", "a run of one path", "a simulation, which has many", fix)])
    labels = [quarter.label for quarter in result.reported]
    label = labels[-1] if quarter is None else check_quarter(quarter, labels)
    rows = lot_rows(result, label)
    columns = ("asset", "acquired", "units", "unit_cost", "cost", "fair_value")
    frame = pd.DataFrame({column: [getattr(row, column) for row in rows] for column in columns})
    for number, key in enumerate(result.statements):
        frame[f"carrying_{key}"] = [row.carrying[number] if number < len(row.carrying) else None for row in rows]
    frame["source"] = [row.source for row in rows]
    return frame.set_index(pd.Index([row.id for row in rows], name="lot"))


def distribution_frame(of: Distribution) -> pd.DataFrame:
    """Build the frame of `Distribution.frame`: figure and standard error, by statistic."""
    rows = dict(_statistics(of))
    return pd.DataFrame(
        {"value": [row.value for row in rows.values()], "error": [row.error for row in rows.values()]},
        index=pd.Index(list(rows), name="statistic"),
    )


def _statistics(of: Distribution) -> Iterator[tuple[str, Estimate]]:
    yield "mean", of.mean
    for share in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        yield f"p{share * 100:.0f}", of.quantile(share)
    yield "value_at_risk_95", of.value_at_risk()
    yield "expected_shortfall_95", of.expected_shortfall()


# What a console and a notebook show


def text_of(result: Result) -> str:
    """Return the result in at most 40 lines: what was run, the last quarter, and how to see more."""
    last = result.reported[-1]
    span = f"{result.reported[0].start} to {last.end}"
    lots = ".lots(), " if result.holdings else ""
    more = f"More: .frame(), {lots}.line(name, quarter), .plot, .notes"
    parts = [f"{result.title}\n{result.holder}, {span}, {sample_words(result)}", *_text_tables(result), more]
    return "\n".join(part if isinstance(part, str) else _printed(part) for part in parts)


def _printed(table: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=WIDTH, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _text_tables(result: Result) -> Iterator[RenderableType]:
    if result.paths > 1:
        for key in result.statements:
            yield _many_paths(result, key)
        return
    if len(result.reported) > 1:
        yield _by_quarter(result)
    rows, scale = _bridge(result)
    title = f"Income bridge, {result.reported[-1].label} ({scale.label(result.currency)})"
    table = TextTable(title, (Column("", is_text=True), *map(Column, result.statements)), most=MOST_FRAMEWORKS)
    for row in rows:
        table.add(row.title, *(words.money(amount, scale) for amount in row.amounts))
    yield table


def _by_quarter(result: Result) -> TextTable:
    """The bottom line of the last quarters, a column for each framework."""
    shown = quarter_periods(result.timeline.quarters, result.reported[-MOST_QUARTERS:])
    rows = {period.label: [bottom_line(result, key, period.label)[2] for key in result.statements] for period in shown}
    name = bottom_line(result, next(iter(result.statements)), shown[-1].label)[0]
    scale = words.scale_for(amount for row in rows.values() for amount in row)
    title = f"{LINES[name].title} by quarter ({scale.label(result.currency)})"
    table = TextTable(title, (Column("", is_text=True), *map(Column, result.statements)), most=MOST_FRAMEWORKS)
    for label, row in rows.items():
        table.add(label, *(words.money(amount, scale) for amount in row))
    return table


def _bridge(result: Result) -> tuple[list[StatementRow], words.Scale]:
    rows = [row for row in income_bridge(result, result.reported[-1].label) if row.kind == "money" and not row.is_nil]
    return rows, words.scale_for(amount for row in rows for amount in row.amounts)


def _many_paths(result: Result, key: str) -> TextTable:
    """Mean and quantiles of the main lines over the whole period, or the range of a sweep, which is never averaged."""
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    lines = {name: distribution(result, key, name, period) for name in SAMPLE_LINES}
    known = {name: of for name, of in lines.items() if of is not None}
    figures = {name: _figures(result, of) for name, of in known.items()}
    scale = words.scale_for(amount for row in figures.values() for amount in row)
    heads = ("mean", *(f"p{share * 100:.0f}" for share in QUANTILES)) if result.is_simulated else ("lowest", "highest")
    table = TextTable(
        f"{key}, {period.label} ({scale.label(result.currency)})", (Column("", is_text=True), *map(Column, heads))
    )
    for name, row in figures.items():
        table.add(LINES[name].title, *(words.money(amount, scale) for amount in row))
    return table


def _figures(result: Result, of: Distribution) -> list[float]:
    if result.is_simulated:
        return [of.mean.value, *(of.quantile(share).value for share in QUANTILES)]
    return [float(of.values.min()), float(of.values.max())]


def html_of(result: Result) -> str:
    """Return the result as HTML for a notebook: what was run, and the last quarter as a statement."""
    if result.paths > 1:
        return f"<pre>{escape(text_of(result))}</pre>"
    last = result.reported[-1]
    rows, _ = _bridge(result)
    table: ScreenTable = statement_table(result, rows)
    span = f"{escape(result.holder)}, {result.reported[0].start} to {last.end}, {escape(sample_words(result))}"
    return f"<p><b>{escape(result.title)}</b><br>{span}</p>{as_html(f'Income bridge, {last.label}', table)}"
