"""Figures of a sample as JSON: a mean and quantiles, each beside its standard error, where a replay has a number."""

from __future__ import annotations

from treasury_sim.analysis.distribution import (
    LEVEL,
    QUANTILES,
    Chance,
    Distribution,
    Estimate,
    asset_distribution,
    distribution,
)
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result, Sampling
from treasury_sim.domain.statements import AssetStatement, QuarterlyStatements

Json = dict[str, object]


def holder_figure(result: Result, statement: QuarterlyStatements, name: str, period: Period) -> Json | None:
    """A line of the holder; flows have the loss in the worst paths beside it, positive: minus the line."""
    found = distribution(result, statement.framework, name, period)
    return None if found is None else _figure(found, with_losses=LINES[name].kind == "flow")


def asset_figure(result: Result, held: AssetStatement, name: str, period: Period) -> Json | None:
    """A line of an asset, its ``price`` or its ``low``."""
    found = asset_distribution(result, held, name, period)
    return None if found is None else _figure(found)


def _figure(found: Distribution, *, with_losses: bool = False) -> Json:
    mean = found.mean
    figure: Json = {"mean": mean.value, "se": mean.error}
    for share in QUANTILES:
        figure |= _estimate(f"p{share * 100:.0f}", found.quantile(share))
    if with_losses:
        figure |= _estimate(f"var_{LEVEL * 100:.0f}", found.value_at_risk())
        figure |= _estimate(f"cvar_{LEVEL * 100:.0f}", found.expected_shortfall())
    return figure


def _estimate(name: str, estimate: Estimate) -> Json:
    return {name: estimate.value, f"{name}_se": estimate.error}


def sampling(found: Sampling) -> Json:
    """How the paths were drawn."""
    return {
        "method": found.method,
        "replicates": found.replicates,
        "from": found.first_day.isoformat(),
        "assets": list(found.assets),
        "nodes": found.nodes,
        "correlations": {pair.pair: {"shocks": pair.shocks, "prices": pair.prices} for pair in found.correlations},
    }


def convergence(result: Result, framework: str, line: str, period: Period) -> list[Json]:
    """Mean and lower quantile of the first paths, and of twice as many, up to all."""
    found = distribution(result, framework, line, period)
    return [
        {"paths": paths, "mean": mean.value, "se": mean.error, **_estimate("p5", low)}
        for paths, mean, low in (found.convergence() if found is not None else [])
    ]


def chance(found: Chance, labels: list[str]) -> Json:
    """How likely a limit is to fail."""
    limit = found.limit
    return {
        "name": limit.words,
        "framework": found.framework,
        "severity": limit.severity,
        "measured_as": limit.measured_as,
        "line": limit.line,
        "comparison": limit.comparison,
        "value": limit.value,
        **_estimate("probability", found.ever),
        "quarters": [
            {"label": label, **_estimate("probability", quarter)}
            for label, quarter in zip(labels, found.by_quarter, strict=True)
        ],
    }
