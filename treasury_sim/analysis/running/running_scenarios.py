"""From any scenario of a holder, the scenarios of its running quarter, in the scenario language.

The holder, lots, plan, policies, tax and funding stay as stated; only `as_of`, `period` and `prices` change:

- *to date*: the quarter ends on `as_of`;
- *stays*: the price stays at that of `as_of` to the end of the quarter;
- *simulated*: from the day after `as_of` a model gives the prices, on many paths.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np

from treasury_sim.analysis.running.chosen_model import ChosenModel, choose_model
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.sections.prices import Historical
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lookup import check_name
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.engine.inputs.price_coverage import dated_events
from treasury_sim.engine.price_paths import ONE_DAY, held_prices
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.price_store import held_prices as held_in_store

QUARTERS_AHEAD = 8
"""Quarters after the running one that can be forecast."""


@dataclass(frozen=True)
class Running:
    """The scenarios of a running quarter.

    Attributes
    ----------
    as_of
        The last day of history.
    quarter
        The quarter that is forecast, whole.
    is_running
        Whether it holds `as_of`; else it has not begun.
    known
        The prices held up to `as_of`, by asset.
    models
        The price model by asset.
    to_date, stays, simulated
        See the module; `simulated` is `stays` where the quarter ends on `as_of`.
    """

    as_of: date
    quarter: Quarter
    is_running: bool
    known: Mapping[str, DailyPrices]
    models: Mapping[str, ChosenModel]
    to_date: Scenario
    stays: Scenario
    simulated: Scenario


def running_quarter(
    scenario: Scenario,
    *,
    as_of: date | None = None,
    quarter: str | None = None,
    model: str | None = None,
    parameter_error: bool = True,
) -> Running:
    """Derive the scenarios of the running quarter, or of one of the next eight.

    Parameters
    ----------
    as_of
        By default that of the scenario, else the last day on which every asset has a price.
    quarter
        Label of the quarter; by default the one that holds `as_of`.
    model
        A price model to fit for every asset; by default the scenario's where it is simulated, else
        `chosen_model.DEFAULT_MODEL`.
    parameter_error
        Whether paths of a fitted model include the error of its parameters.

    Raises
    ------
    InputError
        If prices are missing, the quarter is another one, or a section of the scenario does not cover it.
    """
    held = _held(scenario)
    last = _last_day(scenario, held, as_of)
    calendar = replace(scenario.spec.calendar, cut=None)
    first = calendar.quarter(last)
    choices = {each.label: each for each in _following(calendar, first)}
    chosen = first if quarter is None else choices[check_name(quarter, choices, "quarter", _WHICH)]
    known = {name: _up_to(scenario, daily, last) for name, daily in held.items()}
    models = {name: choose_model(scenario, daily, model, with_error=parameter_error) for name, daily in known.items()}
    stays = _of_period(scenario, held, last, _start(scenario, first), chosen.end)
    drawn: dict[str | KeyPath, object] = {
        ("prices", name, key): value for name, each in models.items() for key, value in each.keys.items()
    }
    return Running(
        as_of=last,
        quarter=chosen,
        is_running=chosen == first,
        known=known,
        models=models,
        to_date=stays.what_if({"period.end": last}),
        stays=stays,
        # On the last day of a quarter nothing is left to simulate.
        simulated=stays if last == chosen.end else stays.what_if(drawn | _correlations(scenario, known, models)),
    )


def past_quarters(scenario: Scenario, as_of: date | None, quarters: Collection[str]) -> Scenario | None:
    """The scenario of the given quarters, from the first to the last that had ended by `as_of`; ``None`` if none had.

    An opening position later than a quarter leaves that quarter out.
    """
    calendar = replace(scenario.spec.calendar, cut=None)
    held = _held(scenario)
    as_of = _last_day(scenario, held, as_of)
    earliest = scenario.spec.period.start if scenario.spec.capital.opening is not None else date.min
    every = calendar.quarters(max(earliest, min(daily.first for daily in held.values())), as_of)
    ended = [each for each in every if each.label in quarters and each.end <= as_of and each.start >= earliest]
    if not ended:
        return None
    start = ended[0].start if scenario.spec.capital.opening is None else earliest
    return _of_period(scenario, held, as_of, start, ended[-1].end)


def _of_period(scenario: Scenario, held: Collection[str], as_of: date, start: date, end: date) -> Scenario:
    """The scenario from `start` to `end` on the prices held up to `as_of`."""
    changes: dict[str | KeyPath, object] = {"as_of": as_of, "period.start": start, "period.end": end}
    for name in held:
        changes |= _past(scenario, name, as_of)
    return scenario.what_if(changes)


_WHICH = f"the running quarter, or one of the {QUARTERS_AHEAD} after it"


def _held(scenario: Scenario) -> dict[str, DailyPrices]:
    """The prices held of every asset of the scenario, whatever its period."""
    names = sorted({event.asset for event in dated_events(scenario.case)})
    if not names:
        fix = "Add lots: without coins there is nothing to forecast."
        raise InputError([scenario.problem(("holder", "lots"), "a lot", "none", fix)])
    case = replace(scenario.case, held=held_in_store(scenario.spec, scenario.lots, scenario.origin.store, date.max))
    held, problems = {}, []
    for name in names:
        stated = scenario.spec.prices.get(name, Historical())
        prices = held_prices(case, name, stated)
        if isinstance(prices, Problem):
            problems.append(prices)
        else:
            held[name] = prices
    if problems:
        raise InputError(problems)
    return held


def _last_day(scenario: Scenario, held: Mapping[str, DailyPrices], as_of: date | None) -> date:
    return as_of or scenario.spec.as_of or min(daily.last for daily in held.values())


def _up_to(scenario: Scenario, held: DailyPrices, last: date) -> DailyPrices:
    """The prices held up to `last`, which must be among them."""
    if not held.first < last <= held.last:
        expected = f"a day with a {held.asset} price, {held.first + ONE_DAY} to {held.last} ({held.source})"
        raise InputError([scenario.problem(("as_of",), expected, str(last), "Choose one of these days.")])
    return held.up_to(last)


def _following(calendar: FiscalCalendar, first: Quarter) -> list[Quarter]:
    quarters = [first]
    for _ in range(QUARTERS_AHEAD):
        quarters.append(calendar.quarter(quarters[-1].end + ONE_DAY))
    return quarters


def _start(scenario: Scenario, first: Quarter) -> date:
    """First day of the period: that of the opening position, else of the fiscal year, so that it is known to date.

    Where income is stated for some quarters only, and not for all of the fiscal year, that of the running quarter.
    """
    if scenario.spec.capital.opening is None:
        year = replace(scenario.spec.calendar, cut=None).year_from(first, first.end)
        stated_by_quarter = [
            value
            for section in (scenario.spec.income, scenario.spec.capital)
            for _, value in section
            if isinstance(value, Mapping)
        ]
        covers = all(quarter.label in value for value in stated_by_quarter for quarter in year)
        return year[0].start if covers else first.start
    stated = scenario.spec.period.start
    if stated > first.start:
        expected = f"an opening position on or before {first.start}, when the running quarter begins"
        fix = "State the position at the start of that quarter, and begin the period there."
        raise InputError([scenario.problem(("period", "start"), expected, str(stated), fix)])
    return stated


def _past(scenario: Scenario, name: str, last: date) -> dict[str | KeyPath, object]:
    """Changes that leave of `prices.ASSET` its file, and the prices and lows it states of quarters ended by `last`."""
    stated = scenario.spec.prices.get(name, Historical())
    is_history = isinstance(stated, Historical) and stated.window is None
    begins = date.max if is_history else stated.first_day or scenario.spec.model_begins
    ends = {day: price for day, price in stated.quarter_end.items() if day <= last and day < begins}
    lows = {
        day: {"price": low.price, "date": low.date}
        for day, low in stated.quarter_low.items()
        if day <= last and low.date is not None and day < begins
    }
    above: KeyPath = ("prices", name)
    keys = [str(key) for key, _ in scenario.tree.items(*above)]
    changes: dict[str | KeyPath, object] = {(*above, key): None for key in keys if key != "file"}
    changes |= {(*above, "quarter_end"): ends} if ends else {}
    return changes | ({(*above, "quarter_low"): lows} if lows else {})


def _correlations(
    scenario: Scenario, known: Mapping[str, DailyPrices], models: Mapping[str, ChosenModel]
) -> dict[str | KeyPath, object]:
    """The past correlation of daily log returns of each two fitted assets, unless the scenario states any."""
    simulation = scenario.spec.simulation
    fitted = [name for name, each in models.items() if each.window is not None and not each.draws_days]
    if len(fitted) < 2 or simulation.correlation or simulation.price_correlation:
        return {}
    pairs = {}
    for pair in combinations(fitted, 2):
        returns = [_returns(known[name], models[name]) for name in pair]
        count = min(each.size for each in returns)
        pairs["/".join(pair)] = round(float(np.corrcoef(returns[0][-count:], returns[1][-count:])[0, 1]), 4)
    return {"simulation.correlation": pairs}


def _returns(daily: DailyPrices, model: ChosenModel) -> Floats:
    assert model.window is not None  # noqa: S101 - a fitted model has a window
    return np.diff(np.log(daily.close[-model.window.days - 1 :]))


def price_key(running: Running, asset: str) -> KeyPath:
    """The key of the price of an asset at the end of the quarter."""
    return ("prices", asset, "quarter_end", running.quarter.end)


def end_price(result: Result, asset: str, label: str) -> float:
    """The price of an asset at the end of a quarter [currency/unit]."""
    statement = next(iter(result.statements.values()))
    return statement.assets[asset].prices[result.timeline.index_of(label)].price
