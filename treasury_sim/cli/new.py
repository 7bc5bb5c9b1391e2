"""`treasury-sim new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import print_text, say


def new(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="File to write, never overwritten; without it the text is printed.",
        ),
    ] = None,
) -> None:
    """Write a commented scenario to start from.

    It passes `check` and runs without edits.
    """
    from treasury_sim.scenario.library import template

    text = template()
    if file is None:
        print_text(text)
        return
    from treasury_sim.report.files import write_new

    write_new(file, text)
    say(f"Written to {file}. Run it with: treasury-sim run {file}")
