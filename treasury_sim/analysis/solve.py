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
from treasury_sim.analysis.roots import Root
from treasury_sim.analysis.search import WIDTH, Search
from treasury_sim.analysis.under import under
from treasury_sim.analysis.unknown import NAMES, unknown_of
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import Limit, amount_in_words
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import check_line
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.engine.shared import Shared
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind, unit_of
from treasury_sim.scenario.tree import dotted
from treasury_sim.scenario.variations import Variations

EXACT = 1e-9
"""Share of the target by which an answer on a piecewise linear line may miss it."""
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
    key, words, kind, unit
        What varied: the key of the scenario, what it is called, what kind of number it holds, and its unit.
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
    progress: Progress | None = None,
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
    progress
        Called as it goes, see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If something is unknown, or the scenario cannot be run.
    """
    return _solution(_search(scenario, target, key, quarter, framework, between, probability), progress or silent)


@checked
def loss_target(line: str, amount: float) -> Limit:
    """The target of a loss: minus the line, as a positive number.

    Raises
    ------
    InputError
        If there is no such line.
    """
    check_line(line)
    return Limit(line, "above", amount, measured_as="loss")


def _search(  # noqa: PLR0917 - the arguments of `solve`
    scenario: Scenario,
    target: Limit,
    key: str,
    quarter: str | None,
    framework: str | None,
    between: tuple[float, float] | None,
    probability: float | None,
) -> Search:
    """The question, once everything in it is known."""
    chosen = framework or target.framework or scenario.spec.accounting.frameworks[0]
    labels = [one.label for one in scenario.spec.quarters]
    label = quarter or labels[-1]
    problems = []
    if chosen not in FRAMEWORKS:
        problems.append(Problem("", None, "framework", "a framework key", chosen, f"Known: {', '.join(FRAMEWORKS)}."))
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
    return Search(base, target, unknown, label, chosen, Variations(base, {}), Shared(), probability)


def _solution(search: Search, progress: Progress) -> Solution:
    """Find the roots, and keep those that an ordinary run confirms."""
    found, unknown = search.found(progress), search.unknown
    scale = search.scale(found.off)
    answers = [_answer(search, root, scale) for root in found.roots]
    # Where the figure jumps over the target there is no answer, but for days and probabilities, which are steps.
    steps = unknown.is_day or search.probability is not None
    met = tuple(one for one in answers if steps or one.miss <= (EXACT if search.is_exact else TOLERANCE))
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
        searched=(unknown.shown(found.grid[0]), unknown.shown(found.grid[-1])),
        reason="" if met else _why_never(search, found.off, answers),
    )


def _answer(search: Search, root: Root, scale: float) -> Answer:
    figure, bound = (float(side[0]) for side in search.figures_at(root.first))
    # A target that is next to nothing beside the holding is met if the miss is next to nothing beside it.
    miss = float(abs(figure - bound) / max(abs(bound), NEXT_TO_NOTHING * search.at_hand(), bool(not bound) * scale))
    return Answer(search.unknown.shown(root.first), search.unknown.shown(root.last), figure, bound, miss)


def _method(search: Search) -> str:
    if search.unknown.is_day:
        return "every day tried; the first day on the other side"
    if search.probability is not None:
        return "bracketed on the same random numbers; a probability moves in steps of one path"
    if search.is_exact:
        return f"exact: straight between the prices at which lots trip, to {EXACT:g} of the target"
    return f"bracketed to {WIDTH:g} of the value, and to {TOLERANCE:g} of the target"


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
    for one in jumps:
        return f"At {one.first} the figure jumps over the target: there it is {amount_in_words(one.figure)}."
    if search.probability is not None:
        low, high = known.min() + search.probability, known.max() + search.probability
        return f"Between these values the probability runs from {low:.4g} to {high:.4g}."
    if isinstance(search.target.value, str):
        side = "above" if known.min() > 0.0 else "below"
        return f"Between these values the figure is always {side} the other line."
    low, high = known.min() + search.target.value, known.max() + search.target.value
    return f"Between these values the figure stays between {amount_in_words(low)} and {amount_in_words(high)}."
