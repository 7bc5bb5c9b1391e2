"""A scenario file to a `Scenario`: validated once, here, and trusted everywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from treasury_sim.domain.holding import Lot
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import library
from treasury_sim.scenario.checks import check
from treasury_sim.scenario.extends import Chain, locate, read_chain
from treasury_sim.scenario.files import Folders, SourceFile, Store
from treasury_sim.scenario.importers.lots_csv import read_lots
from treasury_sim.scenario.importers.prices_csv import read_prices
from treasury_sim.scenario.problems import in_file_order, problems_of
from treasury_sim.scenario.rows import number_lots
from treasury_sim.scenario.schema import ScenarioSpec
from treasury_sim.scenario.tree import Key, KeyPath, Tree, dotted


@dataclass(frozen=True)
class Origin:
    """What a scenario was made from, so that a changed one can be made of it."""

    chain: Chain
    store: Store

    def written_in(self, path: KeyPath) -> SourceFile:
        """The file in which `path` is written; the scenario itself for a value that was set later."""
        where = self.chain.tree.place(path).where
        return next((file for file in self.chain.files if file.name == where), self.chain.files[0])


@dataclass(frozen=True)
class Scenario:
    """A scenario and the tables it names.

    Attributes
    ----------
    spec
        What the file states, money in currency units.
    lots
        Lots held, each with an id; from the table or the list that `holder.lots` gives, in its order.
    price_files
        The user's own prices, by asset.
    inputs
        sha256 of every file read, by name.
    """

    spec: ScenarioSpec
    lots: tuple[Lot, ...]
    price_files: Mapping[str, DailyPrices]
    inputs: Mapping[str, str]
    origin: Origin = field(repr=False, compare=False)

    def problem(self, path: KeyPath, expected: str, found: str = "", fix: str = "") -> Problem:
        """Tell a mistake at `path`, with its file and line; `found` is by default what is written there."""
        return self.origin.chain.tree.problem(path, expected, found, fix)

    def with_values(self, changes: Mapping[tuple[Key, ...], object]) -> Scenario:
        """Return a scenario in which some keys have other values.

        Parameters
        ----------
        changes
            New values by path, such as ``("prices", "BTC", "quarter_end", date(2025, 12, 31)): 90_000``.
            Money is in currency units; ``None`` removes a key; missing tables on the way are made.

        Raises
        ------
        InputError
            If the new scenario is wrong.
        """
        tree = self.origin.chain.tree
        for path, value in changes.items():
            try:
                tree = tree.with_values({path: value})
            except (KeyError, IndexError):
                raise InputError([Problem("", None, dotted(path), "a key to set", "no such place")]) from None
        return _build(replace(self.origin, chain=replace(self.origin.chain, tree=tree)))


def load(source: str | Path, *, allow_paths: Sequence[Path] = ()) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    source
        A file, or the name of a shipped scenario.
    allow_paths
        Folders that the scenario may read from, besides its own and the library.

    Raises
    ------
    InputError
        With every mistake found, in the order of the files.
    """
    path = library.find(source)
    name = str(source) if path == Path(source) else f"{library.PREFIX}{path.name}"
    store = Store(Folders.of(path, [Path(folder) for folder in allow_paths]))
    return _build(Origin(read_chain(SourceFile(path, name), store), store))


def _build(origin: Origin) -> Scenario:
    """Validate; tell the mistakes of the scenario and of the tables it names together."""
    tree, files = origin.chain.tree, [file.name for file in origin.chain.files]
    problems = list(tree.problems)
    spec: ScenarioSpec | None = None
    try:
        spec = ScenarioSpec.model_validate(tree.values)
    except ValidationError as error:
        problems += problems_of(error, tree)
    problems += check(tree)
    used = list(origin.chain.files)
    lots, lots_file = _lots(spec, origin, problems)
    used += [lots_file] if lots_file else []
    price_files: dict[str, DailyPrices] = {}
    for path, asset, reference in _price_references(tree):
        try:
            file = _file(origin, path, reference)
            price_files[asset] = _prices(origin.store, file, asset)
            used.append(file)
        except InputError as error:
            problems += error.problems
    if problems or spec is None:
        raise InputError(in_file_order(problems, files))
    inputs = {file.name: origin.store.digest(file) for file in used}
    return Scenario(spec, lots, MappingProxyType(price_files), MappingProxyType(inputs), origin)


def _file(origin: Origin, path: KeyPath, reference: str) -> SourceFile:
    """Find the file named at `path`, relative to the file in which it is written."""
    return locate(origin.chain.tree, path, reference, origin.written_in(path), origin.store)


def _price_references(tree: Tree) -> Iterator[tuple[KeyPath, str, str]]:
    for asset, _ in tree.items("prices"):
        reference = tree.get("prices", asset, "file")
        if isinstance(reference, str) and reference:
            yield ("prices", asset, "file"), str(asset), reference


def _prices(store: Store, file: SourceFile, asset: str) -> DailyPrices:
    return store.once(("prices", file.path, asset), lambda: read_prices(store.text(file), file.name, asset))


def _lots(
    spec: ScenarioSpec | None, origin: Origin, problems: list[Problem]
) -> tuple[tuple[Lot, ...], SourceFile | None]:
    """Return the lots with their ids, and the table they are from; mistakes are added to `problems`."""
    tree, path = origin.chain.tree, ("holder", "lots")
    reference = tree.get(*path)
    if not isinstance(reference, str):
        lots = spec.holder.lots if spec is not None else ()
        return (() if isinstance(lots, str) else number_lots(lots)), None
    if not reference:
        return (), None
    try:
        file = _file(origin, path, reference)
        store = origin.store
        return store.once(("lots", file.path), lambda: number_lots(read_lots(store.text(file), file.name))), file
    except InputError as error:
        problems += error.problems
        return (), None
