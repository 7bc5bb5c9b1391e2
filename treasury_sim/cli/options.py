"""Arguments and options that several commands share; printing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.domain.text_out import escaped, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    from treasury_sim.report.tables.page import Page
    from treasury_sim.scenario import Scenario


def a_path(text: str) -> Path:
    """Read a path of the command line; empty text is refused, since `Path("")` is the current folder."""
    if not text.strip():
        message = "nothing is given: name a folder or a file, or omit the option"
        raise typer.BadParameter(message)
    return Path(text)


def a_folder(text: str) -> Path:
    """Read the path of an existing folder."""
    path = a_path(text)
    if not path.is_dir():
        message = f"{text} is not a folder"
        raise typer.BadParameter(message)
    return path


class TextOrJson(StrEnum):
    """How an answer is printed."""

    text = "text"
    json = "json"


Printed = Annotated[TextOrJson, typer.Option("--format", help="Text for people, or JSON for programs.")]
A_DAY = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}
"""Settings of an option that takes a day."""
ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A YAML file, or the name of a shipped scenario (treasury-sim list).")
]
AllowPath = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow-path",
        metavar="DIR",
        parser=a_folder,
        help="A further folder from which the scenario may read files; can be repeated.",
    ),
]
OpenPath = Annotated[
    str | None,
    typer.Option(
        "--open-path",
        metavar="PATH",
        help="For simulations: show one path in full, by number (from 0) or by quantile of the net income of the whole "
        "period (p5).",
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Refuse figures that are not plausible, such as a price far from that day's prices."),
]
QuarterLabel = Annotated[
    str | None, typer.Option("--quarter", metavar="2025Q4", help="A reported quarter; by default the last one.")
]
FrameworkKey = Annotated[
    str | None, typer.Option("--framework", metavar="KEY", help="By default the scenario's first framework.")
]
LineName = Annotated[str, typer.Option("--line", metavar="LINE", help="Line of the statement.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, max=1_000, help="Processes; by default one per core.")]
EXPECTATION_FAILED = 4


def print_report(report: RenderableType) -> None:
    """Print a report: as wide as the terminal, or as plain text wide enough for its tables when piped."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        console.print(_Visible(report))
        return
    console = Console(highlight=False, markup=False, emoji=False, width=200)
    with console.capture() as captured:
        console.print(_Visible(report))
    say("\n".join(line.rstrip() for line in captured.get().removesuffix("\n").split("\n")))


class _Visible:
    """A report whose text shows control characters instead of sending them; the colours are added by rich."""

    def __init__(self, report: RenderableType) -> None:
        self._report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        for text, style, control in console.render(self._report, options):
            yield Segment(text if control else visible(text), style, control)


def say(text: str, *, is_error: bool = False) -> None:
    """Print a line; control characters in it are shown, not sent to the terminal."""
    print(visible(text), file=sys.stderr if is_error else sys.stdout)


def print_text(text: str) -> None:
    """Print a JSON or YAML text; control characters are escaped."""
    print(escaped(text), end="")


def print_answer(*scenarios: Scenario, is_json: bool, as_json: Callable[[], str], as_text: Callable[[], Page]) -> None:
    """Print an answer about scenarios, as JSON or text, with the notes of their files."""
    from dataclasses import replace

    from treasury_sim.report.render.json import with_notes
    from treasury_sim.report.tables.page import notes_of

    notes = notes_of(scenarios)
    if is_json:
        print_text(with_notes(as_json(), notes))
        return
    is_calendar = all(quarter.is_of_calendar for scenario in scenarios for quarter in scenario.spec.quarters)
    print_report(replace(as_text().with_notes(notes), is_calendar=is_calendar))
