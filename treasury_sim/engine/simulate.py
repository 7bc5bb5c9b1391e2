"""Many paths: prices are drawn, measured by the same rules, and become the same statements as one path.

Everything that does not depend on prices is laid out once, on a path that stands still. Then chunk by chunk, on
threads: draw, look, measure, draw up statements. Chunks have a fixed size and random numbers of their own, so workers
change nothing but the time it takes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.progress import Counter, Progress, silent
from treasury_sim.domain.result import Method, Sampling
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.capital import assumptions
from treasury_sim.engine.drawing import Drawing
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.price_paths import FutureOf
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.sampling import CHUNK, REPLICATES, rounded_down, rounded_up
from treasury_sim.scenario import Scenario

GIGA = 1e9
T = TypeVar("T")

SHOWN_EVERY = 0.1
"""How often progress is shown [seconds]."""
KEPT = 16 << 20
"""Freed memory that a thread keeps for its next chunk, at least [bytes]."""


@dataclass(frozen=True)
class Simulation:
    """What a simulation found.

    Attributes
    ----------
    prepared
        The scenario on a path that stands still.
    timeline
        The quarters of the statements: whole years up to the end of the period.
    statements
        By framework key.
    """

    prepared: Prepared
    timeline: Timeline
    statements: Mapping[str, QuarterlyStatements]
    sampling: Sampling
    notes: tuple[str, ...]


def simulate(scenario: Scenario, *, workers: int | None = None, progress: Progress = silent) -> Simulation:
    """Draw the paths of `scenario` and measure each under every framework.

    Parameters
    ----------
    workers
        Threads; as many as there are processors by default. The result does not depend on them.
    progress
        Called by this thread with how many paths are done, and of how many.

    Raises
    ------
    InputError
        If the scenario contradicts itself, needs what cannot be simulated, or more memory than it allows.
    """
    drawing = Drawing.of(scenario)
    sample = drawing.sample
    counter = Counter()

    def statement(chunk: int) -> dict[str, QuarterlyStatements]:
        return drawing.statement(drawing.prices(chunk), counter.add)

    def show() -> None:
        progress(counter.done, sample.paths)

    _keep_freed_memory()
    with ThreadPoolExecutor(workers or os.cpu_count()) as threads:
        first = _waited_for(threads.submit(statement, 0), show)
        check_memory(scenario, sample.method, first)
        kept = {key: _Kept.like(found, sample.paths) for key, found in first.items()}

        def work(chunk: int) -> None:
            found = statement(chunk) if chunk else first
            for key, lines in kept.items():
                lines.write(sample.paths_of(chunk), found[key])

        running = [threads.submit(work, chunk) for chunk in range(sample.chunks)]
        try:
            for each in running:
                _waited_for(each, show)
        finally:
            for each in running:
                each.cancel()
    show()
    return Simulation(
        drawing.prepared,
        drawing.reported_timeline,
        {key: lines.statement(found) for (key, lines), found in zip(kept.items(), first.values(), strict=True)},
        Sampling(sample.method, sample.paths, REPLICATES, drawing.first_day, tuple(drawing.models), drawing.nodes.size),
        tuple(_notes(scenario, drawing)),
    )


def _waited_for(running: Future[T], show: Callable[[], None]) -> T:
    """Its result; while it runs, this thread shows how far it is."""
    while not running.done():
        show()
        wait([running], timeout=SHOWN_EVERY)
    return running.result()


def _keep_freed_memory() -> None:
    """Let the C library reuse the memory of a chunk for the next one.

    The GNU library returns what is freed to the system, page by page, until a block as large was freed once. New pages
    cost more time than what is calculated in them, and threads wait for each other to get them.
    """
    np.empty(KEPT, dtype=np.uint8)


def one_path(scenario: Scenario, number: int) -> FutureOf:
    """Path `number` of the simulation of `scenario`: with it the scenario is a replay."""
    drawing = Drawing.of(scenario)
    paths = drawing.sample.paths
    if not 0 <= number < paths:
        raise InputError([Problem("", None, "path", f"a path from 0 to {paths - 1:,}", f"{number:,}")])
    chunk = number // CHUNK
    row = number - drawing.sample.paths_of(chunk).start
    return drawing.path(drawing.prices(chunk), row, f"path {number:,} of {paths:,} simulated")


def _notes(scenario: Scenario, drawing: Drawing) -> Iterator[str]:
    """What a reader of the figures must know."""
    asked, paths = scenario.spec.simulation.paths, drawing.sample.paths
    if asked != paths:
        yield f"{asked:,} paths were asked for, {paths:,} drawn: counts are rounded up, so that more extend a sample."
    for why in drawing.one_by_one:
        yield f"Paths were replayed one by one, which takes longer: {why}."
    if drawing.waterfall is not None:
        yield from assumptions(scenario.spec, drawing.waterfall.waterfall.funding)
    # A bootstrap draws days of the past, not normals.
    correlated = {name for name, model in drawing.models.items() if not isinstance(model, Bootstrap)}
    for pair in scenario.spec.simulation.correlation:
        without = [name for name in pair.split("/") if name not in correlated]
        if without:
            yield f"simulation.correlation {pair} has no effect: {' and '.join(without)} not drawn from normals."
    if scenario.spec.expect:
        yield "What the scenario expects is compared with the mean over all paths."


class _Kept:
    """The lines of one framework on all paths; a line that is the same on all is kept once."""

    def __init__(self, lines: dict[tuple[str, str], Floats]) -> None:
        self._lines = lines

    @classmethod
    def like(cls, found: QuarterlyStatements, paths: int) -> _Kept:
        """Make room for `paths` paths of lines like those of `found`."""
        lines = {}
        for key, line in _lines_of(found):
            rows = paths if _differs(line) else 1
            lines[key] = np.empty((line.shape[1], rows)).T
            lines[key][:1] = line[:1]
        return cls(lines)

    def write(self, paths: slice, found: QuarterlyStatements) -> None:
        """Keep the lines of a chunk of paths."""
        for key, line in _lines_of(found):
            if self._lines[key].shape[0] > 1:
                self._lines[key][paths] = line

    def statement(self, like: QuarterlyStatements) -> QuarterlyStatements:
        """The statement of all paths."""
        assets = {
            name: replace(asset, lines={line: frozen(self._lines[name, line]) for line in asset.lines})
            for name, asset in like.assets.items()
        }
        lines = {name: None if line is None else frozen(self._lines["", name]) for name, line in like.lines.items()}
        return replace(like, lines=lines, assets=assets)


def _lines_of(found: QuarterlyStatements) -> Iterator[tuple[tuple[str, str], Floats]]:
    """Every line of a statement by asset (empty for the holder) and name."""
    for name, line in found.lines.items():
        if line is not None:
            yield ("", name), line
    for asset, held in found.assets.items():
        for name, line in held.lines.items():
            yield (asset, name), line


def _differs(line: Floats) -> bool:
    """Whether a line has an entry for every path."""
    return line.shape[0] > 1 and line.strides[0] != 0


def check_memory(scenario: Scenario, method: Method, first: Mapping[str, QuarterlyStatements]) -> None:
    """Refuse more paths than the memory allowed can hold, by the lines of some of them.

    Raises
    ------
    InputError
        If the figures of all paths do not fit.
    """
    paths = rounded_up(scenario.spec.simulation.paths, method)
    a_path = sum(8 * line.shape[1] for found in first.values() for _, line in _lines_of(found) if _differs(line))
    allowed = scenario.spec.simulation.memory_gb * GIGA
    if a_path * paths <= allowed:
        return
    fits, needed = rounded_down(int(allowed // a_path), method), a_path * paths / GIGA
    # To two digits, upwards: so much is always enough.
    digit = 10.0 ** (math.floor(math.log10(needed)) - 1)
    enough = f"{math.ceil(needed / digit) * digit:.6g}"
    given = f"{scenario.spec.simulation.memory_gb:g} GB (simulation.memory_gb)"
    expected = f"at most {fits:,} paths, which fit into {given}" if fits else f"more than {given} for any sample"
    problem = scenario.problem(
        ("simulation", "paths"),
        expected,
        f"{scenario.spec.simulation.paths:,}, drawn as {paths:,}, which need {enough} GB",
        f"{'Lower it, a' if fits else 'A'}llow memory_gb: {enough}, or run fewer frameworks at once.",
    )
    raise InputError([problem])
