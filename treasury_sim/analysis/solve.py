"""Reverse stress: which value of a key makes a line reach an amount? Every answer, or never with the reason.

Over a quarter-end price or a quarter's low a line is piecewise linear, and all prices are tried in one pass
(`engine.points`): the kinks that lots make are on the grid, and between them the root of a straight line is the root.
Over any other key the scenario is run again and again. Either way each answer is verified by an ordinary run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.analysis.greeks import is_sampled
from treasury_sim.analysis.roots import Function, Root, roots
from treasury_sim.analysis.under import under
from treasury_sim.analysis.unknown import NAMES, Unknown, unknown_of
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import Limit, amount_in_words, evaluate
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.engine.points import PointRunner, vary_prices_only
from treasury_sim.engine.shared import Shared
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.tree import dotted
from treasury_sim.scenario.variations import Variations

EXACT = 1e-9
"""Share of the target by which an answer on a piecewise linear line may miss it."""
STEPS = 40
"""Values of a key that are tried before brackets are divided."""
WIDTH = 1e-10
"""Share of the answer to which a bracket is divided where a run is needed for each value."""
NEXT_TO_NOTHING = 1e-6
"""Share of the holding's cost below which an amount is next to nothing."""
TOLERANCE = 1e-6
"""Share of the target by which an answer may miss it there."""


@dataclass(frozen=True)
class Answer:
    """One value of the key at which the target is met.

    Attributes
    ----------
    first, last
        The value; the ends of a stretch where every value in between meets the target, too.
    figure, bound
        What an ordinary run finds there, and what it was to be, positive for a loss or a charge [unit of the line].
    miss
        How far apart they are, as a share of the target; of the amounts at hand where that is zero.
    """

    first: float | date
    last: float | date
    figure: float
    bound: float
    miss: float


@dataclass(frozen=True)
class Solution:
    """What it takes.

    Attributes
    ----------
    key
        What varied, as a path in the scenario, and in words.
    target
        The figure and what it is to be, in words.
    answers
        Every value found; none means never.
    method
        How, and how exactly.
    searched
        Between which values.
    reason
        Why there is no answer; empty if there is one.
    """

    title: str
    key: str
    words: str
    unit: str
    target: str
    framework: str
    quarter: str
    answers: tuple[Answer, ...]
    method: str
    searched: tuple[float | date, float | date]
    reason: str = ""


def solve(
    scenario: Scenario,
    target: Limit,
    key: str = "price",
    *,
    quarter: str | None = None,
    framework: str | None = None,
    between: tuple[float, float] | None = None,
    probability: float | None = None,
) -> Solution:
    """Find every value of `key` at which the figure of `target` is its value.

    Parameters
    ----------
    target
        Which figure, and which amount or other line; the comparison does not matter.
    key
        A key of the scenario that holds a number or a day, such as ``tax.rate``; ``price`` is the quarter-end price of
        the first asset, ``low`` its lowest price of the quarter.
    quarter
        A reported quarter; by default the last.
    framework
        By default that of the target, else the scenario's first.
    between
        Where to search; by default far on both sides of the present value.
    probability
        Of a simulation: how likely the target is to be failed as a limit in the quarter.

    Raises
    ------
    InputError
        If something is unknown, or the scenario cannot be run.
    """
    return _Search.of(scenario, target, key, quarter, framework, between, probability).solution()


@dataclass(frozen=True)
class _Search:
    """One question."""

    scenario: Scenario
    target: Limit
    unknown: Unknown
    quarter: str
    framework: str
    variations: Variations
    shared: Shared
    probability: float | None

    @classmethod
    def of(  # noqa: PLR0917 - the arguments of `solve`
        cls,
        scenario: Scenario,
        target: Limit,
        key: str,
        quarter: str | None,
        framework: str | None,
        between: tuple[float, float] | None,
        probability: float | None,
    ) -> _Search:
        chosen = framework or target.framework or scenario.spec.accounting.frameworks[0]
        labels = [one.label for one in scenario.spec.quarters]
        label = quarter or labels[-1]
        problems = []
        if chosen not in FRAMEWORKS:
            problems.append(
                Problem("", None, "framework", "a framework key", chosen, f"Known: {', '.join(FRAMEWORKS)}.")
            )
        if label not in labels:
            problems.append(Problem("", None, "quarter", f"one of {', '.join(labels)}", label))
        if target.line not in LINES:
            problems.append(Problem("", None, "line", "a line of the statement", target.line, "See docs/result.md."))
        if problems:
            raise InputError(problems)
        if key in NAMES and is_sampled(scenario):
            expected = "a key of the simulation: no path has a price of its own to vary"
            fix = "Ask with --probability, and --for a key such as prices.BTC.volatility."
            raise InputError([Problem("", None, "key", expected, key, fix)])
        base, unknown = unknown_of(scenario, key, label, between)
        base = under(base, chosen)
        return cls(base, target, unknown, label, chosen, Variations(base, {}), Shared(), probability)

    def solution(self) -> Solution:
        path = self.unknown.path
        by_points = self.probability is None and vary_prices_only(self.scenario, [path])
        grid = self._kinks() if by_points else self.unknown.grid(STEPS)
        distance = self._by_points(grid) if by_points else self._by_runs
        off = distance(grid)
        scale = self._scale(off)
        noise = max(scale, self._at_hand()) * np.finfo(float).eps * 8.0
        width = 4.0 * np.finfo(float).eps if by_points else WIDTH
        found = roots(distance, grid, off, width=width, zero=noise)
        answers = [self._answer(root, scale) for root in found]
        # Where the figure jumps over the target there is no answer, but for days and probabilities, which are steps.
        steps = self.unknown.is_day or self.probability is not None
        met = tuple(one for one in answers if steps or one.miss <= (EXACT if by_points else TOLERANCE))
        return Solution(
            title=self.scenario.spec.title,
            key=dotted(path),
            words=self.unknown.words,
            unit=self.unknown.unit,
            target=self._target_words(),
            framework=self.framework,
            quarter=self.quarter,
            answers=met,
            method=self._method(by_points=by_points),
            searched=(self.unknown.shown(grid[0]), self.unknown.shown(grid[-1])),
            reason="" if met else self._why_never(off, answers),
        )

    def _method(self, *, by_points: bool) -> str:
        if self.unknown.is_day:
            return "every day tried; the first day on the other side"
        if self.probability is not None:
            return "bracketed on the same random numbers; a probability moves in steps of one path"
        if by_points:
            return f"exact: straight between the prices at which lots trip, to {EXACT:g} of the target"
        return f"bracketed to {WIDTH:g} of the value, and to {TOLERANCE:g} of the target"

    def _answer(self, root: Root, scale: float) -> Answer:
        figure, bound = (float(side[0]) for side in self._figures(run(self._at(root.first), shared=self.shared)))
        # A target that is next to nothing beside the holding is met if the miss is next to nothing beside it.
        miss = float(abs(figure - bound) / max(abs(bound), NEXT_TO_NOTHING * self._at_hand(), bool(not bound) * scale))
        return Answer(self.unknown.shown(root.first), self.unknown.shown(root.last), figure, bound, miss)

    def _at(self, value: float) -> Scenario:
        return self.variations.at({self.unknown.path: self.unknown.shown(value)})

    def _figures(self, result: Result) -> tuple[Floats, Floats]:
        """What is looked at and what it is to be, each (paths,)."""
        check = evaluate(self.target, result.statements[self.framework].lines)
        if check is None:
            fix = "Without a tax rate (tax.rate) there is no net income, without an opening balance sheet no equity."
            expected = f"a line that is computed under {self.framework}"
            raise InputError([Problem("", None, "line", expected, self.target.line, fix)])
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
        runner = PointRunner(self.scenario, {self.unknown.path: grid})

        def distance(values: Floats) -> Floats:
            found = np.full(values.shape, np.nan)
            able = ~runner.impossible({self.unknown.path: values})
            if able.any():
                figure, bound = self._figures(runner.run({self.unknown.path: values[able]}))
                found[able] = figure - bound
            return found

        return distance

    def _by_runs(self, values: Floats) -> Floats:
        return np.array([self._by_run(float(value)) for value in values])

    def _by_run(self, value: float) -> float:
        try:
            figure, bound = self._figures(run(self._at(value), shared=self.shared))
        except InputError as error:
            if any(problem.key == "line" for problem in error.problems):
                raise
            return float("nan")
        return float(figure[0] - bound[0])

    def _kinks(self) -> Floats:
        """Prices at which a lot trips, with the ends of the search and a few between."""
        measured = self.shared.measured(self.scenario).measured
        books = measured.assets[str(self.unknown.path[1])].books
        inside = self.unknown.grid(STEPS)
        levels = np.concatenate([books.unit_cost, books.opening[~np.isnan(books.opening)]])
        chosen = levels[(levels > inside[0]) & (levels < inside[-1])]
        found: Floats = np.unique(np.concatenate([inside, chosen]))
        return found

    def _scale(self, off: Floats) -> float:
        """The size of the amounts at hand."""
        known = np.abs(off[~np.isnan(off)])
        value = self.target.value if self.probability is None else self.probability
        stated = 0.0 if isinstance(value, str) else abs(value)
        return max(float(np.median(known)) if known.size else 0.0, stated, np.finfo(float).tiny)

    def _at_hand(self) -> float:
        """What all coins of a replay have cost: figures in money carry the noise of adding it up [currency]."""
        if self.probability is not None or not LINES[self.target.line].is_money:
            return 0.0
        assets = self.shared.measured(self.scenario).measured.assets.values()
        return sum(float(asset.books.quantity @ asset.books.unit_cost) for asset in assets)

    def _target_words(self) -> str:
        value = self.target.value
        bound = f"the {LINES[value].title.lower()}" if isinstance(value, str) else amount_in_words(value)
        if self.probability is None:
            return f"the {self.target.figure} of {self.quarter} is {bound}"
        return f"the probability of “{self.target.words}” in {self.quarter} is {self.probability:.4g}"

    def _why_never(self, off: Floats, jumps: Iterable[Answer]) -> str:
        known = off[~np.isnan(off)]
        if not known.size:
            return "The scenario cannot be run at any of these values."
        for one in jumps:
            return f"At {one.first} the figure jumps over the target: there it is {amount_in_words(one.figure)}."
        if self.probability is not None:
            low, high = known.min() + self.probability, known.max() + self.probability
            return f"Between these values the probability runs from {low:.4g} to {high:.4g}."
        if isinstance(self.target.value, str):
            side = "above" if known.min() > 0.0 else "below"
            return f"Between these values the figure is always {side} the other line."
        low, high = known.min() + self.target.value, known.max() + self.target.value
        return f"Between these values the figure stays between {amount_in_words(low)} and {amount_in_words(high)}."


def loss_target(line: str, amount: float) -> Limit:
    """The target of a loss: minus the line, as a positive number."""
    return Limit(line, "above", amount, measured_as="loss")
