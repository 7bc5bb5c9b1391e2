"""The shipped scenarios and their data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from treasury_sim.errors import InputError, Problem, TreasurySimError
from treasury_sim.scenario.tree import nearest

PREFIX = "library:"
"""Begins a reference to a shipped file, such as ``library:strategy/lots.csv``."""

_PACKAGE = Path(__file__).resolve().parent.parent


def library_dir() -> Path:
    """Return the folder of the shipped scenarios: in an installed package, or beside it in a checkout."""
    installed = _PACKAGE / "library"
    return installed if installed.is_dir() else _PACKAGE.parent / "scenarios"


def shipped() -> Iterator[Path]:
    """Iterate over the shipped scenarios by name; a file that begins with ``_`` is only a part of others."""
    for path in sorted(library_dir().glob("*.yaml")):
        if not path.name.startswith("_"):
            yield path


def mappings() -> list[str]:
    """Names of the shipped mappings of exports."""
    return sorted(path.stem for path in (library_dir() / "mappings").glob("*.yaml"))


def template() -> str:
    """Return the text of the scenario to start from."""
    return (library_dir() / "templates" / "scenario.yaml").read_text(encoding="utf-8")


def find(name_or_path: str | Path) -> Path:
    """Find a scenario: a file that exists, else a shipped scenario by its name, with or without ``.yaml``.

    Raises
    ------
    InputError
        If there is neither; it lists the nearest names.
    """
    if _is_file(Path(name_or_path)):
        return Path(name_or_path)
    name = str(name_or_path)
    names = [path.stem for path in shipped()]
    bare = name.removeprefix(PREFIX).removesuffix(".yaml")
    if bare in names:
        return library_dir() / f"{bare}.yaml"
    suggestion = nearest(bare, names) if bare and names else ""
    fix = f"{suggestion} See `treasury-sim list`.".strip()
    found = "no name" if not name.strip() else "a folder" if _is_folder(Path(name_or_path)) else "no such file or name"
    raise InputError([Problem(name, None, "", "a scenario file or the name of a shipped scenario", found, fix)])


def files_of(name_or_folder: str) -> list[str]:
    """The scenario files of a folder by name, not of folders in it nor those that begin with ``_``; else what is given.

    Raises
    ------
    TreasurySimError
        If the folder has none.
    """
    folder = Path(name_or_folder)
    # An empty name is not the folder where one is.
    if not name_or_folder.strip() or not _is_folder(folder):
        return [name_or_folder]
    paths = [path for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern)]
    found = sorted(str(path) for path in paths if not path.name.startswith("_"))
    if not found:
        message = f"{name_or_folder} has no scenario: no file ends in .yaml or .yml."
        raise TreasurySimError(message)
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
