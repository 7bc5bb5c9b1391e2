"""Repeats a batch: identical, or what changed and which figures it affected."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from treasury_sim.batch.changes import changes_between
from treasury_sim.batch.chunk import chunk_count
from treasury_sim.batch.folder import Folder
from treasury_sim.batch.manifest import FILE, Manifest
from treasury_sim.batch.moved import Moved, moved_lines, pairs_of, same_bytes, verdicts_that_moved
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.part import Failure
from treasury_sim.batch.run import run_batch
from treasury_sim.batch.source import open_sources
from treasury_sim.domain.progress import Progress
from treasury_sim.errors import TreasurySimError

Verdict = Literal["identical", "equal", "different"]


@dataclass(frozen=True)
class Reperformance:
    """The result of repeating a batch.

    Attributes
    ----------
    verdict
        ``identical`` to the byte; ``equal`` to 1e-9; or ``different``.
    changes
        Files, inputs, versions and platforms that differ, in sentences.
    moved
        Lines that differ, those in the most scenarios first.
    failures
        Scenarios that could be run then and cannot be run now.
    recovered
        Names of those that could not be run then and can be run now.
    rejudged
        Scenarios whose limits or expectations have another outcome, in sentences.
    """

    verdict: Verdict
    changes: tuple[str, ...]
    moved: tuple[Moved, ...]
    failures: tuple[Failure, ...]
    recovered: tuple[str, ...] = ()
    rejudged: tuple[str, ...] = ()


def reperform(
    folder: Path,
    *,
    executor: str = "process",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Reperformance:
    """Repeat the batch of `folder` from the inputs as they are now, and compare; nothing in `folder` is changed.

    Every file is compared with its fingerprint in the manifest and with a new computation.

    Raises
    ------
    TreasurySimError
        If the folder holds no finished batch, or one of its files cannot be read for the comparison.
    """
    folder = folder.absolute()
    then = Manifest.read(folder)
    old = Folder(folder, then.order.table)
    altered = then.altered(old)
    before = then.failures(old)
    with tempfile.TemporaryDirectory(prefix="treasury-sim-") as scratch, _where_it_was(then):
        order = replace(then.order.again(), out=Path(scratch), executor=executor, workers=workers)
        if folder / FILE in altered:
            _check_that_it_fits(then, order, folder)
        report = run_batch(order, progress)
        now = Manifest.read(report.folder)
        new = Folder(report.folder, order.table)
        after = now.failures(new)
        pairs = pairs_of(then, now)
        changes = (*changes_between(then, now, old, new, altered), *_other_reasons(before, after))
        moved, rejudged = moved_lines(old, new, pairs), verdicts_that_moved(old, new, pairs)
        failures = tuple(failure for name, failure in after.items() if name not in before)
        recovered = tuple(_recovered(before.keys() - after.keys(), now, new))
        is_same = same_bytes(old, new, pairs) and then.reports == now.reports
    differs = altered or moved or rejudged or failures or recovered
    verdict: Verdict = "different" if differs else "identical" if is_same else "equal"
    return Reperformance(verdict, changes, moved, failures, recovered, rejudged)


@contextlib.contextmanager
def _where_it_was(then: Manifest) -> Iterator[None]:
    """Work in the directory of the original command, if it still exists: relative paths start there."""
    try:
        original = contextlib.chdir(then.directory) if Path(then.directory).is_dir() else contextlib.nullcontext()
        with original:
            yield
    except PermissionError as error:
        message = f"Cannot change to {then.directory}, where the command was given: {error.strerror}."
        raise TreasurySimError(message) from error


def _check_that_it_fits(then: Manifest, order: BatchOrder, folder: Path) -> None:
    """Reject a manifest edited by hand so that its order and its parts belong to different batches."""
    opened, _ = open_sources(order.paths, order.vary, order.allow_paths, order.prices)
    parts = sum(map(chunk_count, opened))
    if parts != len(then.parts):
        message = (
            f"{folder / FILE} differs from what was written: its order makes {parts:,} parts, and it lists "
            f"{len(then.parts):,}. Run the original `treasury-sim batch` again."
        )
        raise TreasurySimError(message)


def _other_reasons(before: Mapping[str, Failure], after: Mapping[str, Failure]) -> Iterator[str]:
    for name, then in before.items():
        if name in after and after[name].reason != then.reason:
            yield f"{name} fails for a different reason: {after[name].reason}"


def _recovered(names: Collection[str], now: Manifest, new: Folder) -> Iterator[str]:
    """Those of `names`, which could not be run then, that can be run now."""
    if names:
        readable = now.sources.keys() - {each.name for each in now.broken}
        scored = {score.scenario for key, *_ in now.parts for score in new.summary(key).scores}
        yield from sorted((readable | scored).intersection(names))
