"""Reads a scenario file into a `Scenario`: validated once, here, and trusted everywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from treasury_sim.case import Case
from treasury_sim.case.checks.across import breaches
from treasury_sim.case.checks.draft import DraftCase
from treasury_sim.case.checks.openings import READS as OPENING_READS
from treasury_sim.case.checks.openings import check_opening
from treasury_sim.case.key_paths import ByKey, Key, KeyPath, key_paths
from treasury_sim.case.rows import number_lots
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.sections.prices import ONE_PATH
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.lookup import nearest
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import library
from treasury_sim.scenario.draft import draft_of
from treasury_sim.scenario.importers.export import read_export, read_export_records, read_mapping
from treasury_sim.scenario.importers.lots_table import LotTable, read_lots, read_lots_csv
from treasury_sim.scenario.importers.prices_csv import read_prices
from treasury_sim.scenario.importers.xlsx import read_sheet, split_reference
from treasury_sim.scenario.price_store import held_prices, prices_folder
from treasury_sim.scenario.source.collector import collector_paused
from treasury_sim.scenario.source.extends import Chain, locate, read_chain
from treasury_sim.scenario.source.files import Folders, InMemory, SourceFile, Store, given
from treasury_sim.scenario.source.problems import Problems
from treasury_sim.scenario.source.reader import read_yaml
from treasury_sim.scenario.source.tree import Tree


@dataclass(frozen=True)
class Sources:
    """The files and values that a scenario was read from, kept so that it can be changed."""

    chain: Chain
    store: Store

    def written_in(self, path: KeyPath) -> SourceFile:
        """The file in which `path` is written; the scenario itself for a value set later."""
        where = self.tree.place(path).where
        return next((file for file in self.chain.files if file.name == where), self.chain.files[0])

    @property
    def tree(self) -> Tree:
        """The values, money in currency units, with their places."""
        return self.chain.tree

    def with_tree(self, tree: Tree) -> Sources:
        """The same files with other values."""
        return replace(self, chain=replace(self.chain, tree=tree))


@dataclass(frozen=True)
class Scenario:
    """A scenario: its case, and the files and values it was read from.

    Attributes
    ----------
    case
        What `origin` states, validated: all that a run depends on.
    origin
        The files and values. A scenario is changed here, and its case follows; see `with_values`.

    Examples
    --------
    >>> from treasury_sim import load
    >>> scenario = load("strategy_2025q4")
    >>> scenario.what_if({"tax.rate": 0.21}).spec.tax.rate
    0.21
    """

    case: Case
    origin: Sources = field(repr=False, compare=False)

    @property
    def spec(self) -> ScenarioSpec:
        """The sections of the case."""
        return self.case.spec

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The lots held, each with an id."""
        return self.case.lots

    @property
    def price_files(self) -> Mapping[str, DailyPrices]:
        """The user's own prices, by asset."""
        return self.case.price_files

    @property
    def inputs(self) -> Mapping[str, str]:
        """sha256 of every file read, and of the rows read from the price store, by name."""
        return MappingProxyType({**self.case.inputs, **self.case.held.inputs})

    @property
    def notes(self) -> tuple[str, ...]:
        """Facts about the files that a reader of the figures must know."""
        return self.case.notes

    @property
    def tree(self) -> Tree:
        """The values as written, money in currency units, with their places."""
        return self.origin.tree

    def get(self, *path: Key) -> Any:
        """Return the value written at `path`, ``None`` if there is none."""
        return self.tree.get(*path)

    def problem(self, path: KeyPath, expected: str, found: str = "", fix: str = "") -> Problem:
        """Make the problem at `path`, with its file and line; `found` defaults to the text written there."""
        return self.tree.problem(path, expected, found, fix)

    def with_values(self, changes: ByKey[object]) -> Scenario:
        """Return a scenario with other values for some keys; unlike `what_if`, it keeps `expect:` and `sweep:`.

        Parameters
        ----------
        changes
            New values by dotted key or by path, as in `what_if`; missing mappings on a path are created.

        Raises
        ------
        InputError
            If the new scenario is wrong.
        """
        from treasury_sim.scenario.variations import revised

        return revised(self, key_paths(changes))

    def what_if(self, changes: ByKey[object]) -> Scenario:
        """Return the scenario with other values, without its expected figures (`expect:`) and its sweep.

        Parameters
        ----------
        changes
            New values by dotted key, such as ``{"tax.rate": 0.21, "prices.BTC.quarter_end.2025-12-31": 60_000}``, or by
            path. Money is in currency units, rates are shares; ``None`` removes a key.

        Raises
        ------
        InputError
            If a key is unknown or a value is wrong.

        Examples
        --------
        >>> from treasury_sim import load, run
        >>> bear = load("strategy_2025q4").what_if({"prices.BTC.quarter_end.2025-12-31": 60_000})
        >>> round(run(bear).line("net_income") / 1e9, 1)
        -28.5
        """
        from treasury_sim.scenario.variations import Variations

        return Variations(self, {}).at(key_paths(changes))

    def __repr__(self) -> str:
        spec = self.spec
        frameworks = ", ".join(spec.accounting.frameworks)
        assets = ", ".join(dict.fromkeys(lot.asset for lot in self.lots))
        held = f"{len(self.lots):,} lots of {assets}" if self.lots else "no lots listed"
        return (
            f"Scenario: {spec.title}\n{spec.holder.name}, {spec.period.start} to {spec.period.end}, {held}\n"
            f"Frameworks: {frameworks}\nMore: .what_if({{key: value}}), run(scenario), to_yaml(scenario)"
        )

    def read_again(self, tree: Tree) -> Scenario:
        """Read the scenario again from other values.

        Raises
        ------
        InputError
            If it is wrong.
        """
        return _build(self.origin.with_tree(tree))


@checked
@collector_paused()
def load(
    source: str | Path,
    *,
    allow_paths: Sequence[Path] = (),
    prices: str | Path | None = None,
    price_store: Path | None = None,
) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    source
        A file, or the name of a shipped scenario.
    allow_paths
        Folders that the scenario may read from, besides its own and the library.
    prices
        A price path to lay over it, which replaces its prices: a file, or the name of a shipped path.
    price_store
        Folder of the price store; by default that of the environment variable `TREASURY_SIM_PRICES`, else that in the
        user's data folder.

    Returns
    -------
    Scenario
        The scenario, validated; money in currency units.

    Raises
    ------
    InputError
        With every error, in the order of the files.

    Examples
    --------
    >>> from treasury_sim import load
    >>> len(load("strategy_2025q4").lots)
    119
    """
    path = library.find(source)
    name = str(source) if path == Path(source) else f"{library.PREFIX}{path.name}"
    laid = None if prices is None else _price_path(prices)
    beside = [] if laid is None else [laid.path.parent]
    allowed = [*(Path(folder) for folder in allow_paths), *beside]
    store = Store(Folders.of(path, allowed, prices_folder(price_store)))
    return _build(Sources(read_chain(SourceFile(path, name), store, laid), store))


def _price_path(name: str | Path) -> SourceFile:
    """The file of a price path, which the user names outside of any scenario."""
    path = library.find_path(name)
    return SourceFile(path, str(name) if path == Path(name) else f"{library.PREFIX}{library.PATHS}/{path.name}")


def path_title(name: str | Path) -> str:
    """The title of a price path; its name if it has none."""
    title = _path_tree(name).get("title")
    return title if isinstance(title, str) and title else Path(name).stem


def is_simulated_path(name: str | Path) -> bool:
    """Whether a price path stands for many, by its keys alone."""
    models = [prices.get("model") for _, prices in _path_tree(name).items("prices") if isinstance(prices, dict)]
    return any(model not in (None, *ONE_PATH) for model in models)


def _path_tree(name: str | Path) -> Tree:
    file = _price_path(name)
    return read_yaml(Store(Folders.of(file.path)).text(file), file.name)


@collector_paused()
def reload(
    file: SourceFile, folders: Folders, contents: Mapping[Path, bytes], prices: SourceFile | None = None
) -> Scenario:
    """Read a scenario from the content of its files, which may come from another machine; raises as `load` does."""
    store = Store(folders, contents)
    return _build(Sources(read_chain(file, store, prices), store))


@checked
@collector_paused()
def load_given(files: Mapping[str, bytes]) -> Scenario:
    """Read a scenario that is not a file on this machine, such as an upload.

    Parameters
    ----------
    files
        Contents by name, the scenario first; it can refer only to the others and to the library.

    Returns
    -------
    Scenario
        The scenario, validated; money in currency units.

    Raises
    ------
    InputError
        With every error.

    Examples
    --------
    >>> from treasury_sim import load_given
    >>> scenario = load_given({"mine.yaml": b'{extends: "library:kulr_2025.yaml", schema: 1, title: Mine}'})
    >>> scenario.spec.title
    'Mine'
    """
    if not files:
        raise InputError([Problem("", None, "files", "a scenario and the tables it names", "no file")])
    folders = InMemory.holding(files, prices_folder())
    store = Store(folders, {given(name).path: content for name, content in files.items()})
    return _build(Sources(read_chain(given(next(iter(files))), store), store))


def _build(origin: Sources) -> Scenario:
    """Validate; report the errors of the scenario and of its tables together."""
    tree = origin.tree
    problems = Problems([file.name for file in origin.chain.files])
    problems.add(tree.problems)
    draft = draft_of(tree, problems)
    used = list(origin.chain.files)
    lots, notes = _lots(draft, origin, used, problems)
    draft = replace(draft.with_lots(lots), shares_prices=origin.chain.shares_prices)
    problems.add_breaches(breaches(draft), tree)
    price_files: dict[str, DailyPrices] = {}
    for path, asset, reference in _price_references(tree):
        try:
            file = _file(origin, path, reference)
            price_files[asset] = _prices(origin.store, file, asset)
            used.append(file)
        except InputError as error:
            problems.add(error.problems)
    if problems:
        raise problems.error()
    held = held_prices(draft.spec, draft.lots, origin.store)
    inputs = {file.name: origin.store.digest(file) for file in used}
    case = Case(draft.spec, draft.lots, MappingProxyType(price_files), MappingProxyType(inputs), notes, held, tree)
    return Scenario(case, origin)


def _file(origin: Sources, path: KeyPath, reference: str) -> SourceFile:
    """Find the file named at `path`, relative to the file that names it."""
    return locate(origin.tree, path, reference, origin.written_in(path), origin.store)


def _price_references(tree: Tree) -> Iterator[tuple[KeyPath, str, str]]:
    for asset, _ in tree.items("prices"):
        reference = tree.get("prices", asset, "file")
        if isinstance(reference, str) and reference:
            yield ("prices", asset, "file"), str(asset), reference


def _prices(store: Store, file: SourceFile, asset: str) -> DailyPrices:
    return store.once(("prices", file.path, asset), lambda: read_prices(store.text(file), file.name, asset))


def _lots(
    draft: DraftCase, origin: Sources, used: list[SourceFile], problems: Problems
) -> tuple[tuple[Lot, ...] | None, tuple[str, ...]]:
    """Return the lots with their ids, ``None`` if a table has errors, and notes; adds files to `used`."""
    given = origin.tree.get("holder", "lots")
    if not isinstance(given, (str, dict)):
        return number_lots([lot for _, lot in draft.rows("holder", "lots")]), ()
    try:
        table = _export(origin, given, used) if isinstance(given, dict) else _table(origin, given, used)
    except InputError as error:
        problems.add(error.problems)
        return None, ()
    if table is None:
        return None, ()
    if all(map(draft.is_valid, OPENING_READS)):
        problems.add(_opening_problems(draft, table))
    return number_lots(table.lots), (table.note,) if table.note else ()


def _opening_problems(draft: DraftCase, table: LotTable) -> Iterator[Problem]:
    for number, lot in enumerate(table.lots):
        for breach in check_opening(draft, lot):
            (key,) = breach.path
            yield table.problem(number, f"opening_{key}", breach.expected, breach.found, breach.fix_in_words)


def _table(origin: Sources, reference: str, used: list[SourceFile]) -> LotTable | None:
    """Read the table that `holder.lots` names, ``None`` if the name is empty."""
    path: KeyPath = ("holder", "lots")
    store = origin.store
    if not reference:
        return None
    workbook = split_reference(reference)
    if workbook is None:
        file = _csv_file(origin, path, reference, used)
        return store.once(("lots", file.path), lambda: read_lots_csv(store.text(file), file.name))
    name, sheet = workbook
    file = _file(origin, path, name)
    used.append(file)
    where = file.name if sheet is None else f"{file.name}#{sheet}"

    def read() -> LotTable:
        workbook_sheet = read_sheet(store.content(file), where, sheet)
        return replace(read_lots(workbook_sheet.records, where, is_sheet=True), note=workbook_sheet.note)

    return store.once(("lots", file.path, sheet), read)


def _csv_file(origin: Sources, path: KeyPath, reference: str, used: list[SourceFile]) -> SourceFile:
    """Find a CSV file; reject other spreadsheets by their name, before reading their bytes as text."""
    file = _file(origin, path, reference)
    used.append(file)
    if file.path.suffix.lower() in _SPREADSHEETS:
        fix = "Save it as .xlsx or CSV."
        raise InputError([Problem(file.name, None, "", "a CSV or XLSX file", f"*{file.path.suffix}", fix)])
    return file


_SPREADSHEETS = {".xls", ".xlsb", ".xlsm", ".ods", ".numbers"}


def _export(origin: Sources, given: Mapping[Key, object], used: list[SourceFile]) -> LotTable | None:
    """Read the export that `holder.lots` names, ``None`` if a key is missing or wrong."""
    reference, mapping_name, assets = given.get("file"), given.get("mapping"), given.get("assets") or []
    if not (isinstance(reference, str) and reference and isinstance(mapping_name, str) and mapping_name):
        return None
    store, currency = origin.store, origin.tree.get("holder", "currency") or "USD"
    wanted = tuple(asset for asset in assets if isinstance(asset, str)) if isinstance(assets, (list, tuple)) else ()
    path: KeyPath = ("holder", "lots", "file")
    workbook = split_reference(reference)
    if workbook is None:
        file, sheet = _csv_file(origin, path, reference, used), None
    else:
        file, sheet = _file(origin, path, workbook[0]), workbook[1]
        used.append(file)
    mapping_file = _mapping_file(origin, mapping_name)
    used.append(mapping_file)

    def read() -> LotTable:
        mapping = read_mapping(store.text(mapping_file), mapping_file.name)
        if workbook is None:
            return read_export(store.text(file), file.name, mapping, currency=str(currency), assets=wanted)
        where = file.name if sheet is None else f"{file.name}#{sheet}"
        shown = read_sheet(store.content(file), where, sheet, decimal=mapping.decimal)
        table = read_export_records(shown.records, where, mapping, currency=str(currency), assets=wanted, is_sheet=True)
        return replace(table, note=" ".join(filter(None, (table.note, shown.note))))

    return store.once(("export", file.path, sheet, mapping_file.path, str(currency), wanted), read)


def _mapping_file(origin: Sources, name: str) -> SourceFile:
    """Find a mapping: shipped if it is a bare name, else a file."""
    path: KeyPath = ("holder", "lots", "mapping")
    if Path(name).suffix or "/" in name or "\\" in name or name.startswith(library.PREFIX):
        return _file(origin, path, name)
    known = library.mappings()
    if name not in known:
        expected = "the name of a shipped mapping, or a mapping file (.yaml)"
        raise InputError([origin.tree.problem(path, expected, name, nearest(name, known))])
    return _file(origin, path, f"{library.PREFIX}mappings/{name}.yaml")
