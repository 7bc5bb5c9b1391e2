"""`run_batch`: chunks go to the workers, parts come back and are stored; what is stored is not run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from treasury_sim.batch.chunk import Chunk, chunks_of
from treasury_sim.batch.executors import executor_of, says_that_a_worker_died
from treasury_sim.batch.folder import Folder
from treasury_sim.batch.lock import locked
from treasury_sim.batch.manifest import BASE, keep
from treasury_sim.batch.memory import peak_memory
from treasury_sim.batch.order import Order
from treasury_sim.batch.part import Part
from treasury_sim.batch.source import Opened, Source, open_sources
from treasury_sim.batch.summary import Summary, summarise
from treasury_sim.batch.work import work
from treasury_sim.batch.write import write_reports
from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario import load

AHEAD = 2
"""Chunks for each worker that are handed out and not yet back."""


@dataclass(frozen=True)
class Report:
    """What came of a batch.

    Attributes
    ----------
    folder
        Where it is.
    summary
        Scores, failures, control totals.
    unchanged
        Scenarios that were stored before and not run again.
    removed
        Parts of earlier inputs that were removed from the folder.
    seconds
        How long it took.
    peak_memory
        The largest memory that a process needed [bytes]; 0 where the system does not tell.
    """

    folder: Path
    summary: Summary
    unchanged: int
    removed: int
    seconds: float
    peak_memory: int


class StoppedError(TreasurySimError):
    """A batch ended early; what is stored is kept."""


class InterruptedBatchError(StoppedError):
    """Someone interrupted a batch."""

    exit_code = 130


Progress = Callable[[int, int], None]
"""Told how many scenarios of how many are done."""


def run_batch(order: Order, progress: Progress = lambda _done, _all: None, resume: str = "") -> Report:
    """Run every scenario of an order that is not stored yet, and write the reports.

    Parameters
    ----------
    resume
        The command that continues it, to be told if it ends early.

    Raises
    ------
    StoppedError
        If a worker dies.
    TreasurySimError
        If the order is wrong, the folder cannot be written to, or another batch runs there.
    """
    started = time.perf_counter()
    opened, broken = open_sources(order.paths, order.vary, order.allow_paths)
    base = None if order.base is None else Source.of(load(order.base, allow_paths=order.allow_paths), order.base)
    chunks = [chunk for one in opened for chunk in chunks_of(one, base, order.table)]
    keys = [chunk.key for chunk in chunks]
    folder = Folder(order.folder, order.table)
    with locked(folder.path):
        stored = folder.stored(keys)
        missing = [(key, chunk) for key, chunk in zip(keys, chunks, strict=True) if key not in stored]
        total = sum(map(len, chunks))
        unchanged = done = total - sum(len(chunk) for _, chunk in missing)
        peak = peak_memory()
        progress(done, total)
        try:
            for key, part in _worked_off(order, missing):
                folder.store(key, part)
                done += part.scenarios
                peak = max(peak, part.peak_memory)
                progress(done, total)
        except KeyboardInterrupt:
            raise InterruptedBatchError(_stopped("Interrupted", done, total, folder, resume)) from None
        except Exception as error:
            if not says_that_a_worker_died(error):
                raise
            raise StoppedError(_stopped("A worker died", done, total, folder, resume)) from error
        summary = summarise(folder, keys, broken, _notes(opened, base))
        write_reports(folder, summary, keys, xlsx=order.xlsx)
        removed = folder.tidy(keys)
        keep(folder, order, opened, base, keys)
        seconds = time.perf_counter() - started
        return Report(folder.path, summary, unchanged, removed, seconds, max(peak, peak_memory()))


def _notes(opened: Sequence[Opened], base: Source | None) -> list[tuple[str, str]]:
    """What a reader must know about the files of each scenario, and of the base."""
    notes = [(one.source.name, note) for one in opened for note in one.scenario.notes]
    return notes if base is None else [*notes, *((BASE, note) for note in base.scenario().notes)]


def _worked_off(order: Order, missing: Sequence[tuple[str, Chunk]]) -> Iterator[tuple[str, Part]]:
    """Have chunks worked off, a few at a time; give each part when it is done."""
    if not missing:
        return
    waiting = iter(missing)
    pending: dict[Future[Part], str] = {}
    with executor_of(order.executor, order.workers) as (executor, workers):
        while True:
            for key, chunk in islice(waiting, workers * AHEAD - len(pending)):
                pending[executor.submit(work, chunk)] = key
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield pending.pop(future), future.result()


def _stopped(why: str, done: int, total: int, folder: Folder, resume: str) -> str:
    kept = f"{done:,} of {total:,} scenarios are stored in {folder.path} and will not be run again."
    return f"{why}. {kept} Continue with:\n  {resume}"
