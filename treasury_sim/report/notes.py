"""What a reader of any figure must know about the files it is made of: below every report, and in every JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from treasury_sim.scenario import Scenario


def notes_of(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The notes of the files of scenarios, each once."""
    return tuple(dict.fromkeys(note for scenario in scenarios for note in scenario.notes))


def with_notes(report: RenderableType, notes: Sequence[str]) -> RenderableType:
    """A report with the notes below it."""
    return Group(report, Text("\n".join(notes), style="dim")) if notes else report


def json_with_notes(text: str, notes: Sequence[str]) -> str:
    """JSON with the notes under `notes`, in front of those it has."""
    content = json.loads(text)
    content["notes"] = list(dict.fromkeys([*notes, *content.get("notes", [])]))
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
