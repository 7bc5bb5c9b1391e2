"""Doing a batch again: identical, or what changed and what it moved."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from treasury_sim.batch.changes import changes_between
from treasury_sim.batch.folder import Folder, broken_part
from treasury_sim.batch.manifest import Manifest, fingerprints
from treasury_sim.batch.part import Failure
from treasury_sim.batch.run import Progress, run_batch
from treasury_sim.batch.table import arrow

SAME = 1e-9
"""Figures that differ by less, relative to the larger of them, are equal: another machine may round otherwise."""

Key = tuple[str, str, str, str]
Verdict = Literal["identical", "equal", "different"]


@dataclass(frozen=True)
class Moved:
    """A line that is no longer what it was.

    Attributes
    ----------
    framework, line
        Which.
    count
        In how many scenarios and quarters.
    scenario, quarter, before, now
        Where it moved most, and the two figures; ``None`` where there is none.
    """

    framework: str
    line: str
    count: int
    scenario: str
    quarter: str
    before: float | None
    now: float | None


@dataclass(frozen=True)
class Reperformance:
    """What came of doing a batch again.

    Attributes
    ----------
    verdict
        ``identical`` to the byte; ``equal`` to 1e-9; or ``different``.
    changes
        Inputs, versions and platforms that are not what they were, in sentences.
    moved
        Lines that are different, those of most scenarios first.
    failures
        Scenarios that could be run then and cannot now.
    """

    verdict: Verdict
    changes: tuple[str, ...]
    moved: tuple[Moved, ...]
    failures: tuple[Failure, ...]


def reperform(
    folder: Path,
    *,
    executor: str = "process",
    workers: int | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Reperformance:
    """Do the batch of `folder` again, from the inputs as they are now, and compare; nothing in `folder` is changed.

    Raises
    ------
    TreasurySimError
        If the folder holds no finished batch.
    """
    then = Manifest.read(folder)
    old = Folder(folder, then.order_again().table)
    with tempfile.TemporaryDirectory(prefix="treasury-sim-") as scratch, _where_it_was(then):
        order = replace(then.order_again(), out=Path(scratch), executor=executor, workers=workers)
        report = run_batch(order, progress)
        now = Manifest.read(report.folder)
        new = Folder(report.folder, order.table)
        changes = tuple(changes_between(then, now, old, new))
        failed = {failure.scenario for key, *_ in then.parts for failure in old.summary(key).failures}
        failures = tuple(failure for failure in report.summary.failures if failure.scenario not in failed)
        stored = [fingerprints(old, key)[1:] for key, *_ in then.parts]
        if stored == [part[1:] for part in now.parts] and not failures:
            return Reperformance("identical", changes, (), ())
        moved = _moved(then, now, old, new)
    verdict: Verdict = "different" if moved or failures else "equal"
    return Reperformance(verdict, changes, moved, failures)


@contextlib.contextmanager
def _where_it_was(then: Manifest) -> Iterator[None]:
    """Go where the command was given, if that is still there: paths are told as they were."""
    with contextlib.chdir(then.directory) if Path(then.directory).is_dir() else contextlib.nullcontext():
        yield


def _moved(then: Manifest, now: Manifest, old: Folder, new: Folder) -> tuple[Moved, ...]:
    """Compare the parts that differ, one pair at a time."""
    found: dict[tuple[str, str], Moved] = {}
    longest = max(len(then.parts), len(now.parts))
    for number in range(longest):
        one, other = (list(parts[number]) if number < len(parts) else None for parts in (then.parts, now.parts))
        if one is not None and other is not None and fingerprints(old, one[0])[1:] == other[1:]:
            continue
        before = {} if one is None else _figures(old, one[0])
        after = {} if other is None else _figures(new, other[0])
        for key in dict.fromkeys((*before, *after)):
            first, second = before.get(key), after.get(key)
            if not _equal(first, second):
                scenario, framework, quarter, line = key
                known = found.get((framework, line))
                this = Moved(framework, line, 1 + (known.count if known else 0), scenario, quarter, first, second)
                is_more = known is None or _by(this) > _by(known)
                found[framework, line] = this if is_more or known is None else replace(known, count=this.count)
    return tuple(sorted(found.values(), key=lambda moved: -moved.count))


def _by(moved: Moved) -> float:
    return abs((moved.now or 0.0) - (moved.before or 0.0))


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _figures(folder: Folder, key: str) -> dict[Key, float | None]:
    try:
        return dict(_read(folder, key))
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise broken_part(folder.rows_file(key)) from error


def _read(folder: Folder, key: str) -> Iterator[tuple[Key, float | None]]:
    content = folder.rows_file(key).read_bytes()
    if folder.table == "csv":
        for row in csv.reader(io.StringIO(content.decode())):
            yield (row[0], row[1], row[2], row[3]), float(row[5]) if row[5] else None
        return
    _, pq = arrow()
    columns: Mapping[str, Sequence[object]] = pq.read_table(io.BytesIO(content)).to_pydict()
    keys = zip(*(map(str, columns[name]) for name in ("scenario", "framework", "quarter", "line")), strict=True)
    for (scenario, framework, quarter, line), value in zip(keys, columns["value"], strict=True):
        yield (scenario, framework, quarter, line), value if isinstance(value, float) else None
