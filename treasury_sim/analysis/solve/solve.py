"""Reverse stress: the values of a key at which a line reaches an amount, or the reason why none does.

Over a quarter-end price or a quarter's low a line is piecewise linear, and all prices are tried in one pass
(`engine.points`): the kinks caused by lots are on the grid, and between them linear interpolation is exact. Over any
other key each value is a run. Either way an ordinary run verifies each answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.analysis.sensitivity.greeks import is_sampled
from treasury_sim.analysis.solve.roots import Root
from treasury_sim.analysis.solve.search import WIDTH, Search
from treasury_sim.analysis.solve.solve_variable import NAMES, unknown_of
from treasury_sim.case.key_paths import dotted
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import Limit, amount_in_words
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import check_line, unknown_framework, unknown_name, unknown_quarter
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind, unit_of
from treasury_sim.scenario.variations import Variations

EXACT = 1e-9
"""Relative miss allowed for an answer on a piecewise linear line."""
NEXT_TO_NOTHING = 1e-6
"""Share of the cost of the holdings below which a target counts as almost zero."""
TOLERANCE = 1e-6
"""Relative miss allowed for an answer found by running the scenario repeatedly."""


@dataclass(frozen=True)
class Answer:
    """One value of the key at which the target is met.

    Attributes
    ----------
    first, last
        The value twice, or the ends of an interval on which every value meets the target.
    figure, bound
        The figure of an ordinary run there, and its target; positive for a loss or a charge [unit of the line].
    miss
        Their distance as a share of the target; of the typical amount where the target is zero.
    """

    first: float | date
    last: float | date
    figure: float
    bound: float
    miss: float


@dataclass(frozen=True)
class Solution:
    """The answers of a reverse stress test.

    Attributes
    ----------
    key, words, kind, unit
        The key that varied: its path, its name, the kind of number it holds, and its unit.
    target
        The figure and its target in words.
    answers
        Every value that meets the target; empty if none does.
    method
        Method and precision.
    searched
        Lowest and highest value tried.
    reason
        Why no value meets the target; empty if one does.
    """

    title: str
    key: str
    words: str
    kind: Kind
    unit: str
    target: str
    framework: str
    quarter: str
    answers: tuple[Answer, ...]
    method: str
    searched: tuple[float | date, float | date]
    reason: str = ""


@checked
def solve(
    scenario: Scenario,
    target: Limit,
    key: str = "price",
    *,
    quarter: str | None = None,
    framework: str | None = None,
    between: tuple[float, float] | None = None,
    probability: float | None = None,
    cache: RunCache | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Find every value of `key` at which a figure meets its target (reverse stress).

    Parameters
    ----------
    scenario
        The scenario to vary.
    target
        The figure and its target, an amount or another line, as from `loss_target`; its comparison is not used.
    key
        Key path of a number or a date, such as ``tax.rate``; ``price`` is the quarter-end price of the first asset,
        ``low`` its low of the quarter.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    framework
        Framework key; by default that of the target, else the scenario's first.
    between
        Range to search, lowest and highest value; by default a wide range around the present value.
    probability
        For a simulation: the probability, from 0 to 1, with which `target`, read as a limit, is breached in the
        quarter.
    cache
        Earlier runs of variations of the same scenario, to save time; they do not change the answers.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Solution
        Every answer, verified by a run, or the reason why there is none.

    Raises
    ------
    InputError
        If a key, line, framework or quarter is unknown, or the scenario cannot be run.

    Examples
    --------
    >>> from treasury_sim import load, loss_target, solve
    >>> answer = solve(load("strategy_2025q4"), loss_target("remeasurement_pl", 10e9), framework="us_gaap_fair_value")
    >>> [round(each.first, 2) for each in answer.answers]
    [98572.29]
    """
    search = search_for(scenario, target, key, quarter, framework, between, probability, cache or RunCache())
    return solution_of(search, progress or silent)


@checked
def loss_target(line: str, amount: float) -> Limit:
    """Build the target of a loss for `solve`.

    Parameters
    ----------
    line
        Key of a line of the statement; the loss is minus the line.
    amount
        The loss, positive [unit of the line].

    Returns
    -------
    Limit
        The target.

    Raises
    ------
    InputError
        If the line is unknown.

    Examples
    --------
    >>> from treasury_sim import loss_target
    >>> loss_target("net_income", 5e9).words
    'loss (net income) above 5,000,000,000'
    """
    return Limit(check_line(line), "above", amount, measured_as="loss")


def search_for(  # noqa: PLR0917 - the arguments of `solve`
    scenario: Scenario,
    target: Limit,
    key: str,
    quarter: str | None,
    framework: str | None,
    between: tuple[float, float] | None,
    probability: float | None,
    cache: RunCache,
) -> Search:
    """Check the arguments of `solve` and set up the search."""
    chosen = framework or target.framework or scenario.spec.accounting.frameworks[0]
    labels = [each.label for each in scenario.spec.quarters]
    label = quarter or labels[-1]
    problems = [
        *unknown_framework(chosen, FRAMEWORKS),
        *unknown_quarter(label, labels),
        *unknown_name(target.line, list(LINES), "line", "a line of the statement"),
    ]
    if problems:
        raise InputError(problems)
    if key in NAMES and is_sampled(scenario):
        expected = "a key of the simulation, since every path has different prices"
        fix = "Use --probability, and --for with a key such as prices.BTC.volatility."
        raise InputError([Problem("", None, "key", expected, key, fix)])
    base, unknown = unknown_of(scenario, key, label, between, cache)
    base = restrict_to_framework(base, chosen)
    return Search(base, target, unknown, label, chosen, Variations(base, {}), cache, probability)


def solution_of(search: Search, progress: Progress) -> Solution:
    """Find the roots, and keep those that an ordinary run confirms."""
    search_result, unknown = search.find(progress), search.unknown
    scale = search.scale(search_result.off)
    answers = [_answer(search, root, scale) for root in search_result.roots]
    # A jump over the target is not an answer, except for days and probabilities, which always move in steps.
    steps = unknown.is_day or search.probability is not None
    met = tuple(
        candidate for candidate in answers if steps or candidate.miss <= (EXACT if search.is_exact else TOLERANCE)
    )
    return Solution(
        title=search.scenario.spec.title,
        key=dotted(unknown.path),
        words=unknown.words,
        kind=unknown.kind,
        unit=unit_of(unknown.kind, search.scenario.spec.holder.currency),
        target=_target_words(search),
        framework=search.framework,
        quarter=search.quarter,
        answers=met,
        method=_method(search),
        searched=(unknown.shown(search_result.grid[0]), unknown.shown(search_result.grid[-1])),
        reason="" if met else _why_never(search, search_result.off, answers),
    )


def _answer(search: Search, root: Root, scale: float) -> Answer:
    figure, bound = (float(side[0]) for side in search.figures_at(root.first))
    # A target that is almost zero relative to the holdings is met if the miss is, too.
    miss = float(abs(figure - bound) / max(abs(bound), NEXT_TO_NOTHING * search.at_hand(), bool(not bound) * scale))
    return Answer(search.unknown.shown(root.first), search.unknown.shown(root.last), figure, bound, miss)


def _method(search: Search) -> str:
    if search.unknown.is_day:
        return "every day tried; the first day past the target"
    if search.probability is not None:
        return "bisection on common random numbers; a probability moves in steps of one path"
    if search.is_exact:
        return f"exact: linear between the prices at which lots are written down, to {EXACT:g} of the target"
    return f"bisection to {WIDTH:g} of the value and {TOLERANCE:g} of the target"


def _target_words(search: Search) -> str:
    target, value = search.target, search.target.value
    bound = f"the {LINES[value].title.lower()}" if isinstance(value, str) else amount_in_words(value)
    if search.probability is None:
        return f"the {target.figure} of {search.quarter} is {bound}"
    return f"the probability of “{target.words}” in {search.quarter} is {search.probability:.4g}"


def _why_never(search: Search, off: Floats, jumps: Iterable[Answer]) -> str:
    known = off[~np.isnan(off)]
    if not known.size:
        return "The scenario cannot be run at any of these values."
    for jump in jumps:
        return f"At {jump.first} the figure jumps over the target, to {amount_in_words(jump.figure)}."
    if search.probability is not None:
        low, high = known.min() + search.probability, known.max() + search.probability
        return f"Over this range the probability goes from {low:.4g} to {high:.4g}."
    if isinstance(search.target.value, str):
        side = "above" if known.min() > 0.0 else "below"
        return f"Over this range the figure is always {side} the other line."
    low, high = known.min() + search.target.value, known.max() + search.target.value
    return f"Over this range the figure stays between {amount_in_words(low)} and {amount_in_words(high)}."
