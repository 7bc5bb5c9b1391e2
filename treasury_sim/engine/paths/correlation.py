"""Correlation of assets simulated together: that of their normal shocks, and the resulting one of their prices.

Jumps, stochastic volatility and regimes are independent between assets, so prices correlate less than the normal shocks
that drive them. A price correlation stated in the scenario is therefore solved for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from treasury_sim.case import Case
from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.result import Correlation
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.models import AnyModel, NodePrices
from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.models.ensemble import Ensemble
from treasury_sim.market.models.follows import Follows
from treasury_sim.market.sampling import Sample

CLOSE_ENOUGH = 1e-6
"""Largest difference allowed between the price correlation and the one stated."""
MOST_STEPS = 60
NOT_NORMAL = (Bootstrap, Follows)
"""Models that no correlated normals drive: one draws past days, the other has the beta of its leader."""

Draw = Callable[[Sample, tuple[str, ...]], Mapping[str, NodePrices]]
"""The prices of some assets on the first chunk of a sample."""


def sample_of(
    case: Case, sample: Sample, models: Mapping[str, AnyModel], spots: Mapping[str, float], draw: Draw
) -> Sample:
    """`sample` with the correlations of the scenario; price correlations are solved for on its first chunk of paths.

    Parameters
    ----------
    spots
        Price before the first node, by asset [currency/coin].

    Raises
    ------
    InputError
        If the correlation matrix is invalid, or a price correlation cannot be reached.
    """
    simulation, names = case.spec.simulation, sample.assets
    shocks = np.eye(len(names))
    problems = []
    for pair, value in simulation.correlation.items():
        if set(pair.split("/")) <= set(names):
            _set(shocks, names, pair, value)
    for pair, goal in simulation.price_correlation.items():
        if not all(name in models and draws_normals(models[name]) for name in pair.split("/")):
            problems.append(_not_normal(case, pair))
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
            problems.append(_unreachable(case, pair, goal, root))
    if not problems and np.linalg.eigvalsh(shocks).min() < -1e-9:
        key = "price_correlation" if simulation.price_correlation else "correlation"
        expected = "a valid correlation matrix (positive semi-definite)"
        problems.append(case.problem(("simulation", key), expected))
    if problems:
        raise InputError(problems)
    return replace(sample, loadings=_triangle(shocks))


def draws_normals(model: AnyModel) -> bool:
    """Whether shocks of `model` are normals, which can be correlated; those of some members are enough."""
    return any(map(draws_normals, model.members)) if isinstance(model, Ensemble) else not isinstance(model, NOT_NORMAL)


def moved_together(prices: Mapping[str, NodePrices], spots: Mapping[str, float]) -> Floats:
    """Sums over paths and nodes of products of log returns, each less its mean over the paths, (assets, assets)."""
    rows = []
    for name, drawn in prices.items():
        returns = np.diff(np.log(drawn.close), axis=1, prepend=math.log(spots[name]))
        rows.append((returns - returns.mean(axis=0)).ravel())
    # einsum rather than BLAS, whose number of threads would change the last digit.
    products: Floats = np.einsum("ap,bp->ab", np.array(rows), np.array(rows))
    return products


def of_prices(moved: Floats) -> Floats:
    """The correlation of log returns from their sums of products, (assets, assets); NaN without movement."""
    size = np.sqrt(np.diag(moved))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation: Floats = moved / np.outer(size, size)
    return correlation


def correlations(sample: Sample, models: Mapping[str, AnyModel], moved: Floats) -> Iterator[Correlation]:
    """Correlation of shocks and of prices for each pair of assets."""
    shocks, prices = sample.loadings @ sample.loadings.T, of_prices(moved)
    for (row, first), (column, second) in combinations(enumerate(models), 2):
        are_normal = all(draws_normals(models[name]) for name in (first, second))
        if np.isfinite(prices[row, column]):
            of_shocks = float(shocks[sample.assets.index(first), sample.assets.index(second)])
            yield Correlation(f"{first}/{second}", of_shocks if are_normal else None, float(prices[row, column]))


def _set(matrix: Floats, names: tuple[str, ...], pair: str, value: float) -> None:
    row, column = (names.index(name) for name in pair.split("/"))
    matrix[row, column] = matrix[column, row] = value


def _triangle(correlation: Floats) -> Floats:
    """Lower triangle L with L L' = `correlation`, from a matrix root: a correlation of 1 has no Cholesky factor."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    triangle = np.linalg.qr(root.T)[1].T
    return frozen(triangle * np.where(np.diag(triangle) < 0.0, -1.0, 1.0))


def _root(off: Callable[[float], float]) -> float | tuple[float, float]:
    """The zero of the increasing function `off` between -1 and 1; its values at both ends if it has none.

    By the Illinois method: common random numbers make `off` almost linear.
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


def _not_normal(case: Case, pair: str) -> Problem:
    expected = "two assets whose models draw normals: no bootstrap, no asset that follows, no stated path"
    fix = "Leave it out; what prices of bootstraps are correlated by is in the notes of the run."
    return case.problem(("simulation", "price_correlation", pair), expected, pair, fix)


def _unreachable(case: Case, pair: str, goal: float, off: tuple[float, float]) -> Problem:
    # Rounded inwards, so that both ends can be reached.
    least, most = math.ceil((goal + off[0]) * 1e4) / 1e4, math.floor((goal + off[1]) * 1e4) / 1e4
    expected = f"from {least:.4f} to {most:.4f}, which prices reach with shocks that are opposite or the same"
    fix = "Jumps, volatility and regimes are each asset's own: ask for less, or choose other models."
    return case.problem(("simulation", "price_correlation", pair), expected, f"{goal:g}", fix)
