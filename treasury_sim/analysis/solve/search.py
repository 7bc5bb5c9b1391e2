"""The search of reverse stress: the distance of a figure from its target over the values of one key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.analysis.lines import not_computed
from treasury_sim.analysis.solve.roots import Function, Root, roots
from treasury_sim.analysis.solve.solve_variable import SolveVariable
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import Limit, evaluate
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.engine.paths.points import PointRunner, vary_prices_only
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.variations import Variations

STEPS = 40
"""Intervals of the first grid, before brackets are divided."""
WIDTH = 1e-10
"""Relative width to which brackets are divided where each value needs a run."""


@dataclass(frozen=True)
class SearchResult:
    """The grid and the roots of a search.

    Attributes
    ----------
    grid, off : (values,)
        Values tried first, and the figure less its target there [unit of the line]; NaN where the scenario cannot be
        run.
    roots
        Values at which the distance is zero or changes sign.
    """

    grid: Floats
    off: Floats
    roots: list[Root]


@dataclass(frozen=True)
class Search:
    """The values of one key at which a figure of one quarter, under one framework, meets its target.

    Attributes
    ----------
    scenario
        The scenario under `framework` alone.
    probability
        For a simulation, the probability that the target, read as a limit, is breached; ``None`` to solve for a
        figure.
    """

    scenario: Scenario
    target: Limit
    unknown: SolveVariable
    quarter: str
    framework: str
    variations: Variations
    cache: RunCache
    probability: float | None

    @property
    def is_exact(self) -> bool:
        """Whether all values are tried in one pass, as for prices, over which a line is piecewise linear."""
        return self.probability is None and vary_prices_only(self.scenario.case, [self.unknown.path])

    def find(self, progress: Progress = silent) -> SearchResult:
        """Find every root.

        Parameters
        ----------
        progress
            Called while the first grid is tried; the number of bisection steps is not known in advance.

        Raises
        ------
        InputError
            If the line is not computed.
        """
        grid = self._kinks() if self.is_exact else self.unknown.grid(STEPS)
        distance = self._by_points(grid) if self.is_exact else self._by_runs
        off = distance(grid) if self.is_exact else self._by_runs(grid, progress)
        progress(0, 0)
        noise = max(self.scale(off), self.at_hand()) * np.finfo(float).eps * 8.0
        width = 4.0 * np.finfo(float).eps if self.is_exact else WIDTH
        return SearchResult(grid, off, roots(distance, grid, off, width=width, zero=noise))

    def figures_at(self, value: float, progress: Progress = silent) -> tuple[Floats, Floats]:
        """The figure of an ordinary run at a value of the key, and its target, each (paths,) [unit of the line]."""
        return self._figures(run(self._at(value), cache=self.cache, progress=progress))

    def scale(self, off: Floats) -> float:
        """Typical size of the amounts, for relative tolerances."""
        known = np.abs(off[~np.isnan(off)])
        value = self.target.value if self.probability is None else self.probability
        stated = 0.0 if isinstance(value, str) else abs(value)
        return max(float(np.median(known)) if known.size else 0.0, stated, np.finfo(float).tiny)

    def at_hand(self) -> float:
        """Cost of all coins of a replay [currency]: money figures carry the rounding noise of that sum."""
        if self.probability is not None or not LINES[self.target.line].is_money:
            return 0.0
        assets = self.cache.run_of(self.scenario.case).measured.assets.values()
        return sum(float(asset.books.quantity @ asset.books.unit_cost) for asset in assets)

    def _at(self, value: float) -> Scenario:
        return self.variations.at({self.unknown.path: self.unknown.shown(value)})

    def _figures(self, result: Result) -> tuple[Floats, Floats]:
        check = evaluate(self.target, result.statements[self.framework].lines)
        if check is None:
            raise not_computed(self.target.line, f"under {self.framework}")
        index = result.timeline.index_of(self.quarter)
        if self.probability is not None:
            if result.basis != "sample":
                fix = "Give prices a model such as gbm, and the scenario a simulation."
                raise InputError([Problem("", None, "line", "a simulation, for a probability", result.basis, fix)])
            return np.array([check.fails[:, index].mean()]), np.array([self.probability])
        figure, bound = check.figure[:, index], check.bound[:, index]
        if result.basis == "sample":  # the expected figure
            return np.array([figure.mean()]), np.array([bound.mean()])
        return figure, bound

    def _by_points(self, grid: Floats) -> Function:
        """The distance from the target at many prices in one pass."""
        runner = PointRunner(self.scenario, {self.unknown.path: grid}, self.cache)

        def distance(values: Floats) -> Floats:
            distances = np.full(values.shape, np.nan)
            able = ~runner.impossible({self.unknown.path: values})
            if able.any():
                figure, bound = self._figures(runner.run({self.unknown.path: values[able]}))
                distances[able] = figure - bound
            return distances

        return distance

    def _by_runs(self, values: Floats, progress: Progress = silent) -> Floats:
        return np.array([self._by_run(value, within) for value, within in parts(values.tolist(), progress)])

    def _by_run(self, value: float, progress: Progress) -> float:
        try:
            figure, bound = self.figures_at(value, progress)
        except InputError as error:
            if any(problem.key == "line" for problem in error.problems):
                raise
            return float("nan")
        return float(figure[0] - bound[0])

    def _kinks(self) -> Floats:
        """Prices at which a lot reaches its level, with a grid over the range of the search."""
        measured = self.cache.run_of(self.scenario.case).measured
        books = measured.assets[str(self.unknown.path[1])].books
        inside = self.unknown.grid(STEPS)
        levels = np.concatenate([books.unit_cost, books.opening[~np.isnan(books.opening)]])
        chosen = levels[(levels > inside[0]) & (levels < inside[-1])]
        prices: Floats = np.unique(np.concatenate([inside, chosen]))
        return prices
