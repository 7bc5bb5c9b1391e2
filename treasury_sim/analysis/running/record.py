"""The record of an answer of `now`: enough to see what changed since, and to score the forecast when it is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
