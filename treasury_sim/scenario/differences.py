"""The assumptions in which two scenarios differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from treasury_sim.scenario.key_words import Kind, key_words, kind_of
from treasury_sim.scenario.loader import Scenario
from treasury_sim.scenario.tree import KeyPath, dotted

NO_ASSUMPTIONS = ("title", "theme", "author", "description", "expect")
"""Keys that say something about a scenario and change nothing in it."""


@dataclass(frozen=True)
class Difference:
    """One key in which a scenario differs from another.

    Attributes
    ----------
    path
        Where it stands.
    first, second
        The values, money in currency units; ``None`` where the key is not given.
    within
        The second scenario, which knows what its keys are called.
    """

    path: KeyPath
    first: Any
    second: Any
    within: Scenario = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """The path as people write it, such as ``tax.rate``."""
        return dotted(self.path)

    @property
    def words(self) -> str:
        """What the key is called, such as ``tax rate``."""
        return key_words(self.path, self.within)

    @property
    def kind(self) -> Kind:
        """What kind of number it holds."""
        return kind_of(self.path, self.within)


def differences(first: Scenario, second: Scenario) -> tuple[Difference, ...]:
    """Find every key in which `second` differs from `first`, in the order of the files.

    Lists are compared entry by entry if they are of one length, else as a whole.
    """
    one, other = (scenario.origin.chain.tree.values for scenario in (first, second))
    found = tuple(Difference(*each, second) for each in compared(_told(one), _told(other)))
    if not found and first.lots != second.lots:  # the same file name, with another content
        found = (Difference(("holder", "lots"), first.lots, second.lots, second),)
    return found


def _told(values: Any) -> dict[Any, Any]:
    return {key: value for key, value in values.items() if key not in NO_ASSUMPTIONS}


def compared(first: Any, second: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any, Any]]:
    """Find every key in which two trees of values differ: where it stands, and what each says."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys((*first, *second)):
            yield from compared(first.get(key), second.get(key), (*path, key))
    elif _is_list(first) and _is_list(second) and len(first) == len(second):
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from compared(one, other, (*path, number))
    elif first != second:
        yield from _whole(first, second, path)


def _whole(first: Any, second: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any, Any]]:
    """A mapping that only one has is told key by key."""
    if isinstance(second, dict) and first is None:
        yield from compared({}, second, path)
    elif isinstance(first, dict) and second is None:
        yield from compared(first, {}, path)
    else:
        yield path, first, second


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))
