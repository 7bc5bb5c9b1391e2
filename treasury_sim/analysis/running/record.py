"""The record of an answer of `now`: enough to see what changed since, and to score the forecast when it is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from treasury_sim.analysis.running.outlook import LineOutlook, Now

LEVELS = tuple(round(0.025 * number, 3) for number in range(1, 40))
"""Levels of the quantiles that are kept: 2.5 % to 97.5 %."""

KEPT_LINES = ("remeasurement_pl", "pre_tax_income", "net_income")
"""Lines of which a forecast is kept."""

Kind = Literal["price", "money", "share"]


@dataclass(frozen=True)
class Forecast:
    """One figure of a quarter as it was forecast.

    Attributes
    ----------
    of
        ``price``, or a line of the statement.
    under
        The asset of a price, or the framework key of a line.
    to_date, stays
        To date, and if the price stays; ``None`` where not known.
    quantiles
        At `LEVELS`; empty where not known.
    """

    of: str
    under: str
    to_date: float | None
    stays: float | None
    quantiles: tuple[float, ...]

    @property
    def kind(self) -> Kind:
        """Whether it is a price or an amount."""
        return "price" if self.of == "price" else "money"

    def at(self, level: float) -> float | None:
        """The quantile at `level`, interpolated; ``None`` if none is known."""
        return float(np.interp(level, LEVELS, self.quantiles)) if self.quantiles else None


@dataclass(frozen=True)
class KeptLimit:
    """A limit as it was forecast: probability of a breach, and the prices at which it breaks, by asset."""

    name: str
    framework: str
    probability: float | None
    breaks_at: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Record:
    """One answer.

    Attributes
    ----------
    answered_at
        When, as an ISO time in UTC; empty if the caller does not say.
    scenario
        The scenario: its file or its shipped name.
    models
        The price model and its parameters by asset, in words.
    """

    answered_at: str
    scenario: str
    holder: str
    currency: str
    as_of: date
    quarter: str
    quarter_end: date
    models: Mapping[str, str]
    forecasts: tuple[Forecast, ...]
    limits: tuple[KeptLimit, ...]
    inputs: Mapping[str, str]
    engine_version: str

    @property
    def content(self) -> Record:
        """The record without the time of the answer."""
        return Record(**{**self.__dict__, "answered_at": ""})


def record_of(answer: Now, scenario: str, answered_at: str = "") -> Record:
    """Make the record of an answer.

    Parameters
    ----------
    scenario
        Identifies the scenario: answers are compared with earlier ones of the same name.
    answered_at
        ISO time in UTC, from the caller's clock.
    """
    return Record(
        answered_at=answered_at,
        scenario=scenario,
        holder=answer.holder,
        currency=answer.currency,
        as_of=answer.as_of,
        quarter=answer.quarter.label,
        quarter_end=answer.quarter.end,
        models={name: asset.model.words for name, asset in answer.assets.items()},
        forecasts=tuple(_forecasts(answer)),
        limits=tuple(
            KeptLimit(
                each.limit.words,
                each.framework,
                None if each.probability is None else each.probability.value,
                {at.asset: at.prices for at in each.breaks_at},
            )
            for each in answer.limits
        ),
        inputs=answer.inputs,
        engine_version=answer.engine_version,
    )


def _forecasts(answer: Now) -> Iterator[Forecast]:
    for name, asset in answer.assets.items():
        yield _forecast("price", name, asset.at_end)
    for key, lines in answer.of_quarter.items():
        yield from (_forecast(name, key, lines[name]) for name in KEPT_LINES if lines[name].stays is not None)


def _forecast(of: str, under: str, line: LineOutlook) -> Forecast:
    known = () if line.forecast is None else tuple(np.quantile(line.forecast.values, LEVELS).tolist())
    return Forecast(of, under, line.to_date, line.stays, known)


# ------------------------------------------------------------------ changes


@dataclass(frozen=True)
class Change:
    """A figure in the last answer, and now.

    Attributes
    ----------
    of, under
        As in `Forecast`; a limit's name and framework.
    what
        ``now`` (a price), ``to date``, ``stays``, ``5 %``, ``95 %`` or ``probability``.
    kind
        Kind of the figures [currency; currency/unit; share].
    """

    of: str
    under: str
    what: str
    kind: Kind
    before: float | None
    now: float | None


def changes(before: Record, now: Record) -> tuple[Change, ...]:
    """Every figure that both records have and that is not the same in both."""
    return tuple(change for change in _compared(before, now) if change.before != change.now)


def _compared(before: Record, now: Record) -> Iterator[Change]:
    earlier = {(each.of, each.under): each for each in before.forecasts}
    for each in now.forecasts:
        old = earlier.get((each.of, each.under))
        if old is None:
            continue
        to_date = "now" if each.of == "price" else "to date"
        yield Change(each.of, each.under, to_date, each.kind, old.to_date, each.to_date)
        if each.of != "price":
            yield Change(each.of, each.under, "stays", each.kind, old.stays, each.stays)
        for level in (0.05, 0.95):
            what = f"{level * 100:g} %"
            yield Change(each.of, each.under, what, each.kind, old.at(level), each.at(level))
    likely = {(each.name, each.framework): each for each in before.limits}
    for limit in now.limits:
        if (limit.name, limit.framework) in likely:
            probability = likely[limit.name, limit.framework].probability
            yield Change(limit.name, limit.framework, "probability", "share", probability, limit.probability)


# ------------------------------------------------------------------ scores


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
