"""Exact Shapley values: the share of each mechanism in an outcome, averaged over every order of switching them on.

``phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! x (v(S + i) - v(S))`` (Shapley 1953). The values add up to
``v(all) - v(none)``. For paths in common, the value of a mean is the mean of the paths' values; a quantile is not
additive over paths, so ``v`` must then be the quantile itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, fsum


@dataclass(frozen=True)
class Share:
    """The part of one mechanism in the difference between all mechanisms and none.

    Attributes
    ----------
    value
        Its Shapley value [as the outcome].
    first_in
        The difference it makes alone.
    last_in
        The difference it makes after all others.
    """

    value: float
    first_in: float
    last_in: float


def outcomes(mechanisms: Sequence[str], outcome: Callable[[frozenset[str]], float]) -> dict[frozenset[str], float]:
    """Compute the outcome under every subset of `mechanisms`: 2^n of them, each once."""
    return {chosen: outcome(chosen) for chosen in subsets_of(mechanisms)}


def subsets_of(mechanisms: Sequence[str]) -> list[frozenset[str]]:
    """Every subset of `mechanisms`, the empty one first and the whole one last."""
    sizes = range(len(mechanisms) + 1)
    return [frozenset(chosen) for size in sizes for chosen in combinations(mechanisms, size)]


def shapley(mechanisms: Sequence[str], values: Mapping[frozenset[str], float]) -> dict[str, Share]:
    """Attribute ``v(all) - v(none)`` to `mechanisms`.

    Parameters
    ----------
    values
        The outcome under every subset, see `outcomes`.

    Raises
    ------
    KeyError
        If the outcome of a subset is missing.
    """
    count, every = len(mechanisms), frozenset(mechanisms)
    weight = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    shares: dict[str, Share] = {}
    for name in mechanisms:
        others = [each for each in mechanisms if each != name]
        subsets = [frozenset(chosen) for size in range(count) for chosen in combinations(others, size)]
        terms = [
            sign * weight[len(subset)] * values[which]
            for subset in subsets
            for sign, which in ((1.0, subset | {name}), (-1.0, subset))
        ]
        shares[name] = Share(
            fsum(terms),
            values[frozenset({name})] - values[frozenset()],
            values[every] - values[every - {name}],
        )
    return shares
