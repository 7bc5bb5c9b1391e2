"""A result in Python: a few lines of text, a page in a notebook, pandas frames."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from html import escape

import numpy as np
import pandas as pd
from rich.console import Console

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import check_name, check_quarter
from treasury_sim.domain.periods import cumulative, quarter_periods
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem
from treasury_sim.report.explain.explain import explain
from treasury_sim.report.explain.explanation import Explanation
from treasury_sim.report.finding import bottom_line
from treasury_sim.report.render.frame import as_frame
from treasury_sim.report.render.html import as_html
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.lots import lots_table
from treasury_sim.report.tables.page import Page, Words, is_calendar
from treasury_sim.report.tables.sample import SHARES, sample_words, statistics
from treasury_sim.report.tables.statement import MOST_FRAMEWORKS, framework_columns, income_bridge, line_row
from treasury_sim.report.tables.table import Column, Row, Table

ALL = "all"
"""The holder: every asset together."""

MOST_QUARTERS = 8
WIDTH = 110
RANGE = ["lowest", "highest"]
SAMPLE_LINES = ("remeasurement_pl", "net_income", "pre_tax_income", "carrying")


def explanation_of(
    result: Result, line: str, quarter: str | None, framework: str | None, lot: str | None
) -> Explanation:
    """Explain a figure, see `Result.explain`."""
    return explain(result, line, quarter=quarter, framework=framework, lot=lot)


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
    return as_frame(lots_table(result, label), index="id").rename_axis("lot")


def distribution_frame(of: Distribution) -> pd.DataFrame:
    """Build the frame of `Distribution.frame`: figure and standard error, by statistic."""
    rows = {
        **statistics(of, SHARES),
        "value_at_risk_95": of.value_at_risk(),
        "expected_shortfall_95": of.expected_shortfall(),
    }
    return pd.DataFrame(
        {"value": [row.value for row in rows.values()], "error": [row.error for row in rows.values()]},
        index=pd.Index(list(rows), name="statistic"),
    )


# In a console and in a notebook


def text_of(result: Result) -> str:
    """Return the result in at most 40 lines: its scenario, the last quarter, and how to see more."""
    lots = ".lots(), " if result.holdings else ""
    more = Words(f"More: .frame(), {lots}.line(name, quarter), .plot, .notes")
    title = Words(f"{result.title}\n{_span(result)}")
    return _printed(Page((title, *_tables(result), more), is_calendar(result)))


def _span(result: Result) -> str:
    first, last = result.reported[0], result.reported[-1]
    return f"{result.holder}, {first.start} to {last.end}, {sample_words(result)}"


def _printed(page: Page) -> str:
    console = Console(file=io.StringIO(), width=WIDTH, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(page)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    return "\n".join(line for line in lines if line)


def _tables(result: Result) -> Iterator[Table]:
    if result.paths > 1:
        yield from (_many_paths(result, key) for key in result.statements)
        return
    if len(result.reported) > 1:
        yield _by_quarter(result)
    yield _bridge(result)


def _bridge(result: Result) -> Table:
    """The bridge of the last quarter, without lines of nothing and per-share figures."""
    bridge = income_bridge(result, result.reported[-1].label)
    rows = tuple(row for row in bridge.rows if row.kind == "money" and not row.is_nil)
    return replace(bridge, rows=rows, notes=())


def _by_quarter(result: Result) -> Table:
    """The bottom line of the last quarters, a column for each framework."""
    shown = quarter_periods(result.timeline.quarters, result.reported[-MOST_QUARTERS:])
    name = bottom_line(result, next(iter(result.statements)), shown[-1].label)[0]
    rows = tuple(
        Row((period.label, *(bottom_line(result, key, period.label)[2] for key in result.statements)))
        for period in shown
    )
    columns = (Column("quarter", "", "quarter"), *framework_columns(result)[1:])
    title = f"{LINES[name].title} by quarter"
    return Table("quarters", title, columns, rows, currency=result.currency, most=MOST_FRAMEWORKS)


def _many_paths(result: Result, key: str) -> Table:
    """Mean and quantiles of the main lines over the whole period, or the range of a sweep, which is never averaged."""
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    spread = {name: distribution(result, key, name, period) for name in SAMPLE_LINES}
    heads = list(statistics(next(of for of in spread.values() if of is not None))) if result.is_simulated else RANGE
    rows = tuple(line_row(name, tuple(_figures(result, of))) for name, of in spread.items() if of is not None)
    columns = (Column("line", ""), *(Column(head, head, "money") for head in heads))
    return Table("lines", f"{FRAMEWORKS[key].title}, {period.label}", columns, rows, currency=result.currency)


def _figures(result: Result, of: Distribution) -> list[float]:
    if result.is_simulated:
        return [estimate.value for estimate in statistics(of).values()]
    return [float(of.values.min()), float(of.values.max())]


def html_of(result: Result) -> str:
    """Return the result as HTML for a notebook: its scenario, and the last quarter as a statement."""
    if result.paths > 1:
        return f"<pre>{escape(text_of(result))}</pre>"
    table = as_html(printed(_bridge(result), is_calendar=is_calendar(result)))
    return f"<p><b>{escape(result.title)}</b><br>{escape(_span(result))}</p>{table}"
