"""JSON as every command writes it: indented by one, letters as they are, null where a number is none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from math import isfinite

from treasury_sim.report.tables.table import Table

Json = dict[str, object]


def json_text(content: object) -> str:
    """Write plain values, dataclasses and dates as JSON, ending in a newline."""
    return json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: object) -> object:
    """A value as JSON has it: a dataclass as an object, a date as text, null where a number is none."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(entry) for entry in value]
    return value if value is None or isinstance(value, (str, int)) else str(value)


def records(table: Table) -> list[Json]:
    """The rows of a table as objects, by the names of its columns."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row.cells, strict=True)) for row in table.rows]


def with_notes(text: str, notes: Sequence[str]) -> str:
    """Return JSON with the notes under `notes`, in front of those it has."""
    content = json.loads(text)
    content["notes"] = list(dict.fromkeys([*notes, *content.get("notes", [])]))
    return json_text(content)
