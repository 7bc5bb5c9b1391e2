"""Which files a scenario may read, and reading each of them once."""

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
    """A file that a scenario is made of.

    Attributes
    ----------
    path
        Where it is, symbolic links resolved where it was named inside a scenario.
    name
        As the user named it, or ``library:...``: the name in messages and in the manifest.
    """

    path: Path
    name: str

    @property
    def in_library(self) -> bool:
        """Whether it was found in the shipped library."""
        return self.name.startswith(library.PREFIX)


@dataclass(frozen=True)
class Folders:
    """The folders a scenario may read from, each with all below it; symbolic links are resolved."""

    allowed: tuple[Path, ...]
    expected: str = "a file in the folder of the scenario or below, or of the library"
    """What is said of any other."""
    fix: str = "Allow its folder with --allow-path DIR, if you trust it."

    @classmethod
    def of(cls, scenario: Path, allow_paths: Sequence[Path] = ()) -> Folders:
        """Allow the folder of the scenario, the shipped library, and what the user allows."""
        return cls(tuple(path.resolve() for path in (scenario.parent, library.library_dir(), *allow_paths)))

    def locate(self, reference: str, written_in: SourceFile) -> SourceFile:
        """Find the file that `written_in` refers to.

        Raises
        ------
        PermissionError
            If it is in no allowed folder. Other ``OSError`` and ``ValueError`` come from odd names.
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
    """The library, and files that are given with their content: nothing else of this machine is read."""

    names: frozenset[str] = frozenset()

    @classmethod
    def holding(cls, names: Iterable[str]) -> InMemory:
        """Allow the files `names` and the library."""
        return cls(
            allowed=(library.library_dir().resolve(),),
            expected="a file of the library, or one that is uploaded with the scenario",
            fix="Upload it together with the scenario.",
            names=frozenset(names),
        )

    def locate(self, reference: str, written_in: SourceFile) -> SourceFile:
        """Find a given file, or one of the library; raises as `Folders.locate` does."""
        if reference in self.names and not written_in.in_library:
            return given(reference)
        if not (reference.startswith(library.PREFIX) or written_in.in_library):
            raise PermissionError(reference)
        return super().locate(reference, written_in)


def given(name: str) -> SourceFile:
    """Name a file whose content is given; there is none in that place."""
    return SourceFile(Path("given") / name, name)


def _beside(written_in: SourceFile, reference: str) -> str:
    """Name a file as someone would who named `written_in`."""
    if Path(reference).is_absolute():
        return reference
    if written_in.in_library:
        bare = written_in.name.removeprefix(library.PREFIX)
        return library.PREFIX + os.path.normpath(Path(bare).parent / reference)
    return os.path.normpath(Path(written_in.name).parent / reference)


class Store:
    """The files of a scenario, each read once: its text, what was made of it, its fingerprint."""

    def __init__(self, folders: Folders, contents: Mapping[Path, bytes] = MappingProxyType({})) -> None:
        self.folders = folders
        self._contents = dict(contents)
        self._texts: dict[Path, str] = {}
        self._parsed: dict[tuple[object, ...], Any] = {}

    @property
    def contents(self) -> Mapping[Path, bytes]:
        """What stands in each file that was read."""
        return MappingProxyType(self._contents)

    def content(self, file: SourceFile, told_at: Problem | None = None) -> bytes:
        """Return what stands in `file`.

        Raises
        ------
        InputError
            If it cannot be read; told at `told_at`, the place that names the file.
        """
        if file.path not in self._contents:
            try:
                self._contents[file.path] = read_regular(file.path)
            except (OSError, ValueError) as error:
                raise InputError([told_at or unreadable(file, error)]) from None
        return self._contents[file.path]

    def text(self, file: SourceFile, told_at: Problem | None = None) -> str:
        """Return the text of `file`, which is UTF-8; raises as `content` does, and if it is not."""
        if file.path not in self._texts:
            self._texts[file.path] = _decoded(self.content(file, told_at), file.name)
        return self._texts[file.path]

    def digest(self, file: SourceFile) -> str:
        """Return the sha256 of a file that was read."""
        return sha256(self._contents[file.path]).hexdigest()

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what `make` returned when it was first called for `key`."""
        if key not in self._parsed:
            self._parsed[key] = make()
        made: T = self._parsed[key]
        return made


def read_regular(path: Path) -> bytes:
    """Return what stands in a file.

    Raises
    ------
    OSError
        If it cannot be read, or is no regular file: a named pipe is waited for without end.
    """
    check_regular(path)
    return path.read_bytes()


def check_regular(path: Path) -> None:
    """Raise `OSError` for a device or a pipe."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(EINVAL, "a device or a pipe")


def unreadable(file: SourceFile, error: Exception) -> Problem:
    """Tell that `file` cannot be read."""
    return Problem(file.name, None, "", "a file that can be read", reason(error))


def reason(error: Exception) -> str:
    """Say in words why a file cannot be read."""
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
        found = f"the byte 0x{content[error.start]:02x}"
        raise InputError([Problem(name, line, "", "text in UTF-8", found, "Save the file as UTF-8.")]) from None
