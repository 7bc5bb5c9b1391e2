"""What a batch was made from, so that it can be done again: inputs, versions, platform, the command."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from treasury_sim.batch.chunk import is_sample
from treasury_sim.batch.folder import Folder, broken_part
from treasury_sim.batch.order import Order
from treasury_sim.batch.source import Opened, Source
from treasury_sim.errors import TreasurySimError
from treasury_sim.market.history import embedded_tables
from treasury_sim.version import VERSION

FILE = "manifest.json"

DEPENDENCIES = ("numpy", "scipy", "pydantic", "pyyaml", "pyarrow")
"""Packages that touch a figure or how it is written."""


@dataclass(frozen=True)
class Manifest:
    """What a batch was made from.

    Attributes
    ----------
    order
        The options, paths as text.
    directory
        Where the command was given.
    engine, python
        Versions.
    dependencies
        Version by package; those that are not installed are not there.
    platform
        System, machine and C library.
    sources
        By name of the source, the digest of each of its inputs by name.
    history
        Digests of the embedded tables.
    seeds
        By name of the source, its seed; ``None`` where nothing is drawn.
    parts
        Fingerprint of each part, and of its rows and its summary, in order.
    """

    order: Mapping[str, Any]
    directory: str
    engine: str
    python: str
    dependencies: Mapping[str, str]
    platform: str
    sources: Mapping[str, Mapping[str, str]]
    history: Mapping[str, str]
    seeds: Mapping[str, int | None]
    parts: Sequence[Sequence[str]]

    def to_json(self) -> str:
        """Write as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a folder.

        Raises
        ------
        TreasurySimError
            If it has none.
        """
        try:
            return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            message = f"{folder} holds no finished batch: {FILE} is missing or broken. Run `treasury-sim batch` first."
            raise TreasurySimError(message) from error

    def order_again(self) -> Order:
        """The order, to be given again from the directory where it was given."""
        values = dict(self.order)
        return Order(
            paths=tuple(values["paths"]),
            vary=tuple(values["vary"]),
            base=values["base"],
            table=values["table"],
            allow_paths=tuple(map(Path, values["allow_paths"])),
        )


def keep(folder: Folder, order: Order, opened: Sequence[Opened], base: Source | None, keys: Sequence[str]) -> Manifest:
    """Write the manifest of a finished batch, and keep a copy of each input."""
    sources = {one.source.name: one.source for one in opened}
    if base is not None:
        sources = {**sources, BASE: base}
    for source in sources.values():
        for content in source.contents.values():
            folder.keep_input(sha256(content).hexdigest(), content)
    manifest = Manifest(
        order={
            "paths": list(order.paths),
            "vary": list(order.vary),
            "base": order.base,
            "table": order.table,
            "allow_paths": [str(path) for path in order.allow_paths],
        },
        directory=str(Path.cwd()),
        engine=VERSION,
        python=platform.python_version(),
        dependencies=dependencies(),
        platform=this_platform(),
        sources={name: dict(source.inputs) for name, source in sources.items()},
        history=embedded_tables(),
        seeds={one.source.name: seed_of(one) for one in opened},
        parts=[fingerprints(folder, key) for key in keys],
    )
    folder.write(folder.path / FILE, manifest.to_json())
    return manifest


BASE = "--base"


def dependencies() -> dict[str, str]:
    """The versions of the packages that touch a figure."""
    found = {}
    for name in DEPENDENCIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def this_platform() -> str:
    """The system, the machine and the C library."""
    return " ".join(part for part in (sys.platform, platform.machine(), *platform.libc_ver()) if part)


def seed_of(opened: Opened) -> int | None:
    """The seed of a scenario that draws its prices; ``None`` for any other."""
    return opened.scenario.spec.simulation.seed if is_sample(opened) else None


def fingerprints(folder: Folder, key: str) -> list[str]:
    """Fingerprint of a part: of the chunk, of its rows and of its summary as they are in the folder."""
    found = [key]
    for file in (folder.rows_file(key), folder.summary_file(key)):
        try:
            found.append(sha256(file.read_bytes()).hexdigest())
        except OSError as error:
            raise broken_part(file) from error
    return found
