"""The work of one worker: a chunk of scenarios in, a part out, without touching files or other chunks."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np

from treasury_sim.analysis.outcome import outcome_of
from treasury_sim.batch.block import FigureBlock, Figures, Run, base_figures, base_of, blocks_of, figures_of, groups_of
from treasury_sim.batch.chunk import Chunk, are_points, identity_of
from treasury_sim.batch.part import Failure, Part, part_of
from treasury_sim.batch.score import Score, scores_of
from treasury_sim.batch.source import OpenSource, Source
from treasury_sim.batch.table import Format
from treasury_sim.case.fields import is_number
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.outcome import HolderOutcome
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.engine.paths.points import PointRunner
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem, TreasurySimError
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.sweep import sweep_of
from treasury_sim.scenario.variations import Variations


def work(chunk: Chunk) -> Part:
    """Run a chunk. A scenario that cannot be run is a failure with its reasons, never an exception."""
    bench = _bench(chunk.source)
    base = {} if chunk.base is None else _bench(chunk.base).base
    done = _Done(base)
    numbers = list(range(chunk.start, chunk.stop))
    for number in _points(bench, numbers, done) if are_points(bench.opened) else numbers:
        name = bench.opened.name(number)
        try:
            done.add(name, *bench.run(number), path=chunk.source.path)
        except TreasurySimError as error:
            done.failures.append(Failure(name, _problems(error)))
        except MemoryError:
            needed = "a run that needs more"
            fix = "Use fewer paths, lots or quarters."
            done.failures.append(Failure(name, (Problem(name, None, "", "enough memory", needed, fix),)))
        except Exception as error:  # noqa: BLE001 - one scenario must not end a batch
            bug = f"a bug in treasury-sim, not in your input ({type(error).__name__}: {error})"
            done.failures.append(Failure(name, (Problem(name, None, "", "a result", bug),)))
    return done.part(chunk.table)


class _Done:
    """The finished scenarios of a chunk."""

    def __init__(self, base: Figures) -> None:
        self.base = base
        self.failures: list[Failure] = []
        self._blocks: list[FigureBlock] = []
        self._scores: list[Score] = []
        self._runs: list[Run] = []
        self._outcomes: list[HolderOutcome] = []

    def add(self, name: str, scenario: Scenario, result: Result, *, path: str) -> None:
        """Add a separate run; only its figures are kept, and its outcome under a price path if it has one."""
        if path:
            self._outcomes.append(outcome_of(name, path, scenario.case, result))
        self._runs.append((name, groups_of(result), figures_of(result)))
        self._scores += scores_of([name], result, [row.limit for row in scenario.spec.limits])

    def add_points(self, names: Sequence[str], result: Result, limits: Sequence[Limit]) -> None:
        """Add a pass over many points."""
        groups = groups_of(result)
        self._blocks.append(FigureBlock(tuple(names), groups, figures_of(result), base_of(groups, self.base)))
        self._scores += scores_of(names, result, limits)

    def part(self, table: Format) -> Part:
        """Encode the finished scenarios."""
        blocks = [*self._blocks, *blocks_of(self._runs, self.base)]
        return part_of(blocks, self._scores, self.failures, table, self._outcomes)


def _points(bench: _Bench, numbers: Sequence[int], done: _Done) -> list[int]:
    """Run all valid points of `numbers` in one pass; return those that need a separate run, which reports why."""
    changes = [bench.opened.sweep.changes(number) for number in numbers]
    points = {
        path: np.array([float(point[path]) if is_number(point[path]) else np.nan for point in changes])  # type: ignore[arg-type]
        for path in bench.opened.sweep.keys
    }
    try:
        runner = bench.runner(points)
    except InputError:
        return list(numbers)
    wrong = runner.impossible(points)
    if not wrong.all():
        possible = np.flatnonzero(~wrong).tolist()
        names = [bench.opened.name(numbers[at]) for at in possible]
        result = runner.run({path: column[~wrong] for path, column in points.items()})
        done.add_points(names, result, bench.limits)
    return [numbers[at] for at in np.flatnonzero(wrong).tolist()]


def _problems(error: TreasurySimError) -> tuple[Problem, ...]:
    return error.problems if isinstance(error, InputError) else (Problem("", None, "", "a result", str(error)),)


class _Bench:
    """A source prepared in a worker: read once, its scenarios built and run with their common part shared."""

    def __init__(self, source: Source) -> None:
        scenario = source.scenario()
        self.opened = OpenSource(source, scenario, sweep_of(scenario, source.vary))
        self._variations = Variations(scenario, self.opened.sweep.places)
        self._cache = RunCache()
        self._base: Figures | None = None
        self._runner: PointRunner | None = None
        self.limits = [row.limit for row in scenario.spec.limits]

    def runner(self, points: Mapping[KeyPath, Floats]) -> PointRunner:
        """The runner of points; raises if the scenario cannot be run even at the best of them."""
        if self._runner is None:
            self._runner = PointRunner(self._variations.at({}), points)
        return self._runner

    def run(self, number: int) -> tuple[Scenario, Result]:
        """Build scenario `number` and run it."""
        sweep, scenario = self.opened.sweep, self.opened.scenario
        varied = self._variations.at(sweep.changes(number)) if sweep.axes else scenario
        return varied, run(varied, cache=self._cache)

    @property
    def base(self) -> Figures:
        """The figures of the scenario as it stands; empty if it cannot be run."""
        if self._base is None:
            try:
                self._base = base_figures(run(self._variations.at({}), cache=self._cache))
            except TreasurySimError:
                self._base = {}
        return self._base


MOST_LAID_OUT = 4

_laid_out: OrderedDict[str, _Bench] = OrderedDict()


def _bench(source: Source) -> _Bench:
    """Prepare `source`, or reuse it if it is already prepared."""
    key = json.dumps(identity_of(source))
    if key not in _laid_out:
        _laid_out[key] = _Bench(source)
        if len(_laid_out) > MOST_LAID_OUT:
            _laid_out.popitem(last=False)
    _laid_out.move_to_end(key)
    return _laid_out[key]
