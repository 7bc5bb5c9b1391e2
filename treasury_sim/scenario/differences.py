"""The assumptions in which two scenarios differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from treasury_sim.case.key_paths import KeyPath, dotted
from treasury_sim.scenario.key_words import Kind, key_words, kind_of
from treasury_sim.scenario.loader import Scenario

NO_ASSUMPTIONS = ("title", "theme", "author", "description", "expect")
"""Keys that describe a scenario and change no figure."""


@dataclass(frozen=True)
class Difference:
    """One key on which two scenarios differ.

    Attributes
    ----------
    path
        Where the key stands.
    first, second
        The values, money in currency units; ``None`` where the key is not given.
    within
        The second scenario, from which the key gets its name.
    """

    path: KeyPath
    first: Any
    second: Any
    within: Scenario = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """The dotted path, such as ``tax.rate``."""
        return dotted(self.path)

    @property
    def words(self) -> str:
        """The name of the key, such as ``tax rate``."""
        return key_words(self.path, self.within)

    @property
    def kind(self) -> Kind:
        """The kind of number it holds."""
        return kind_of(self.path, self.within)


def differences(first: Scenario, second: Scenario) -> tuple[Difference, ...]:
    """Find every key in which `second` differs from `first`, in the order of the files.

    Lists are compared entry by entry if they have the same length, else as a whole.
    """
    values_of_first, values_of_second = (_assumptions(scenario.tree.values) for scenario in (first, second))
    changes = tuple(Difference(*change, second) for change in compared(values_of_first, values_of_second))
    if not changes and first.lots != second.lots:  # the same file name, with another content
        changes = (Difference(("holder", "lots"), first.lots, second.lots, second),)
    return changes


def _assumptions(values: Any) -> dict[Any, Any]:
    return {key: value for key, value in values.items() if key not in NO_ASSUMPTIONS}


def compared(first: Any, second: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any, Any]]:
    """Find every key on which two trees of values differ: its path and both values."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys((*first, *second)):
            yield from compared(first.get(key), second.get(key), (*path, key))
    elif _is_list(first) and _is_list(second) and len(first) == len(second):
        for number, (left, right) in enumerate(zip(first, second, strict=True)):
            yield from compared(left, right, (*path, number))
    elif first != second:
        yield from _whole(first, second, path)


def _whole(first: Any, second: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any, Any]]:
    """A mapping that only one side has is compared key by key."""
    if isinstance(second, dict) and first is None:
        yield from compared({}, second, path)
    elif isinstance(first, dict) and second is None:
        yield from compared(first, {}, path)
    else:
        yield path, first, second


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))
