"""A sample of paths, drawn in chunks of a fixed size, so that results do not depend on the number of workers.

Path p belongs to replicate ``p % 16``. Means, quantiles and their errors come from the replicates: under Sobol they are
independent scrambles of one sequence each; otherwise they are batches of independent paths.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.result import Method
from treasury_sim.market.sampling.sobol import COORDINATES, scrambled

REPLICATES = 16
CHUNK = 4_096
"""Paths drawn at once."""


@dataclass(frozen=True)
class Sample:
    """Random numbers of a simulation.

    Attributes
    ----------
    seed
        The same seed gives the same numbers.
    paths
        Number of paths, see `rounded_up`.
    method
        Source of the random numbers.
    assets
        Assets that are drawn.
    loadings : (assets, assets)
        Lower triangle L with L L' the correlation of their normals.
    """

    seed: int
    paths: int
    method: Method
    assets: tuple[str, ...]
    loadings: Floats

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.paths // CHUNK)

    def paths_of(self, chunk: int) -> slice:
        """The paths of one chunk."""
        return slice(chunk * CHUNK, min((chunk + 1) * CHUNK, self.paths))

    def noise(self, chunk: int) -> ChunkNoise:
        """The random numbers of one chunk, from their beginning."""
        return (SobolNoise if self.method == "sobol" else PseudorandomNoise)(self, chunk)


def rounded_up(paths: int, method: Method) -> int:
    """The number of paths drawn if `paths` are requested.

    Sixteen replicates of a power of two under Sobol, whole chunks otherwise, so that a larger sample extends a smaller
    one.
    """
    if method == "sobol":
        return REPLICATES << max(-(-paths // REPLICATES) - 1, 0).bit_length()
    return -(-paths // CHUNK) * CHUNK


def rounded_down(paths: int, method: Method) -> int:
    """The largest sample of at most `paths`; 0 if there is none."""
    if method == "sobol":
        return REPLICATES << (paths // REPLICATES).bit_length() - 1 if paths >= REPLICATES else 0
    return paths // CHUNK * CHUNK


class ChunkNoise:
    """Random numbers of one chunk of paths, see `treasury_sim.market.models.Noise`."""

    def __init__(self, sample: Sample, chunk: int) -> None:
        self._sample, self._chunk = sample, chunk
        self._paths = sample.paths_of(chunk)
        self._factors: list[Floats] = [np.empty((0, self.paths)) for _ in sample.assets]

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self._paths.stop - self._paths.start)

    def generator(self, name: str) -> np.random.Generator:
        """Return the stream of this chunk with that name, from its beginning: the same for every asset."""
        key = (self._chunk, zlib.crc32(name.encode()))
        return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(self._sample.seed, spawn_key=key)))

    def normals(self, asset: str, count: int) -> Floats:
        """Draw standard normals, (paths, count); columns of different assets are correlated."""
        row = self._sample.assets.index(asset)
        loadings = self._sample.loadings[row, : row + 1]
        if len(self._sample.assets) == 1:
            return self._normals(count).T
        total = np.zeros((count, self.paths))
        for factor in np.flatnonzero(loadings):
            known = self._factors[factor]
            if len(known) < count:
                known = self._factors[factor] = np.concatenate([known, self._normals(count - len(known))])
            total += loadings[factor] * known[:count]
        return total.T

    def uniforms(self, asset: str, count: int) -> Floats:
        """Draw uniforms above 0 and below 1, (paths, count)."""
        raise NotImplementedError

    def exponentials(self, asset: str, count: int) -> Floats:
        """Draw exponentials of mean 1, (paths, count)."""
        raise NotImplementedError

    def _normals(self, count: int) -> Floats:
        """Draw independent standard normals, (count, paths)."""
        raise NotImplementedError


class SobolNoise(ChunkNoise):
    """Coordinates of scrambled Sobol points in the order of the calls; pseudorandom numbers when they are used up."""

    def __init__(self, sample: Sample, chunk: int) -> None:
        super().__init__(sample, chunk)
        self._next = 0
        self._beyond = self.generator("beyond the coordinates")

    def _uniforms(self, count: int) -> Floats:
        first = self._next
        self._next += count
        spread = min(max(COORDINATES - first, 0), count)
        start, points = self._paths.start // REPLICATES, self.paths // REPLICATES
        uniforms = scrambled(self._sample.seed, REPLICATES, first, spread).uniforms(start, points)
        if spread == count:
            return uniforms
        # A whole chunk is drawn, so that a larger sample extends a smaller one.
        rest = _above_zero(self._beyond.random((count - spread, CHUNK)))
        return np.concatenate([uniforms, rest[:, : self.paths]])

    def uniforms(self, asset: str, count: int) -> Floats:  # noqa: ARG002
        """Draw uniforms above 0 and below 1, (paths, count)."""
        return self._uniforms(count).T

    def exponentials(self, asset: str, count: int) -> Floats:  # noqa: ARG002
        """Draw exponentials of mean 1, (paths, count)."""
        logs = self._uniforms(count)
        np.log(logs, out=logs)
        return np.negative(logs, out=logs).T

    def _normals(self, count: int) -> Floats:
        from scipy.special import ndtri  # noqa: PLC0415 - only a simulation needs SciPy

        uniforms = self._uniforms(count)
        normals: Floats = ndtri(uniforms, out=uniforms)
        return normals


class PseudorandomNoise(ChunkNoise):
    """Independent numbers, with a separate stream for each kind."""

    def __init__(self, sample: Sample, chunk: int) -> None:
        super().__init__(sample, chunk)
        self._stream = self.generator("normals")
        self._others: dict[str, np.random.Generator] = {}

    def _other(self, name: str) -> np.random.Generator:
        return self._others.setdefault(name, self.generator(name))

    def uniforms(self, asset: str, count: int) -> Floats:
        """Draw uniforms above 0 and below 1, (paths, count)."""
        return _above_zero(self._other(f"uniforms of {asset}").random((count, self.paths))).T

    def exponentials(self, asset: str, count: int) -> Floats:
        """Draw exponentials of mean 1, (paths, count)."""
        return self._other(f"exponentials of {asset}").standard_exponential((count, self.paths)).T

    def _normals(self, count: int) -> Floats:
        return self._stream.standard_normal((count, self.paths))


def _above_zero(uniforms: Floats) -> Floats:
    """Replace 0, which a generator can draw (unlike 1) and whose logarithm is infinite."""
    return np.maximum(uniforms, 2.0**-54, out=uniforms)
