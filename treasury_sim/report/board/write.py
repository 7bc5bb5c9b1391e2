"""The board's file on disk, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from treasury_sim.report.board.content import Board, board
from treasury_sim.report.files import OutputError, write_together
from treasury_sim.scenario import Scenario


def write_board(scenario: Scenario, forms: Sequence[str], folder: Path, *, is_flash: bool = False) -> list[Path]:
    """Write the board's file of `scenario` in each of `forms` (``html``, ``pdf``).

    Raises
    ------
    OutputError
        If the folder cannot be written to, or what draws and lays out is not installed.
    """
    whole = board(scenario)
    shown = whole.flash() if is_flash else whole
    name = "flash" if is_flash else "report"
    try:
        contents = {f"{name}.{form}": _content(shown, form, is_flash=is_flash) for form in forms}
    except ModuleNotFoundError as error:
        message = f'A report needs {error.name}: pip install "treasury-sim[report]".'
        raise OutputError(message) from error
    return write_together(folder, contents)


def _content(shown: Board, form: str, *, is_flash: bool) -> str | bytes:
    if form == "html":
        from treasury_sim.report.board.html import html  # noqa: PLC0415 - only what is asked for is loaded

        return html(shown)
    from treasury_sim.report.board.pdf import pdf  # noqa: PLC0415

    return pdf(shown, is_flash=is_flash)
