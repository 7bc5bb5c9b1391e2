"""Derivatives of an expected line of a simulation by the parameters of its price models, with standard errors.

Central differences on common random numbers: the scenario is simulated with the parameter a little lower and a little
higher, from the same seed, and the difference is taken path by path before it is averaged. Common noise cancels, and
the standard error, from the replicates, is that of the difference. Where a line has kinks the difference is an average
over the step, so the step is reported.

Source: P. Glasserman, Monte Carlo Methods in Financial Engineering (2003), 7.1 (finite differences, common random
numbers).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import Distribution, Estimate, distribution
from treasury_sim.analysis.lines import not_computed
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.case.key_paths import KeyPath, dotted, key_path
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lookup import check_framework, check_line
from treasury_sim.domain.periods import Period
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.history import load_history
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind, key_words, kind_of

STEP = 0.01
"""Relative step by which a parameter moves down and up; an absolute step where it is zero."""

MODEL_KEYS = ("volatility", "drift", "jumps_per_year", "jump_mean", "jump_volatility", "alpha", "gamma", "beta")


@dataclass(frozen=True)
class Greek:
    """One derivative.

    Attributes
    ----------
    key, words, kind, value
        The parameter: its key path, its name, the kind of number, and its value.
    step
        Amount by which it moved down and up.
    derivative
        Change of the expected line per unit of the parameter [unit of the line], with its standard error.
    """

    key: str
    words: str
    kind: Kind
    value: float
    step: float
    derivative: Estimate

    @property
    def of_a_hundredth(self) -> Estimate:
        """Change of the expected line per percentage point of the parameter (for a price, per 1 % of it)."""
        size = 0.01 * self.value if self.key.endswith(".spot") else 0.01
        return Estimate(self.derivative.value * size, self.derivative.error * size)


@dataclass(frozen=True)
class Greeks:
    """Derivatives of an expected line, and the line itself."""

    title: str
    line: str
    currency: str
    framework: str
    quarter: str
    paths: int
    expected: Estimate
    greeks: tuple[Greek, ...]


def is_sampled(scenario: Scenario) -> bool:
    """Whether any prices of the scenario are drawn at random."""
    return any(isinstance(prices, Sampled) for prices in scenario.spec.prices.values())


@checked
def greeks(
    scenario: Scenario,
    *,
    line: str = "net_income",
    framework: str | None = None,
    quarter: str | None = None,
    keys: Sequence[str] = (),
    progress: Progress | None = None,
) -> Greeks:
    """Compute derivatives of an expected line by the parameters of the price models.

    Parameters
    ----------
    scenario
        A scenario with simulated prices.
    line
        Key of a line of the statement.
    framework
        Framework key; the scenario's first by default.
    quarter
        Label of a reported quarter, such as ``2026Q1``; the last by default.
    keys
        Key paths that hold a number, such as ``prices.BTC.volatility``; by default the spot price and all parameters
        of every simulated model.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Greeks
        The expected line and one derivative for each key, signed [unit of the line].

    Raises
    ------
    InputError
        If nothing is simulated, or a line, framework, quarter or key is unknown.

    Examples
    --------
    >>> from treasury_sim import greeks, load
    >>> scenario = load("observation_policy").what_if({"simulation.paths": 1_024})
    >>> (vega,) = greeks(scenario, line="remeasurement_pl", keys=["prices.BTC.volatility"]).greeks
    >>> f"{vega.of_a_hundredth.value:.1f} ± {vega.of_a_hundredth.error:.1f} for one point of volatility"
    '-285.7 ± 0.2 for one point of volatility'
    """
    if not is_sampled(scenario):
        fix = "Give prices a model such as gbm, or use sensitivity without --greeks for a single price path."
        raise InputError([Problem("", None, "prices", "a model that is simulated", "one price path", fix)])
    key = framework or scenario.spec.accounting.frameworks[0]
    labels = [reported.label for reported in scenario.spec.quarters]
    label = quarter or labels[-1]
    if label not in labels:
        raise InputError([Problem("", None, "quarter", f"one of {', '.join(labels)}", label)])
    check_framework(key, FRAMEWORKS)
    check_line(line)
    base = restrict_to_framework(scenario, key)
    paths = [key_path(name) for name in keys] or list(_parameters(base))
    # One run unchanged, and two for each key.
    stages = parts(range(1 + 2 * len(paths)), progress or silent)
    result = run(base, progress=next(stages)[1])
    expected = _line(result, key, line, label)
    derivatives = tuple(_greek(base, path, key, line, label, stages) for path in paths)
    next(stages, None)
    return Greeks(
        title=scenario.spec.title,
        line=line,
        currency=scenario.spec.holder.currency,
        framework=key,
        quarter=label,
        paths=result.paths,
        expected=expected.mean,
        greeks=derivatives,
    )


def _parameters(scenario: Scenario) -> Iterator[KeyPath]:
    for asset, prices in scenario.spec.prices.items():
        if isinstance(prices, Sampled):
            yield ("prices", asset, "spot")
            yield from (("prices", asset, name) for name in MODEL_KEYS if getattr(prices, name, None) is not None)


def _greek(  # noqa: PLR0917 - one figure of one scenario
    scenario: Scenario, path: KeyPath, key: str, line: str, label: str, stages: Iterator[tuple[int, Progress]]
) -> Greek:
    value = _value(scenario, path)
    step = abs(value) * STEP or STEP
    down, up = (
        _line(
            run(restrict_to_framework(scenario.with_values({path: value + side * step}), key), progress=within),
            key,
            line,
            label,
        )
        for side, (_, within) in zip((-1.0, 1.0), stages, strict=False)
    )
    # The difference is taken path by path on the same random numbers, so its error excludes their common noise.
    difference = Distribution((up.values - down.values) / (2.0 * step), up.replicates)
    return Greek(dotted(path), key_words(path, scenario), kind_of(path, scenario), value, step, difference.mean)


def _value(scenario: Scenario, path: KeyPath) -> float:
    """The value of a parameter; for a spot that is not stated, the close on the day before the model begins."""
    node: object = scenario.spec
    for key in path:
        node = node.get(key) if isinstance(node, dict) else getattr(node, str(key), None)
    if isinstance(node, (int, float)) and not isinstance(node, bool):
        return float(node)
    if path[0] == "prices" and path[-1] == "spot":
        asset = str(path[1])
        prices = scenario.spec.prices[asset]
        before = (prices.first_day or scenario.spec.model_begins) - timedelta(days=1)
        daily = scenario.case.prices_of(asset) or load_history(asset)
        return float(daily.close[min((before - daily.first).days, daily.close.size - 1)])
    raise InputError([Problem("", None, dotted(path), "a key that holds a number", str(node))])


def _line(result: Result, key: str, line: str, label: str) -> Distribution:
    period = Period(label, (result.timeline.index_of(label),))
    sampled = distribution(result, key, line, period)
    if sampled is None:
        raise not_computed(line, f"in {label}")
    return sampled
