"""The board report on disk, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.report.board.content import Board, board
from treasury_sim.report.files import OutputError, write_together
from treasury_sim.scenario import Scenario


def write_board(
    scenario: Scenario,
    forms: Sequence[str],
    folder: Path,
    *,
    is_flash: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the board report of `scenario` in each of `forms` (``html``, ``pdf``).

    Parameters
    ----------
    progress
        Called as it goes, see `treasury_sim.domain.progress`.

    Raises
    ------
    OutputError
        If the folder cannot be written to, or what draws and lays out is not installed.
    """
    # The run is as much of the work as a file.
    stages = parts(("", *forms), progress or silent)
    whole = board(scenario, progress=next(stages)[1])
    shown = whole.flash() if is_flash else whole
    name = "flash" if is_flash else "report"
    try:
        contents = {f"{name}.{form}": _content(shown, form, is_flash=is_flash) for form, _ in stages}
    except ModuleNotFoundError as error:
        message = f'A report needs {error.name}: pip install "treasury-sim[report]".'
        raise OutputError(message) from error
    return write_together(folder, contents)


def _content(shown: Board, form: str, *, is_flash: bool) -> str | bytes:
    if form == "html":
        from treasury_sim.report.board.html import html  # noqa: PLC0415 - only the form that is written is loaded

        return html(shown)
    from treasury_sim.report.board.pdf import pdf  # noqa: PLC0415

    return pdf(shown, is_flash=is_flash)
