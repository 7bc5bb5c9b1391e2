"""How far each limit of a scenario is from breaking: the price at which it does, and the move to that price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from treasury_sim.analysis.solve.solve import solve
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.limit import Limit, LimitOutcome, judge_limit
from treasury_sim.domain.lookup import check_quarter
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Headroom:
    """One limit under one framework in one quarter.

    Attributes
    ----------
    outcome
        The limit in that quarter: its figure, its bound, whether it is broken; see `LimitOutcome`.
    asset
        The asset whose price is moved: the first of the scenario.
    price
        Its price at the quarter end [currency/unit].
    breaks_at
        Every price at which the figure equals its bound, the nearest first [currency/unit].
    reason
        Why there is none; empty if there is one.
    """

    outcome: LimitOutcome
    asset: str
    price: float
    breaks_at: tuple[float, ...]
    reason: str

    @property
    def move(self) -> float | None:
        """From the price to the nearest at which the limit breaks, or is met again: -0.3 is a fall of 30 %."""
        return self.breaks_at[0] / self.price - 1.0 if self.breaks_at else None


@checked
def headroom(
    scenario: Scenario,
    result: Result,
    *,
    quarter: str,
    cache: RunCache | None = None,
    progress: Progress | None = None,
) -> tuple[Headroom, ...]:
    """Search for the quarter-end price at which each limit of a scenario breaks.

    Parameters
    ----------
    scenario
        A scenario on one price path.
    result
        Its run.
    quarter
        Label of a reported quarter, such as ``2025Q4``.
    cache
        Earlier runs of variations of the same scenario, to save time; they do not change the answers.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    tuple of Headroom
        In the order of the limits, each under every framework it applies to; none where the quarter-end price of the
        first asset is not known.

    Raises
    ------
    InputError
        If the quarter is not a reported one.
    """
    check_quarter(quarter, (each.label for each in result.reported), "quarter")
    runs, position = cache or RunCache(), result.timeline.index_of(quarter)
    first = next(iter(next(iter(result.statements.values())).assets.items()), None)
    if first is None:
        return ()
    asset, statement = first
    price = statement.prices[position].price
    if math.isnan(price):
        return ()
    rows = _rows(scenario, result)
    answers = []
    for (limit, key), within in parts(rows, progress or silent):
        lines = result.statements[key].lines
        of_quarter = {name: None if line is None else line[:, [position]] for name, line in lines.items()}
        outcome = judge_limit(limit, key, (quarter,), of_quarter)
        if outcome.failed is None:
            answers.append(Headroom(outcome, asset, price, (), outcome.sentence))
            continue
        solution = solve(scenario, limit, "price", quarter=quarter, framework=key, cache=runs, progress=within)
        prices = [answer.first for answer in solution.answers if isinstance(answer.first, float)]
        nearest = tuple(sorted(prices, key=lambda each: abs(each / price - 1.0)))
        answers.append(Headroom(outcome, asset, price, nearest, solution.reason))
    return tuple(answers)


def _rows(scenario: Scenario, result: Result) -> Sequence[tuple[Limit, str]]:
    stated = [row.limit for row in scenario.spec.limits]
    return [(limit, key) for limit in stated for key in result.statements if limit.framework in {None, key}]
