"""One part of the board's file."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.report.screen import ScreenTable


@dataclass(frozen=True)
class Section:
    """One part of the file.

    Attributes
    ----------
    title, words
        Heading, and paragraphs below it.
    tables
        Each with a caption.
    chart
        Name of a chart; empty for none.
    items
        A list below.
    in_flash
        Whether the one-page flash has it.
    """

    title: str
    words: tuple[str, ...] = ()
    tables: tuple[tuple[str, ScreenTable], ...] = ()
    chart: str = ""
    items: tuple[str, ...] = ()
    in_flash: bool = False
