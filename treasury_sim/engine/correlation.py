"""How prices that are drawn together are correlated: what their shocks are to be, and what their prices then are.

Jumps, volatilities that move and regimes are each asset's own, so prices are correlated less than the normal shocks
that drive them. A correlation of prices that the scenario asks for is therefore solved for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.result import Correlation
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.models import NodePrices, SampledModel
from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.sampling import Sample
from treasury_sim.scenario import Scenario

CLOSE_ENOUGH = 1e-6
"""By how much the correlation of prices may miss the one asked for."""
MOST_STEPS = 60

Draw = Callable[[Sample, tuple[str, ...]], Mapping[str, NodePrices]]
"""The prices of some assets on the first chunk of a sample."""


def sample_of(
    scenario: Scenario, sample: Sample, models: Mapping[str, SampledModel], spots: Mapping[str, float], draw: Draw
) -> Sample:
    """`sample` with the correlations of the scenario, those of prices solved for on its first chunk of paths.

    Parameters
    ----------
    spots
        Price before the first node, by asset [currency/coin].

    Raises
    ------
    InputError
        If the correlations cannot be together, or prices cannot be correlated as they are to be.
    """
    simulation, names = scenario.spec.simulation, sample.assets
    shocks = np.eye(len(names))
    problems = []
    for pair, value in simulation.correlation.items():
        if set(pair.split("/")) <= set(names):
            _set(shocks, names, pair, value)
    for pair, goal in simulation.price_correlation.items():
        if not all(name in models and not isinstance(models[name], Bootstrap) for name in pair.split("/")):
            problems.append(_not_normal(scenario, pair))
            continue

        def off(value: float, pair: str = pair, goal: float = goal) -> float:
            matrix = np.eye(len(names))
            _set(matrix, names, pair, value)
            assets = tuple(name for name in names if name in pair.split("/"))
            prices = draw(replace(sample, loadings=_triangle(matrix)), assets)
            return float(of_prices(moved_together(prices, spots))[0, 1]) - goal

        root = _root(off)
        if isinstance(root, float):
            _set(shocks, names, pair, root)
        else:
            problems.append(_unreachable(scenario, pair, goal, root))
    if not problems and np.linalg.eigvalsh(shocks).min() < -1e-9:
        key = "price_correlation" if simulation.price_correlation else "correlation"
        expected = "a valid correlation matrix (positive semi-definite)"
        problems.append(scenario.problem(("simulation", key), expected))
    if problems:
        raise InputError(problems)
    return replace(sample, loadings=_triangle(shocks))


def moved_together(prices: Mapping[str, NodePrices], spots: Mapping[str, float]) -> Floats:
    """Sums over paths and nodes of products of log returns, each less its mean over the paths, (assets, assets)."""
    rows = []
    for name, drawn in prices.items():
        returns = np.diff(np.log(drawn.close), axis=1, prepend=math.log(spots[name]))
        rows.append((returns - returns.mean(axis=0)).ravel())
    # Not by a library of linear algebra, whose threads would decide the last digit.
    products: Floats = np.einsum("ap,bp->ab", np.array(rows), np.array(rows))
    return products


def of_prices(moved: Floats) -> Floats:
    """The correlation of log returns from their sums of products, (assets, assets); not a number without movement."""
    size = np.sqrt(np.diag(moved))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation: Floats = moved / np.outer(size, size)
    return correlation


def correlations(sample: Sample, models: Mapping[str, SampledModel], moved: Floats) -> Iterator[Correlation]:
    """What the shocks and the prices of each two assets are correlated by."""
    shocks, prices = sample.loadings @ sample.loadings.T, of_prices(moved)
    for (row, first), (column, second) in combinations(enumerate(sample.assets), 2):
        are_normal = not any(isinstance(models[name], Bootstrap) for name in (first, second))
        if np.isfinite(prices[row, column]):
            yield Correlation(
                f"{first}/{second}", float(shocks[row, column]) if are_normal else None, float(prices[row, column])
            )


def _set(matrix: Floats, names: tuple[str, ...], pair: str, value: float) -> None:
    row, column = (names.index(name) for name in pair.split("/"))
    matrix[row, column] = matrix[column, row] = value


def _triangle(correlation: Floats) -> Floats:
    """Lower triangle L with L L' = `correlation`; one of 1 has no Cholesky factor, so take that of a root of it."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    triangle = np.linalg.qr(root.T)[1].T
    return frozen(triangle * np.where(np.diag(triangle) < 0.0, -1.0, 1.0))


def _root(off: Callable[[float], float]) -> float | tuple[float, float]:
    """Where `off`, which grows, is zero between -1 and 1; its two ends if it is not.

    By false position with the end that stays halved (Illinois): the same random numbers make `off` almost straight.
    """
    low, high, at_low, at_high = -1.0, 1.0, off(-1.0), off(1.0)
    if at_low > CLOSE_ENOUGH or at_high < -CLOSE_ENOUGH:
        return at_low, at_high
    stayed = 0
    tried, value = (low, at_low) if abs(at_low) < abs(at_high) else (high, at_high)
    for _ in range(MOST_STEPS):
        if abs(value) <= CLOSE_ENOUGH:
            break
        tried = low - at_low * (high - low) / (at_high - at_low)
        value = off(tried)
        if value < 0.0:
            low, at_low = tried, value
            at_high *= 0.5 if stayed == -1 else 1.0
            stayed = -1
        else:
            high, at_high = tried, value
            at_low *= 0.5 if stayed == 1 else 1.0
            stayed = 1
    return float(tried)


def _not_normal(scenario: Scenario, pair: str) -> Problem:
    expected = "two assets whose models draw normals: a bootstrap draws days of the past, a stated path nothing"
    fix = "Leave it out; what prices of bootstraps are correlated by is in the notes of the run."
    return scenario.problem(("simulation", "price_correlation", pair), expected, pair, fix)


def _unreachable(scenario: Scenario, pair: str, goal: float, off: tuple[float, float]) -> Problem:
    # Rounded inwards, so that both ends can be reached.
    least, most = math.ceil((goal + off[0]) * 1e4) / 1e4, math.floor((goal + off[1]) * 1e4) / 1e4
    expected = f"from {least:.4f} to {most:.4f}, which prices reach with shocks that are opposite or the same"
    fix = "Jumps, volatility and regimes are each asset's own: ask for less, or choose other models."
    return scenario.problem(("simulation", "price_correlation", pair), expected, f"{goal:g}", fix)
