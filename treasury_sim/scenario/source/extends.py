"""`extends:`, `holder: FILE` and `prices: FILE`: a scenario written as its differences from other files.

Mappings merge key by key, scalars and lists replace, ``null`` removes a key. `expect:`, `limits:` and
`sweep:` are not inherited: they belong to the case that states them. A price path is a file that states prices and
the days they cover; it replaces the prices of whatever it is laid over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.sections.prices import ONE_PATH
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.source.files import SourceFile, Store, check_regular, reason
from treasury_sim.scenario.source.positions import with_positions
from treasury_sim.scenario.source.reader import read_yaml
from treasury_sim.scenario.source.restated import restated
from treasury_sim.scenario.source.tree import Tree, Values
from treasury_sim.scenario.source.units import SCALES, scaled

DEEPEST = 8
NOT_INHERITED = ("expect", "limits", "sweep")
LAYERS = ("extends", "holder", "prices")
"""Keys that may name a file, in the order in which the files are merged; the file that names them comes last."""
OF_A_PATH = ("period", "as_of", "prices", "simulation", "fx", "holder")
"""Sections of a price path; of `holder` only the fiscal year, which puts all holders on the same quarters."""
_ABOUT_A_FILE = ("schema", "title", "theme", "author", "description", "sources", "assumptions")


@dataclass(frozen=True)
class Chain:
    """A scenario merged with everything it extends.

    Attributes
    ----------
    tree
        Merged values, money in currency units.
    files
        The source files: the scenario first, then what it is merged with.
    path
        The price path that was laid over the scenario from outside; ``None`` for the prices it states.
    shares_prices
        Whether its prices are those of a price path, which may state assets that this holder does not have.
    """

    tree: Tree
    files: tuple[SourceFile, ...]
    path: SourceFile | None = None
    shares_prices: bool = False


def read_chain(file: SourceFile, store: Store, path: SourceFile | None = None) -> Chain:
    """Read a scenario and the files it is merged with.

    Parameters
    ----------
    path
        A price path to lay over the scenario, which replaces its prices.

    Raises
    ------
    InputError
        If a file cannot be read or is not a YAML mapping, or the files extend each other in a loop or too deep.
        Lesser errors are in the tree's `problems`.
    """
    laid: list[SourceFile] = []
    tree, files = _read(file, store, (), laid)
    if path is not None:
        over, more = _read(path, store, (file,), laid)
        tree, files = _under_path(tree, over), (*files, *more)
        laid.append(path)
    return Chain(restated(with_positions(tree)), files, path, bool(laid))


def _read(
    file: SourceFile, store: Store, above: tuple[SourceFile, ...], laid: list[SourceFile]
) -> tuple[Tree, tuple[SourceFile, ...]]:
    """Return the merged tree and the files; adds every price path to `laid`."""
    own = read_yaml(store.text(file), file.name)
    named = {key: own.get(key) for key in LAYERS if key == "extends" or isinstance(own.get(key), str)}
    values = {key: value for key, value in own.values.items() if key not in named}
    places = {path: place for path, place in own.places.items() if not path or path[0] not in named}
    base: Tree | None = None
    files: tuple[SourceFile, ...] = (file,)
    for key, reference in named.items():
        if reference is None:
            continue
        layer_file = _layer(own, key, file, store, (*above, file))
        layer, more = _read(layer_file, store, (*above, file), laid)
        files += more
        laid += [layer_file] * (key == "prices")
        base = layer if base is None else _under_path(base, layer) if key == "prices" else merge(base, layer)
    own = _in_currency_units(Tree(values, places, own.problems))
    return (own if base is None else merge(base, own)), files


def _layer(tree: Tree, key: str, file: SourceFile, store: Store, chain: tuple[SourceFile, ...]) -> SourceFile:
    """Find the file that `tree` names at `key`; `chain` holds the files read so far, `file` last."""
    reference = tree.get(key)
    if not isinstance(reference, str):
        raise InputError([*tree.problems, tree.problem((key,), "the name of a scenario file")])
    base = locate(tree, (key,), reference, file, store)
    if base.path in {seen.path.resolve() for seen in chain}:
        loop = " -> ".join([*(seen.name for seen in chain), base.name])
        fix = f"Remove one of these `{key}:`."
        raise InputError([*tree.problems, tree.problem((key,), "a chain of files that ends", f"the loop {loop}", fix)])
    if len(chain) > DEEPEST:
        raise InputError([*tree.problems, tree.problem((key,), f"a chain of at most {DEEPEST} files", "one more")])
    return base


def _under_path(tree: Tree, path: Tree) -> Tree:
    """Lay a price path over `tree`: its prices replace those of `tree`, which keeps its title and its limits."""
    problems = [
        path.problem(
            (key,), f"only sections of a price path: {', '.join(OF_A_PATH)}", str(key), "Move it to the holder."
        )
        for key in path.values
        if key not in (*OF_A_PATH, *_ABOUT_A_FILE)
    ]
    others = [key for key, _ in path.items("holder") if key != "fiscal_year_end"]
    problems += [
        path.problem(("holder", key), "only fiscal_year_end in a price path", str(key), "Move it to the holder.")
        for key in others
    ]
    over: Values = {key: value for key, value in path.values.items() if key in OF_A_PATH}
    models = [stated.get("model") for _, stated in path.items("prices") if isinstance(stated, dict)]
    if any(model not in (None, *ONE_PATH) for model in models):
        over["simulation"] = {"common": True, **(over.get("simulation") or {})}
    below: Values = {key: value for key, value in tree.values.items() if key not in ("prices", "as_of")}
    places = {at: place for at, place in path.places.items() if at and at[0] in OF_A_PATH}
    limits: Values = {"limits": tree.values["limits"]} if "limits" in tree.values else {}
    merged = merge(Tree(below, tree.places, tree.problems), Tree(over, places, (*path.problems, *problems)))
    kept = {at: place for at, place in tree.places.items() if not at or at[0] == "limits"}
    return Tree({**merged.values, **limits}, {**merged.places, **kept}, merged.problems)


def locate(tree: Tree, path: KeyPath, reference: str, written_in: SourceFile, store: Store) -> SourceFile:
    """Find the file named at `path`; check that it is allowed and readable.

    Raises
    ------
    InputError
        With the place of `path`.
    """
    try:
        file = store.folders.locate(reference, written_in)
    except PermissionError:
        folders = store.folders
        raise InputError([*tree.problems, tree.problem(path, folders.expected, reference, folders.fix)]) from None
    except (OSError, ValueError, RuntimeError):
        raise InputError([*tree.problems, tree.problem(path, "the name of a file", repr(reference))]) from None
    store.content(file, problem=_missing(tree, path, reference, file))
    return file


def _missing(tree: Tree, path: KeyPath, reference: str, file: SourceFile) -> Problem:
    try:
        check_regular(file.path)
        with file.path.open("rb"):
            actual = reference
    except (OSError, ValueError) as error:
        actual = f"{reference} ({reason(error)})"
    return tree.problem(path, "a file that can be read", actual)


def _in_currency_units(tree: Tree) -> Tree:
    """Scale by the units of the file and drop a valid `units`, since the result is in currency units.

    A file that states no units is in currency units, whatever the file that it extends states.
    """
    units = tree.get("holder", "units")
    if type(units) is not int or units not in SCALES:
        return tree
    tree = scaled(tree, units)
    holder = {key: value for key, value in tree.values["holder"].items() if key != "units"}
    return Tree(tree.values | {"holder": holder}, tree.places, tree.problems)


def merge(base: Tree, over: Tree) -> Tree:
    """Lay `over` on `base`; every value keeps the place where it was written."""
    values = {key: value for key, value in base.values.items() if key not in NOT_INHERITED}
    places = {path: place for path, place in base.places.items() if path and path[0] not in NOT_INHERITED}
    places[()] = over.place(())
    replaced: set[KeyPath] = set()
    merged = _merged(values, over.values, (), replaced)
    places = {path: place for path, place in places.items() if not _is_below(path, replaced)}
    places |= {path: place for path, place in over.places.items() if _is_below(path, replaced)}
    return Tree(merged, places, (*over.problems, *base.problems))


def _merged(base: Values, over: Mapping[Any, Any], path: KeyPath, replaced: set[KeyPath]) -> Values:
    """Merge two mappings; adds the paths whose values come from `over`, or are removed, to `replaced`."""
    result = dict(base)
    for key, value in over.items():
        here = (*path, key)
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(below, value, here, replaced)
            continue
        replaced.add(here)
        if value is None and key in result:
            del result[key]
        else:
            result[key] = value
    return result


def _is_below(path: KeyPath, tops: Collection[KeyPath]) -> bool:
    """Whether `path` is one of `tops`, or below it."""
    return any(path[:length] in tops for length in range(1, len(path) + 1))
