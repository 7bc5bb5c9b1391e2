"""Tools of maximum likelihood: the maximum, second derivatives, the delta method, draws from the posterior.

A log-likelihood takes many parameter sets at once, (sets, parameters), and gives a value for each, (sets,).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.calibration.parameters import Estimate, Parameter

LogLikelihood = Callable[[Floats], Floats]
Transform = Callable[[Floats], Floats]
"""Free parameters of one set -> parameters of a scenario."""

MOST_STEPS, MOST_HALVINGS = 500, 40
TOLERANCE = 1e-12
"""Relative gain of a step below which the search ends."""
STEP = 1e-7
"""Step of a slope, in units of a free parameter, all of which are about 1."""
PROPOSALS = 256
"""Parameter sets proposed for the posterior."""
LEAST = -1e12
"""Log density of impossible parameters: finite, so that a search can leave them."""
TAILS = 5.0
"""Degrees of freedom of the proposals: wide tails, so that no part of the posterior is missed."""
WIDEST = 1.5
"""Largest standard deviation of a proposal, in units of a free parameter (logarithms and logits)."""


def highest_point(log_likelihood: LogLikelihood, starts: list[Floats], most: float = math.inf) -> Floats:
    """The best local maximum reached from any of `starts`, free parameters between `-most` and `most`.

    By the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno. SciPy has it, too, but takes longer to import
    than this takes to run; the tests compare the two.

    Source: J. Nocedal and S. Wright, Numerical Optimization (2006), algorithm 6.1 and (6.20).
    """

    def value_and_slopes(at: Floats) -> tuple[float, Floats]:
        values = log_likelihood(np.concatenate([[at], at + STEP * np.eye(at.size)]))
        slopes = (values[0] - values[1:]) / STEP
        # At a bound, what leads beyond it does not count.
        is_bound = ((at >= most) & (slopes < 0.0)) | ((at <= -most) & (slopes > 0.0))
        return -float(values[0]), np.where(is_bound | ~np.isfinite(slopes), 0.0, slopes)

    # The log-likelihood is minus infinity at impossible parameters, and so its slopes may be.
    with np.errstate(invalid="ignore", over="ignore"):
        return min((_lowest(value_and_slopes, start, most) for start in starts), key=lambda pair: pair[0])[1]


def _lowest(function: Callable[[Floats], tuple[float, Floats]], start: Floats, most: float) -> tuple[float, Floats]:
    """The lowest value near `start`, and where it is."""
    at = np.clip(start, -most, most)
    value, slopes = function(at)
    inverse = np.eye(at.size) / max(float(np.abs(slopes).max()), 1.0)
    for _ in range(MOST_STEPS):
        direction = -inverse @ slopes
        if float(direction @ slopes) >= 0.0:
            inverse = np.eye(at.size) / max(float(np.abs(slopes).max()), 1.0)
            direction = -inverse @ slopes
        step = 1.0
        for _ in range(MOST_HALVINGS):
            tried = np.clip(at + step * direction, -most, most)
            value_there, slopes_there = function(tried)
            if value_there <= value + 1e-4 * float(slopes @ (tried - at)):
                break
            step /= 2.0
        else:
            return value, at
        moved, turned = tried - at, slopes_there - slopes
        gained = value - value_there
        at, value, slopes = tried, value_there, slopes_there
        if gained <= TOLERANCE * abs(value):
            return value, at
        along = float(moved @ turned)
        if along > 0.0:
            # (6.17) and (6.20): the first step sets the scale.
            if _is_first(inverse):
                inverse = np.eye(at.size) * along / float(turned @ turned)
            project = np.eye(at.size) - np.outer(moved, turned) / along
            inverse = project @ inverse @ project.T + np.outer(moved, moved) / along
    return value, at


def _is_first(inverse: Floats) -> bool:
    """Whether it still is the one that the search began with."""
    return bool(np.array_equal(inverse, np.eye(len(inverse)) * inverse[0, 0]))


def delta_errors(function: Transform, at: Floats, covariance: Floats) -> Floats:
    """Standard errors of `function` if its arguments have `covariance`; not a number where a variance is negative."""
    steps = 1e-5 * np.maximum(np.abs(at), 1e-4)
    slopes = np.array([(function(at + step) - function(at - step)) / (2.0 * step.sum()) for step in np.diag(steps)])
    variance = np.einsum("ik,ij,jk->k", slopes, covariance, slopes)
    errors: Floats = np.sqrt(np.where(variance >= 0.0, variance, math.nan))
    return errors


def information(log_likelihood: LogLikelihood, at: Floats) -> Floats:
    """Observed information: minus the second derivatives by central differences, (parameters, parameters)."""
    steps = np.diag(1e-4 * np.maximum(np.abs(at), 1e-2))
    rows, columns = np.tril_indices(at.size)
    along, across = steps[rows], steps[columns]
    corners = [at + along + across, at + along - across, at - along + across, at - along - across]
    values = log_likelihood(np.concatenate(corners)).reshape(4, rows.size)
    mixed = (values[0] - values[1] - values[2] + values[3]) / (4.0 * along.sum(axis=1) * across.sum(axis=1))
    second = np.empty((at.size, at.size))
    second[rows, columns] = second[columns, rows] = -mixed
    return second


def posterior(log_density: LogLikelihood, start: Floats, count: int, generator: np.random.Generator) -> Floats:
    """Draw parameter sets in proportion to `log_density`, (count, parameters), by sampling-importance resampling.

    Proposals come from a multivariate Student-t around the highest density; each is drawn again with a chance in
    proportion to its density over that of its proposal.

    Parameters
    ----------
    log_density
        Log-likelihood plus log prior density.
    start
        Where the search for the highest density begins.

    Source: D. Rubin, "Using the SIR algorithm to simulate posterior distributions", Bayesian Statistics 3 (1988).
    """
    best = highest_point(log_density, [start])
    values, vectors = np.linalg.eigh(np.nan_to_num(information(log_density, best)))
    spread = vectors / np.sqrt(np.maximum(values, WIDEST**-2))
    off = generator.standard_normal((PROPOSALS, best.size))
    off /= np.sqrt(generator.chisquare(TAILS, PROPOSALS) / TAILS)[:, None]
    proposals = best + off @ spread.T
    log_proposal = -(TAILS + best.size) / 2.0 * np.log1p((off * off).sum(axis=1) / TAILS)
    log_weight = log_density(proposals) - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    places = (np.arange(count) + generator.random()) / count * weight.sum()
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), places), PROPOSALS - 1)
    drawn: Floats = generator.permutation(proposals[chosen])
    return drawn


def flat_prior(free: Floats) -> Floats:
    """The log density of a prior that is flat in the free parameters."""
    return np.zeros(len(free))


def estimate(
    keys: tuple[str, ...],
    annual: Transform,
    best: Floats,
    log_likelihood: LogLikelihood,
    log_prior: LogLikelihood,
    *,
    plain: frozenset[str] = frozenset(),
    notes: tuple[str, ...] = (),
) -> Estimate:
    """Parameters of a scenario, their standard errors and draws, from the maximum of a likelihood in other parameters.

    Parameters
    ----------
    annual
        From free parameters to those of `keys`.
    plain
        Keys that a scenario does not write in per cent.
    """
    second = information(log_likelihood, best)
    try:
        covariance = np.asarray(np.linalg.inv(second), dtype=np.float64)
    except np.linalg.LinAlgError:
        covariance = np.full(second.shape, math.nan)
    errors = delta_errors(annual, best, covariance)

    def log_density(free: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.asarray(np.nan_to_num(log_likelihood(free) + log_prior(free), nan=LEAST, neginf=LEAST))

    def draw(count: int, generator: np.random.Generator) -> Floats:
        return np.array([annual(free) for free in posterior(log_density, best, count, generator)])

    parameters = tuple(
        Parameter(key, float(value), float(error), key not in plain)
        for key, value, error in zip(keys, annual(best), errors, strict=True)
    )
    value = float(log_likelihood(best[None])[0])
    return Estimate(parameters, value, best.size, draw, notes, best)
