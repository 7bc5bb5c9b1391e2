"""`extends:`: a scenario written as its differences from another.

Mappings merge key by key, scalars and lists replace, ``null`` removes a key. `expect:`, `limits:` and
`sweep:` are not inherited: they belong to the case that states them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.source.files import SourceFile, Store, check_regular, reason
from treasury_sim.scenario.source.reader import read_yaml
from treasury_sim.scenario.source.tree import Tree, Values
from treasury_sim.scenario.source.units import SCALES, scaled

DEEPEST = 8
NOT_INHERITED = ("expect", "limits", "sweep")


@dataclass(frozen=True)
class Chain:
    """A scenario merged with everything it extends.

    Attributes
    ----------
    tree
        Merged values, money in currency units.
    files
        The source files: the scenario first, then what it extends.
    """

    tree: Tree
    files: tuple[SourceFile, ...]


def read_chain(file: SourceFile, store: Store) -> Chain:
    """Read a scenario and what it extends.

    Raises
    ------
    InputError
        If a file cannot be read or is not a YAML mapping, or the files extend each other in a loop or too deep.
        Lesser errors are in the tree's `problems`.
    """
    tree, files = _read(file, store, ())
    return Chain(tree, files)


def _read(file: SourceFile, store: Store, above: tuple[SourceFile, ...]) -> tuple[Tree, tuple[SourceFile, ...]]:
    """Return the merged tree and the files."""
    own = read_yaml(store.text(file), file.name)
    base_file = _extended(own, file, store, (*above, file))
    values = {key: value for key, value in own.values.items() if key != "extends"}
    own = _in_currency_units(Tree(values, own.places, own.problems))
    if base_file is None:
        return own, (file,)
    base, files = _read(base_file, store, (*above, file))
    return merge(base, own), (file, *files)


def _extended(tree: Tree, file: SourceFile, store: Store, chain: tuple[SourceFile, ...]) -> SourceFile | None:
    """Find the file that `tree` extends; `chain` holds the files read so far, `file` last."""
    reference = tree.get("extends")
    if reference is None:
        return None
    if not isinstance(reference, str):
        raise InputError([*tree.problems, tree.problem(("extends",), "the name of a scenario file")])
    base = locate(tree, ("extends",), reference, file, store)
    if base.path in {seen.path.resolve() for seen in chain}:
        loop = " -> ".join([*(seen.name for seen in chain), base.name])
        fix = "Remove one of these `extends:`."
        raise InputError(
            [*tree.problems, tree.problem(("extends",), "a chain of files that ends", f"the loop {loop}", fix)]
        )
    if len(chain) > DEEPEST:
        raise InputError(
            [
                *tree.problems,
                tree.problem(("extends",), f"a chain of at most {DEEPEST} files", "one more"),
            ]
        )
    return base


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
