"""The shipped scenarios and their data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from treasury_sim.errors import InputError, Problem, TreasurySimError
from treasury_sim.scenario.tree import nearest

PREFIX = "library:"
"""Begins a reference to a shipped file, such as ``library:strategy/lots.csv``."""

NO_SCENARIO = "a scenario ends in .yaml or .yml and does not begin with _"
"""Why a file of a folder is passed over."""

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


def is_yaml(name: str) -> bool:
    """Whether a file is a scenario by its ending, in capitals or not."""
    return Path(name).suffix.lower() in {".yaml", ".yml"}


def files_of(name_or_folder: str) -> list[str]:
    """The scenario files of a folder by name, not of folders in it nor those that begin with ``_``; else what is given.

    Raises
    ------
    TreasurySimError
        If the folder has none, or cannot be listed.
    """
    folder = Path(name_or_folder)
    # An empty name is not the folder where one is.
    if not name_or_folder.strip() or not _is_folder(folder):
        return [name_or_folder]
    found = sorted(str(path) for path in _listed(folder) if is_yaml(path.name) and not path.name.startswith("_"))
    if not found:
        message = f"{name_or_folder} has no scenario: no file ends in .yaml or .yml."
        raise TreasurySimError(message)
    return found


def passed_over(name_or_folder: str) -> list[str]:
    """Names in a folder that `files_of` leaves out, though a person may take them for scenarios.

    These are files that begin with ``_``, and those of a scenario's ending with more behind it, such as
    ``plan.yaml.txt``.
    """
    folder = Path(name_or_folder)
    if not name_or_folder.strip() or not _is_folder(folder):
        return []
    return sorted(path.name for path in _listed(folder) if _is_left_out(path.name))


def _is_left_out(name: str) -> bool:
    if is_yaml(name):
        return name.startswith("_")
    return any(ending in {".yaml", ".yml", ".yam"} for ending in map(str.lower, Path(name).suffixes))


def _listed(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.is_dir()]
    except OSError as error:
        message = f"{folder} cannot be listed: {error.strerror or error}."
        raise TreasurySimError(message) from error


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
