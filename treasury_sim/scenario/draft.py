"""From values to typed sections: errors of pydantic become problems, the rest is a `DraftCase` that rules check."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError

from treasury_sim.case.checks.draft import DraftCase
from treasury_sim.case.key_paths import Key, KeyPath
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.strict import WINDOWS
from treasury_sim.errors import Problem
from treasury_sim.scenario.source.problems import UNKNOWN_KEY, Problems
from treasury_sim.scenario.source.tree import Tree

FIELDS = {info.alias or name: name for name, info in ScenarioSpec.model_fields.items()}
"""Section as written -> field of `ScenarioSpec`."""

_OTHERS: dict[str, Any] = {
    "schema": 1,
    "title": "any",
    "holder": {"name": "any"},
    "period": {"start": date(2025, 1, 1), "end": date(2025, 3, 31)},
}
"""Stand in for the required sections while another is read alone."""


def read_section(section: str, value: object) -> Any:
    """Read one section, alone.

    Raises
    ------
    ValidationError
        If it is wrong; its places begin with the section.
    """
    return getattr(ScenarioSpec.model_validate({**_OTHERS, section: value}), FIELDS.get(section, section))


def draft_of(tree: Tree, problems: Problems) -> DraftCase:
    """Read the sections of `tree`; adds what is wrong to `problems`, and leaves it out of the draft."""
    problems.add(_split_windows(tree))

    def states(path: KeyPath) -> bool:
        return tree.get(*path) is not None

    try:
        return DraftCase(ScenarioSpec.model_validate(tree.values), states=states)
    except ValidationError as error:
        wrong, unknown = _wrong(tree, problems.add_all(error, tree))
    values, numbers = _without(tree.values, (*wrong, *unknown))
    sections: dict[str, Any] = {}
    for section, name in FIELDS.items():
        try:
            sections[name] = read_section(section, values.get(section))
        except ValidationError:
            wrong.add((section,))  # what it needs is wrong, so all of it is left out
            numbers = {path: kept for path, kept in numbers.items() if path[0] != section}
    others = ScenarioSpec.model_validate(_OTHERS)
    return DraftCase(others.model_copy(update=sections), wrong=frozenset(wrong), numbers=numbers, states=states)


def _wrong(tree: Tree, errors: Iterable[tuple[KeyPath, str]]) -> tuple[set[KeyPath], set[KeyPath]]:
    """Paths to leave out: rows and keys of sections that are wrong, and unknown keys, which no rule reads."""
    wrong: set[KeyPath] = set()
    unknown: set[KeyPath] = set()
    for path, kind in errors:
        if kind in UNKNOWN_KEY:
            unknown.add(path)
            continue
        row = next((number for number, key in enumerate(path) if isinstance(key, int)), None)
        entry = path[:2] if row is None else path[: row + 1]
        wrong.add(entry if len(entry) == 1 or tree.get(*entry) is not None else entry[:-1])
    return wrong, unknown


def _without(values: Any, paths: Iterable[KeyPath]) -> tuple[dict[Key, Any], dict[KeyPath, list[int]]]:
    """The values without those at `paths`, and the positions of the rows that remain in each list."""
    below: dict[Key, Any] = {}
    for path in paths:
        node = below
        for key in path[:-1]:
            node = node.setdefault(key, {})
            if node is _GONE:
                break
        else:
            node[path[-1]] = _GONE
    numbers: dict[KeyPath, list[int]] = {}
    pruned = _pruned(values, below, (), numbers)
    return pruned, numbers


_GONE: dict[Key, Any] = {}
"""Marks a value that is left out."""


def _pruned(node: Any, below: dict[Key, Any], path: KeyPath, numbers: dict[KeyPath, list[int]]) -> Any:
    if not below:
        return node
    if isinstance(node, dict):
        return {
            key: _pruned(value, below.get(key, {}), (*path, key), numbers)
            for key, value in node.items()
            if below.get(key) is not _GONE
        }
    if not isinstance(node, (list, tuple)):
        return node
    kept = [number for number in range(len(node)) if below.get(number) is not _GONE]
    numbers[path] = kept
    return [_pruned(node[number], below.get(number, {}), (*path, number), numbers) for number in kept]


def _split_windows(tree: Tree) -> Iterable[Problem]:
    """A window is one key, ``[first, last]``, in a scenario; only tables have a column for its last day."""
    events = [("plan", table, "date") for table in ("purchases", "receipts", "sales", "payments")]
    for section, table, first in [("holder", "lots", "acquired"), *events]:
        last = WINDOWS[first]
        for number, row in tree.rows(section, table):
            if last in row:
                fix = f"Write {first}: [first, last]."
                yield tree.problem((section, table, number, last), "a known key", last, fix)
