"""Figures of a sample as JSON: a mean and quantiles, each beside its standard error, where a replay has a number."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_sim.analysis.distribution import Chance, Estimate, asset_distribution, distribution
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result, Sampling
from treasury_sim.domain.statements import AssetStatement, QuarterlyStatements
from treasury_sim.report.render.json import Json
from treasury_sim.report.tables.sample import statistics, with_losses


def holder_figure(result: Result, statement: QuarterlyStatements, name: str, period: Period) -> Json | None:
    """A line of the holder; flows have the loss in the worst paths beside it, positive: minus the line."""
    of = distribution(result, statement.framework, name, period)
    return None if of is None else _figure(with_losses(of, name))


def asset_figure(result: Result, held: AssetStatement, name: str, period: Period) -> Json | None:
    """A line of an asset, its ``price`` or its ``low``."""
    of = asset_distribution(result, held, name, period)
    return None if of is None else _figure(statistics(of))


def _figure(estimates: Mapping[str, Estimate]) -> Json:
    figure: Json = {}
    for name, estimate in estimates.items():
        figure |= _estimate(name, estimate)
    return figure


def _estimate(name: str, estimate: Estimate) -> Json:
    return {name: estimate.value, "se" if name == "mean" else f"{name}_se": estimate.error}


def sampling(drawn: Sampling) -> Json:
    """How the paths were drawn."""
    return {
        "method": drawn.method,
        "replicates": drawn.replicates,
        "from": drawn.first_day.isoformat(),
        "assets": list(drawn.assets),
        "nodes": drawn.nodes,
        "correlations": {pair.pair: {"shocks": pair.shocks, "prices": pair.prices} for pair in drawn.correlations},
    }


def convergence(result: Result, framework: str, line: str, period: Period) -> list[Json]:
    """Mean and lower quantile of the first paths, and of twice as many, up to all."""
    of = distribution(result, framework, line, period)
    steps = [] if of is None else of.convergence()
    return [{"paths": paths, **_figure({"mean": mean, "p5": low})} for paths, mean, low in steps]


def chance(likely: Chance, labels: list[str]) -> Json:
    """How likely a limit is to fail."""
    limit = likely.limit
    return {
        "name": limit.words,
        "framework": likely.framework,
        "severity": limit.severity,
        "measured_as": limit.measured_as,
        "line": limit.line,
        "comparison": limit.comparison,
        "value": limit.value,
        **_estimate("probability", likely.ever),
        "quarters": [
            {"label": label, **_estimate("probability", quarter)}
            for label, quarter in zip(labels, likely.by_quarter, strict=True)
        ],
    }
