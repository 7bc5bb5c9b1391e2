"""Figures of many scenarios side by side, the basis of the long table and the control totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result

Figures = Mapping[tuple[str, str], Floats]
"""Every line of `LINES`, (lines,), by framework key and quarter label; NaN if not computed."""

LINE_NAMES = tuple(LINES)


@dataclass(frozen=True)
class FigureBlock:
    """The figures of scenarios with the same frameworks and quarters.

    Attributes
    ----------
    names
        The scenarios, (scenarios,).
    groups
        Framework key and quarter label of each group of rows.
    values : (groups, lines, scenarios)
        Figures; NaN if not computed.
    base : (groups, lines)
        The figures of the base scenario; NaN if it has none.
    """

    names: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    values: Floats
    base: Floats

    @property
    def has_rows(self) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """Which lines have rows: those with a figure in any scenario or in the base, (groups, lines)."""
        known: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
        known = ~np.isnan(self.base) | ~np.isnan(self.values).all(axis=2)
        return known

    @property
    def rows(self) -> int:
        """Number of rows of the block in the long table."""
        return int(self.has_rows.sum()) * len(self.names)


Run = tuple[str, tuple[tuple[str, str], ...], Floats]
"""A scenario, its groups, and its figures, (groups, lines, 1)."""


def blocks_of(runs: Sequence[Run], base: Figures) -> list[FigureBlock]:
    """Put runs side by side, in order; a new block begins where frameworks or quarters change."""
    blocks = []
    for groups, together in groupby(runs, key=lambda run: run[1]):
        names, _, figures = zip(*together, strict=True)
        blocks.append(FigureBlock(names, groups, np.concatenate(figures, axis=2), base_of(groups, base)))
    return blocks


def groups_of(result: Result) -> tuple[tuple[str, str], ...]:
    """Framework key and quarter label of each statement of a result."""
    return tuple((key, quarter.label) for key in result.statements for quarter in result.reported)


def figures_of(result: Result) -> Floats:
    """Every line of every statement of a result, (groups, lines, paths); the mean of a sample, (groups, lines, 1)."""
    first = len(result.timeline.quarters) - len(result.reported)
    paths, quarters = result.paths, len(result.reported)
    values = np.full((len(result.statements), quarters, len(LINES), paths), np.nan)
    for own, statement in zip(values, result.statements.values(), strict=True):
        for number, name in enumerate(LINE_NAMES):
            line = statement.lines[name]
            if line is not None:
                own[:, number, :] = line[:, first:].T
    figures = values.reshape(-1, len(LINES), paths)
    return figures.mean(axis=2, keepdims=True) if result.basis == "sample" else figures


def base_figures(result: Result) -> Figures:
    """The figures of a base scenario, by framework key and quarter label."""
    return dict(zip(groups_of(result), figures_of(result)[:, :, 0], strict=True))


def base_of(groups: Sequence[tuple[str, str]], base: Figures) -> Floats:
    """The figures of the base scenario for each group, (groups, lines)."""
    none = np.full(len(LINES), np.nan)
    return np.stack([base.get(group, none) for group in groups])


def totals_of(blocks: Sequence[FigureBlock]) -> dict[tuple[str, str], tuple[int, float]]:
    """Control totals: number of figures and their exact sum, by framework key and line."""
    parts: dict[tuple[str, str], list[Floats]] = {}
    for block in blocks:
        for (framework, _), lines in zip(block.groups, block.values, strict=True):
            for name, values in zip(LINE_NAMES, lines, strict=True):
                known = values[~np.isnan(values)]
                if known.size:
                    parts.setdefault((framework, name), []).append(known)
    return {key: (sum(p.size for p in arrays), fsum(fsum(p) for p in arrays)) for key, arrays in parts.items()}
