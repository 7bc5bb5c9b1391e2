"""All forecasts that begin in one quarter: by each model as estimated, and by the candidates of the ensemble."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.analysis.backtest.candidates import (
    CANDIDATES,
    DRAWS,
    MODELS,
    Candidate,
    Known,
    known_on,
    point_keys,
)
from treasury_sim.analysis.backtest.scoring import crps, percentile, quantiles
from treasury_sim.analysis.backtest.targets import TARGETS, Figures, figures
from treasury_sim.analysis.backtest.weights import log_density
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.timeline import Quarter
from treasury_sim.market.models import NodePrices, SampledModel
from treasury_sim.market.models.ensemble import stacked
from treasury_sim.market.sampling import CHUNK, Sample

AHEAD = 4
"""Most quarters ahead."""

INSIDE = (1, 30, 60, 80)
"""Days of a quarter on which its end is forecast again."""

PATHS = CHUNK
"""Paths of a model as estimated."""

PATHS_OF_A_CANDIDATE = 256

NO_CHANGE = "no change"
WITH_ERROR = "with parameter error"


@dataclass(frozen=True)
class Score:
    """One forecast of one figure, and what came.

    Attributes
    ----------
    model
        The model, ``ensemble``, or ``no change``.
    target
        A key of `TARGETS`.
    origin, quarter_end
        The last day that was known, and the last day of the quarter forecast.
    day
        Day of the quarter on which it was forecast; 0 for forecasts from the end of the quarter before.
    ahead
        1 for the first quarter that had not ended.
    quantiles
        At `scoring.LEVELS`.
    came, percentile, crps
        What came; where it lies in the forecast; the score [price at the beginning of the first quarter].
    probability, broke
        Chance that the limit breaks, and whether it did; ``None`` without a limit.
    """

    model: str
    target: str
    origin: date
    quarter_end: date
    day: int
    ahead: int
    quantiles: tuple[float, ...]
    came: float
    percentile: float
    crps: float
    probability: float | None = None
    broke: bool | None = None


@dataclass(frozen=True)
class Forecast:
    """The forecasts of the candidates on a day, kept until their weights are known.

    Attributes
    ----------
    sample
        By target: values on the paths of all candidates, one candidate after the other, (paths, quarters).
    breaks
        By target with a limit: whether each path breaks it.
    came
        By target: what came, (quarters,); and whether it broke the limit.
    uniforms
        By target, (quarters,), see `scoring.percentile`.
    """

    origin: date
    day: int
    ends: tuple[date, ...]
    sample: Mapping[str, Floats]
    breaks: Mapping[str, Floats]
    came: Mapping[str, Floats]
    broke: Mapping[str, Floats]
    uniforms: Mapping[str, Floats]

    def scored(self, model: str, weights: Floats) -> Iterator[Score]:
        """The scores of the mixture in which each path has one of `weights`."""
        used = weights > 0.0
        for target in TARGETS:
            for column, end in enumerate(self.ends):
                sample, came = self.sample[target][used, column].astype(np.float64), float(self.came[target][column])
                probability = broke = None
                if target in self.breaks:
                    probability = float(weights[used] @ self.breaks[target][used, column])
                    broke = bool(self.broke[target][column])
                yield Score(
                    model=model,
                    target=target,
                    origin=self.origin,
                    quarter_end=end,
                    day=self.day,
                    ahead=column + 1,
                    quantiles=quantiles(sample, weights[used]),
                    came=came,
                    percentile=percentile(sample, weights[used], came, float(self.uniforms[target][column])),
                    crps=crps(sample, weights[used], came),
                    probability=probability,
                    broke=broke,
                )


@dataclass(frozen=True)
class QuarterForecasts:
    """The forecasts that begin in one quarter.

    Attributes
    ----------
    scores
        Of the models as estimated, of each with parameter error, and of no change.
    candidates
        Forecasts of the candidates, to be mixed by their weights.
    log_scores
        Log density of the quarter-end price under each candidate, (candidates,), from the end of the quarter before.
    """

    quarter: Quarter
    scores: tuple[Score, ...]
    candidates: tuple[Forecast, ...]
    log_scores: Floats


def forecast_quarter(
    history: DailyPrices, quarter: Quarter, ends: Sequence[date], inside: Sequence[int], seed: int
) -> QuarterForecasts:
    """Forecast from the end of the quarter before `quarter`, and from the days `inside` it.

    Parameters
    ----------
    history
        All prices; a forecast uses those up to its day, and its score what came.
    ends
        Ends of the quarters to forecast, that of `quarter` first.
    inside
        Days of the quarter, from 1.
    """
    scores: list[Score] = []
    kept: list[Forecast] = []
    known: Known | None = None
    log_scores = np.zeros(len(CANDIDATES))
    for day in (0, *inside):
        origin = quarter.start + timedelta(days=day - 1)
        known = known_on(history, origin, near=known, seed=seed)
        those = tuple(ends) if day == 0 else (quarter.end,)
        blank = _blank(history, quarter, origin, day, those)
        for model in MODELS:
            point = known.model([point_keys(known.fits[model])])
            forecast = _filled(blank, _drawn(point, blank, history, PATHS, seed), history, quarter)
            scores += forecast.scored(model, np.full(PATHS, 1.0 / PATHS))
        mixture = _filled(blank, _candidates(known, blank, history, seed), history, quarter)
        for model in MODELS:
            scores += mixture.scored(f"{model}, {WITH_ERROR}", _paths_of(Candidate(model, "expected price stays", 1.0)))
        scores += _no_change(blank, history, quarter).scored(NO_CHANGE, np.ones(1))
        kept.append(mixture)
        if day == 0:
            log_scores = _log_scores(mixture)
    return QuarterForecasts(quarter, tuple(scores), tuple(kept), log_scores)


def _blank(history: DailyPrices, quarter: Quarter, origin: date, day: int, ends: tuple[date, ...]) -> Forecast:
    """The forecast without a sample: what came."""
    first = (origin - history.first).days
    rows = [(end - history.first).days for end in ends]
    begins = [first, *rows[:-1]]
    close = history.close[rows][None].copy()
    low = np.array([[history.low[begin + 1 : row + 1].min() for begin, row in zip(begins, rows, strict=True)]])
    came = figures(close, low, *_before(history, quarter, origin))
    random = np.random.default_rng([quarter.start.toordinal(), day])
    return Forecast(
        origin=origin,
        day=day,
        ends=ends,
        sample={},
        breaks={},
        came={target: came.values[target][0] for target in TARGETS},
        broke={target: came.breaks(target)[0] for target in TARGETS if TARGETS[target].has_limit},
        uniforms={target: random.random(len(ends)) for target in TARGETS},
    )


def _before(history: DailyPrices, quarter: Quarter, origin: date) -> tuple[float, float]:
    """Price before the quarter, and its lowest price up to `origin`."""
    begin, first = (quarter.start - history.first).days, (origin - history.first).days
    return float(history.close[begin - 1]), float(np.min(history.low[begin : first + 1], initial=math.inf))


def _drawn(model: SampledModel, blank: Forecast, history: DailyPrices, paths: int, seed: int) -> NodePrices:
    nodes = np.array(blank.ends, dtype="datetime64[D]")
    spot = float(history.close[(blank.origin - history.first).days])
    noise = Sample(seed, paths, "pseudorandom", (history.asset,), np.eye(1)).noise(0)
    return model.draw(nodes, blank.origin, spot, noise)


def _filled(blank: Forecast, drawn: NodePrices, history: DailyPrices, quarter: Quarter) -> Forecast:
    drawn_figures = figures(drawn.close, drawn.low, *_before(history, quarter, blank.origin))
    return _with(blank, drawn_figures)


def _with(blank: Forecast, sample: Figures) -> Forecast:
    return replace(
        blank,
        sample=sample.values,
        breaks={target: sample.breaks(target) for target in TARGETS if TARGETS[target].has_limit},
    )


def _candidates(known: Known, blank: Forecast, history: DailyPrices, seed: int) -> NodePrices:
    """The paths of all candidates, one after the other; each has its share of every parameter set."""
    drawn = []
    for model in MODELS:
        own = [each for each in CANDIDATES if each.model == model]
        members = known.members([(each, draw) for each in own for draw in range(DRAWS)])
        paths = len(own) * PATHS_OF_A_CANDIDATE
        together = stacked(members, np.arange(paths) * len(members) // paths)
        drawn.append(_drawn(together, blank, history, paths, seed))
    return NodePrices(np.concatenate([each.close for each in drawn]), np.concatenate([each.low for each in drawn]))


def _paths_of(candidate: Candidate) -> Floats:
    """The weight of each path if only one candidate counts."""
    weights = np.zeros(len(CANDIDATES))
    weights[CANDIDATES.index(candidate)] = 1.0 / PATHS_OF_A_CANDIDATE
    return np.repeat(weights, PATHS_OF_A_CANDIDATE)


def _no_change(blank: Forecast, history: DailyPrices, quarter: Quarter) -> Forecast:
    spot = float(history.close[(blank.origin - history.first).days])
    stays = np.full((1, len(blank.ends)), spot)
    return _filled(blank, NodePrices(stays, stays.copy()), history, quarter)


def _log_scores(mixture: Forecast) -> Floats:
    """Log density of the price and the low of the first quarter under each candidate."""
    scored = ("close", "low")
    logs = np.log(np.array([mixture.sample[target][:, 0] for target in scored])).reshape(2, len(CANDIDATES), -1)
    came = np.log(np.array([mixture.came[target][0] for target in scored]))
    return np.array([log_density(logs[:, candidate], came) for candidate in range(len(CANDIDATES))])
