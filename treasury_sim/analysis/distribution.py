"""Statistics of a simulation: means, quantiles, value at risk and probabilities, each with its standard error.

Errors come from the replicates (path p belongs to replicate ``p % 16``) by sectioning: the statistic is computed in
each, and its squared distances from the statistic of all paths are added up. For a mean this is the standard deviation
over the replicates divided by the root of their number. For a quantile it is more: the replicates of an evenly spread
sequence agree with each other better than with the truth, and the quantile of all paths is not their mean. Under Sobol
the paths of a replicate are not independent, so an error computed from single paths would be several times too large.

Sources: A. Owen, Monte Carlo theory, methods and examples, 17.7 (replicates of randomised quasi-Monte Carlo);
S. Asmussen and P. Glynn, Stochastic Simulation (2007), III.5a; M. Nakayama, Confidence intervals for quantiles using
sectioning when applying variance-reduction techniques, ACM TOMACS 24 (2014) (sectioning).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import Limit, evaluate
from treasury_sim.domain.lookup import check_line, check_period
from treasury_sim.domain.periods import Period, over
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import AssetStatement, QuarterlyStatements
from treasury_sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.05, 0.5, 0.95)
LEVEL = 0.95
"""Confidence level of value at risk and expected shortfall."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error, in the same unit."""

    value: float
    error: float

    def __neg__(self) -> Estimate:
        """The figure with the other sign; its error is the same."""
        return Estimate(-self.value, self.error)


@dataclass(frozen=True)
class Distribution:
    """Distribution of one figure over the paths.

    Attributes
    ----------
    values : (paths,)
        The figure on each path [unit of the line]; (1,) where all paths agree.
    replicates
        Number of replicates; path p belongs to replicate ``p % replicates``.
    """

    values: Floats = field(repr=False)
    replicates: int

    @property
    def is_certain(self) -> bool:
        """Whether all paths agree."""
        return bool((self.values == self.values[0]).all())

    @property
    def mean(self) -> Estimate:
        """The expected value."""
        return self._estimate(lambda ordered: ordered.mean(axis=-1))

    @property
    def replicate_means(self) -> Floats:
        """The mean of each replicate, (replicates,); (1,) where all paths agree."""
        means: Floats = self.values if self.values.size == 1 else self.values.reshape(-1, self.replicates).mean(axis=0)
        return means

    def quantile(self, share: float) -> Estimate:
        """The value below which `share` of the paths lie."""
        return self._estimate(lambda ordered: _quantile(ordered, share))

    def value_at_risk(self, level: float = LEVEL) -> Estimate:
        """The loss, positive, not exceeded with probability `level`: minus the quantile ``1 - level``."""
        return self._estimate(lambda ordered: -_quantile(ordered, 1.0 - level))

    def expected_shortfall(self, level: float = LEVEL) -> Estimate:
        """The mean loss, positive, in the worst ``1 - level`` of the paths (conditional value at risk)."""
        return self._estimate(lambda ordered: -_tail_mean(ordered, 1.0 - level))

    def frame(self) -> pd.DataFrame:
        """Return mean, quantiles, value at risk and expected shortfall (losses positive), each with its error.

        Returns
        -------
        pandas.DataFrame
            A row for each statistic; columns ``value`` and ``error``, one standard error, in the unit of the line.
        """
        from treasury_sim.report.notebook import distribution_frame

        return distribution_frame(self)

    def __repr__(self) -> str:
        mean, low, high = self.mean, self.quantile(0.05), self.quantile(0.95)
        return (
            f"Distribution over {self.values.size:,} paths: mean {mean.value:,.0f} ± {mean.error:,.0f}, "
            f"p5 {low.value:,.0f} ± {low.error:,.0f}, p95 {high.value:,.0f} ± {high.error:,.0f}. More: .frame()"
        )

    def convergence(self, share: float = 0.05) -> list[tuple[int, Estimate, Estimate]]:
        """Number of paths, mean and quantile, for the first paths of the sample, then twice as many, up to all."""
        counts = [self.values.size]
        while counts[0] % 2 == 0 and counts[0] // 2 >= self.replicates**2 and not self.is_certain:
            counts.insert(0, counts[0] // 2)
        parts = [Distribution(self.values[:count], self.replicates) for count in counts]
        return [(part.values.size, part.mean, part.quantile(share)) for part in parts]

    def path_near(self, share: float) -> int:
        """The path whose figure is nearest to the quantile of `share`."""
        return int(np.argsort(self.values, kind="stable")[round(share * (self.values.size - 1))])

    @cached_property
    def _ordered(self) -> Floats:
        return np.sort(self.values)

    @cached_property
    def _by_replicate(self) -> Floats:
        """(replicates, paths / replicates), each in order."""
        # Paths of a replicate lie `replicates` apart, so each column of the reshaped values is one replicate.
        return np.sort(self.values.reshape(-1, self.replicates).T, axis=1)

    def _estimate(self, statistic: Callable[[Floats], Floats]) -> Estimate:
        value = float(statistic(self._ordered))
        if self.is_certain:
            return Estimate(value, 0.0)
        return Estimate(value, standard_error(statistic(self._by_replicate), value))


def standard_error(replicates: Floats, value: float | None = None) -> float:
    """Standard error of `value`, a statistic of all paths, from that of each replicate; by default of their mean."""
    around = replicates.mean() if value is None else value
    return float(np.sqrt(((replicates - around) ** 2).sum() / (replicates.size * (replicates.size - 1))))


def _quantile(ordered: Floats, share: float) -> Floats:
    """Quantile of values sorted along the last axis, interpolated between the two nearest."""
    position = share * (ordered.shape[-1] - 1)
    below = int(position)
    above = min(below + 1, ordered.shape[-1] - 1)
    between: Floats = ordered[..., below] + (position - below) * (ordered[..., above] - ordered[..., below])
    return between


def _tail_mean(ordered: Floats, share: float) -> Floats:
    """Mean of the lowest `share` of sorted values; the value on the border counts in part."""
    count = share * ordered.shape[-1]
    whole = int(count)
    border = (count - whole) * ordered[..., min(whole, ordered.shape[-1] - 1)]
    mean: Floats = (ordered[..., :whole].sum(axis=-1) + border) / count
    return mean


@checked
def distribution(
    result: Result,
    framework: str | None = None,
    line: str = "net_income",
    period: Period | None = None,
    *,
    quarter: str | None = None,
) -> Distribution | None:
    """Distribution of a line of the holder over the paths of a simulation.

    Parameters
    ----------
    result
        The result of a simulation; the distribution of a replay has one value.
    framework
        Framework key; the first of the result by default.
    line
        Key of a line of the statement.
    period
        The quarter or longer period, as given by `Result.period`; instead of `quarter`.
    quarter
        Such as ``2025Q4``, ``2025 YTD Q3`` or ``FY2025``; the last reported quarter by default.

    Returns
    -------
    Distribution or None
        Values (paths,), signed as in the statement [unit of the line]; ``None`` where the line is not computed.

    Raises
    ------
    InputError
        If the result has no such framework, line or quarter.

    Examples
    --------
    >>> from treasury_sim import distribution, load, run
    >>> result = run(load("observation_policy").what_if({"simulation.paths": 1_024}))
    >>> charge = distribution(result, "us_gaap_impairment", "remeasurement_pl", quarter="2026Q1")
    >>> f"{charge.mean.value:,.0f} ± {charge.mean.error:,.0f}"
    '-18,943 ± 15'
    """
    if period is not None and quarter is not None:
        raise InputError([Problem("", None, "quarter", "nothing besides period", quarter, "Give one of the two.")])
    period, line = period or result.period(quarter), check_line(line)
    check_period(period, len(result.timeline.quarters))
    return _distribution(result, over(period, line, result.statements[result.framework(framework)].lines))


def asset_distribution(result: Result, held: AssetStatement, line: str, period: Period) -> Distribution | None:
    """Distribution of a line of one asset; `line` may be ``price`` (at the end) or ``low`` (the lowest)."""
    if line in {"price", "low"}:
        seen = held.lines[line][:, list(period.quarters)]
        return _distribution(result, seen[:, -1] if line == "price" else seen.min(axis=1))
    return _distribution(result, over(period, line, dict(held.lines)))


def _distribution(result: Result, values: Floats | None) -> Distribution | None:
    if values is None or np.isnan(values).any():
        return None
    return Distribution(values, 1 if result.sampling is None else result.sampling.replicates)


@dataclass(frozen=True)
class Chance:
    """Probability that a limit is breached.

    Attributes
    ----------
    limit, framework
        The limit, and the key of the framework it is judged under.
    by_quarter
        Probability of a breach in each reported quarter.
    ever
        Probability of a breach in any of them.
    """

    limit: Limit
    framework: str
    by_quarter: tuple[Estimate, ...]
    ever: Estimate


@checked
def chances(result: Result, limits: Sequence[Limit]) -> list[Chance]:
    """Probability that each limit is breached, under each framework it applies to.

    Parameters
    ----------
    result
        The result of a simulation.
    limits
        The limits, such as `Result.watched`, the limits of the scenario.

    Returns
    -------
    list of Chance
        In the order of `limits`, probabilities from 0 to 1 with their standard errors. A limit that no path can judge
        is left out; the notes of the result name it and give the reason.

    Raises
    ------
    InputError
        If an argument is of the wrong kind.

    Examples
    --------
    >>> from treasury_sim import Limit, chances, load, run
    >>> result = run(load("observation_policy").what_if({"simulation.paths": 1_024}))
    >>> (chance,) = chances(result, [Limit("remeasurement_pl", "above", 30_000, measured_as="loss")])
    >>> f"{chance.ever.value:.1%}"
    '19.2%'
    """
    return [
        chance
        for limit in limits
        for key, statement in result.statements.items()
        if limit.framework in (None, key) and (chance := _chance(result, limit, statement)) is not None
    ]


def _chance(result: Result, limit: Limit, statement: QuarterlyStatements) -> Chance | None:
    check = evaluate(limit, _reported(result, statement))
    if check is None or (check.worst < 0).all():
        return None
    fails = np.broadcast_to(check.fails, (result.paths, check.fails.shape[1])).astype(float)
    replicates = 1 if result.sampling is None else result.sampling.replicates

    def probability(values: Floats) -> Estimate:
        return Distribution(values, replicates).mean

    by_quarter = tuple(probability(np.ascontiguousarray(column)) for column in fails.T)
    return Chance(limit, statement.framework, by_quarter, probability(fails.max(axis=1)))


def _reported(result: Result, statement: QuarterlyStatements) -> Mapping[str, Floats | None]:
    first = len(statement.quarters) - len(result.reported)
    return {name: None if line is None else line[:, first:] for name, line in statement.lines.items()}
