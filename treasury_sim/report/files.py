"""Files out: every one is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from errno import EISDIR
from pathlib import Path

from treasury_sim.domain.result import Result
from treasury_sim.errors import TreasurySimError
from treasury_sim.report.json_result import to_json
from treasury_sim.report.render.csv import table_csv
from treasury_sim.report.tables.expected import expectations
from treasury_sim.report.tables.lots import lots_table
from treasury_sim.report.tables.sample import every_distribution
from treasury_sim.report.tables.statement import every_line


class OutputError(TreasurySimError):
    """A file could not be written."""


def write_result(result: Result, folder: Path) -> list[Path]:
    """Write `result` to `folder` as CSV and JSON; all files are made before the first is put in place.

    Returns
    -------
    list of Path
        The files written: ``statements.csv``, ``lots.csv`` (of a sample ``distributions.csv``), ``expect.csv``,
        ``result.json``.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    if result.sampling is None:
        texts = {"statements.csv": statements_csv(result), "lots.csv": lots_csv(result)}
    else:
        texts = {"distributions.csv": table_csv(every_distribution(result))}
    texts |= {"expect.csv": table_csv(expectations(result)), "result.json": to_json(result)}
    return write_together(folder, texts, replacing=("statements.csv", "lots.csv", "distributions.csv"))


def write_together(folder: Path, files: Mapping[str, str | bytes], replacing: Collection[str] = ()) -> list[Path]:
    """Put files in a folder as one: all of them or, without room for them, none.

    A new folder appears with all its files. In a folder that is there, files of these names are removed before the
    first new one is put in place, and other files are left alone: no reader sees files of two runs.

    Parameters
    ----------
    files
        Content by name.
    replacing
        Further names that an earlier run may have written and that would be of other figures.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=folder if folder.is_dir() else folder.parent, prefix=f".{folder.name}.", ignore_cleanup_errors=True
        ) as name:
            draft = Path(name) / "files"
            draft.mkdir()
            for file, content in files.items():
                _write_synced(draft / file, content)
            _put_in_place(draft, folder, [*files, *replacing])
    except OSError as error:
        message = f"Cannot write to {folder}: {error.strerror or error}. Give another folder with --out."
        raise OutputError(message) from error
    return [folder / file for file in files]


def _put_in_place(draft: Path, folder: Path, names: Iterable[str]) -> None:
    if not folder.exists():
        draft.rename(folder)
    else:
        blocked = next((folder / name for name in names if (folder / name).is_dir()), None)
        if blocked is not None:
            raise IsADirectoryError(EISDIR, f"{blocked.name} is a folder there")
        for name in names:
            (folder / name).unlink(missing_ok=True)
        for file in draft.iterdir():
            file.rename(folder / file.name)
    _sync(folder)
    _sync(folder.parent)


def _write_synced(path: Path, content: str | bytes) -> None:
    """Write a file so that it outlasts a loss of power."""
    with path.open("xb") as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Have the names in a folder outlast a loss of power, where the system can do that."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some file systems cannot
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_text(path: Path, text: str | bytes) -> None:
    """Write one file that the user named, a picture perhaps; its folder is made.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as error:
        message = f"Cannot write {path}: {error.strerror or error}. Give another file with --out."
        raise OutputError(message) from error


def methodology() -> str:
    """Return the page of formulas, sources and tests: in an installed package beside this file, or of a checkout."""
    installed = Path(__file__).with_name("methodology.md")
    page = installed if installed.is_file() else Path(__file__).parents[2] / "docs" / "methodology.md"
    return page.read_text(encoding="utf-8")


def write_new(path: Path, text: str) -> None:
    """Write `text` to a file that is not there yet.

    Raises
    ------
    OutputError
        If there is one already, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"{path} is there already and is left as it is. Give another name."
        raise OutputError(message) from None
    except OSError as error:
        message = f"Cannot write {path}: {error.strerror or error}."
        raise OutputError(message) from error


def write_atomically(path: Path, content: str | bytes) -> Path:
    """Write `content` to `path`: a reader sees the old file or the whole new one."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
        _sync(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def _umask() -> int:
    """The permissions that files of the user do not have: `mkstemp` makes one that nobody else can read."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def statements_csv(result: Result) -> str:
    """Every line of every statement, long: one figure a row, in whole currency units."""
    return table_csv(every_line(result))


def lots_csv(result: Result) -> str:
    """The lots held at the end of the last reported quarter."""
    return table_csv(lots_table(result, result.reported[-1].label))
