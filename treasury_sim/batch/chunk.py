"""Cuts the scenarios of a source into chunks of a fixed size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from treasury_sim.batch.source import OpenSource, Source
from treasury_sim.batch.table import Format
from treasury_sim.engine.paths.points import vary_prices_only
from treasury_sim.engine.paths.simulation_plan import sampled_assets
from treasury_sim.market.history import embedded_tables
from treasury_sim.version import VERSION

RUNS_A_CHUNK = 256
"""Separate runs in a chunk: about half a second of work, the most lost when a worker dies."""

POINTS_A_CHUNK = 4_096
"""Points in a chunk, run in one pass."""

SAMPLES_A_CHUNK = 4
"""Scenarios in a chunk if each draws many paths."""


@dataclass(frozen=True)
class Chunk:
    """Some scenarios of a source.

    Attributes
    ----------
    source
        The scenario file and its inputs.
    start, stop
        Number of the first scenario, and of the first after the last.
    base
        The scenario compared with, as it stands without variation; ``None`` for no comparison.
    table
        Format of the rows.
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
        """Fingerprint of everything the part depends on: chunks with the same key give the same bytes."""
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
    """What distinguishes a source from others; its files include the seeds."""
    return [source.name, list(source.inputs.values()), list(source.vary)]


def chunks_of(opened: OpenSource, base: Source | None, table: Format) -> Iterator[Chunk]:
    """Cut the scenarios of a source into consecutive chunks; their size depends only on how it is run."""
    count, size = len(opened.sweep), _size(opened)
    against = base if base is not None else opened.source if opened.sweep.axes else None
    for start in range(0, count, size):
        yield Chunk(opened.source, start, min(start + size, count), against, table)


def chunk_count(opened: OpenSource) -> int:
    """The number of chunks that `chunks_of` cuts."""
    return -(-len(opened.sweep) // _size(opened))


def _size(opened: OpenSource) -> int:
    return POINTS_A_CHUNK if are_points(opened) else SAMPLES_A_CHUNK if is_sample(opened) else RUNS_A_CHUNK


def is_sample(opened: OpenSource) -> bool:
    """Whether each scenario draws its own paths."""
    return bool(sampled_assets(opened.scenario.case))


def are_points(opened: OpenSource) -> bool:
    """Whether a sweep is run in passes of many points each."""
    keys = opened.sweep.keys
    return bool(keys) and opened.sweep.is_full and vary_prices_only(opened.scenario.case, keys)
