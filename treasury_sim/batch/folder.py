"""The folder of a batch: one part for each finished chunk, and no database.

A part is two files named by the chunk's fingerprint: its rows, and its summary, which is written last and so says that
the part is whole. Whoever resumes lists the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path

from treasury_sim.batch.part import Part, PartSummary
from treasury_sim.batch.table import COLUMNS, Format
from treasury_sim.errors import TreasurySimError
from treasury_sim.report.files import OutputError, write_atomically

PARTS = "parts"
INPUTS = "inputs"
TABLE = "table.csv"

OF_A_PART = re.compile(r"\.?[0-9a-f]{32}\.(parquet|csv|json)(\..+)?")
"""Names of the files of parts and of their drafts."""


class Folder:
    """A folder that holds the parts and reports of a batch."""

    def __init__(self, path: Path, table: Format) -> None:
        """Make the folder if it is not there.

        Raises
        ------
        OutputError
            If that cannot be done.
        """
        self.path = path
        self.table: Format = table
        self.parts = path / PARTS
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
            (path / INPUTS).mkdir(exist_ok=True)
        except OSError as error:
            message = f"Cannot write to {path}: {error.strerror or error}. Give another folder with --out."
            raise OutputError(message) from error

    def rows_file(self, key: str) -> Path:
        """Where the rows of a part are."""
        return self.parts / f"{key}.{self.table}"

    def summary_file(self, key: str) -> Path:
        """Where the summary of a part is."""
        return self.parts / f"{key}.json"

    def stored(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` whose parts are here and as they were written."""
        return {key for key in keys if self._is_whole(key)}

    def _is_whole(self, key: str) -> bool:
        # A disk that was full or a person may have changed a part: it is then run again.
        try:
            with self.rows_file(key).open("rb") as rows:
                return file_digest(rows, "sha256").hexdigest() == self.summary(key).sha256
        except (OSError, TreasurySimError):
            return False

    def store(self, key: str, part: Part) -> None:
        """Write a part; whoever looks sees all of it or nothing."""
        self.write(self.rows_file(key), part.rows)
        self.write(self.summary_file(key), part.summary)

    def summary(self, key: str) -> PartSummary:
        """Read the summary of a part.

        Raises
        ------
        TreasurySimError
            If it is missing or broken.
        """
        path = self.summary_file(key)
        try:
            return PartSummary.from_json(path.read_bytes())
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise broken_part(path) from error

    def keep_input(self, digest: str, content: bytes) -> None:
        """Keep a copy of an input, so that a later change can be told in its own words."""
        path = self.path / INPUTS / digest
        if not path.exists():
            self.write(path, content)

    def input(self, digest: str) -> bytes | None:
        """Return the copy of an input, ``None`` if there is none."""
        path = self.path / INPUTS / digest
        return path.read_bytes() if path.exists() else None

    def write(self, path: Path, content: str | bytes) -> None:
        """Write a file whole or not at all.

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
        """Remove a file if it is there.

        Raises
        ------
        OutputError
            If it cannot be removed.
        """
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            message = f"Cannot remove {path}, which is of an earlier run: {error.strerror or error}."
            raise OutputError(message) from error

    def write_table(self, keys: Iterable[str]) -> Path:
        """Put the parts of a CSV table behind one another, in their order."""
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
        """Remove parts of earlier inputs and drafts that were cut off, nothing else; tell how many parts."""
        mine = {path for key in keys for path in (self.rows_file(key), self.summary_file(key))}
        others = [
            path
            for path in self.parts.iterdir()
            if path not in mine and OF_A_PART.fullmatch(path.name) and path.is_file()
        ]
        for path in others:
            path.unlink()
        return len({path.stem for path in others if not path.name.startswith(".")})

    def summaries(self, keys: Iterable[str]) -> Iterator[PartSummary]:
        """Read the summaries of parts, one at a time."""
        return map(self.summary, keys)


def broken_part(path: Path) -> TreasurySimError:
    """What to raise where a file of a part cannot be read as what it was written as."""
    message = f"{path} is missing or broken: run the same `treasury-sim batch` again, it makes what is not whole anew."
    return TreasurySimError(message)
