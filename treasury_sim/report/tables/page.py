"""A page of a command: tables, and paragraphs between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from treasury_sim.domain.result import Result
from treasury_sim.report.tables.table import Table
from treasury_sim.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

Style = Literal["title", "plain", "note", "good", "bad", "doubt"]


@dataclass(frozen=True)
class Words:
    """A paragraph.

    Attributes
    ----------
    text
        Its lines.
    style
        What it is, which decides its colour.
    """

    text: str
    style: Style = "plain"


Part = Table | Words


@dataclass(frozen=True)
class Page:
    """Tables and paragraphs in the order in which they are read; rich can print it.

    Attributes
    ----------
    parts
        Tables and paragraphs.
    is_calendar
        Whether fiscal years are calendar years, for the names of quarters.
    """

    parts: tuple[Part, ...]
    is_calendar: bool = True

    @classmethod
    def of(cls, result: Result, parts: Iterable[Part]) -> Page:
        """Make the page of a result, with what is known about the scenario at its foot."""
        return cls((*parts, *_foot(result)), is_calendar=is_calendar(result))

    def with_notes(self, notes: Sequence[str]) -> Page:
        """Return the page with `notes` below it."""
        return replace(self, parts=(*self.parts, Words("\n".join(notes), "note"))) if notes else self

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Print the page."""
        from treasury_sim.report.render.text import rendered  # noqa: PLC0415 - rich is for text only

        yield from rendered(self.parts, is_calendar=self.is_calendar)


def _foot(result: Result) -> Iterator[Words]:
    about = [f"About this scenario: {result.description.strip()}"] if result.description else []
    if about or result.notes:
        yield Words("\n".join([*about, *result.notes]), "note")


def heading(result: Result, span: str) -> list[Words]:
    """The title of a result, and whose it is over which `span`."""
    return [Words(result.title, "title"), Words(f"{result.holder}, {span}")]


def is_calendar(result: Result) -> bool:
    """Whether the fiscal years of a result are calendar years."""
    return all(quarter.is_of_calendar for quarter in result.timeline.quarters)


def notes_of(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The notes of the files of scenarios, each once."""
    return tuple(dict.fromkeys(note for scenario in scenarios for note in scenario.notes))
