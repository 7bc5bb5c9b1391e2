"""One part of the board's file."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.report.tables.table import Table


@dataclass(frozen=True)
class Section:
    """One part of the file.

    Attributes
    ----------
    title, words
        Heading, and paragraphs below it.
    tables
        Below the paragraphs, and the chart.
    chart
        Name of a chart; empty for none.
    items
        A list below.
    in_flash
        Whether the one-page flash has it.
    """

    title: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    chart: str = ""
    items: tuple[str, ...] = ()
    in_flash: bool = False
