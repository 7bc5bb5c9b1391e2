"""Which files a scenario may read; each is read once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from errno import EINVAL
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import library

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a scenario is read from.

    Attributes
    ----------
    path
        Its location, with symbolic links resolved if the file is named inside a scenario.
    name
        As the user named it, or ``library:...``: the name in messages and in the manifest.
    """

    path: Path
    name: str

    @property
    def in_library(self) -> bool:
        """Whether it is in the shipped library."""
        return self.name.startswith(library.PREFIX)


@dataclass(frozen=True)
class Folders:
    """The folders a scenario may read from, subfolders included; symbolic links are resolved."""

    allowed: tuple[Path, ...]
    expected: str = "a file in the folder of the scenario or below, or of the library"
    """Expected, in the message for any other file."""
    fix: str = "Allow its folder with --allow-path DIR, if you trust it."
    prices: Path | None = None
    """The price store; ``None`` if there is none."""

    @classmethod
    def of(cls, scenario: Path, allow_paths: Sequence[Path] = (), prices: Path | None = None) -> Folders:
        """Allow the folder of the scenario, the shipped library, and what the user allows."""
        allowed = (scenario.parent, library.library_dir(), *allow_paths)
        return cls(tuple(path.resolve() for path in allowed), prices=prices)

    def locate(self, reference: str, written_in: SourceFile) -> SourceFile:
        """Find the file that `written_in` refers to.

        Raises
        ------
        PermissionError
            If it is in none of the allowed folders. Odd names raise other ``OSError`` and ``ValueError``.
        """
        if reference.startswith(library.PREFIX):
            inside = reference.removeprefix(library.PREFIX)
            path, name = library.library_dir() / inside, library.PREFIX + os.path.normpath(inside)
        else:
            path = written_in.path.parent / reference
            name = _beside(written_in, reference)
        path = path.resolve()
        if not any(path.is_relative_to(folder) for folder in self.allowed):
            raise PermissionError(path)
        return SourceFile(path, name)


@dataclass(frozen=True)
class InMemory(Folders):
    """The library, and files given with their content: nothing else on this machine is read."""

    names: frozenset[str] = frozenset()

    @classmethod
    def holding(cls, names: Iterable[str], prices: Path | None = None) -> InMemory:
        """Allow the files `names` and the library, and the price store."""
        return cls(
            prices=prices,
            allowed=(library.library_dir().resolve(),),
            expected="a file of the library, or one that is uploaded with the scenario",
            fix="Upload it together with the scenario.",
            names=frozenset(names),
        )

    def locate(self, reference: str, written_in: SourceFile) -> SourceFile:
        """Find a given file or one in the library; raises as `Folders.locate` does."""
        if reference in self.names and not written_in.in_library:
            return given(reference)
        if not (reference.startswith(library.PREFIX) or written_in.in_library):
            raise PermissionError(reference)
        return super().locate(reference, written_in)


def given(name: str) -> SourceFile:
    """Name a file given by content; nothing is stored at its path."""
    return SourceFile(Path("given") / name, name)


def _beside(written_in: SourceFile, reference: str) -> str:
    """Name a file relative to the name of `written_in`."""
    if Path(reference).is_absolute():
        return reference
    if written_in.in_library:
        bare = written_in.name.removeprefix(library.PREFIX)
        return library.PREFIX + os.path.normpath(Path(bare).parent / reference)
    return os.path.normpath(Path(written_in.name).parent / reference)


class Store:
    """The files of a scenario, each read once: its text, the objects parsed from it, its sha256."""

    def __init__(self, folders: Folders, contents: Mapping[Path, bytes] = MappingProxyType({})) -> None:
        self.folders = folders
        self._contents = dict(contents)
        self._texts: dict[Path, str] = {}
        self._parsed: dict[tuple[object, ...], Any] = {}

    @property
    def contents(self) -> Mapping[Path, bytes]:
        """The content of each file read."""
        return MappingProxyType(self._contents)

    def content(self, file: SourceFile, problem: Problem | None = None) -> bytes:
        """Return the content of `file`.

        Raises
        ------
        InputError
            If it cannot be read: `problem` if given, which names the place that refers to the file.
        """
        if file.path not in self._contents:
            try:
                self._contents[file.path] = read_regular(file.path)
            except (OSError, ValueError) as error:
                raise InputError([problem or unreadable(file, error)]) from None
        return self._contents[file.path]

    def derived(self, file: SourceFile, make: Callable[[], bytes]) -> bytes:
        """Return the content of `file`, which `make` derives from other files the first time."""
        if file.path not in self._contents:
            self._contents[file.path] = make()
        return self._contents[file.path]

    def text(self, file: SourceFile, problem: Problem | None = None) -> str:
        """Return the UTF-8 text of `file`; raises as `content` does, and if it is not UTF-8."""
        if file.path not in self._texts:
            self._texts[file.path] = _decoded(self.content(file, problem), file.name)
        return self._texts[file.path]

    def digest(self, file: SourceFile) -> str:
        """Return the sha256 of a file already read."""
        return sha256(self._contents[file.path]).hexdigest()

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return the result of `make`, called only the first time for each `key`."""
        if key not in self._parsed:
            self._parsed[key] = make()
        made: T = self._parsed[key]
        return made


def read_regular(path: Path) -> bytes:
    """Return the content of a file.

    Raises
    ------
    OSError
        If it cannot be read or is not a regular file: reading a named pipe would block forever.
    """
    check_regular(path)
    return path.read_bytes()


def check_regular(path: Path) -> None:
    """Raise `OSError` for a device or a pipe."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(EINVAL, "a device or a pipe")


def unreadable(file: SourceFile, error: Exception) -> Problem:
    """The problem of a file that cannot be read."""
    return Problem(file.name, None, "", "a file that can be read", reason(error))


def reason(error: Exception) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "a folder"
    return (error.strerror if isinstance(error, OSError) else None) or "a name that no file can have"


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = f"the byte 0x{content[error.start]:02x}"
        raise InputError([Problem(name, line, "", "text in UTF-8", byte, "Save the file as UTF-8.")]) from None
