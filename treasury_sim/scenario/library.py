"""The shipped scenarios and their data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import InputError, Problem, TreasurySimError

PREFIX = "library:"
"""Prefix of a reference to a shipped file, such as ``library:strategy/lots.csv``."""

NO_SCENARIO = "a scenario ends in .yaml or .yml and does not begin with _"
"""Why a file in a folder is passed over."""

_PACKAGE = Path(__file__).resolve().parent.parent


def library_dir() -> Path:
    """Return the folder of shipped scenarios: inside an installed package, or next to it in a checkout."""
    installed = _PACKAGE / "library"
    return installed if installed.is_dir() else _PACKAGE.parent / "scenarios"


def shipped() -> Iterator[Path]:
    """Iterate over the shipped scenarios by name; a file that begins with ``_`` is only a part for others."""
    for path in sorted(library_dir().glob("*.yaml")):
        if not path.name.startswith("_"):
            yield path


def mappings() -> list[str]:
    """Names of the shipped export mappings."""
    return sorted(path.stem for path in (library_dir() / "mappings").glob("*.yaml"))


def template() -> str:
    """Return the text of the template for a new scenario."""
    return (library_dir() / "templates" / "scenario.yaml").read_text(encoding="utf-8")


def find(name_or_path: str | Path) -> Path:
    """Find a scenario: an existing file, else a shipped scenario by its name, with or without ``.yaml``.

    Raises
    ------
    InputError
        If neither exists; the message suggests the nearest names.
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
    actual = "no name" if not name.strip() else "a folder" if _is_folder(Path(name_or_path)) else "no such file or name"
    raise InputError([Problem(name, None, "", "a scenario file or the name of a shipped scenario", actual, fix)])


PATHS = "paths"
"""Folder of the shipped price paths."""


def find_path(name_or_path: str | Path) -> Path:
    """Find a price path: an existing file, else a shipped one by its name.

    Raises
    ------
    InputError
        If neither exists; the message suggests the nearest names.
    """
    if _is_file(Path(name_or_path)):
        return Path(name_or_path)
    name = str(name_or_path)
    names = price_paths()
    bare = name.removeprefix(f"{PREFIX}{PATHS}/").removesuffix(".yaml")
    if bare in names:
        return library_dir() / PATHS / f"{bare}.yaml"
    fix = f"{nearest(bare, names)} Shipped: {', '.join(names)}.".strip()
    raise InputError([Problem(name, None, "", "a file with a price path, or the name of a shipped one", name, fix)])


def price_paths() -> list[str]:
    """Names of the shipped price paths."""
    return sorted(path.stem for path in (library_dir() / PATHS).glob("*.yaml"))


def holders_table() -> Path:
    """The shipped table of holders."""
    return library_dir() / "holders" / "holders.csv"


def is_yaml(name: str) -> bool:
    """Whether a file is a scenario by its extension, in either case."""
    return Path(name).suffix.lower() in {".yaml", ".yml"}


def files_of(name_or_folder: str) -> list[str]:
    """List the scenario files of a folder by name, not those that begin with ``_``; a file is returned as it is.

    Raises
    ------
    TreasurySimError
        If the folder has no scenario or cannot be listed.
    """
    folder = Path(name_or_folder)
    # An empty name would mean the current folder.
    if not name_or_folder.strip() or not _is_folder(folder):
        return [name_or_folder]
    scenarios = sorted(str(path) for path in _listed(folder) if is_yaml(path.name) and not path.name.startswith("_"))
    if not scenarios:
        message = f"{name_or_folder} has no scenario: no file ends in .yaml or .yml."
        raise TreasurySimError(message)
    return scenarios


def passed_over(name_or_folder: str) -> list[str]:
    """Names in a folder that `files_of` passes over, although a user may expect them to run.

    Files that begin with ``_``, and files with a further extension after that of a scenario, such as
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
