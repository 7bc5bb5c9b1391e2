"""`backtest(history) -> Backtest`: forecasts of every past quarter, each from what was known on its day, scored."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from datetime import date, timedelta

from treasury_sim.analysis.backtest.candidates import CANDIDATES
from treasury_sim.analysis.backtest.one_quarter import (
    AHEAD,
    INSIDE,
    PATHS_OF_A_CANDIDATE,
    QuarterForecasts,
    Score,
    forecast_quarter,
)
from treasury_sim.analysis.backtest.weights import Scores, mixed, weights_on
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.errors import InputError, Problem

ENSEMBLE = "ensemble"

FIRST = date(2016, 1, 1)
"""First day of the first quarter that is forecast by default."""

FEWEST_DAYS = 700
"""Fewest days before the first quarter: the embedded history has two years before 2016."""


@dataclass(frozen=True)
class Backtest:
    """The scores of all forecasts.

    Attributes
    ----------
    asset, source
        Of the prices.
    quarters
        The quarters in which forecasts begin.
    seed
        Of the simulated paths.
    scores
        Every forecast of every figure by every model.
    log_scores
        Of the candidates by quarter end, the basis of their weights.
    """

    asset: str
    source: str
    quarters: tuple[Quarter, ...]
    seed: int
    scores: tuple[Score, ...]
    log_scores: Scores

    @property
    def last_weights(self) -> Floats:
        """Weights of the candidates after the last quarter, (candidates,)."""
        return weights_on(self.log_scores, date.max, len(CANDIDATES))


def backtest(
    history: DailyPrices,
    executor: Executor,
    *,
    first: date = FIRST,
    last: date | None = None,
    inside: Sequence[int] = INSIDE,
    past: Scores | None = None,
    seed: int = 42,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast every quarter from `first` to `last` by every model, and score what came.

    Parameters
    ----------
    history
        Daily prices [currency/unit]. A forecast uses none after its day.
    executor
        Does the work, a quarter at a time; the result does not depend on it.
    last
        Last day of the last quarter; by default the last quarter that has ended.
    inside
        Days of a quarter on which its end is forecast again.
    past
        Log scores of earlier quarters, on which the first weights rest; by default weights begin equal. Those of
        quarters that end after `first` are not used.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If the history is too short, or no quarter has ended.
    """
    quarters = _quarters(history, first, last or history.last)
    ended = [quarter.end for quarter in quarters]
    progress = progress or silent
    progress(0, len(quarters))
    running: dict[Future[QuarterForecasts], int] = {}
    for number, quarter in enumerate(quarters):
        ends = tuple(_ends(quarter, history.last))
        running[executor.submit(forecast_quarter, history, quarter, ends, tuple(inside), seed)] = number
    done: dict[int, QuarterForecasts] = {}
    try:
        for future in as_completed(running):
            done[running[future]] = future.result()
            progress(len(done), len(quarters))
    finally:
        for future in running:
            future.cancel()
    in_order = [done[number] for number in range(len(quarters))]
    earlier = {end: score for end, score in (past or {}).items() if end < quarters[0].start}
    log_scores = {**earlier, **dict(zip(ended, (each.log_scores for each in in_order), strict=True))}
    scores = [score for each in in_order for score in (*each.scores, *_mixed(each, log_scores))]
    return Backtest(history.asset, history.source, quarters, seed, tuple(scores), log_scores)


def _mixed(each: QuarterForecasts, log_scores: Scores) -> list[Score]:
    """The scores of the ensemble: weights rest on the quarters that had ended on the day of the forecast."""
    scores: list[Score] = []
    for forecast in each.candidates:
        weights = weights_on(log_scores, forecast.origin, len(CANDIDATES))
        scores += forecast.scored(ENSEMBLE, mixed(weights, [PATHS_OF_A_CANDIDATE] * len(CANDIDATES)))
    return scores


def _ends(quarter: Quarter, last: date) -> list[date]:
    """The end of `quarter` and of the next ones, up to `last`."""
    calendar = FiscalCalendar()
    ends = [quarter.end]
    while len(ends) < AHEAD:
        end = calendar.quarter(ends[-1] + timedelta(days=1)).end
        if end > last:
            break
        ends.append(end)
    return ends


def _quarters(history: DailyPrices, first: date, last: date) -> tuple[Quarter, ...]:
    earliest = history.first + timedelta(days=FEWEST_DAYS)
    known = min(last, history.last)
    every = FiscalCalendar().quarters(max(first, earliest), known) if max(first, earliest) <= known else ()
    quarters = tuple(each for each in every if each.start >= max(first, earliest) and each.end <= known)
    if not quarters:
        expected = f"prices of {history.asset} with {FEWEST_DAYS} days before a quarter that has ended"
        stated = f"prices from {history.first} to {history.last}, quarters from {first} on"
        raise InputError([Problem("", None, "--from, --to", expected, stated)])
    return quarters
