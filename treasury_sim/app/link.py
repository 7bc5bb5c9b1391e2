"""A scenario as the parameters of a link: the name of a shipped case and what the sliders and choices say.

Lots, purchases and whatever else was typed are never in a link. A scenario that has them has no link: it is shared as
its YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from treasury_sim.app.edits import edited
from treasury_sim.app.history import Opened
from treasury_sim.case.key_paths import Key, KeyPath, dotted
from treasury_sim.case.scalars import looks_like_date, plain
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import load
from treasury_sim.scenario.differences import differences
from treasury_sim.scenario.library import shipped
from treasury_sim.scenario.source.tree import Tree

CASE = "case"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PRICES = (
    "model|from|relative|shape|start|trough|end|(initial_)?volatility|drift|jumps_per_year|jump_mean|jump_volatility"
    "|alpha|gamma|beta|degrees_of_freedom|(calm|turbulent)(\\.(volatility|leave|relative_drift))?|window|block_length"
    "|leader|momentum|on_falls|noise"
)
ALLOWED = re.compile(
    rf"prices\.[A-Za-z0-9]+\.(quarter_end(\.{_DAY})?|quarter_low(\.{_DAY}(\.(price|date))?)?|{_PRICES})"
    r"|accounting\.(frameworks|impairment_price)|tax\.rate|simulation\.(paths|seed)"
)
"""The keys that widgets set by choosing or moving, none by typing."""
_LISTS = re.compile(r"accounting\.frameworks|prices\.[A-Za-z0-9]+\.window")
_LONGEST = 2_000
_GONE = "null"
"""The mark of a deleted key, a list or not."""


def to_link(opened: Opened) -> dict[str, str] | None:
    """Write `opened` as parameters; ``None`` if it holds something that is not for a link."""
    if not opened.shipped:
        return None
    parameters = {CASE: opened.name}
    tree = opened.scenario.tree
    for path in dict.fromkeys(_whole(each.path, tree) for each in differences(opened.original, opened.scenario)):
        if ALLOWED.fullmatch(dotted(path)) is None:
            return None
        parameters[dotted(path)] = _written(tree.get(*path))
    return parameters


def _whole(path: KeyPath, tree: Tree) -> KeyPath:
    """The list of which `path` names an entry, or the mapping that was deleted with it."""
    if isinstance(path[-1], int):
        return path[:-1]
    while len(path) > 3 and not tree.get(*path[:-1]):
        path = path[:-1]
    return path


def _written(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return _GONE if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def from_link(parameters: Mapping[str, str]) -> Opened:
    """Open what a link says.

    Raises
    ------
    InputError
        If it names no shipped case, or a key or value that is none.
    """
    name = parameters.get(CASE, "")
    names = [path.stem for path in shipped()]
    if name not in names:
        raise InputError([Problem("link", None, CASE, "the name of a shipped case", name[:60] or "nothing")])
    original = load(name)
    changes = dict(_changes((key, text) for key, text in parameters.items() if key != CASE))
    scenario = edited(original, original, changes) if changes else original
    return Opened(name, shipped=True, original=original, scenario=scenario)


def _changes(entries: Iterable[tuple[str, str]]) -> Iterable[tuple[tuple[Key, ...], Any]]:
    for key, text in entries:
        if ALLOWED.fullmatch(key) is None or len(text) > _LONGEST:
            raise InputError([Problem("link", None, key[:80], "a key that a link can carry", text[:60])])
        path = tuple(_part(part) for part in key.split("."))
        listed = text != _GONE and _LISTS.fullmatch(key) is not None
        yield path, [_value(key, each) for each in text.split(",")] if listed else _value(key, text)


def _part(text: str) -> Key:
    return _value(text, text) if looks_like_date(text) else text


def _value(key: str, text: str) -> Any:
    try:
        return plain(text)
    except ValueError:
        raise InputError([Problem("link", None, key, "a date", text, "This day does not exist.")]) from None
