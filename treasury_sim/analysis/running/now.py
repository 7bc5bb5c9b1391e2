"""`now(scenario) -> Now`: the running quarter to date, if the price stays, and its range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from treasury_sim.analysis.distribution import Distribution, asset_distribution, distribution
from treasury_sim.analysis.running.breaking_prices import limit_outlooks
from treasury_sim.analysis.running.further_fall import further_falls
from treasury_sim.analysis.running.outlook import AssetOutlook, LineOutlook, Now, PeriodOutlook
from treasury_sim.analysis.running.record import KEPT_LINES, Record
from treasury_sim.analysis.running.running_scenarios import Running, past_quarters, running_quarter
from treasury_sim.analysis.running.scores import Came
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import AssetStatement
from treasury_sim.engine import run
from treasury_sim.scenario import Scenario


@checked
def now(
    scenario: Scenario,
    *,
    as_of: date | None = None,
    quarter: str | None = None,
    model: str | None = None,
    parameter_error: bool = True,
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
        Price model to fit to the prices up to `as_of`; by default the scenario's where it is simulated, else the
        ensemble that the backtest chose.
    parameter_error
        Whether the range of a fitted model includes the error of its parameters.
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
    running = running_quarter(scenario, as_of=as_of, quarter=quarter, model=model, parameter_error=parameter_error)
    to_date, stays = run(running.to_date), run(running.stays)
    within = next(stages)[1]
    sample = stays if running.simulated is running.stays else run(running.simulated, progress=within)
    limits = tuple(limit_outlooks(running, to_date, stays, sample, next(stages)[1]))
    further_fall = tuple(further_falls(running, stays, sample, next(stages)[1]))
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
