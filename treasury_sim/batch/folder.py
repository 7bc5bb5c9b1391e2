"""The folder of a batch: one part per finished chunk, and no database.

A part is two files named by the chunk's fingerprint: its rows, and its sealed summary, which is written last and so
marks the part as complete. To resume, list the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path

from treasury_sim.batch.part import Part, PartSummary
from treasury_sim.batch.seal import is_whole, sealed
from treasury_sim.batch.table import COLUMNS, Format
from treasury_sim.errors import TreasurySimError
from treasury_sim.report.files import OutputError, write_atomically
from treasury_sim.scenario.source.files import read_regular

PARTS = "parts"
INPUTS = "inputs"
TABLE = "table.csv"

OF_A_PART = re.compile(r"\.?[0-9a-f]{32}\.(parquet|csv|json)(\..+)?")
"""Names of the files of parts and of unfinished drafts."""
_ROWS_OF = re.compile(rb'\{"seal":"[0-9a-f]{64}","sha256":"([0-9a-f]{64})",')
"""The fingerprint of the rows, at the start of a summary."""


class Folder:
    """Folder with the parts and reports of a batch."""

    def __init__(self, path: Path, table: Format) -> None:
        self.path = path
        self.table: Format = table
        self.parts = path / PARTS

    def make(self) -> None:
        """Create the folder if it does not exist.

        Raises
        ------
        OutputError
            If it cannot be created.
        """
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
            (self.path / INPUTS).mkdir(exist_ok=True)
        except OSError as error:
            message = f"Cannot write to {self.path}: {error.strerror or error}. Give another folder with --out."
            raise OutputError(message) from error

    def rows_file(self, key: str) -> Path:
        """The path of the rows of a part."""
        return self.parts / f"{key}.{self.table}"

    def summary_file(self, key: str) -> Path:
        """The path of the summary of a part."""
        return self.parts / f"{key}.json"

    def files(self, key: str) -> tuple[Path, Path]:
        """The paths of the rows and the summary of a part."""
        return self.rows_file(key), self.summary_file(key)

    def is_stored(self, key: str) -> bool:
        """Whether a part is complete: its summary is written last."""
        return self.summary_file(key).exists()

    def altered(self, key: str, recorded: Sequence[str] = ()) -> list[Path]:
        """Files of a finished part that differ from what was written, by its seal and, if given, by the manifest.

        Parameters
        ----------
        recorded
            Fingerprints of its rows and its summary, from the manifest.
        """
        rows, summary = self.files(key)
        digests = [digest_of(path) for path in (rows, summary)]
        wrong = [path for path, now, then in zip((rows, summary), digests, recorded, strict=False) if now != then]
        content = _read(summary)
        stated = _ROWS_OF.match(content)
        if stated is None or not is_whole(content, key):
            wrong.append(summary)
        elif stated[1].decode() != digests[0]:
            wrong.append(rows)
        return list(dict.fromkeys(wrong))

    def store(self, key: str, part: Part) -> None:
        """Write a part; readers see all of it or nothing."""
        self.write(self.rows_file(key), part.rows)
        self.write(self.summary_file(key), sealed(part.summary, key))

    def summary(self, key: str) -> PartSummary:
        """Read the summary of a part.

        Raises
        ------
        TreasurySimError
            If it is missing or broken.
        """
        path = self.summary_file(key)
        try:
            return PartSummary.from_json(read_regular(path))
        except (OSError, ValueError) as error:
            raise broken_part(path) from error

    def keep_input(self, content: bytes) -> None:
        """Keep a copy of an input, so that later changes in it can be listed."""
        digest = sha256(content).hexdigest()
        path = self.path / INPUTS / digest
        if digest_of(path) != digest:
            self.write(path, content)

    def input(self, digest: str) -> bytes | None:
        """Return the copy of an input, ``None`` if it is missing or altered."""
        path = self.path / INPUTS / digest
        return _read(path) if digest_of(path) == digest else None

    def write(self, path: Path, content: str | bytes) -> None:
        """Write a file completely or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        try:
            write_atomically(path, content)
        except OSError as error:
            message = f"Cannot write {path}: {error.strerror or error}."
            raise OutputError(message) from error

    def remove(self, path: Path) -> None:
        """Remove a file if it exists.

        Raises
        ------
        OutputError
            If it cannot be removed.
        """
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            message = f"Cannot remove {path} of an earlier run: {error.strerror or error}."
            raise OutputError(message) from error

    def write_table(self, keys: Iterable[str]) -> Path:
        """Concatenate the parts of a CSV table in order."""
        path, draft = self.path / TABLE, self.path / f".{TABLE}"
        try:
            with draft.open("wb") as file:
                file.write((",".join(COLUMNS) + "\n").encode())
                for key in keys:
                    file.write(self.rows_file(key).read_bytes())
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            message = f"Cannot write {path}: {error.strerror or error}."
            raise OutputError(message) from error
        return path

    def tidy(self, keys: Iterable[str]) -> int:
        """Remove only parts of earlier inputs and unfinished drafts; return the number of parts."""
        mine = {path for key in keys for path in self.files(key)}
        others = [
            path
            for path in self.parts.iterdir()
            if path not in mine and OF_A_PART.fullmatch(path.name) and not path.is_dir()
        ]
        for path in others:
            self.remove(path)
        return len({path.stem for path in others if not path.name.startswith(".")})

    def summaries(self, keys: Iterable[str]) -> Iterator[PartSummary]:
        """Read the summaries of parts, one at a time."""
        return map(self.summary, keys)


def digest_of(path: Path) -> str | None:
    """Return the sha256 of a regular file, ``None`` if it cannot be read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _read(path: Path) -> bytes:
    """Return the content of a regular file; empty if it cannot be read."""
    try:
        return read_regular(path)
    except OSError:
        return b""


def broken_part(path: Path) -> TreasurySimError:
    """The error for a file of a part that cannot be read in its format."""
    message = f"{path} is missing or broken: run the same `treasury-sim batch` again to rebuild incomplete parts."
    return TreasurySimError(message)
