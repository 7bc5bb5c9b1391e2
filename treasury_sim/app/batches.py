"""A batch of uploaded files, run in a folder that is deleted afterwards and whose name no message shows."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from zipfile import ZIP_DEFLATED, ZipFile

from treasury_sim.app.opening import check_sizes
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.run import run_batch
from treasury_sim.batch.source import open_sources
from treasury_sim.batch.summary import Summary
from treasury_sim.domain.progress import Progress
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.library import is_yaml

MOST_SCENARIOS = 2_000
"""Scenarios of one batch in the app; the command line has no such bound."""
MOST_BYTES = 30_000_000
"""Of a file of results that is kept for download."""


@dataclass(frozen=True)
class Done:
    """What came of a batch.

    Attributes
    ----------
    summary
        Scores and failures.
    files
        Results by file name.
    """

    summary: Summary
    files: Mapping[str, bytes]


def run_uploads(files: Mapping[str, bytes], vary: Sequence[str], progress: Progress | None = None) -> Done:
    """Run every scenario of `files`, each as often as `vary` says.

    Parameters
    ----------
    files
        Contents by name, below a folder where a folder was uploaded.
    vary
        Each ``key=a,b,c``.
    progress
        Told how many scenarios of how many are done.

    Raises
    ------
    InputError
        If no scenario is given, there are too many, a file is too large, or `vary` cannot be read.
    """
    check_sizes(files)
    with tempfile.TemporaryDirectory(prefix="treasury_sim_") as place:
        folder = Path(place)
        for name, content in files.items():
            path = folder / "in" / _inside(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            return _run(folder, vary, progress)
        except InputError as error:
            raise InputError([_named(each, folder) for each in error.problems]) from None


def _run(folder: Path, vary: Sequence[str], progress: Progress | None) -> Done:
    paths = tuple(str(path) for path in sorted((folder / "in").rglob("*")) if is_yaml(path.name))
    if not paths:
        raise InputError([Problem("upload", None, "", "at least one scenario (.yaml)", "none")])
    opened, _ = open_sources(paths, vary)
    count = sum(len(source.sweep) for source in opened)
    if count > MOST_SCENARIOS:
        fix = "Run larger batches on the command line: treasury-sim batch."
        raise InputError([Problem("upload", None, "", f"at most {MOST_SCENARIOS:,} scenarios", f"{count:,}", fix)])
    out = folder / "out"
    order = BatchOrder(paths=paths, vary=tuple(vary), out=out, table="csv", xlsx=True, executor="inprocess")
    summary = run_batch(order, progress).summary
    failures = tuple(
        replace(failure, problems=tuple(_named(each, folder) for each in failure.problems))
        for failure in summary.failures
    )
    kept = {
        path.name: _bare(path, folder)
        for path in sorted(out.iterdir())
        if path.is_file() and path.suffix in {".csv", ".xlsx"} and path.stat().st_size <= MOST_BYTES
    }
    notes = tuple((_without(scenario, folder), _without(note, folder)) for scenario, note in summary.notes)
    return Done(replace(summary, failures=failures, notes=notes), kept)


def _bare(path: Path, folder: Path) -> bytes:
    """The content of a file of results without the folder of the server, which names uploads that failed."""
    secret, content = f"{folder / 'in'}/".encode(), path.read_bytes()
    if path.suffix != ".xlsx":
        return content.replace(secret, b"")
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as whole, ZipFile(packed, "w", ZIP_DEFLATED) as bare:
        for part in whole.infolist():
            bare.writestr(part, whole.read(part).replace(secret, b""))
    return packed.getvalue()


def _inside(name: str) -> PurePath:
    """The name of an upload below the folder; what would lead out of it is left out."""
    return PurePath(*(part for part in PurePath(name.replace("\\", "/")).parts if part not in {"..", "/"}))


def _named(problem: Problem, folder: Path) -> Problem:
    """Name the upload in a problem in place of the server's path."""
    return replace(
        problem,
        where=_without(problem.where, folder),
        found=_without(problem.found, folder),
        fix=_without(problem.fix, folder),
    )


def _without(text: str, folder: Path) -> str:
    """Text without the folder of the server."""
    return text.replace(f"{folder / 'in'}/", "").replace(str(folder), "")
