"""Key paths: where a value stands in a scenario, such as ``tax.rate`` or ``plan.sales[0].quantity``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from treasury_sim.case.scalars import looks_like_date
from treasury_sim.domain.spelling import known_as

Key = str | date | int
KeyPath = tuple[Key, ...]

T = TypeVar("T")

ByKey = Mapping[Any, T]
"""Values by dotted key, such as ``tax.rate``, or by path.

The keys of a mapping are invariant: one of ``tuple[str, str]`` alone would not be a mapping of `KeyPath`.
"""

_KEY = re.compile(r"[^.\[\]]+(\[[0-9]{1,9}\])*(\.[^.\[\]]+(\[[0-9]{1,9}\])*)*")
_INDEX = re.compile(r"\[([0-9]+)\]")


def dotted(path: Iterable[Key]) -> str:
    """Write a path as people do: ``holder.lots[0].quantity``."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


_ABOVE_A_ROW = 2
"""Largest number of keys above a row: ``plan.sales``."""


def key_path(text: str) -> KeyPath:
    """Read a dotted path: ``plan.sales[0].quantity`` or ``plan.sales.0.quantity``, ``prices.BTC.spot``.

    Text that is not a path, with an empty step or an unclosed bracket, gives the empty path.
    """
    if not _KEY.fullmatch(text):
        return ()
    steps: list[Key] = []
    for part in text.split("."):
        name, _, indices = part.partition("[")
        if name:
            # Further down, digits are a name, such as a lot id.
            is_row = name.isdecimal() and len(name) < 10 and len(steps) <= _ABOVE_A_ROW
            steps.append(int(name) if is_row else _day(name) or known_as(name))
        steps += [int(index) for index in _INDEX.findall(f"[{indices}")]
    return tuple(steps)


def key_paths(values: ByKey[T]) -> dict[KeyPath, T]:
    """The values by path, where a key may be dotted text."""
    return {key_path(key) if isinstance(key, str) else key: value for key, value in values.items()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if looks_like_date(text) else None
    except ValueError:
        return None


def shown(value: object) -> str:
    """Describe a value in words, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    return f"text '{value}'" if isinstance(value, str) else str(value)
