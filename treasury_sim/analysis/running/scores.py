"""Scores of forecasts whose quarter has ended, against what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.analysis.running.record import LEVELS, Forecast, Record


@dataclass(frozen=True)
class Scored:
    """A forecast and what came.

    Attributes
    ----------
    forecast, record
        The forecast, and the answer it belongs to.
    came
        The figure of the quarter when it had ended [currency; currency/unit].
    percentile
        Where it lies in the forecast, from 0 to 1: 0.5 is the median; at most the outermost level that is kept.
    crps
        Continuous ranked probability score, from the quantiles kept: twice the mean pinball loss. In the unit of the
        figure; less is better.
    no_change
        The score of the forecast that the price stays: the distance of what came.
    """

    record: Record
    forecast: Forecast
    came: float
    percentile: float
    crps: float
    no_change: float | None

    @property
    def days_ahead(self) -> int:
        """Days from the forecast to the end of its quarter."""
        return (self.record.quarter_end - self.record.as_of).days

    def is_inside(self, share: float) -> bool:
        """Whether what came lies in the central interval of `share`."""
        low, high = self.forecast.at(0.5 - share / 2.0), self.forecast.at(0.5 + share / 2.0)
        return low is not None and high is not None and low <= self.came <= high


Came = Mapping[tuple[str, str, str], float]
"""(quarter, `Forecast.of`, `Forecast.under`) -> the figure of the quarter when it had ended."""


def scored(records: Sequence[Record], came: Came) -> tuple[Scored, ...]:
    """Score every forecast of a quarter that has ended, the oldest first.

    Sources: T. Gneiting and A. Raftery, J. American Statistical Association 102 (2007) (CRPS); F. Laio and S. Tamea,
    Hydrology and Earth System Sciences 11 (2007) (CRPS as the mean of quantile scores).
    """
    return tuple(
        _score(record, forecast, came[record.quarter, forecast.of, forecast.under])
        for record in records
        for forecast in record.forecasts
        if forecast.quantiles and record.as_of < record.quarter_end
        if (record.quarter, forecast.of, forecast.under) in came
    )


def _score(record: Record, forecast: Forecast, came: float) -> Scored:
    quantiles, levels = np.array(forecast.quantiles), np.array(LEVELS)
    pinball = (came - quantiles) * (levels - (came < quantiles))
    # Where all paths agree the quantiles are equal, and interpolation over them is not defined.
    is_certain = quantiles[0] == quantiles[-1]
    percentile = 0.5 if is_certain else float(np.interp(came, quantiles, levels))
    no_change = None if forecast.stays is None else abs(came - forecast.stays)
    return Scored(record, forecast, came, percentile, float(2.0 * pinball.mean()), no_change)


@dataclass(frozen=True)
class Score:
    """The score of all forecasts of one figure.

    Attributes
    ----------
    of, under
        As in `Forecast`.
    count
        Number of forecasts.
    inside_50, inside_90
        Share of them whose central interval held what came.
    below_5, above_95
        Number of times it was below the lowest, or above the highest, 5 %.
    crps, no_change
        Mean scores, see `Scored`.
    """

    of: str
    under: str
    count: int
    inside_50: float
    inside_90: float
    below_5: int
    above_95: int
    crps: float
    no_change: float | None

    @property
    def skill(self) -> float | None:
        """One less the score as a share of that of no change: above 0 the range is worth more than the price."""
        return None if not self.no_change else 1.0 - self.crps / self.no_change


def score_table(rows: Sequence[Scored]) -> tuple[Score, ...]:
    """The score of each figure over all its forecasts."""
    groups: dict[tuple[str, str], list[Scored]] = {}
    for row in rows:
        groups.setdefault((row.forecast.of, row.forecast.under), []).append(row)
    return tuple(_scores(of, under, group) for (of, under), group in groups.items())


def _scores(of: str, under: str, group: Sequence[Scored]) -> Score:
    simple = [row.no_change for row in group if row.no_change is not None]
    return Score(
        of,
        under,
        len(group),
        float(np.mean([row.is_inside(0.5) for row in group])),
        float(np.mean([row.is_inside(0.9) for row in group])),
        sum(row.came < (row.forecast.at(0.05) or 0.0) for row in group),
        sum(row.came > (row.forecast.at(0.95) or 0.0) for row in group),
        float(np.mean([row.crps for row in group])),
        float(np.mean(simple)) if len(simple) == len(group) else None,
    )
