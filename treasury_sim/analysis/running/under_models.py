"""The same quarter under every price model, and where stated prices lie in the models and in history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.analysis.running.chosen_model import MODELS
from treasury_sim.analysis.running.running_scenarios import Running, running_quarter
from treasury_sim.case.sections.prices import AssetPrices, Historical, Sampled
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine import run
from treasury_sim.market.models.model import DAYS_IN_YEAR
from treasury_sim.scenario import Scenario

PATHS = 4_096
"""Paths of each model: enough for quantiles at 5 and 95 %."""

LINES = ("remeasurement_pl", "net_income")
HISTORY = "history"


@dataclass(frozen=True)
class UnderModel:
    """The quarter under one model.

    Attributes
    ----------
    name, words
        The model; its parameters by asset.
    lines
        Distribution of each of `LINES` by framework [currency].
    """

    name: str
    words: Mapping[str, str]
    lines: Mapping[tuple[str, str], Distribution]


@dataclass(frozen=True)
class Place:
    """Where a stated price lies in a model, or in history.

    Attributes
    ----------
    share
        Share of paths, or of past stretches as long, with a price as low or lower.
    return_period
        Years between two stretches with a price as extreme, on its side of the median, if each stretch of that length
        were drawn by itself; ``None`` if there was none.
    """

    share: float
    return_period: float | None


@dataclass(frozen=True)
class StatedPrice:
    """A price that the scenario states, by a shock, a replay or a target.

    Attributes
    ----------
    what
        ``price`` at the end of the quarter, or ``low`` from the first day of the model to that end.
    change
        Against the price before the first day of the model, as a share.
    places
        By model, and in `HISTORY`.
    """

    asset: str
    what: str
    price: float
    change: float
    places: Mapping[str, Place]


@dataclass(frozen=True)
class UnderModels:
    """A quarter under every model.

    Attributes
    ----------
    as_of, quarter
        The last day of history that models are fitted to; the quarter.
    models
        In the order of `MODELS`.
    stated
        Stated prices; empty where the scenario states no path.
    stated_lines
        Lines under the scenario's own path; empty without one.
    notes
        What a reader of the figures must know about the files of the scenario.
    """

    title: str
    currency: str
    as_of: date
    quarter: Quarter
    models: tuple[UnderModel, ...]
    stated: tuple[StatedPrice, ...]
    stated_lines: Mapping[tuple[str, str], float]
    notes: tuple[str, ...]


def under_models(
    scenario: Scenario,
    *,
    as_of: date | None = None,
    quarter: str | None = None,
    parameter_error: bool = True,
    progress: Progress | None = None,
) -> UnderModels:
    """Simulate a quarter under every model that can be fitted, and place the scenario's own prices in them.

    Parameters
    ----------
    as_of
        Last day of history; by default the day before the scenario's model begins, else the last with a price.
    quarter
        The running one by default, or one of the next eight.
    parameter_error
        Whether ranges include the error of fitted parameters.

    Raises
    ------
    InputError
        As `now`.
    """
    stated = {name: each for name, each in scenario.spec.prices.items() if _has_path(each)}
    if as_of is None and stated:
        as_of = min(_first_day(scenario, each) for each in stated.values()) - timedelta(days=1)
    rows, samples = [], {}
    running: Running | None = None
    fewer = scenario.what_if({"simulation.paths": PATHS, "limits": None})
    for model, within in parts(MODELS, progress or silent):
        running = running_quarter(fewer, as_of=as_of, quarter=quarter, model=model, parameter_error=parameter_error)
        sample = run(running.simulated, progress=within)
        samples[model] = sample
        rows.append(_row(model, running, sample))
    assert running is not None  # noqa: S101 - there are models
    own = run(scenario) if stated and running.quarter.end <= scenario.spec.period.end else None
    return UnderModels(
        title=scenario.spec.title,
        currency=scenario.spec.holder.currency,
        as_of=running.as_of,
        quarter=running.quarter,
        models=tuple(rows),
        stated=() if own is None else tuple(_placed(stated, running, own, samples)),
        stated_lines={} if own is None else _lines_of(own, running.quarter.label),
        notes=scenario.notes,
    )


def _has_path(stated: AssetPrices) -> bool:
    """Whether prices state one path of the future."""
    return not isinstance(stated, Sampled) and not (isinstance(stated, Historical) and stated.window is None)


def _first_day(scenario: Scenario, stated: AssetPrices) -> date:
    return stated.first_day or scenario.spec.model_begins


def _row(model: str, running: Running, sample: Result) -> UnderModel:
    period = sample.period(running.quarter.label)
    lines = {}
    for key in sample.statements:
        for line in LINES:
            drawn = distribution(sample, key, line, period)
            if drawn is not None:
                lines[key, line] = drawn
    return UnderModel(model, {name: each.words for name, each in running.models.items()}, lines)


def _lines_of(own: Result, label: str) -> dict[tuple[str, str], float]:
    return {
        (key, line): float(np.ravel(own.line(line, label, framework=key))[0])
        for key, statement in own.statements.items()
        for line in LINES
        if statement.lines[line] is not None
    }


def _placed(
    stated: Mapping[str, AssetPrices], running: Running, own: Result, samples: Mapping[str, Result]
) -> Iterator[StatedPrice]:
    """The quarter-end price and the lowest price of every stated path, in each model and in history."""
    label, days = running.quarter.label, (running.quarter.end - running.as_of).days
    for name in stated:
        if name not in running.known:
            continue
        history = running.known[name]
        spot = float(history.close[-1])
        for what, came in _ends(history, days).items():
            price = _price(own, name, what, label, running.as_of)
            places = {
                model: _place(_prices(sample, name, what, label, running.as_of) / spot, price / spot, days)
                for model, sample in samples.items()
            }
            places[HISTORY] = _place(came, price / spot, days)
            yield StatedPrice(name, what, price, price / spot - 1.0, places)


def _ends(history: DailyPrices, days: int) -> dict[str, Floats]:
    """Price after every past stretch of `days`, and lowest price in it, over the price before it, each (stretches,)."""
    close, low = history.close, history.low
    lows = np.lib.stride_tricks.sliding_window_view(low[1:], days).min(axis=1)
    return {"price": close[days:] / close[:-days], "low": lows / close[:-days]}


def _prices(sample: Result, asset: str, what: str, label: str, as_of: date) -> Floats:
    """Simulated prices at the end of a quarter, or the lowest from the day after `as_of` on, (paths,)."""
    held = next(iter(sample.statements.values())).assets[asset]
    last = sample.timeline.index_of(label)
    if what == "price":
        return np.asarray(held.lines["price"][:, last])
    begin = next(number for number, each in enumerate(sample.timeline.quarters) if each.end > as_of)
    return np.asarray(held.lines["low"][:, begin : last + 1].min(axis=1))


def _price(own: Result, asset: str, what: str, label: str, as_of: date) -> float:
    held = next(iter(own.statements.values())).assets[asset]
    last = own.timeline.index_of(label)
    if what == "price":
        return held.prices[last].price
    begin = next(number for number, each in enumerate(own.timeline.quarters) if each.end > as_of)
    return min(held.low[begin : last + 1])


def _place(sample: Floats, ratio: float, days: int) -> Place:
    """The place of `ratio` in a sample of stretches of `days`."""
    below, above = float((sample <= ratio * (1.0 + 1e-12)).mean()), float((sample >= ratio * (1.0 - 1e-12)).mean())
    rarer = min(below, above)
    return Place(below, days / DAYS_IN_YEAR / rarer if rarer else None)
