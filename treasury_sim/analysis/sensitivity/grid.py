"""A line over the values of two keys; a grid of two prices is measured in one pass (`engine.points`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.analysis.solve.line_query import LineQuery
from treasury_sim.analysis.solve.solve_variable import unknown_of
from treasury_sim.case.key_paths import KeyPath, dotted
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.engine.paths.points import PointRunner, vary_prices_only
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind
from treasury_sim.scenario.variations import Variations

MOST_VALUES = 200
"""Most values of each key: what fits on a page and in memory."""


@dataclass(frozen=True)
class Axis:
    """One of the two keys.

    Attributes
    ----------
    key, words, kind
        The key path, its name, and the kind of number it holds.
    values : (n,)
        Its values; money in whole currency units.
    """

    key: str
    words: str
    kind: Kind
    values: Floats


@dataclass(frozen=True)
class Grid:
    """A line over the values of two keys.

    Attributes
    ----------
    rows, columns
        The two keys, with n and m values.
    values : (n, m)
        The line, signed; NaN where the scenario cannot be run [unit of the line].
    base
        The line of the unchanged scenario [unit of the line].
    """

    title: str
    line: str
    currency: str
    framework: str
    quarter: str
    rows: Axis
    columns: Axis
    values: Floats
    base: float


@checked
def grid(
    scenario: Scenario,
    first: tuple[str, Sequence[float]],
    second: tuple[str, Sequence[float]],
    *,
    line: str = "net_income",
    framework: str | None = None,
    quarter: str | None = None,
    progress: Progress | None = None,
) -> Grid:
    """Vary two keys at once and compute a line at every pair of values.

    Parameters
    ----------
    scenario
        A scenario with one price path.
    first, second
        A key and its values, for the rows and the columns: a key path, or ``price`` or ``low`` for the quarter-end
        price and the low of the first asset; money in whole currency units, rates as fractions.
    line
        Key of a line of the statement.
    framework
        Framework key; the scenario's first by default.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Grid
        The line at each pair, (rows, columns), signed [unit of the line].

    Raises
    ------
    InputError
        If a key, line, framework or quarter is unknown, the line is not computed, or prices are simulated.

    Examples
    --------
    >>> from treasury_sim import grid, load
    >>> table = grid(load("strategy_2025q4"), ("price", [60_000, 90_000]), ("tax.rate", [0.21, 0.25]))
    >>> (table.values / 1e9).round(1)
    array([[-30.5, -29.5],
           [-12.5, -11.8]])
    """
    for key, stated in (first, second):
        if not 0 < len(stated) <= MOST_VALUES:
            raise InputError([Problem("", None, key, f"up to {MOST_VALUES} values", f"{len(stated):,}")])
    at = LineQuery.of(scenario, line, framework, quarter)
    base, row_key = unknown_of(at.scenario, first[0], at.quarter, (0.0, 1.0), at.cache)
    base, column_key = unknown_of(base, second[0], at.quarter, (0.0, 1.0), at.cache)
    base = restrict_to_framework(base, at.framework)
    rows, columns = (
        Axis(dotted(key.path), key.words, key.kind, frozen(np.array(values, dtype=float)))
        for key, (_, values) in ((row_key, first), (column_key, second))
    )
    pairs = [np.repeat(rows.values, columns.values.size), np.tile(columns.values, rows.values.size)]
    points = dict(zip((row_key.path, column_key.path), pairs, strict=True))
    if vary_prices_only(base.case, points):
        values = _in_one_pass(at, base, points)
    else:
        values = _run_by_run(at, base, points, progress or silent)
    return Grid(
        *at.heading,
        rows=rows,
        columns=columns,
        values=frozen(values.reshape(rows.values.size, columns.values.size)),
        base=at.base,
    )


def _in_one_pass(at: LineQuery, base: Scenario, points: Mapping[KeyPath, Floats]) -> Floats:
    runner = PointRunner(base, points, at.cache)
    able = ~runner.impossible(points)
    figures = np.full(able.size, np.nan)
    if able.any():
        result = runner.run({path: column[able] for path, column in points.items()})
        line = result.statements[at.framework].lines[at.line]
        if line is not None:
            figures[able] = np.broadcast_to(line[:, result.timeline.index_of(at.quarter)], int(able.sum()))
    return figures


def _run_by_run(at: LineQuery, base: Scenario, points: Mapping[KeyPath, Floats], progress: Progress) -> Floats:
    variations = Variations(base, {})
    figures = []
    for values, _ in parts(list(zip(*points.values(), strict=True)), progress):
        try:
            figures.append(at.value(variations.at(dict(zip(points, map(float, values), strict=True)))))
        except InputError:
            figures.append(float("nan"))
    return np.array(figures)
