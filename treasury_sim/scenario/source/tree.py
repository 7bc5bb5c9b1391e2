"""YAML as plain values with their places, so that an error found later still has a file and a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from treasury_sim.case.key_paths import Key, KeyPath, dotted, shown
from treasury_sim.case.strict import TOTALS
from treasury_sim.domain.spelling import HOLD_A_NAME, known_as
from treasury_sim.errors import Problem

Values = dict[Key, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is written, and how.

    Attributes
    ----------
    where
        File as the user named it.
    line
        Line in it, from 1; ``None`` for a value that is not in a file.
    text
        A scalar as written, without its quotes; empty for a list or a mapping.
    quoted
        Whether it was in quotes.
    """

    where: str
    line: int | None
    text: str = ""
    quoted: bool = False


@dataclass(frozen=True)
class Tree:
    """The values of a scenario and where each was written.

    Attributes
    ----------
    values
        Mappings, lists and scalars; a mapping key is text or a date.
    places
        Place of every value by its path; the empty path is the file itself.
    problems
        Errors that did not prevent the rest from being read.
    """

    values: Values
    places: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...] = field(default=())

    def place(self, path: KeyPath) -> Place:
        """The place of `path`; for a path that is not written, the place of its nearest parent."""
        for length in range(len(path), -1, -1):
            place = self.places.get(path[:length])
            if place is not None:
                return place
        return Place("", None)

    def get(self, *path: Key) -> Any:
        """Return the value at `path`, ``None`` if there is none."""
        node: Any = self.values
        for key in path:
            if not _holds(node, key):
                return None
            node = node[key]
        return node

    def items(self, *path: Key) -> list[tuple[Key, Any]]:
        """Entries of the mapping at `path`; empty if it is not a mapping."""
        node = self.get(*path)
        return list(node.items()) if isinstance(node, dict) else []

    def rows(self, *path: Key) -> list[tuple[int, Values]]:
        """Return the mappings in the list at `path` with their positions; empty if it is not a list."""
        node = self.get(*path)
        rows = enumerate(node) if isinstance(node, list) else ()
        return [(number, row) for number, row in rows if isinstance(row, dict)]

    def problem(self, path: KeyPath, expected: str, found: str = "", fix: str = "") -> Problem:
        """Make the problem at `path`; `found` defaults to the text written there."""
        path = self.written_path(path)
        place = self.place(path)
        return Problem(place.where, place.line, dotted(path), expected, found or self.found(path), fix)

    def written_path(self, path: KeyPath) -> KeyPath:
        """The path of the total that is written instead of the unit price at `path`; else `path`."""
        total = TOTALS.get(str(path[-1])) if path else None
        if total is None or self.get(*path) is not None or self.get(*path[:-1], total) is None:
            return path
        return (*path[:-1], total)

    def found(self, path: KeyPath) -> str:
        """Return the text written at `path`, in words."""
        value = self.get(*path)
        place = self.places.get(path)
        if place is None or not place.text:
            return shown(value)
        return f"text '{place.text}'" if isinstance(value, str) and place.quoted else place.text

    def with_values(self, changes: Mapping[KeyPath, object], places_of: Mapping[KeyPath, Place] | None = None) -> Tree:
        """Return a tree with the values of `changes` set at their paths; ``None`` removes a key.

        `places_of` gives the places where the new values are written, if any.
        """
        values: Values = dict(self.values)
        places = dict(self.places)
        for path, value in changes.items():
            values = _set(values, path, in_spelling(path, value))
            for old in [old for old in places if old[: len(path)] == path]:
                del places[old]
            if value is not None:
                places[path] = (places_of or {}).get(path, Place("", None))
        return replace(self, values=values, places=places)


def in_spelling(path: KeyPath, value: object) -> object:
    """The value, in British spelling where the key holds the name of a line or a choice."""
    return known_as(value) if isinstance(value, str) and path and path[-1] in HOLD_A_NAME else value


def _holds(node: object, key: Key) -> bool:
    if isinstance(node, (list, tuple)):
        return isinstance(key, int) and 0 <= key < len(node)
    return isinstance(node, dict) and key in node


def _set(node: Any, path: KeyPath, value: object) -> Any:
    """Return `node` with the value at `path` replaced, without changing it in place."""
    key, rest = path[0], path[1:]
    if isinstance(node, (list, tuple)) and isinstance(key, int) and _holds(node, key):
        changed = list(node)
        changed[key] = _set(changed[key], rest, value) if rest else value
        return changed
    if not isinstance(node, dict) or (isinstance(key, int)):
        raise KeyError(key)
    entries = dict(node)
    if rest:
        below = entries.get(key)
        entries[key] = _set({} if below is None else below, rest, value)
    elif value is None:
        entries.pop(key, None)
    else:
        entries[key] = value
    return entries


A_KEY_TO_SET = "an existing key"


def no_such_place(tree: Tree, path: KeyPath, place: Place, file: str) -> Problem:
    """The problem that `path` does not exist in `file`, with the keys that do."""
    node: Any = tree.values
    above: list[Key] = []
    for key in path:
        if not _holds(node, key):
            break
        node = node[key]
        above.append(key)
    parent = f"{dotted(above)} of {file}" if above else file
    if isinstance(node, dict):
        has = f"the keys {', '.join(map(str, node))}" if node else "no keys"
    elif isinstance(node, (list, tuple)):
        has = "no entries" if not node else "1 entry, [0]" if len(node) == 1 else f"entries [0] to [{len(node) - 1}]"
    else:
        has = f"a single value, {shown(node)}"
    return Problem(place.where, place.line, dotted(path), A_KEY_TO_SET, "none", f"{parent} has {has}.")
