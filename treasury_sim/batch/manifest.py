"""The manifest of a batch: its inputs and outputs, so that it can be repeated."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from treasury_sim.batch.chunk import is_sample
from treasury_sim.batch.folder import INPUTS, TABLE, Folder, broken_part, digest_of
from treasury_sim.batch.model import Digest, PartKey, Written, read
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.part import Failure
from treasury_sim.batch.seal import is_whole, sealed
from treasury_sim.batch.source import Broken, OpenSource, Source
from treasury_sim.batch.table import Format
from treasury_sim.errors import Problem, TreasurySimError
from treasury_sim.market.history import embedded_tables
from treasury_sim.scenario.source.files import read_regular
from treasury_sim.version import VERSION

FILE = "manifest.json"

DEPENDENCIES = ("numpy", "scipy", "pydantic", "pyyaml", "pyarrow")
"""Packages that affect a figure or how it is written."""

Report = Literal["summary.csv", "failures.csv", "notes.csv", "totals.csv", "table.csv", "batch.xlsx"]


class BatchOptions(Written):
    """The options of a batch, paths as text."""

    paths: Annotated[tuple[str, ...], Field(min_length=1)]
    vary: tuple[str, ...]
    base: str | None
    table: Format
    xlsx: bool
    allow_paths: tuple[str, ...]
    prices: tuple[str, ...] = ()

    def again(self) -> BatchOrder:
        """The order, to be repeated from the directory where it was given."""
        return BatchOrder(
            paths=self.paths,
            vary=self.vary,
            base=self.base,
            table=self.table,
            xlsx=self.xlsx,
            allow_paths=tuple(map(Path, self.allow_paths)),
            prices=self.prices,
        )


class BrokenSource(Written):
    """A scenario file that could not be read, and the reasons."""

    name: str
    problems: tuple[Problem, ...]


class Manifest(Written):
    """Inputs of a batch, and the fingerprints of its outputs.

    Attributes
    ----------
    seal
        Fingerprint of everything that follows.
    order
        The options.
    directory
        The working directory of the command.
    engine, python
        Versions.
    dependencies
        Version by package; packages that are not installed are absent.
    platform
        System, machine and C library.
    sources
        Digest of each input by its name, by name of the source; also of sources that could not be read.
    broken
        Scenario files that could not be read.
    history
        Digests of the embedded tables.
    seeds
        Seed by name of the source; ``None`` if nothing is simulated.
    parts
        In order: fingerprint of each part, of its rows file and of its summary file.
    reports
        Fingerprint of every other file written.
    """

    seal: Digest | None = None
    order: BatchOptions
    directory: str
    engine: str
    python: str
    dependencies: dict[str, str]
    platform: str
    sources: dict[str, dict[str, Digest]]
    broken: tuple[BrokenSource, ...]
    history: dict[str, Digest]
    seeds: dict[str, int | None]
    parts: tuple[tuple[PartKey, Digest, Digest], ...]
    reports: dict[Report, Digest]

    def to_json(self) -> bytes:
        """Write as sealed JSON."""
        content = self.model_dump(mode="json", exclude={"seal"})
        return sealed(json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a folder.

        Raises
        ------
        TreasurySimError
            If it has none, or it cannot be read; the message says why.
        """
        again = "Run `treasury-sim batch` first."
        try:
            return read(cls, read_regular(folder / FILE))
        except FileNotFoundError:
            message = f"{folder} holds no finished batch: {FILE} is missing. {again}"
        except OSError as error:
            message = f"{folder} holds no finished batch: {FILE} cannot be read ({error.strerror or error}). {again}"
        except ValueError as error:
            message = f"{folder} holds no finished batch: {FILE} is broken ({error}). {again}"
        raise TreasurySimError(message)

    def failures(self, folder: Folder) -> dict[str, Failure]:
        """Scenarios that could not be run, by name: unreadable files, and the failures in the parts."""
        inside = (failure for key, *_ in self.parts for failure in folder.summary(key).failures)
        outside = (Failure(each.name, each.problems) for each in self.broken)
        return {failure.scenario: failure for failure in (*outside, *inside)}

    def altered(self, folder: Folder) -> list[Path]:
        """Every file of `folder` that differs from what was written: manifest, parts, reports, copies of inputs."""
        altered = [] if is_whole(read_regular(folder.path / FILE)) else [folder.path / FILE]
        altered += [path for key, *recorded in self.parts for path in folder.altered(key, recorded)]
        altered += self.altered_reports(folder)
        digests = dict.fromkeys(digest for inputs in self.sources.values() for digest in inputs.values())
        copies = ((folder.path / INPUTS / digest, digest) for digest in digests)
        return altered + [path for path, digest in copies if digest_of(path) != digest]

    def altered_reports(self, folder: Folder) -> list[Path]:
        """The reports that differ from what was written, or are missing."""
        return [folder.path / name for name, digest in self.reports.items() if digest_of(folder.path / name) != digest]


def recorded(folder: Folder) -> Manifest | None:
    """The manifest of the batch that was finished here before; ``None`` if it is missing or unreadable."""
    try:
        return Manifest.read(folder.path)
    except TreasurySimError:
        return None


BASE = "--base"


def keep(
    folder: Folder,
    order: BatchOrder,
    *,
    opened: Sequence[OpenSource],
    broken: Sequence[Broken],
    base: Source | None,
    keys: Sequence[str],
    reports: Sequence[Path],
) -> Manifest:
    """Write the manifest of a finished batch, and keep a copy of each input."""
    sources = {each.source.name: each.source for each in opened}
    if base is not None:
        sources = {**sources, BASE: base}
    for content in (content for source in sources.values() for content in source.contents.values()):
        folder.keep_input(content)
    for content in (each.content for each in broken if each.content is not None):
        folder.keep_input(content)
    manifest = Manifest(
        order=BatchOptions(
            paths=tuple(order.paths),
            vary=tuple(order.vary),
            base=order.base,
            table=order.table,
            xlsx=order.xlsx,
            allow_paths=tuple(str(path) for path in order.allow_paths),
            prices=order.prices,
        ),
        directory=str(Path.cwd()),
        engine=VERSION,
        python=platform.python_version(),
        dependencies=dependencies(),
        platform=this_platform(),
        sources={
            **{name: dict(source.inputs) for name, source in sources.items()},
            **{each.name: each.inputs for each in broken},
        },
        broken=tuple(BrokenSource(name=each.name, problems=each.problems) for each in broken),
        history=embedded_tables(),
        seeds={each.source.name: seed_of(each) for each in opened},
        parts=tuple(fingerprints(folder, key) for key in keys),
        reports={_report(path): _fingerprint(path) for path in reports},
    )
    folder.write(folder.path / FILE, manifest.to_json())
    return manifest


def dependencies() -> dict[str, str]:
    """Versions of the packages that affect a figure."""
    versions = {}
    for name in DEPENDENCIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def this_platform() -> str:
    """The operating system, machine and C library."""
    return " ".join(part for part in (sys.platform, platform.machine(), *platform.libc_ver()) if part)


def seed_of(opened: OpenSource) -> int | None:
    """The seed of a scenario that simulates prices; ``None`` for any other."""
    return opened.scenario.spec.simulation.seed if is_sample(opened) else None


def fingerprints(folder: Folder, key: str) -> tuple[str, str, str]:
    """Fingerprints of a part: of the chunk, and of its rows and summary as stored in the folder."""
    rows, summary = folder.files(key)
    return key, _fingerprint(rows), _fingerprint(summary)


def _fingerprint(path: Path) -> str:
    digest = digest_of(path)
    if digest is None:
        raise broken_part(path)
    return digest


def _report(path: Path) -> Report:
    names: dict[str, Report] = {
        "summary.csv": "summary.csv",
        "failures.csv": "failures.csv",
        "notes.csv": "notes.csv",
        "totals.csv": "totals.csv",
        TABLE: "table.csv",
        "batch.xlsx": "batch.xlsx",
    }
    return names[path.name]
