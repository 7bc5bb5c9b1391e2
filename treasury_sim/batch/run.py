"""`run_batch`: hands chunks to workers and stores the parts that return; stored parts are not run again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from treasury_sim.batch.chunk import Chunk, chunks_of
from treasury_sim.batch.executors import executor_of, says_that_a_worker_died
from treasury_sim.batch.folder import Folder
from treasury_sim.batch.lock import locked
from treasury_sim.batch.manifest import BASE, FILE, keep, recorded
from treasury_sim.batch.memory import peak_memory
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.part import Part
from treasury_sim.batch.source import OpenSource, Source, open_sources
from treasury_sim.batch.summary import Summary, summarise
from treasury_sim.batch.work import work
from treasury_sim.batch.write import write_reports
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.errors import EndedError, TreasurySimError
from treasury_sim.scenario import load
from treasury_sim.scenario.library import passed_over

if TYPE_CHECKING:
    import pandas as pd

AHEAD = 2
"""Chunks per worker that are handed out at a time."""


@dataclass(frozen=True)
class Report:
    """The result of a batch.

    Attributes
    ----------
    folder
        Path of the folder.
    summary
        Scores, failures, control totals.
    unchanged
        Scenarios stored before and not run again.
    removed
        Parts of earlier inputs that were removed from the folder.
    seconds
        Time taken [s].
    peak_memory
        Largest peak memory of any process [bytes]; 0 where the system does not report it.
    altered
        Files of an earlier run that had been altered; they were rebuilt.
    keys
        Fingerprint of each part, in order.
    passed_over
        Names in the folders given that are not scenarios, though they look like some.
    """

    folder: Path
    summary: Summary
    unchanged: int
    removed: int
    seconds: float
    peak_memory: int
    altered: tuple[Path, ...] = ()
    passed_over: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the long table as a pandas frame.

        Returns
        -------
        pandas.DataFrame
            A row for each figure: scenario, framework, quarter, line, base, value and delta [unit of the line]; a loss
            is negative. Figures of a sample are means over its paths.

        Raises
        ------
        TreasurySimError
            If the folder no longer holds the batch.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from treasury_sim import BatchOrder, run_batch
        >>> with TemporaryDirectory() as folder:
        ...     order = BatchOrder(("kulr_2025",), vary=("tax.rate=20%,25%",), out=Path(folder), executor="inprocess")
        ...     frame = run_batch(order).frame()
        >>> rows = frame.query("quarter == '2025Q1' and line == 'net_income'")
        >>> rows["value"].round(-6).tolist()
        [-8000000.0, -7000000.0]
        """
        from treasury_sim.batch.frame import frame_of

        return frame_of(self.folder)


class StoppedError(TreasurySimError):
    """A batch ended early; what is stored is kept."""


class InterruptedBatchError(StoppedError):
    """A user interrupted a batch, at the keyboard or with a signal."""

    def __init__(self, message: str, by: KeyboardInterrupt) -> None:
        super().__init__(message)
        self.exit_code = by.exit_code if isinstance(by, EndedError) else 130


@checked
def run_batch(order: BatchOrder, progress: Progress | None = None, resume: str = "") -> Report:
    """Run every scenario of an order that is not stored yet, and write the reports.

    Parameters
    ----------
    order
        Inputs and options.
    progress
        Called with the number of scenarios that are done, and of all.
    resume
        The command that continues the batch, shown if it ends early.

    Returns
    -------
    Report
        The folder with the results, scores and failures; its `frame` is the long table.

    Raises
    ------
    StoppedError
        If a worker dies.
    TreasurySimError
        If the order is wrong, the folder cannot be written to, or another batch runs there.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from treasury_sim import BatchOrder, run_batch
    >>> with TemporaryDirectory() as folder:
    ...     order = BatchOrder(("kulr_2025",), vary=("tax.rate=20%,25%",), out=Path(folder), executor="inprocess")
    ...     report = run_batch(order)
    >>> report.summary.scenarios
    2
    """
    started = time.perf_counter()
    opened, broken = open_sources(order.paths, order.vary, order.allow_paths, order.prices)
    base = None if order.base is None else Source.of(load(order.base, allow_paths=order.allow_paths), order.base)
    chunks = [chunk for entry in opened for chunk in chunks_of(entry, base, order.table)]
    keys = [chunk.key for chunk in chunks]
    folder = Folder(order.folder, order.table)
    # Before the folder is made: an executor that cannot start leaves no folder behind.
    with executor_of(order.executor, order.workers, max(len(chunks), 1)) as team, _alone_in(folder):
        altered = _altered(folder, keys)
        wrong = {path.stem for path in altered}
        missing = [
            (key, chunk) for key, chunk in zip(keys, chunks, strict=True) if key in wrong or not folder.is_stored(key)
        ]
        total = sum(map(len, chunks))
        unchanged = done = total - sum(len(chunk) for _, chunk in missing)
        peak = peak_memory()
        show = progress or silent
        show(done, total)
        try:
            for key, part in _worked_off(*team, missing):
                folder.store(key, part)
                done += part.scenarios
                peak = max(peak, part.peak_memory)
                show(done, total)
        except KeyboardInterrupt as error:
            raise InterruptedBatchError(_stopped("Interrupted", done, total, folder, resume), error) from None
        except Exception as error:
            if not says_that_a_worker_died(error):
                raise
            raise StoppedError(_stopped("A worker died", done, total, folder, resume)) from error
        summary = summarise(folder, keys, broken, _notes(opened, base))
        # Until the new manifest is written, the folder holds no finished batch.
        folder.remove(folder.path / FILE)
        reports = write_reports(folder, summary, keys, xlsx=order.xlsx)
        removed = folder.tidy(keys)
        keep(folder, order, opened=opened, broken=broken, base=base, keys=keys, reports=reports)
        seconds = time.perf_counter() - started
        passed = tuple(name for path in order.paths for name in passed_over(path))
        peak = max(peak, peak_memory())
        return Report(folder.path, summary, unchanged, removed, seconds, peak, tuple(altered), passed, tuple(keys))


def _notes(opened: Sequence[OpenSource], base: Source | None) -> list[tuple[str, str]]:
    """Notes on the files of each scenario, and of the base, for readers of the figures."""
    notes = [(entry.source.name, note) for entry in opened for note in entry.scenario.notes]
    return notes if base is None else [*notes, *((BASE, note) for note in base.scenario().notes)]


@contextmanager
def _alone_in(folder: Folder) -> Iterator[None]:
    folder.make()
    with locked(folder.path):
        yield


def _altered(folder: Folder, keys: Sequence[str]) -> list[Path]:
    """Files of an earlier run that differ from what it wrote; they are rebuilt."""
    earlier = recorded(folder)
    known = {} if earlier is None else {key: digests for key, *digests in earlier.parts}
    parts = [path for key in keys if folder.is_stored(key) for path in folder.altered(key, known.get(key, ()))]
    return parts if earlier is None else [*parts, *earlier.altered_reports(folder)]


def _worked_off(executor: Executor, workers: int, missing: Sequence[tuple[str, Chunk]]) -> Iterator[tuple[str, Part]]:
    """Submit chunks, a few at a time; yield each part when it is done."""
    waiting = iter(missing)
    pending: dict[Future[Part], str] = {}
    while True:
        for key, chunk in islice(waiting, max(workers * AHEAD - len(pending), 0)):
            pending[executor.submit(work, chunk)] = key
        if not pending:
            return
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            yield pending.pop(future), future.result()


def _stopped(why: str, done: int, total: int, folder: Folder, resume: str) -> str:
    kept = f"{done:,} of {total:,} scenarios are stored in {folder.path} and will not be run again."
    return f"{why}. {kept} Continue with:\n  {resume}"
