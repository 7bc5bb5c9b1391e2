"""`treasury-sim new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Where to write it; printed if not given. Never overwritten."),
    ] = None,
) -> None:
    """Write a commented scenario to start from; it passes `check` and runs as it is."""
    from treasury_sim.scenario.library import template

    text = template()
    if file is None:
        print(text, end="")
        return
    from treasury_sim.report.files import write_new

    write_new(file, text)
    print(f"Written to {file}. Run it with: treasury-sim run {file}")
