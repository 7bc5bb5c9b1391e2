"""A `Result` as JSON, `schema: 1`. Lines that were not computed are null, never 0."""

from __future__ import annotations

from treasury_sim.analysis.distribution import chances
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.limit import LimitOutcome
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, cumulative, fiscal_years, quarter_periods, single, year_to_date
from treasury_sim.domain.result import Outcome, Result
from treasury_sim.domain.statements import AssetStatement, QuarterlyStatements
from treasury_sim.engine.paths.points import one_point
from treasury_sim.report import sample_json
from treasury_sim.report.render.json import Json, json_text
from treasury_sim.report.tables.capital import as_json as capital_as_json
from treasury_sim.report.tables.flows import flows_json
from treasury_sim.report.tables.statement import remeasurement_names
from treasury_sim.report.words import known

ASSET_LINES = (
    "cost_basis",
    "fair_value",
    "carrying",
    "remeasurement_pl",
    "remeasurement_oci",
    "realised_pl",
    "accumulated_impairment",
)


@checked
def to_json(result: Result) -> str:
    """Write a result as JSON.

    Parameters
    ----------
    result
        The result of a run.

    Returns
    -------
    str
        JSON text, ending in a newline. Figures are not rounded; a loss is negative [unit of the line].

    Examples
    --------
    >>> import json
    >>> from treasury_sim import run, to_json
    >>> json.loads(to_json(run("kulr_2025")))["currency"]
    'USD'
    """
    return json_text(as_json(result))


def as_json(result: Result) -> Json:
    """Arrange `result` as plain dictionaries and lists."""
    return {
        "schema": 1,
        "title": result.title,
        "description": result.description,
        "holder": result.holder,
        "engine_version": result.engine_version,
        "currency": result.currency,
        "basis": result.basis,
        "paths": result.paths,
        **({} if result.sampling is None else {"sampling": sample_json.sampling(result.sampling)}),
        "policies": dict(result.policies),
        "manifest": {"inputs": dict(result.inputs), "seed": result.seed},
        **_figures(result),
        "expect": [_outcome(outcome) for outcome in result.outcomes],
        "limits": _limits(result),
        "capital": None if result.capital is None else capital_as_json(result),
        **({"flows": flows_json(result)} if result.flows else {}),
        "notes": list(result.notes),
    }


def _figures(result: Result) -> Json:
    if result.basis != "points":
        return {"frameworks": _frameworks(result)}
    points = []
    for number in range(result.paths):
        point = one_point(result, number)
        at = {key: float(value[0]) for key, value in point.points.items()}
        points.append({"at": at, "frameworks": _frameworks(point)})
    return {"points": points}


def _frameworks(result: Result) -> Json:
    return {key: _framework(result, statement) for key, statement in result.statements.items()}


def _framework(result: Result, statement: QuarterlyStatements) -> Json:
    quarters, reported = result.timeline.quarters, result.reported
    periods_of: Json = {
        "quarters": [_period(result, statement, p) for p in quarter_periods(quarters, reported)],
        "year_to_date": [_period(result, statement, p) for p in year_to_date(quarters, reported)],
        "fiscal_years": [_period(result, statement, p) for p in fiscal_years(quarters, reported)],
    }
    if result.sampling is not None:
        periods = cumulative(quarters, reported)
        line, key = "remeasurement_pl", statement.framework
        periods_of["cumulative"] = [_period(result, statement, p) for p in periods]
        periods_of["convergence"] = {"line": line, "rows": sample_json.convergence(result, key, line, periods[-1])}
    return periods_of


def _limits(result: Result) -> list[Json]:
    if result.sampling is None:
        return [_limit(outcome) for outcome in result.limits]
    labels = [quarter.label for quarter in result.reported]
    return [sample_json.chance(likely, labels) for likely in chances(result, result.watched)]


def _figure(result: Result, statement: QuarterlyStatements, name: str, period: Period) -> Json | float | None:
    """A line of the holder: a number, or how it is distributed."""
    if result.sampling is not None:
        return sample_json.holder_figure(result, statement, name, period)
    return single(period, name, statement.lines)


def _asset_figure(result: Result, held: AssetStatement, name: str, period: Period) -> Json | float | None:
    if result.sampling is not None:
        return sample_json.asset_figure(result, held, name, period)
    return single(period, name, dict(held.lines))


def _period(result: Result, statement: QuarterlyStatements, period: Period) -> Json:
    first, last = statement.quarters[period.quarters[0]], statement.quarters[period.quarters[-1]]
    values = {name: _figure(result, statement, name, period) for name in LINES if name != "units"}
    figures: Json = {
        "label": period.label,
        "fiscal_year": last.fiscal_year,
        "start": first.start.isoformat(),
        "end": last.end.isoformat(),
        "units": {asset: _asset_figure(result, held, "units", period) for asset, held in statement.assets.items()},
        "assets": {asset: _asset(result, held, period) for asset, held in statement.assets.items()},
    }
    for name, value in values.items():
        figures[name] = value
        if name == "remeasurement_pl":
            figures["remeasurement_name"] = remeasurement_names(result, statement.framework, period)
    band = result.bands.get((statement.framework, period.label))
    if band is not None:
        figures["band"] = {name: {"low": low, "high": high} for name, (low, high) in band.items()}
    return figures


def _asset(result: Result, held: AssetStatement, period: Period) -> Json:
    lines = {name: _asset_figure(result, held, name, period) for name in ("units", *ASSET_LINES)}
    if result.sampling is not None:
        seen = {name: sample_json.asset_figure(result, held, name, period) for name in ("price", "low")}
        return {**lines, **seen, "price_source": held.prices[period.quarters[-1]].source, "low_date": None}
    lows = [quarter for quarter in period.quarters if known(held.low[quarter]) is not None]
    lowest = min(lows, key=lambda quarter: held.low[quarter], default=None)
    price = held.prices[period.quarters[-1]]
    return {
        **lines,
        "price": known(price.price),
        "price_source": price.source,
        "low": None if lowest is None else held.low[lowest],
        "low_date": None if lowest is None else held.low_days[lowest].isoformat(),
    }


def _outcome(outcome: Outcome) -> Json:
    return {
        "framework": outcome.framework,
        "quarter": outcome.period,
        "line": outcome.line,
        "value": outcome.value,
        "got": outcome.got,
        "tolerance": outcome.tolerance,
        "band_widening": outcome.band_widening,
        "band": None if outcome.band is None else {"low": outcome.band[0], "high": outcome.band[1]},
        "rounding": outcome.rounding,
        "pass": outcome.passed,
        "source": outcome.source,
        "source_of": outcome.source_of or None,
    }


def _limit(outcome: LimitOutcome) -> Json:
    limit = outcome.limit
    return {
        "name": limit.words,
        "framework": outcome.framework,
        "severity": limit.severity,
        "measured_as": limit.measured_as,
        "line": limit.line,
        "comparison": limit.comparison,
        "value": limit.value,
        "failed": outcome.failed,
        "quarter": outcome.period or None,
        "got": outcome.figure,
        "bound": outcome.bound,
        "sentence": outcome.sentence,
    }
