"""Inputs of a batch: scenario files with everything they read, so that a remote worker needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.library import files_of, find, is_yaml
from treasury_sim.scenario.loader import Scenario, load, reload
from treasury_sim.scenario.source.files import Folders, SourceFile, read_regular
from treasury_sim.scenario.sweep import VARY, Sweep, sweep_of
from treasury_sim.scenario.variations import NO_SUCH_KEY, Variations


@dataclass(frozen=True)
class Source:
    """A scenario file and the content of every file it reads.

    Attributes
    ----------
    name
        Name that its scenarios begin with.
    file, folders, contents
        Arguments of `reload`.
    inputs
        sha256 of each file by name, the scenario first.
    vary
        Keys varied on the command line.
    prices
        Price path laid over the scenario; ``None`` for the prices it states.
    """

    name: str
    file: SourceFile
    folders: Folders
    contents: Mapping[Path, bytes]
    inputs: Mapping[str, str]
    vary: tuple[str, ...] = ()
    prices: SourceFile | None = None

    @classmethod
    def of(cls, scenario: Scenario, name: str, vary: Sequence[str] = ()) -> Source:
        """Collect the files that `scenario` was read from."""
        store = scenario.origin.store
        return cls(
            name,
            scenario.origin.chain.files[0],
            store.folders,
            dict(store.contents),
            dict(scenario.inputs),
            tuple(vary),
            scenario.origin.chain.path,
        )

    def scenario(self) -> Scenario:
        """Read the scenario from the contents."""
        return reload(self.file, self.folders, self.contents, self.prices)

    @property
    def path(self) -> str:
        """Name of its price path; empty without one."""
        return "" if self.prices is None else self.prices.path.stem


@dataclass(frozen=True)
class OpenSource:
    """A source with its scenario and sweep.

    Attributes
    ----------
    source, scenario, sweep
        The source, its scenario, and its sweep; a sweep of one if nothing varies.
    """

    source: Source
    scenario: Scenario
    sweep: Sweep

    def name(self, number: int) -> str:
        """The name of scenario `number`."""
        varied = self.sweep.name(number)
        return f"{self.source.name}: {varied}" if varied else self.source.name


@dataclass(frozen=True)
class Broken:
    """A source that cannot be read.

    Attributes
    ----------
    name, problems
        Its name, and the reasons.
    file
        Its scenario file as given.
    content
        Its content; ``None`` if the file cannot be read.
    """

    name: str
    problems: tuple[Problem, ...]
    file: str
    content: bytes | None

    @property
    def inputs(self) -> dict[str, str]:
        """sha256 of its scenario file by name; empty if the file cannot be read."""
        return {} if self.content is None else {self.file: sha256(self.content).hexdigest()}


def open_sources(
    paths: Sequence[str], vary: Sequence[str] = (), allow_paths: Sequence[Path] = (), prices: Sequence[str] = ()
) -> tuple[list[OpenSource], list[Broken]]:
    """Read every scenario file of `paths`: files, folders, names of shipped scenarios; each under every price path.

    Raises
    ------
    TreasurySimError
        If a path does not exist, a folder has no scenario, or `vary` cannot be read.
    """
    given = [file for path in paths for file in files_of(path)]
    files = list({_where(file): file for file in reversed(given)}.values())[::-1]
    opened, broken = [], []
    for file, bare, path in (
        (*each, path) for each in zip(files, _names(files), strict=True) for path in prices or [""]
    ):
        name = f"{bare} / {Path(path).stem}" if path else bare
        try:
            scenario = load(file, allow_paths=allow_paths, prices=path or None)
            source = Source.of(scenario, name, vary)
            opened.append(OpenSource(source, scenario, _checked_sweep(scenario, vary)))
        except InputError as error:
            if any(problem.where == VARY for problem in error.problems):
                raise
            broken.append(Broken(name, error.problems, file, _content(file)))
    return opened, broken


def _content(file: str) -> bytes | None:
    try:
        return read_regular(find(file))
    except (InputError, OSError, ValueError):
        return None


def _checked_sweep(scenario: Scenario, vary: Sequence[str]) -> Sweep:
    """Read the sweep of a scenario; an unknown key is an error of the sweep, not of each of its scenarios."""
    sweep = sweep_of(scenario, vary)
    try:
        Variations(scenario, sweep.places).at(sweep.changes(0))
    except InputError as error:
        unknown = [problem for problem in error.problems if problem.expected in NO_SUCH_KEY]
        if unknown:
            raise InputError(unknown) from None
    return sweep


def _where(file: str) -> Path:
    """The path of a scenario given by file or name; a name that does not exist is reported when it is read."""
    try:
        return find(file).resolve()
    except InputError:
        return Path(file)


def _names(files: Sequence[str]) -> list[str]:
    """File names without their extension; with the folder if two are the same, else as given."""
    stems = [Path(file).stem if is_yaml(file) else file for file in files]
    paths = [str(Path(file).with_suffix("")) if is_yaml(file) else file for file in files]
    seen, with_folder = Counter(stems), Counter(paths)
    return [
        stem if seen[stem] == 1 else path if with_folder[path] == 1 else file
        for stem, path, file in zip(stems, paths, files, strict=True)
    ]
