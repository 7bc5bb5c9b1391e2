"""`now(scenario) -> Now`: the running quarter to date, if the price stays, and its range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from treasury_sim.analysis.distribution import Distribution, Estimate, asset_distribution, chances, distribution
from treasury_sim.analysis.running.outlook import (
    AssetOutlook,
    BreakingPrice,
    FurtherFall,
    LimitOutlook,
    LineOutlook,
    Now,
    PeriodOutlook,
)
from treasury_sim.analysis.running.record import KEPT_LINES, Came, Record
from treasury_sim.analysis.running.running_scenarios import Running, past_quarters, running_quarter
from treasury_sim.analysis.solve.search import Search
from treasury_sim.analysis.solve.solve import search_for, solution_of
from treasury_sim.case.key_paths import KeyPath, dotted
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.limit import Limit, evaluate
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import AssetStatement
from treasury_sim.engine import run
from treasury_sim.engine.paths.points import run_points, vary_prices_only
from treasury_sim.scenario import Scenario

PATHS_OF_A_FALL = 1_024
"""Paths for the mean effect of a further fall: differences on the same random numbers need few."""


@checked
def now(
    scenario: Scenario,
    *,
    as_of: date | None = None,
    quarter: str | None = None,
    model: str | None = None,
    progress: Progress | None = None,
) -> Now:
    """Report the running quarter of a holder: booked to date, if the price stays, and the range.

    Parameters
    ----------
    scenario
        Any scenario of the holder; its period does not matter, its opening position does.
    as_of
        The last day of history; by default that of the scenario, else the last day with a price.
    quarter
        Label of the running quarter or one of the next eight; the running one by default.
    model
        Price model to fit to the prices up to `as_of`; by default the scenario's where it is simulated.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Now
        Lines, limits, and the effect of a further fall [currency].

    Raises
    ------
    InputError
        If prices are missing, the quarter is another one, or the scenario cannot be run.

    Examples
    --------
    >>> from datetime import date
    >>> from treasury_sim import load, now
    >>> answer = now(load("kulr_2025"), as_of=date(2026, 8, 2))
    >>> line = answer.of_quarter["us_gaap_fair_value"]["remeasurement_pl"]
    >>> f"{answer.quarter.label}: {line.to_date:,.0f} to date, {line.to_come:,.0f} to come if the price stays"
    '2026Q3: 5,257,575 to date, 0 to come if the price stays'
    """
    stages = parts(range(3), progress or silent)
    running = running_quarter(scenario, as_of=as_of, quarter=quarter, model=model)
    to_date, stays = run(running.to_date), run(running.stays)
    within = next(stages)[1]
    sample = stays if running.simulated is running.stays else run(running.simulated, progress=within)
    limits = tuple(_limits(running, to_date, stays, sample, next(stages)[1]))
    further_fall = tuple(_further_fall(running, stays, sample, next(stages)[1]))
    next(stages, None)
    spec = scenario.spec
    return Now(
        title=spec.title,
        holder=spec.holder.name,
        currency=spec.holder.currency,
        as_of=running.as_of,
        quarter=running.quarter,
        is_running=running.is_running,
        paths=sample.paths,
        seed=spec.simulation.seed,
        assets={name: _asset(running, name, to_date, stays, sample) for name in running.models},
        periods=tuple(_periods(running, to_date, stays, sample)),
        limits=limits,
        further_fall=further_fall,
        notes=sample.notes,
        inputs=sample.inputs,
        engine_version=sample.engine_version,
    )


# ------------------------------------------------------------------ lines


def _periods(running: Running, to_date: Result, stays: Result, sample: Result) -> Iterator[PeriodOutlook]:
    """The quarter, and the fiscal year to its end where that is longer."""
    quarter = running.quarter
    year = f"{quarter.fiscal_year} YTD Q{quarter.number}"
    for label in (quarter.label, year) if quarter.number > 1 else (quarter.label,):
        booked = _booked(running, to_date, label)
        lines = {
            key: {
                name: LineOutlook(
                    _to_date(booked, to_date, key, name),
                    single(stays.period(label), name, stays.statements[key].lines),
                    distribution(sample, key, name, sample.period(label)),
                )
                for name in LINES
            }
            for key in stays.statements
        }
        yield PeriodOutlook(label, lines)


def _booked(running: Running, to_date: Result, label: str) -> Period | None:
    """The part of a period up to `as_of`; ``None`` if it has not begun."""
    if running.is_running:
        return to_date.period(label)
    last = to_date.reported[-1]
    if "YTD" in label and last.fiscal_year == running.quarter.fiscal_year:
        return to_date.period(f"{last.fiscal_year} YTD Q{last.number}")
    return None


def _to_date(booked: Period | None, to_date: Result, key: str, name: str) -> float | None:
    """A line to date. Of a period that has not begun, flows are zero and balances those of `as_of`."""
    lines = to_date.statements[key].lines
    if booked is not None:
        return single(booked, name, lines)
    kind = LINES[name].kind
    if kind == "flow":
        return None if lines[name] is None else 0.0
    return single(to_date.period(), name, lines) if kind in {"balance", "units"} else None


def _asset(running: Running, name: str, to_date: Result, stays: Result, sample: Result) -> AssetOutlook:
    label, daily = running.quarter.label, running.known[name]
    price = float(daily.close[-1])
    key = next(iter(stays.statements))
    position, period = stays.timeline.index_of(label), sample.period(label)
    held, drawn = (each.statements[key].assets[name] for each in (stays, sample))
    at_end = held.prices[position].price
    # Coins that the plan still brings in are not held to date.
    booked = to_date.statements[key].assets.get(name)
    return AssetOutlook(
        price=price,
        source=daily.source,
        at_end=LineOutlook(
            # The quarter-end price of a quarter that ends on `as_of` may be that of another hour, or stated.
            at_end if running.as_of == running.quarter.end else price,
            at_end,
            _simulated(sample, drawn, "price", period),
        ),
        lowest=LineOutlook(
            booked.low[-1] if booked is not None and running.is_running else None,
            held.low[position],
            _simulated(sample, drawn, "low", period),
        ),
        model=running.models[name],
    )


def _simulated(sample: Result, drawn: AssetStatement, line: str, period: Period) -> Distribution | None:
    """The distribution of a price; ``None`` where nothing is left to simulate."""
    return asset_distribution(sample, drawn, line, period) if sample.is_simulated else None


# ------------------------------------------------------------------ limits


def _limits(
    running: Running, to_date: Result, stays: Result, sample: Result, progress: Progress
) -> Iterator[LimitOutlook]:
    """Every limit of the scenario, under each framework it applies to."""
    position = [quarter.label for quarter in sample.reported].index(running.quarter.label)
    stated = [row.limit for row in running.stays.spec.limits]
    likely = {(id(each.limit), each.framework): each.by_quarter[position] for each in chances(sample, stated)}
    rows = [(limit, key) for key in stays.statements for limit in stated if limit.framework in {None, key}]
    searches = _Searches(running, stays)
    for (limit, key), within in parts(rows, progress):
        is_breached = _is_breached(stays, limit, key, running.quarter.label)
        yield LimitOutlook(
            limit=limit,
            framework=key,
            to_date=_is_breached(to_date, limit, key, to_date.reported[-1].label) if running.is_running else None,
            stays=is_breached,
            probability=likely.get((id(limit), key)),
            breaks_at=tuple(
                BreakingPrice(name, (), "The limit cannot be judged.")
                if is_breached is None
                else searches.price(limit, key, name, each)
                for name, each in parts(list(running.models), within)
            ),
        )


def _is_breached(result: Result, limit: Limit, key: str, label: str) -> bool | None:
    position = result.timeline.index_of(label)
    lines = result.statements[key].lines
    check = evaluate(limit, {name: None if line is None else line[:, [position]] for name, line in lines.items()})
    return None if check is None or check.worst[0] < 0 else bool(check.fails[0, 0])


def _price_key(running: Running, asset: str) -> KeyPath:
    return ("prices", asset, "quarter_end", running.quarter.end)


class _Searches:
    """The searches for breaking prices; those under one framework share their runs."""

    def __init__(self, running: Running, stays: Result) -> None:
        self._running, self._stays = running, stays
        self._first: dict[tuple[str, str], Search] = {}

    def price(self, limit: Limit, key: str, asset: str, progress: Progress) -> BreakingPrice:
        """The prices of an asset at which a limit breaks under a framework."""
        label = self._running.quarter.label
        price, path = _end_price(self._stays, asset, label), dotted(_price_key(self._running, asset))
        search = search_for(
            self._running.stays, limit, path, label, key, (price / FARTHEST, price * FARTHEST), probability=None
        )
        first = self._first.setdefault((key, asset), search)
        shared = replace(search, scenario=first.scenario, variations=first.variations, cache=first.cache)
        solution = solution_of(shared, progress)
        prices = tuple(float(each.first) for each in solution.answers if isinstance(each.first, float))
        return BreakingPrice(asset, prices, solution.reason)


FARTHEST = 20.0
"""Prices are searched from a twentieth to twenty times the price of `as_of`."""


def _end_price(result: Result, asset: str, label: str) -> float:
    statement = next(iter(result.statements.values()))
    return statement.assets[asset].prices[result.timeline.index_of(label)].price


# ------------------------------------------------------------------ a further fall


def _further_fall(running: Running, stays: Result, sample: Result, progress: Progress) -> Iterator[FurtherFall]:
    """The effect of a lower price of each asset on the last line computed, under each framework."""
    for asset, within in parts(list(running.models), progress):
        lower, expected = _lower(running, stays, asset), _expected(running, sample, asset, within)
        for key in stays.statements:
            yield FurtherFall(asset, key, _last_line(stays, key), lower.get(key), expected.get(key))


def _expected(running: Running, sample: Result, asset: str, progress: Progress) -> dict[str, Estimate]:
    """By framework: mean change of the last line over paths that begin one lower [currency]."""
    if not sample.is_simulated:
        return {}
    price = float(running.known[asset].close[-1])
    step, paths = _step(price), min(sample.paths, PATHS_OF_A_FALL)
    spot = ("prices", asset, "spot")
    lower = run(
        running.simulated.what_if({spot: price - step, "simulation.paths": paths, "limits": None}), progress=progress
    )
    changes = {}
    for key in sample.statements:
        line, label = _last_line(sample, key), running.quarter.label
        before, after = (distribution(each, key, line, each.period(label)) for each in (sample, lower))
        if before is not None and after is not None:
            # A smaller sample is the beginning of a larger one, so the difference is on the same random numbers, and
            # its error excludes their common noise.
            difference = after.values - np.broadcast_to(before.values, sample.paths)[: lower.paths]
            changes[key] = Distribution(difference / step, after.replicates).mean
    return changes


def _step(price: float) -> float:
    """One unit of currency, less for a cheap coin."""
    return min(1.0, price / 100.0)


def _last_line(result: Result, key: str) -> str:
    """Net income, or income before tax where no tax is computed."""
    return "pre_tax_income" if result.statements[key].lines["net_income"] is None else "net_income"


def _lower(running: Running, stays: Result, asset: str) -> dict[str, float]:
    """By framework: change of the last line at a price lower by one, which then stays [currency]."""
    label = running.quarter.label
    price = _end_price(stays, asset, label)
    step = _step(price)
    path = _price_key(running, asset)
    if vary_prices_only(running.stays.case, [path]):
        both = run_points(running.stays, {path: np.array([price, price - step])})
        results: Sequence[Result] = (both,)
    else:
        results = (stays, run(running.stays.what_if({path: price - step})))
    changes = {}
    for key in stays.statements:
        line = _last_line(stays, key)
        values = np.concatenate([np.atleast_1d(each.line(line, label, framework=key)) for each in results])
        changes[key] = float(values[-1] - values[0]) / step
    return changes


# ------------------------------------------------------------------ what came


def what_came(scenario: Scenario, as_of: date | None, records: Sequence[Record]) -> Came:
    """The figures of the quarters of `records` that had ended by `as_of`, by default the last day with a price.

    Raises
    ------
    InputError
        If the scenario cannot be run over those quarters.
    """
    past = past_quarters(scenario, as_of, {record.quarter for record in records})
    if past is None:
        return {}
    result = run(past)
    came: dict[tuple[str, str, str], float] = {}
    for label in [quarter.label for quarter in result.reported]:
        position, period = result.timeline.index_of(label), result.period(label)
        for key, statement in result.statements.items():
            came |= {(label, "price", name): own.prices[position].price for name, own in statement.assets.items()}
            for line in KEPT_LINES:
                value = single(period, line, statement.lines)
                if value is not None:
                    came[label, line, key] = value
    return came
