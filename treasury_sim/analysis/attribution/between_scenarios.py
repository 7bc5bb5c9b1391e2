"""The causes of a difference between two scenarios, or two frameworks, on one line: one input changes at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.accounting.framework import TaxAsset
from treasury_sim.analysis.attribution.between_frameworks import FrameworkWalk
from treasury_sim.analysis.attribution.steps import Attribution, differences
from treasury_sim.analysis.lines import checked_line, not_computed
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.case import Case
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import unknown_quarter
from treasury_sim.domain.periods import Period, over, single
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.engine import run
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.engine.statements.build import statements
from treasury_sim.errors import InputError
from treasury_sim.scenario import Scenario

COMING = ("purchases", "receipts")
GOING = ("sales", "payments", "swaps", "loans", "transfers")


_TAX_ASSET: dict[TaxAsset, str] = {
    "allowance": "A deferred tax asset is recognised in full, with a valuation allowance for the unsupported part",
    "unrecognised": "A deferred tax asset is recognised only as far as it is supported",
    "none": "No deferred tax asset is recognised",
}


def attribute_frameworks(
    scenario: Scenario,
    first: str,
    second: str,
    *,
    quarter: str | None = None,
    line: str = "net_income",
    cache: RunCache | None = None,
) -> Attribution:
    """Attribute the difference of a line between two frameworks to the answers of their rules.

    Raises
    ------
    InputError
        If a framework, quarter or line is unknown, or the line is not computed.
    """
    name = checked_line(line)
    chosen = restrict_to_framework(scenario, first)
    walk = FrameworkWalk.of(chosen, first, second, quarter, cache)
    period = Period(walk.label, (walk.quarter,))

    def value(measurements: dict[str, Any], key: str = first) -> float:
        measured = replace(walk.measured, measurements={(key, asset): m for asset, m in measurements.items()})
        accounting = chosen.spec.accounting.model_copy(update={"frameworks": (key,)})
        prepared = replace(walk.prepared, case=_with(chosen.case, {"accounting": accounting}))
        return _known(single(period, name, statements(prepared, measured)[key].lines), name, walk.label)

    start = value(walk.under(first))
    states = [("framework", words, value(measurements)) for words, measurements in walk.states()]
    # The rules agree by now; only the treatment of a deferred tax asset still differs.
    states.append(("tax", f"{_TAX_ASSET[FRAMEWORKS[second].tax_asset]}.", value(walk.under(second), second)))
    return Attribution(
        title=f"{scenario.spec.title}: {LINES[name].title}, {walk.label}, {first} to {second}",
        line=name,
        currency=scenario.spec.holder.currency,
        first_words=FRAMEWORKS[first].title,
        first=start,
        steps=tuple(differences(start, states)),
        last_words=FRAMEWORKS[second].title,
        last=states[-1][2],
    )


def attribute_scenarios(
    first: Scenario,
    second: Scenario,
    *,
    quarter: str | None = None,
    frameworks: tuple[str, str] | None = None,
    line: str = "net_income",
    cache: RunCache | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Attribute the difference of a line between two scenarios: the first becomes the second, one part at a time.

    A part that cannot change alone (sales of coins that only the other scenario buys, for example) changes together
    with the next part.

    Parameters
    ----------
    quarter
        A quarter that `second` reports; its last by default. If `first` does not report it, its last quarter is used.
    frameworks
        The framework of each scenario; the first of each by default.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If a framework, quarter or line is unknown, or one scenario does not compute the line.
    """
    name = checked_line(line)
    keys = frameworks or (first.spec.accounting.frameworks[0], second.spec.accounting.frameworks[0])
    goal = restrict_to_framework(second, keys[1]).case
    label = quarter or goal.spec.quarters[-1].label
    at = restrict_to_framework(first, keys[0]).case
    labels = [reported.label for reported in at.spec.quarters]
    start_label = label if label in labels else labels[-1]
    # One run before the changes, one after each of them, and one of the goal.
    stages = parts(range(len(CHANGES) + 2), progress or silent)
    figure = _Figure(name, cache or RunCache())
    start = figure.of(at, start_label, next(stages)[1])
    states = list(_states(at, goal, figure, label, stages))
    last = figure.of(goal, label, next(stages)[1])
    next(stages, None)
    return Attribution(
        title=f"{LINES[name].title}: {first.spec.title}, to {second.spec.title}",
        line=name,
        currency=second.spec.holder.currency,
        first_words=f"{first.spec.title}, {start_label}",
        first=start,
        steps=tuple(differences(start, states)),
        last_words=f"{second.spec.title}, {label}",
        last=last,
    )


Change = Callable[[Case, Case], Case]
"""(case, goal) -> the case with one part taken from the goal."""


def _section(*names: str) -> Change:
    def change(at: Case, goal: Case) -> Case:
        return _with(at, {name: getattr(goal.spec, name) for name in names if name in ScenarioSpec.model_fields})

    return change


def _part(section: str, keys: Sequence[str]) -> Change:
    def change(at: Case, goal: Case) -> Case:
        to = getattr(goal.spec, section)
        part = getattr(at.spec, section).model_copy(update={key: getattr(to, key) for key in keys})
        return _with(at, {section: part})

    return change


def _but(section: str, keys: Sequence[str]) -> Change:
    """All of a section except `keys`."""

    def change(at: Case, goal: Case) -> Case:
        kept = {key: getattr(getattr(at.spec, section), key) for key in keys}
        return _with(at, {section: getattr(goal.spec, section).model_copy(update=kept)})

    return change


def _with(at: Case, changes: dict[str, Any]) -> Case:
    return replace(at, spec=at.spec.model_copy(update=changes))


def _opening_coins(at: Case, goal: Case) -> Case:
    start = goal.spec.period.start
    return replace(at, lots=(*_entering(goal, start, before=True), *_entering(at, start, before=False)))


def _entering(case: Case, start: date, *, before: bool) -> list[Any]:
    return [lot for lot in case.lots if (lot.enters < start) is before]


def _coins_bought(at: Case, goal: Case) -> Case:
    return _part("plan", COMING)(replace(at, lots=goal.lots), goal)


def _period(at: Case, goal: Case) -> Case:
    """Another period reads the price store to another day."""
    changed = _section("period", "as_of")(at, goal)
    return at if changed.spec == at.spec else replace(changed, held=goal.held)


def _prices(at: Case, goal: Case) -> Case:
    changed = _section("prices", "fx", "simulation")(at, goal)
    return replace(changed, price_files=goal.price_files, held=goal.held)


CHANGES: tuple[tuple[str, str, Change], ...] = (
    ("period", "The period: a different quarter, or another last day of history.", _period),
    ("price", "Coins held at the start: different lots.", _opening_coins),
    ("bought", "Coins bought or received: different lots and purchases.", _coins_bought),
    ("sold", "Coins sold, paid, exchanged or lent: different disposals.", _part("plan", GOING)),
    ("price", "Prices.", _prices),
    ("fees", "Purchase fees: capitalised in one scenario, expensed in the other.", _part("accounting", ("fees",))),
    ("policy", "Lot relief, window timing and other policies of the plan.", _but("plan", (*COMING, *GOING))),
    ("policy", "Accounting policies.", _but("accounting", ("fees", "frameworks"))),
    ("framework", "The accounting framework.", _part("accounting", ("frameworks",))),
    ("income", "Other operating income and interest.", _section("income")),
    ("tax", "The tax rate and other tax choices.", _section("tax")),
    ("capital", "The capital structure.", _section("capital")),
    ("rest", "Everything else: the holder.", lambda _, goal: goal),
)
"""The changes in their order: cause, words, and the function that makes the change."""


def _read(case: Case) -> tuple[object, ...]:
    """Everything in a case that decides figures."""
    return case.spec, case.lots, case.price_files, case.held.inputs


def _states(
    at: Case, goal: Case, figure: _Figure, label: str, stages: Iterator[tuple[int, Progress]]
) -> Iterator[tuple[str, str, float]]:
    pending: list[tuple[str, str]] = []
    for (cause, words, change), (_, within) in zip(CHANGES, stages, strict=False):
        then = change(at, goal)
        is_last = then is goal
        if _read(then) == _read(at) and not (is_last and pending):
            continue
        pending.append((cause, words))
        at = then
        try:
            value = figure.of(at, label, within)
        except InputError:
            if is_last:
                raise
            continue
        yield *_joined(pending), value
        pending.clear()


def _joined(changes: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Cause and words of the parts that changed together."""
    causes = dict.fromkeys(cause for cause, _ in changes)
    words = " ".join(words for _, words in changes)
    together = " These can only change together." if len(changes) > 1 else ""
    return (next(iter(causes)) if len(causes) == 1 else "several"), words + together


@dataclass(frozen=True)
class _Figure:
    """The figure that is attributed."""

    line: str
    cache: RunCache

    def of(self, case: Case, label: str, progress: Progress) -> float:
        result = run(case, cache=self.cache, progress=progress)
        labels = [quarter.label for quarter in result.timeline.quarters]
        if problems := unknown_quarter(label, labels):
            raise InputError(problems)
        (statement,) = result.statements.values()
        amounts = over(Period(label, (labels.index(label),)), self.line, statement.lines)
        # For a simulation, the expected amount; each scenario draws from its seed.
        return _known(None if amounts is None else float(amounts.mean()), self.line, label)


def _known(value: float | None, line: str, label: str) -> float:
    if value is None:
        raise not_computed(line, f"in {label}")
    return value
