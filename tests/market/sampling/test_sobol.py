"""Sobol points against SciPy's, and what a scramble must keep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from treasury_sim.market.sampling.sobol import BITS, COORDINATES, Scrambled, direction_numbers, scrambled


def plain(first: int, count: int) -> Scrambled:
    directions = direction_numbers(first, count)[:, None, :]
    return Scrambled(directions, np.zeros((count, 1), dtype=np.uint32))


def test_the_points_are_those_of_scipy() -> None:
    """The same set: SciPy goes through the points in the order of the Gray code."""
    ours = plain(0, COORDINATES).uniforms(0, 256).T - 0.5 / 2**BITS
    theirs = qmc.Sobol(COORDINATES, scramble=False, bits=BITS).random(256)
    order, their_order = np.argsort(ours[:, 0]), np.argsort(theirs[:, 0])
    np.testing.assert_array_equal(ours[order], theirs[their_order])


@pytest.mark.parametrize(("first", "count"), [(0, 64), (64, 64), (128, 128), (256, 256), (192, 64)])
def test_a_stretch_is_part_of_the_whole(first: int, count: int) -> None:
    points = scrambled(5, 4, 0, 20)
    whole = points.uniforms(0, 512).reshape(20, 512, 4)
    np.testing.assert_array_equal(points.uniforms(first, count).reshape(20, count, 4), whole[:, first : first + count])


def test_every_replicate_is_evenly_spread() -> None:
    """Of 2^m points, each interval of length 2^-m holds exactly one, in every coordinate of every replicate."""
    found = scrambled(1, 16, 0, 30).uniforms(0, 256).reshape(30, 256, 16)
    np.testing.assert_array_equal(np.sort((found * 256).astype(int), axis=1), np.arange(256)[None, :, None] + found * 0)


def test_replicates_and_seeds_are_scrambled_apart() -> None:
    one, other = scrambled(1, 16, 0, 2), scrambled(2, 16, 0, 2)
    assert np.unique(one.shift[0]).size == 16
    assert np.unique(one.directions[1, :, 0]).size == 16
    assert not np.intersect1d(one.shift, other.shift).size
