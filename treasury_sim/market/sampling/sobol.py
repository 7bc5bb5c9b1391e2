"""Scrambled Sobol points, any stretch of them in one call.

A Sobol point is the exclusive or of the direction numbers of the set bits of its position. So points are computed by
doubling: the second half of a stretch is the first half combined with one more direction number. A scramble multiplies
the bits by a random lower triangular matrix and shifts them. Each replicate has a separate scramble, so replicates are
independent and each is as evenly spread as the sequence itself. `scipy.stats.qmc.Sobol` gives the same points (a test
compares them); this module exists because importing `scipy.stats` takes longer than a whole simulation.

Sources: I. M. Sobol (1967); S. Joe and F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008), the direction numbers; J. Matousek,
On the L2-discrepancy for anchored boxes, J. Complexity 14 (1998), the scramble.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from treasury_sim.domain.arrays import Floats, frozen

Words = NDArray[np.uint32]

BITS = 32
COORDINATES = 1_024
"""Number of coordinates with direction numbers."""

_TABLE = Path(__file__).parent / "direction_numbers.csv"


@cache
def _table() -> list[tuple[int, list[int]]]:
    """The polynomial and the initial numbers of each coordinate."""
    with _TABLE.open(encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(int(row["polynomial"]), [int(number) for number in row["initial"].split()]) for row in rows]


def direction_numbers(first: int, count: int) -> Words:
    """Direction numbers of coordinates `first` to ``first + count``, (count, bits), the highest bit first."""
    numbers = [_directions(*row) for row in _table()[first : first + count]]
    return np.array(numbers, dtype=np.uint32).reshape(count, BITS)


def _directions(polynomial: int, initial: list[int]) -> list[int]:
    degree = polynomial.bit_length() - 1
    if not degree:  # the first coordinate: each bit is itself
        return [1 << (BITS - 1 - bit) for bit in range(BITS)]
    numbers = list(initial)
    for _ in range(degree, BITS):
        new = numbers[-degree] ^ (numbers[-degree] << degree)
        for step in range(1, degree):
            if polynomial >> (degree - step) & 1:
                new ^= numbers[-step] << step
        numbers.append(new)
    return [number << (BITS - 1 - bit) for bit, number in enumerate(numbers)]


@dataclass(frozen=True)
class Scrambled:
    """Coordinates of the sequence, scrambled once for each replicate.

    Attributes
    ----------
    directions : (coordinates, replicates, bits)
        Scrambled direction numbers.
    shift : (coordinates, replicates)
        The scrambled origin.
    """

    directions: Words
    shift: Words

    def uniforms(self, first: int, count: int) -> Floats:
        """Points `first` to ``first + count`` of every replicate, above 0 and below 1.

        Both are multiples of a power of two that is at least `count`.

        Returns
        -------
        Floats
            (coordinates, count x replicates), the replicates of one point side by side.
        """
        points = np.empty((self.shift.shape[0], count, self.shift.shape[1]), dtype=np.uint32)
        points[:, 0] = self.shift
        for bit in range(first.bit_length()):
            if first >> bit & 1:
                points[:, 0] ^= self.directions[:, :, bit]
        for bit in range(count.bit_length() - 1):
            half = 1 << bit
            np.bitwise_xor(points[:, :half], self.directions[:, None, :, bit], out=points[:, half : 2 * half])
        uniforms = points.reshape(points.shape[0], count * points.shape[2]).astype(float)
        # The middle of each cell, so that neither 0 nor 1 occurs.
        uniforms += 0.5
        uniforms *= 2.0**-BITS
        return uniforms


@lru_cache(maxsize=64)
def scrambled(seed: int, replicates: int, first: int, count: int) -> Scrambled:
    """Scramble coordinates `first` to ``first + count`` once for each replicate."""
    stream = np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=(first, count)))
    generator = np.random.Generator(stream)
    bits: Words = generator.integers(0, 1 << BITS, (BITS, count, replicates), dtype=np.uint32)
    shift: Words = generator.integers(0, 1 << BITS, (count, replicates), dtype=np.uint32)
    plain = direction_numbers(first, count)[:, None, :]
    directions = np.zeros((count, replicates, BITS), dtype=np.uint32)
    for row in range(BITS):
        # Row r of the matrix: random to the left of the diagonal, one on it, zero to the right of it.
        diagonal = np.uint32(1 << (BITS - 1 - row))
        left = np.uint32(((1 << row) - 1) << (BITS - row))
        matrix = bits[row] & left | diagonal
        parity = np.bitwise_count(matrix[:, :, None] & plain) & 1
        directions |= parity.astype(np.uint32) * diagonal
    return Scrambled(frozen(directions), frozen(shift))
