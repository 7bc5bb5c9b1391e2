"""Tornados and grids as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Group
from rich.text import Text

from treasury_sim.analysis.sensitivity.greeks import Greeks
from treasury_sim.analysis.sensitivity.grid import Axis, Grid
from treasury_sim.analysis.sensitivity.tornado import Bar, Tornado
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.text_table import Column, TextTable
from treasury_sim.report.words import stated


def headline(found: Tornado) -> str:
    """The finding in a sentence."""
    if not found.bars:
        return f"Nothing that was moved moves {LINES[found.line].title.lower()}."
    first = found.bars[0]
    return f"{words.sentence(first.words)} drives {LINES[found.line].title.lower()} most."


def driver_name(bar: Bar) -> str:
    """What is moved, with the present choice of a policy: ``Lot relief (now hifo)``."""
    now = f" (now {stated(bar.now)})" if isinstance(bar.now, str) else ""
    return f"{words.sentence(bar.words)}{now}"


def sides(bar: Bar) -> tuple[tuple[str, float | None], tuple[str, float | None]]:
    """The values of a driver on either side in words, empty where there is none, each with the line there."""
    low, high = ("" if at is None else stated(at, bar.kind) for at in (bar.low_at, bar.high_at))
    return (low, bar.low), (high, bar.high)


def driver_rows(found: Tornado, scale: words.Scale) -> list[tuple[str, ...]]:
    """Each driver: its name, and for either side the value, the line there and its change, in the unit of `scale`."""
    rows = []
    for bar in found.bars:
        cells = [driver_name(bar)]
        for side, value in sides(bar):
            change = None if value is None else value - found.base
            cells += [side, words.money(value, scale), words.money(change, scale)]
        rows.append(tuple(cells))
    return rows


def amounts_scale(found: Tornado) -> words.Scale:
    """The unit in which the line is shown on every side."""
    return _scale(found.line, [found.base, *(value for bar in found.bars for value in (bar.low, bar.high))])


def axis_values(axis: Axis) -> list[str]:
    """The values of a key of a grid in words."""
    return [stated(value, axis.kind) for value in axis.values.tolist()]


def _scale(line: str, amounts: list[float | None]) -> words.Scale:
    return words.scale_for(amounts) if LINES[line].is_money else words.UNITS


def tornado_report(found: Tornado) -> Group:
    """What `treasury-sim sensitivity` prints."""
    scale = amounts_scale(found)
    unit = f" ({scale.label(found.currency)})" if LINES[found.line].is_money else ""
    title = f"{found.title}: {LINES[found.line].title}, {found.quarter}, {found.framework}{unit}"
    columns = (
        Column("Driver", is_text=True),
        Column("at", is_text=True),
        Column("line"),
        Column("change"),
        Column("or at", is_text=True),
        Column("line"),
        Column("change"),
    )
    table = TextTable(title, columns)
    for row in driver_rows(found, scale):
        table.add(*row)
    base = f"As it is: {words.money(found.base, scale)}. One driver is moved at a time; a change is against that."
    return Group(Text(headline(found), style="bold"), table, Text(base, style="dim"))


def tornado_json(found: Tornado) -> str:
    """The bars as JSON, the strongest first."""
    told = {**asdict(found), "bars": [{**asdict(bar), "swing": bar.swing} for bar in found.bars]}
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def grid_report(found: Grid) -> Group:
    """What `treasury-sim sensitivity --grid` prints."""
    scale = _scale(found.line, [found.base, *found.values.ravel().tolist()])
    unit = f" ({scale.label(found.currency)})" if LINES[found.line].is_money else ""
    title = f"{found.title}: {LINES[found.line].title}, {found.quarter}, {found.framework}{unit}"
    columns = (
        Column(f"{words.sentence(found.rows.words)} \\ {found.columns.words}", is_text=True),
        *map(Column, axis_values(found.columns)),
    )
    table = TextTable(title, columns)
    for row, values in zip(axis_values(found.rows), found.values.tolist(), strict=True):
        table.add(row, *(words.money(value, scale) for value in values))
    return Group(table, Text(f"As it is: {words.money(found.base, scale)}.", style="dim"))


def grid_json(found: Grid) -> str:
    """The grid as JSON; null where the scenario cannot be run."""
    told = {
        "title": found.title,
        "line": found.line,
        "currency": found.currency,
        "framework": found.framework,
        "quarter": found.quarter,
        "row_key": found.rows.key,
        "row_words": found.rows.words,
        "column_key": found.columns.key,
        "column_words": found.columns.words,
        "rows": found.rows.values.tolist(),
        "columns": found.columns.values.tolist(),
        "values": [[words.known(value) for value in row] for row in found.values.tolist()],
        "base": found.base,
    }
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def greeks_report(found: Greeks) -> Group:
    """What `treasury-sim sensitivity --greeks` prints."""
    estimates = [found.expected, *(one.of_a_hundredth for one in found.greeks)]
    scale = _scale(found.line, [estimate.value for estimate in estimates])
    unit = f" ({scale.label(found.currency)})" if LINES[found.line].is_money else ""
    title = f"{found.title}: expected {LINES[found.line].title.lower()}, {found.quarter}, {found.framework}{unit}"
    figures = ("value", "a hundredth more", "±", "derivative", "±")
    columns = (*(Column(name, is_text=True) for name in ("Parameter", "key")), *map(Column, figures))
    table = TextTable(title, columns)
    for one in found.greeks:
        effect = one.of_a_hundredth
        cells = [words.money(effect.value, scale), words.money(effect.error, scale)]
        cells += [f"{one.derivative.value:,.6g}", f"{one.derivative.error:,.2g}"]
        table.add(words.sentence(one.words), one.key, stated(one.value, one.kind), *cells)
    note = (
        f"Expected: {words.money(found.expected.value, scale)} ± {words.money(found.expected.error, scale)}, "
        f"{found.paths:,} paths. A hundredth: one percentage point, of a price one per cent of it. Central differences "
        "on the same random numbers; ± is the standard error."
    )
    return Group(table, Text(note, style="dim"))


def greeks_json(found: Greeks) -> str:
    """The derivatives as JSON."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
