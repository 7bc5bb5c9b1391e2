"""Simulation: prices are drawn on many paths and measured by the same rules into the same statements as one path.

The parts that do not depend on prices are prepared once, on a path of constant prices. Then threads process chunks of
paths: draw prices, observe, measure, prepare statements. Chunks have a fixed size and separate random numbers, so the
number of workers affects only the time taken.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from treasury_sim.case import Case
from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.flows import FlowRecord
from treasury_sim.domain.progress import Counter, Progress, silent
from treasury_sim.domain.result import Correlation, Method, Sampling
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.funding.capital_result import assumptions
from treasury_sim.engine.paths.correlation import correlations, draws_normals, moved_together
from treasury_sim.engine.paths.simulation_plan import SimulationPlan
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.price_paths import FutureOf
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.flows.overlay import together as of_chunks
from treasury_sim.market.sampling import CHUNK, REPLICATES, rounded_down, rounded_up

GIGA = 1e9
T = TypeVar("T")

SHOWN_EVERY = 0.1
"""Interval between updates of progress [seconds]."""
KEPT = 16 << 20
"""Freed memory that a thread keeps for its next chunk, at least [bytes]."""


@dataclass(frozen=True)
class SimulatedStatements:
    """The statements of a simulation.

    Attributes
    ----------
    prepared
        The scenario on a path of constant prices.
    timeline
        The quarters of the statements: whole fiscal years up to the end of the period.
    statements
        Statements by framework key.
    """

    prepared: Prepared
    timeline: Timeline
    statements: Mapping[str, QuarterlyStatements]
    sampling: Sampling
    notes: tuple[str, ...]
    flows: Mapping[str, FlowRecord]


def simulate(case: Case, *, workers: int | None = None, progress: Progress = silent) -> SimulatedStatements:
    """Draw the paths of `case` and measure each under every framework.

    Parameters
    ----------
    workers
        Number of threads, by default the number of processors; it does not affect the result.
    progress
        Called by this thread with (paths done, all paths).

    Raises
    ------
    InputError
        If the scenario contradicts itself, cannot be simulated, or needs more memory than it allows.
    """
    simulation = SimulationPlan.of(case)
    sample = simulation.sample
    counter = Counter()

    flows: list[Mapping[str, FlowRecord]] = [{}] * sample.chunks
    together = np.zeros((sample.chunks, len(simulation.models), len(simulation.models)))

    def statement(chunk: int) -> dict[str, QuarterlyStatements]:
        prices, flows[chunk] = simulation.prices_and_flows(chunk)
        if len(prices) > 1:
            together[chunk] = moved_together(prices, simulation.spots)
        return simulation.statement(prices, counter.add)

    def show() -> None:
        progress(counter.done, sample.paths)

    _keep_freed_memory()
    with ThreadPoolExecutor(workers or os.cpu_count()) as threads:
        first = _waited_for(threads.submit(statement, 0), show)
        check_memory(case, sample.method, first)
        kept = {key: _Kept.like(lines_of_framework, sample.paths) for key, lines_of_framework in first.items()}

        def work(chunk: int) -> None:
            chunk_statements = statement(chunk) if chunk else first
            for key, lines in kept.items():
                lines.write(sample.paths_of(chunk), chunk_statements[key])

        running = [threads.submit(work, chunk) for chunk in range(sample.chunks)]
        try:
            for each in running:
                _waited_for(each, show)
        finally:
            for each in running:
                each.cancel()
    show()
    pairs = tuple(correlations(sample, simulation.models, together.sum(axis=0)))
    return SimulatedStatements(
        simulation.prepared,
        simulation.reported_timeline,
        {
            key: lines.statement(lines_of_framework)
            for (key, lines), lines_of_framework in zip(kept.items(), first.values(), strict=True)
        },
        Sampling(
            sample.method,
            sample.paths,
            REPLICATES,
            simulation.first_day,
            tuple(simulation.models),
            simulation.nodes.size,
            pairs,
        ),
        tuple(_notes(case, simulation, pairs)),
        {name: of_chunks([each[name] for each in flows]) for name in flows[0]},
    )


def _waited_for(running: Future[T], show: Callable[[], None]) -> T:
    """The result of `running`; this thread shows progress until it is done."""
    while not running.done():
        show()
        wait([running], timeout=SHOWN_EVERY)
    return running.result()


def _keep_freed_memory() -> None:
    """Make the C library reuse the memory of a chunk for the next one.

    The GNU library returns freed pages to the system until a block as large has been freed once. Getting new pages
    takes longer than the calculation in them, and threads wait for each other to get them.
    """
    np.empty(KEPT, dtype=np.uint8)


def one_path(case: Case, number: int) -> FutureOf:
    """Path `number` of the simulation of `case`, with which the scenario becomes a replay."""
    simulation = SimulationPlan.of(case)
    paths = simulation.sample.paths
    if not 0 <= number < paths:
        raise InputError([Problem("", None, "path", f"a path from 0 to {paths - 1:,}", f"{number:,}")])
    chunk = number // CHUNK
    row = number - simulation.sample.paths_of(chunk).start
    return simulation.path(simulation.prices(chunk), row, f"path {number:,} of {paths:,} simulated")


def _notes(case: Case, simulation: SimulationPlan, pairs: Iterable[Correlation]) -> Iterator[str]:
    """Notes a reader of the figures needs."""
    requested, paths = case.spec.simulation.paths, simulation.sample.paths
    if requested != paths:
        yield (
            f"{requested:,} paths were requested and {paths:,} drawn: the number is rounded up so that a larger sample "
            "extends a smaller one."
        )
    for why in simulation.one_by_one:
        yield f"Paths were replayed one by one, which takes longer: {why}."
    if simulation.waterfall is not None:
        yield from assumptions(case.spec, simulation.waterfall.waterfall.funding)
    correlated = {name for name, model in simulation.models.items() if draws_normals(model)}
    for pair in case.spec.simulation.correlation:
        without = [name for name in pair.split("/") if name not in correlated]
        if without:
            yield f"simulation.correlation {pair} has no effect: {' and '.join(without)} not drawn from normals."
    for each in pairs:
        shocks = "" if each.shocks is None else f"; their shocks by {each.shocks:.2f}"
        yield (
            f"Prices of {each.pair} are correlated by {each.prices:.2f} on these paths (log returns from node to "
            f"node){shocks}."
        )
    if case.spec.expect:
        yield "Expected figures are compared with the mean over all paths."


class _Kept:
    """The lines of one framework on all paths; a line equal on all paths is kept once."""

    def __init__(self, lines: dict[tuple[str, str], Floats]) -> None:
        self._lines = lines

    @classmethod
    def like(cls, statement: QuarterlyStatements, paths: int) -> _Kept:
        """Allocate `paths` paths for each line of `statement`."""
        lines = {}
        for key, line in _lines_of(statement):
            rows = paths if _differs(line) else 1
            # Transposed, so that the paths of a quarter are contiguous: statistics run along them.
            lines[key] = np.empty((line.shape[1], rows)).T
            lines[key][:1] = line[:1]
        return cls(lines)

    def write(self, paths: slice, statement: QuarterlyStatements) -> None:
        """Store the lines of a chunk of paths."""
        for key, line in _lines_of(statement):
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


def _lines_of(statement: QuarterlyStatements) -> Iterator[tuple[tuple[str, str], Floats]]:
    """Every line of a statement, by asset (empty for the holder) and name."""
    for name, line in statement.lines.items():
        if line is not None:
            yield ("", name), line
    for asset, held in statement.assets.items():
        for name, line in held.lines.items():
            yield (asset, name), line


def _differs(line: Floats) -> bool:
    """Whether a line has a row for every path, rather than one broadcast row."""
    return line.shape[0] > 1 and line.strides[0] != 0


def check_memory(case: Case, method: Method, first: Mapping[str, QuarterlyStatements]) -> None:
    """Raise an error if the paths need more memory than allowed, judged by the lines of the first chunk.

    Raises
    ------
    InputError
        If the figures of all paths do not fit.
    """
    paths = rounded_up(case.spec.simulation.paths, method)
    a_path = sum(
        8 * line.shape[1] for statement in first.values() for _, line in _lines_of(statement) if _differs(line)
    )
    allowed = case.spec.simulation.memory_gb * GIGA
    if a_path * paths <= allowed:
        return
    fits, needed = rounded_down(int(allowed // a_path), method), a_path * paths / GIGA
    # Rounded up to two digits, so that the figure shown is always enough.
    digit = 10.0 ** (math.floor(math.log10(needed)) - 1)
    enough = f"{math.ceil(needed / digit) * digit:.6g}"
    given = f"{case.spec.simulation.memory_gb:g} GB (simulation.memory_gb)"
    expected = f"at most {fits:,} paths, which fit into {given}" if fits else f"more than {given} for any sample"
    problem = case.problem(
        ("simulation", "paths"),
        expected,
        f"{case.spec.simulation.paths:,}, drawn as {paths:,}, which need {enough} GB",
        f"{'Lower it, a' if fits else 'A'}llow memory_gb: {enough}, or run fewer frameworks at once.",
    )
    raise InputError([problem])
