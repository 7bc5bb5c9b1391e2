"""The scenarios of a source, cut into chunks of a fixed size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from treasury_sim.batch.source import Opened, Source
from treasury_sim.batch.table import Format
from treasury_sim.engine.drawing import sampled_assets
from treasury_sim.engine.points import vary_prices_only
from treasury_sim.market.history import embedded_tables
from treasury_sim.version import VERSION

RUNS_A_CHUNK = 256
"""Separate runs in a chunk: about half a second of work, lost at most when a worker dies."""

POINTS_A_CHUNK = 4_096
"""Points in a chunk, one pass."""

SAMPLES_A_CHUNK = 4
"""Scenarios in a chunk where each draws many paths of its own."""


@dataclass(frozen=True)
class Chunk:
    """Some scenarios of a source.

    Attributes
    ----------
    source
        What they are made of.
    start, stop
        The first, and the one after the last.
    base
        What they are compared with: the scenario of this source; ``None`` for nothing.
    table
        How rows are written.
    """

    source: Source
    start: int
    stop: int
    base: Source | None
    table: Format

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def key(self) -> str:
        """Fingerprint of everything that the part depends on: two chunks with one key give the same bytes."""
        of = [
            VERSION,
            embedded_tables(),
            identity_of(self.source),
            None if self.base is None else identity_of(self.base),
            self.start,
            self.stop,
            self.table,
        ]
        return sha256(json.dumps(of).encode()).hexdigest()[:32]


def identity_of(source: Source) -> list[object]:
    """What tells a source from others: seeds stand in its files."""
    return [source.name, list(source.inputs.values()), list(source.vary)]


def chunks_of(opened: Opened, base: Source | None, table: Format) -> Iterator[Chunk]:
    """Cut the scenarios of a source into chunks, one after the other; their size depends on nothing else."""
    count, size = len(opened.sweep), _size(opened)
    against = base if base is not None else opened.source if opened.sweep.axes else None
    for start in range(0, count, size):
        yield Chunk(opened.source, start, min(start + size, count), against, table)


def chunk_count(opened: Opened) -> int:
    """How many chunks `chunks_of` cuts."""
    return -(-len(opened.sweep) // _size(opened))


def _size(opened: Opened) -> int:
    return POINTS_A_CHUNK if are_points(opened) else SAMPLES_A_CHUNK if is_sample(opened) else RUNS_A_CHUNK


def is_sample(opened: Opened) -> bool:
    """Whether each scenario draws paths of its own."""
    return bool(sampled_assets(opened.scenario))


def are_points(opened: Opened) -> bool:
    """Whether a sweep is run in passes over many points."""
    keys = opened.sweep.keys
    return bool(keys) and opened.sweep.is_full and vary_prices_only(opened.scenario, keys)
