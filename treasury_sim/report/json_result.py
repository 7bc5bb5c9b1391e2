"""A `Result` as JSON, `schema: 1`. Lines that were not computed are null, never 0."""

from __future__ import annotations

import json
from math import isfinite

from treasury_sim.domain.limit import LimitOutcome
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, fiscal_years, quarter_periods, single, year_to_date
from treasury_sim.domain.result import Outcome, Result
from treasury_sim.domain.statements import AssetStatement, QuarterlyStatements
from treasury_sim.engine.points import one_point
from treasury_sim.report.capital import as_json as capital_as_json
from treasury_sim.report.tables import remeasurement_names
from treasury_sim.report.words import known

Json = dict[str, object]

ASSET_LINES = (
    "cost_basis",
    "fair_value",
    "carrying",
    "remeasurement_pl",
    "remeasurement_oci",
    "realised_pl",
    "accumulated_impairment",
)


def to_json(result: Result) -> str:
    """Write `result` as JSON text, ending in a newline."""
    return json.dumps(_finite(as_json(result)), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: object) -> object:
    """Put null where a number is none: a price that is not known, say."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    return [_finite(entry) for entry in value] if isinstance(value, list) else value


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
        "policies": dict(result.policies),
        "manifest": {"inputs": dict(result.inputs), "seed": result.seed},
        **_figures(result),
        "expect": [_outcome(outcome) for outcome in result.outcomes],
        "limits": [_limit(outcome) for outcome in result.limits],
        "capital": None if result.capital is None else capital_as_json(result),
        "notes": list(result.notes),
    }


def _figures(result: Result) -> Json:
    if result.basis != "points":
        return {"frameworks": _frameworks(result)}
    told = []
    for number in range(result.paths):
        point = one_point(result, number)
        at = {key: float(value[0]) for key, value in point.points.items()}
        told.append({"at": at, "frameworks": _frameworks(point)})
    return {"points": told}


def _frameworks(result: Result) -> Json:
    quarters, reported = result.timeline.quarters, result.reported
    return {
        key: {
            "quarters": [_period(result, s, p) for p in quarter_periods(quarters, reported)],
            "year_to_date": [_period(result, s, p) for p in year_to_date(quarters, reported)],
            "fiscal_years": [_period(result, s, p) for p in fiscal_years(quarters, reported)],
        }
        for key, s in result.statements.items()
    }


def _period(result: Result, statement: QuarterlyStatements, period: Period) -> Json:
    first, last = statement.quarters[period.quarters[0]], statement.quarters[period.quarters[-1]]
    values = {name: single(period, name, statement.lines) for name in LINES}
    values.pop("units")
    found: Json = {
        "label": period.label,
        "fiscal_year": last.fiscal_year,
        "start": first.start.isoformat(),
        "end": last.end.isoformat(),
        "units": {asset: single(period, "units", dict(held.lines)) for asset, held in statement.assets.items()},
        "assets": {asset: _asset(held, period) for asset, held in statement.assets.items()},
    }
    for name, value in values.items():
        found[name] = value
        if name == "remeasurement_pl":
            found["remeasurement_name"] = remeasurement_names(result, statement.framework, period)
    band = result.bands.get((statement.framework, period.label))
    if band is not None:
        found["band"] = {name: {"low": low, "high": high} for name, (low, high) in band.items()}
    return found


def _asset(held: AssetStatement, period: Period) -> Json:
    lows = [quarter for quarter in period.quarters if known(held.low[quarter]) is not None]
    lowest = min(lows, key=lambda quarter: held.low[quarter], default=None)
    price = held.prices[period.quarters[-1]]
    lines = dict(held.lines)
    return {
        "units": single(period, "units", lines),
        "price": known(price.price),
        "price_source": price.source,
        "low": None if lowest is None else held.low[lowest],
        "low_date": None if lowest is None else held.low_days[lowest].isoformat(),
        **{name: single(period, name, lines) for name in ASSET_LINES},
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
