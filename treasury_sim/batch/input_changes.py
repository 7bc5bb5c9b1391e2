"""Lists the changes in an input: keys of a scenario, rows of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from treasury_sim.case.key_paths import dotted, shown
from treasury_sim.errors import InputError
from treasury_sim.scenario.differences import compared
from treasury_sim.scenario.source.reader import read_yaml

MOST_SHOWN = 10

Cells = Mapping[str, str]


def changes_in(name: str, before: bytes | None, now: bytes) -> list[str]:
    """List the changes in the input called `name`, at most `MOST_SHOWN`; `before` is its earlier content."""
    if before is None:
        return [f"{name} has changed; no copy of it was kept."]
    try:
        changes = list(_by_kind(name, before.decode("utf-8-sig"), now.decode("utf-8-sig")))
    except (UnicodeDecodeError, InputError, csv.Error):
        changes = []
    if not changes:
        return [f"{name} has changed, but not its content."]
    more = [f"{name}: {len(changes) - MOST_SHOWN} more changes"] if len(changes) > MOST_SHOWN else []
    return [f"{name}: {change}" for change in changes[:MOST_SHOWN]] + more


def _by_kind(name: str, before: str, now: str) -> Iterator[str]:
    if name.endswith((".yaml", ".yml")):
        values_before, values_now = (read_yaml(text, name).values for text in (before, now))
        for path, first, second in compared(values_before, values_now):
            yield f"{dotted(path)} was {shown(first)}, is now {shown(second)}"
    else:
        yield from _rows(_table(before), _table(now))


def _table(text: str) -> dict[str, Cells]:
    """The rows of a table by the text of their first column; a repeated text is numbered."""
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
            yield f"row {key} was removed"
        elif key not in before:
            yield f"row {key} was added"
        else:
            for column in dict.fromkeys((*before[key], *now[key])):
                cell_before, cell_now = before[key].get(column, ""), now[key].get(column, "")
                if cell_before != cell_now:
                    yield f"row {key}, {column} was {cell_before or 'empty'}, is now {cell_now or 'empty'}"
