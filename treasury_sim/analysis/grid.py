"""A line over two keys at once; a grid of two prices is measured in one pass (`engine.points`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.analysis.around import Around
from treasury_sim.analysis.under import under
from treasury_sim.analysis.unknown import unknown_of
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.engine import run
from treasury_sim.engine.points import PointRunner, vary_prices_only
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind
from treasury_sim.scenario.tree import KeyPath, dotted
from treasury_sim.scenario.variations import Variations

MOST_VALUES = 200
"""Of each key of a grid: what a page and the memory can hold."""


@dataclass(frozen=True)
class Axis:
    """One of the two keys.

    Attributes
    ----------
    key, words, kind
        The key of the scenario, what it is called, and what kind of number it holds.
    values : (n,)
        Its values, money in currency units.
    """

    key: str
    words: str
    kind: Kind
    values: Floats


@dataclass(frozen=True)
class Grid:
    """A line over two keys.

    Attributes
    ----------
    rows, columns
        The two keys, with n and m values.
    values : (n, m)
        The line; not a number where it cannot be run [unit of the line].
    base
        The line as it is [unit of the line].
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
    """Move two keys at once, each over its values.

    Parameters
    ----------
    first, second
        A key, and the values it takes.
    line
        A line of the statement.
    framework, quarter
        By default the scenario's first, and the last that is reported.
    progress
        Called as it goes, see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If something is unknown, or the line is not computed.
    """
    for key, stated in (first, second):
        if not 0 < len(stated) <= MOST_VALUES:
            raise InputError([Problem("", None, key, f"up to {MOST_VALUES} values", f"{len(stated):,}")])
    at = Around.of(scenario, line, framework, quarter)
    base, one = unknown_of(at.scenario, first[0], at.quarter, (0.0, 1.0))
    base, two = unknown_of(base, second[0], at.quarter, (0.0, 1.0))
    base = under(base, at.framework)
    rows, columns = (
        Axis(dotted(key.path), key.words, key.kind, frozen(np.array(values, dtype=float)))
        for key, (_, values) in ((one, first), (two, second))
    )
    pairs = [np.repeat(rows.values, columns.values.size), np.tile(columns.values, rows.values.size)]
    points = dict(zip((one.path, two.path), pairs, strict=True))
    if vary_prices_only(base, points):
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


def _in_one_pass(at: Around, base: Scenario, points: Mapping[KeyPath, Floats]) -> Floats:
    runner = PointRunner(base, points)
    able = ~runner.impossible(points)
    found = np.full(able.size, np.nan)
    if able.any():
        result = runner.run({path: column[able] for path, column in points.items()})
        line = result.statements[at.framework].lines[at.line]
        if line is not None:
            found[able] = np.broadcast_to(line[:, result.timeline.index_of(at.quarter)], int(able.sum()))
    return found


def _run_by_run(at: Around, base: Scenario, points: Mapping[KeyPath, Floats], progress: Progress) -> Floats:
    variations = Variations(base, {})
    found = []
    for values, _ in parts(list(zip(*points.values(), strict=True)), progress):
        try:
            result = run(variations.at(dict(zip(points, map(float, values), strict=True))), shared=at.shared)
            found.append(at.value(result))
        except InputError:
            found.append(float("nan"))
    return np.array(found)
