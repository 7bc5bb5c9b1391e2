"""Scores over all forecasts of the same kind, with block-bootstrapped standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from treasury_sim.analysis.backtest.backtest import Backtest
from treasury_sim.analysis.backtest.one_quarter import NO_CHANGE, Score
from treasury_sim.analysis.backtest.targets import TARGETS
from treasury_sim.domain.arrays import Bools, Floats, Ints

REFERENCE = "gbm"
"""The model that skill is measured against, besides no change."""

BLOCK = 4
"""Quarters in a row that are resampled together: forecasts up to four quarters ahead share quarters."""

RESAMPLED = 1_000

BINS = 10
"""Bins of the histogram of percentiles."""


@dataclass(frozen=True)
class Figure:
    """A statistic and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Summary:
    """The forecasts of one figure by one model, from the same day of the quarter, the same number of quarters ahead.

    Attributes
    ----------
    count
        Number of forecasts.
    inside_50, inside_90
        Share of them whose central interval held what came.
    below_5, above_95
        Number of times that it was below the lowest, or above the highest, 5 %.
    crps
        Mean continuous ranked probability score [price at the beginning]; less is better.
    skill, skill_over_no_change
        One less the score over that of `REFERENCE`, and over that of no change; above 0 is better. ``None`` over a
        forecast without an error.
    brier
        Mean squared error of the chance that the limit breaks; ``None`` without a limit.
    bins
        Number of percentiles in each tenth, (BINS,): even if the forecasts are right.
    p_value
        Of the Kolmogorov-Smirnov test that percentiles are uniform; ``None`` where forecasts share quarters.
    """

    model: str
    target: str
    day: int
    ahead: int
    count: int
    inside_50: Figure
    inside_90: Figure
    below_5: int
    above_95: int
    crps: Figure
    skill: Figure | None
    skill_over_no_change: Figure | None
    brier: Figure | None
    bins: tuple[int, ...]
    p_value: float | None


def summaries(backtest: Backtest) -> tuple[Summary, ...]:
    """Summaries of all forecasts, by target, day and quarters ahead."""
    order = list(TARGETS)

    def kind(each: Score) -> tuple[int, int, int]:
        return order.index(each.target), each.day, each.ahead

    rows: list[Summary] = []
    for _, group in groupby(sorted(backtest.scores, key=lambda each: (*kind(each), each.quarter_end)), key=kind):
        rows += _of_kind(list(group), backtest.seed)
    return tuple(rows)


def _of_kind(scores: Sequence[Score], seed: int) -> Iterator[Summary]:
    """Summaries of every model, on the same resampled quarters."""
    models: dict[str, list[Score]] = {}
    for score in scores:
        models.setdefault(score.model, []).append(score)
    count = len(next(iter(models.values())))
    chosen = _resampled(count, np.random.default_rng(seed))
    crps = {model: np.array([each.crps for each in own]) for model, own in models.items()}
    for model, own in models.items():
        came = np.array([each.came for each in own])
        at = np.array([each.quantiles for each in own])
        percentiles = np.array([each.percentile for each in own])
        brier = None
        if own[0].probability is not None:
            brier = _mean(
                np.array([(float(each.probability or 0) - float(each.broke or 0)) ** 2 for each in own]), chosen
            )
        yield Summary(
            model=model,
            target=own[0].target,
            day=own[0].day,
            ahead=own[0].ahead,
            count=count,
            inside_50=_mean((came >= at[:, 1]) & (came <= at[:, 3]), chosen),
            inside_90=_mean((came >= at[:, 0]) & (came <= at[:, 4]), chosen),
            below_5=int((came < at[:, 0]).sum()),
            above_95=int((came > at[:, 4]).sum()),
            crps=_mean(crps[model], chosen),
            skill=_skill(crps[model], crps[REFERENCE], chosen),
            skill_over_no_change=_skill(crps[model], crps[NO_CHANGE], chosen),
            brier=brier,
            bins=tuple(np.histogram(percentiles, BINS, (0.0, 1.0))[0].tolist()),
            p_value=uniformity(percentiles) if own[0].ahead == 1 else None,
        )


def _resampled(count: int, generator: np.random.Generator) -> Ints:
    """Positions in blocks that wrap around, (resampled, count).

    Source: D. Politis and J. Romano, "A circular block-resampling procedure for stationary data" (1992).
    """
    begins = generator.integers(count, size=(RESAMPLED, -(-count // BLOCK)))
    places: Ints = (begins[:, :, None] + np.arange(BLOCK)).reshape(RESAMPLED, -1)[:, :count] % count
    return places


def _with_error(statistic: Callable[[Ints], Floats], count: int, chosen: Ints) -> Figure:
    return Figure(float(statistic(np.arange(count)[None])[0]), float(statistic(chosen).std()))


def _mean(values: Floats | Bools, chosen: Ints) -> Figure:
    numbers = np.asarray(values, dtype=np.float64)
    return _with_error(lambda places: numbers[places].mean(axis=1), numbers.size, chosen)


def _skill(own: Floats, other: Floats, chosen: Ints) -> Figure | None:
    """One less the ratio of the scores; ``None`` if the other forecast was right in all of a resampled set."""
    if (other[chosen].sum(axis=1) == 0.0).any() or not other.any():
        return None
    return _with_error(lambda places: 1.0 - own[places].sum(axis=1) / other[places].sum(axis=1), own.size, chosen)


def uniformity(percentiles: Floats) -> float:
    """The p-value of the Kolmogorov-Smirnov test that `percentiles` are uniform and independent."""
    from scipy.stats import kstwo  # noqa: PLC0415 - slow to import, and needed only here

    values = np.sort(percentiles)
    steps = np.arange(values.size + 1) / values.size
    distance = max(float((steps[1:] - values).max()), float((values - steps[:-1]).max()))
    return float(kstwo.sf(distance, values.size))
