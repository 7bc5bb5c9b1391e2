"""`treasury-sim report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, ScenarioName, a_path, say
from treasury_sim.cli.progress import progress_bar


class Format(StrEnum):
    """The files to write."""

    html = "html"
    pdf = "pdf"
    both = "both"


def report(
    scenario: ScenarioName,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", parser=a_path, help="Folder for the files.")],
    output: Annotated[Format, typer.Option("--format", help="HTML, PDF, or both.")] = Format.both,
    flash: Annotated[bool, typer.Option("--flash", help="Write one page instead of the full report.")] = False,
    allow_path: AllowPath = None,
) -> None:
    """Write the board report, as HTML and PDF.

    Contains the finding, income bridge, ladder of lots, pressure points, assumptions, sources, method and manifest.
    It reports all quarters together; position, causes, ladder and pressure points are those of the last quarter.
    The HTML is one file that works offline and prints; the PDF has the same content.
    """
    from treasury_sim.report.board.write import write_board
    from treasury_sim.scenario import load

    forms = ("html", "pdf") if output is Format.both else (output.value,)
    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        written = write_board(loaded, forms, out, is_flash=flash, progress=progress)
    say(f"Written to {out}: {', '.join(path.name for path in written)}.")
