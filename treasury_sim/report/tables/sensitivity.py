"""What drives a line: tornados, grids and derivatives as tables and as JSON."""

from __future__ import annotations

from dataclasses import asdict

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.sensitivity.greeks import Greeks
from treasury_sim.analysis.sensitivity.grid import Axis, Grid
from treasury_sim.analysis.sensitivity.tornado import Bar, Tornado
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.statement import line_kind
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.report.words import stated


def headline(tornado: Tornado) -> str:
    """The finding in a sentence."""
    if not tornado.bars:
        return f"Nothing that was moved moves {LINES[tornado.line].title.lower()}."
    first = tornado.bars[0]
    return f"{words.sentence(first.words)} drives {LINES[tornado.line].title.lower()} most."


def driver_name(bar: Bar) -> str:
    """The driver, with the present choice of a policy: ``Lot relief (now hifo)``."""
    now = f" (now {stated(bar.now)})" if isinstance(bar.now, str) else ""
    return f"{words.sentence(bar.words)}{now}"


def sides(bar: Bar) -> tuple[tuple[str, float | None], tuple[str, float | None]]:
    """The values of a driver on either side in words, empty where there is none, each with the line there."""
    low, high = ("" if at is None else stated(at, bar.kind) for at in (bar.low_at, bar.high_at))
    return (low, bar.low), (high, bar.high)


def axis_values(axis: Axis) -> list[str]:
    """The values of a key of a grid in words."""
    return [stated(value, axis.kind) for value in axis.values.tolist()]


def _title(answer: Tornado | Grid | Greeks) -> str:
    return f"{LINES[answer.line].title}, {answer.quarter}, {FRAMEWORKS[answer.framework].title}"


def _page(answer: Tornado | Grid | Greeks, table: Table, *first: Words) -> Page:
    return Page((Words(answer.title, "note"), *first, table))


def drivers_table(tornado: Tornado) -> Table:
    """The drivers, each moved down and up, with the line there and its change."""
    kind = line_kind(tornado.line)
    sided = [
        (Column(f"{side}_at", title), Column(side, "Line", kind), Column(f"{side}_change", "Change", kind))
        for side, title in (("low", "At"), ("high", "Or at"))
    ]
    rows = [Row(("As it is", "", tornado.base, None, "", None, None), is_total=True)]
    for bar in tornado.bars:
        cells: list[str | float | None] = [driver_name(bar)]
        for at, value in sides(bar):
            cells += [at, value, None if value is None else value - tornado.base]
        rows.append(Row(tuple(cells)))
    columns = (Column("driver", "Driver"), *sided[0], *sided[1])
    note = "One driver is moved at a time; a change is against the line as it is."
    return Table("tornado", _title(tornado), columns, tuple(rows), (note,), currency=tornado.currency)


def tornado_report(tornado: Tornado) -> Page:
    """What `treasury-sim sensitivity` prints."""
    return _page(tornado, drivers_table(tornado), Words(headline(tornado), "title"))


def tornado_json(tornado: Tornado) -> str:
    """The bars as JSON, the strongest first."""
    bars = [{**asdict(bar), "swing": bar.swing} for bar in tornado.bars]
    return json_text({**_fields(tornado, "title", "line", "currency", "framework", "quarter", "base"), "bars": bars})


def _fields(answer: object, *names: str) -> dict[str, object]:
    return {name: getattr(answer, name) for name in names}


def grid_table(grid: Grid) -> Table:
    """The line over the values of two keys."""
    kind = line_kind(grid.line)
    columns = (
        Column("row", f"{words.sentence(grid.rows.words)} \\ {grid.columns.words}"),
        *(Column(value, value, kind) for value in axis_values(grid.columns)),
    )
    rows = tuple(
        Row((title, *values)) for title, values in zip(axis_values(grid.rows), grid.values.tolist(), strict=True)
    )
    return Table("grid", _title(grid), columns, rows, currency=grid.currency)


def grid_report(grid: Grid) -> Page:
    """What `treasury-sim sensitivity --grid` prints."""
    unit = f" {grid.currency}" if LINES[grid.line].is_money else ""
    return _page(grid, grid_table(grid), Words(f"As it is: {words.money(grid.base)}{unit}.", "note"))


def grid_json(grid: Grid) -> str:
    """The grid as JSON; null where the scenario cannot be run."""
    return json_text(
        {
            **_fields(grid, "title", "line", "currency", "framework", "quarter"),
            "row_key": grid.rows.key,
            "row_words": grid.rows.words,
            "column_key": grid.columns.key,
            "column_words": grid.columns.words,
            "rows": grid.rows.values.tolist(),
            "columns": grid.columns.values.tolist(),
            "values": grid.values.tolist(),
            "base": grid.base,
        }
    )


def greeks_table(greeks: Greeks) -> Table:
    """The derivatives of an expected line, each with its standard error."""
    kind = line_kind(greeks.line)
    columns = (
        Column("words", "Parameter"),
        Column("key", "Key"),
        Column("value", "Value"),
        Column("of_a_hundredth", "A hundredth more", kind),
        Column("error", "±", kind),
        Column("derivative", "Derivative", "number"),
        Column("derivative_error", "± of it", "number"),
    )
    rows = tuple(
        Row(
            (
                *(words.sentence(greek.words), greek.key, stated(greek.value, greek.kind)),
                *(greek.of_a_hundredth.value, greek.of_a_hundredth.error),
                *(greek.derivative.value, greek.derivative.error),
            )
        )
        for greek in greeks.greeks
    )
    expected = Row(("Expected", "", "", greeks.expected.value, greeks.expected.error, None, None), is_total=True)
    note = (
        f"{greeks.paths:,} paths. A hundredth: one percentage point, of a price one per cent of it. Central "
        "differences on the same random numbers; ± is the standard error."
    )
    title = f"Expected {_title(greeks)}"
    return Table("greeks", title, columns, (expected, *rows), (note,), currency=greeks.currency)


def greeks_report(greeks: Greeks) -> Page:
    """What `treasury-sim sensitivity --greeks` prints."""
    return _page(greeks, greeks_table(greeks))


def greeks_json(greeks: Greeks) -> str:
    """The derivatives as JSON."""
    return json_text(greeks)
