"""Several models at once: each path follows one of them, so that its spread includes that between the models."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from treasury_sim.domain.arrays import Days, Floats, Ints
from treasury_sim.market.history import Window
from treasury_sim.market.models.model import NodePrices, Noise, SampledModel
from treasury_sim.market.sampling.sample import REPLICATES

TOGETHER = frozenset({"Gbm", "Garch", "Regime", "Bootstrap"})
"""Models whose figures may differ from path to path."""
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
"""Multiples of it, less their whole part, are spread evenly whatever their number."""


@dataclass(frozen=True)
class Ensemble:
    """A mixture of models.

    Attributes
    ----------
    members
        Models of the same asset.
    weights
        Weight of each; equal if empty.
    """

    daily: ClassVar[bool] = True

    asset: str
    members: tuple[SampledModel, ...]
    weights: tuple[float, ...] = ()

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw the paths of every member; those of members that differ in figures only are drawn together."""
        followed = self.member_of(noise.paths)
        shared = _SharedNoise(noise)
        close, low = (np.empty((nodes.size, noise.paths)) for _ in range(2))
        for number, group in enumerate(self._groups):
            paths = np.flatnonzero(np.isin(followed, group))
            if paths.size:
                model = stacked([self.members[each] for each in group], np.searchsorted(group, followed[paths]))
                drawn = model.draw(nodes, start, spot, _OwnNoise(shared, paths, number))
                close[:, paths], low[:, paths] = drawn.close.T, drawn.low.T
        return NodePrices(close.T, low.T)

    def member_of(self, paths: int) -> Ints:
        """Number of the member that each of `paths` follows, (paths,); the same in every replicate of a sample."""
        level = (np.arange(paths) // REPLICATES + 0.5) * GOLDEN % 1.0
        followed: Ints = np.searchsorted(self._bounds, level, side="right").astype(np.intp)
        return np.minimum(followed, len(self.members) - 1)

    @cached_property
    def _groups(self) -> list[Ints]:
        """Numbers of the members that are drawn together."""
        groups: dict[object, list[int]] = {}
        for number, member in enumerate(self.members):
            key = (type(member), *_shape_of(member)) if type(member).__name__ in TOGETHER else number
            groups.setdefault(key, []).append(number)
        return [np.array(group) for group in groups.values()]

    @cached_property
    def _bounds(self) -> Floats:
        weights = np.array(self.weights or [1.0] * len(self.members))
        bounds: Floats = np.cumsum(weights) / weights.sum()
        return bounds


def _shape_of(member: Any) -> Iterator[object]:
    """All but the figures of a member."""
    for field in fields(member):
        value = getattr(member, field.name)
        if is_dataclass(value) and not isinstance(value, Window):
            yield from _shape_of(value)
        elif isinstance(value, float):
            yield "figure"
        else:
            yield value.tobytes() if isinstance(value, np.ndarray) else value


def stacked(members: Sequence[Any], which: Ints) -> Any:
    """The model in which each path has the figures of its member, `which`; the member itself if there is one only."""
    first = members[0]
    if len(members) == 1:
        return first
    changes = {}
    for field in fields(first):
        values = [getattr(each, field.name) for each in members]
        if is_dataclass(values[0]) and not isinstance(values[0], Window):
            changes[field.name] = stacked(values, which)
        elif isinstance(values[0], float) and len(set(values)) > 1:
            changes[field.name] = np.array(values)[which]
    return replace(first, **changes)


class _SharedNoise:
    """The numbers of a chunk, drawn once for all members."""

    def __init__(self, noise: Noise) -> None:
        self.noise = noise
        self._drawn: dict[tuple[str, str, int], Floats] = {}

    def rows(self, kind: str, asset: str, count: int) -> Floats:
        """The numbers of one kind, (count, paths)."""
        key = (kind, asset, count)
        if key not in self._drawn:
            self._drawn[key] = np.ascontiguousarray(getattr(self.noise, kind)(asset, count).T)
        return self._drawn[key]


class _OwnNoise:
    """The numbers of the paths of one member."""

    def __init__(self, shared: _SharedNoise, paths: Ints, number: int) -> None:
        self._shared, self._rows, self._number = shared, paths, number

    @property
    def paths(self) -> int:
        """Number of paths."""
        return self._rows.size

    def normals(self, asset: str, count: int) -> Floats:
        """Draw standard normals, (paths, count)."""
        return self._of("normals", asset, count)

    def uniforms(self, asset: str, count: int) -> Floats:
        """Draw uniforms, (paths, count)."""
        return self._of("uniforms", asset, count)

    def exponentials(self, asset: str, count: int) -> Floats:
        """Draw exponentials of mean 1, (paths, count)."""
        return self._of("exponentials", asset, count)

    def generator(self, name: str) -> np.random.Generator:
        """Return the stream of this chunk with that name, for this member."""
        return self._shared.noise.generator(f"{name}, member {self._number}")

    def _of(self, kind: str, asset: str, count: int) -> Floats:
        rows: Floats = self._shared.rows(kind, asset, count)[:, self._rows].T
        return rows
