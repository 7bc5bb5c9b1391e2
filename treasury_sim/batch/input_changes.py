"""What changed in an input, in its own words: keys of a scenario, rows of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from treasury_sim.errors import InputError
from treasury_sim.scenario.differences import compared
from treasury_sim.scenario.reader import read_yaml
from treasury_sim.scenario.tree import dotted, shown

MOST_TOLD = 10

Cells = Mapping[str, str]


def told(name: str, before: bytes | None, now: bytes) -> list[str]:
    """Tell what changed in the input called `name`, at most `MOST_TOLD` changes; `before` is what it held then."""
    if before is None:
        return [f"{name} has changed; no copy of it was kept."]
    try:
        changes = list(_by_kind(name, before.decode("utf-8-sig"), now.decode("utf-8-sig")))
    except (UnicodeDecodeError, InputError, csv.Error):
        changes = []
    if not changes:
        return [f"{name} has changed, but not in what it says."]
    more = [f"{name}: {len(changes) - MOST_TOLD} more changes"] if len(changes) > MOST_TOLD else []
    return [f"{name}: {change}" for change in changes[:MOST_TOLD]] + more


def _by_kind(name: str, before: str, now: str) -> Iterator[str]:
    if name.endswith((".yaml", ".yml")):
        one, other = (read_yaml(text, name).values for text in (before, now))
        for path, first, second in compared(one, other):
            yield f"{dotted(path)} was {shown(first)}, is {shown(second)}"
    else:
        yield from _rows(_table(before), _table(now))


def _table(text: str) -> dict[str, Cells]:
    """The rows of a table by what its first column says; where that repeats, by how often it has stood there."""
    rows: dict[str, Cells] = {}
    for row in csv.DictReader(io.StringIO(text)):
        first = str(next(iter(row.values()), ""))
        key, repeats = first, 1
        while key in rows:
            repeats += 1
            key = f"{first} ({repeats})"
        rows[key] = {str(column): str(cell) for column, cell in row.items()}
    return rows


def _rows(before: Mapping[str, Cells], now: Mapping[str, Cells]) -> Iterator[str]:
    for key in dict.fromkeys((*before, *now)):
        if key not in now:
            yield f"row {key} is gone"
        elif key not in before:
            yield f"row {key} is new"
        else:
            for column in dict.fromkeys((*before[key], *now[key])):
                one, other = before[key].get(column, ""), now[key].get(column, "")
                if one != other:
                    yield f"row {key}, {column} was {one or 'empty'}, is {other or 'empty'}"
