"""Tables and sentences on a terminal. No figure is ever cut: words are wrapped, columns that do not fit stand below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

from treasury_sim.report.render.printed import Printed, printed
from treasury_sim.report.tables.page import Part, Style, Words
from treasury_sim.report.words import MISSING, in_print

GAP = 2
"""Blanks between two columns."""
NARROWEST_TEXT = 16
"""Letters that a column of text keeps where room is short."""

_STYLES: dict[Style, str] = {
    "title": "bold",
    "plain": "",
    "note": "dim",
    "good": "bold green",
    "bad": "bold red",
    "doubt": "bold yellow",
}


def rendered(parts: Iterable[Part], *, is_calendar: bool) -> RenderResult:
    """Print parts one below the other, with a blank line below a table."""
    for part in parts:
        if isinstance(part, Words):
            yield Text(in_print(part.text, is_calendar=is_calendar), style=_STYLES[part.style])
            continue
        yield TextTable(printed(part, is_calendar=is_calendar), part.most)
        yield Text("")


@dataclass(frozen=True)
class TextTable:
    """A table that rich can print; a part of it leaves out the rows that have nothing there.

    Attributes
    ----------
    table
        The first column names the row and is repeated in every part.
    most
        How many columns may stand beside the first; any number if not given.
    """

    table: Printed
    most: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Print the parts one below the other, and the notes."""
        for number, part in enumerate(self._parts(options.max_width)):
            if number:
                yield Text("")
            yield Text(f"{self.table.title}{', continued' if number else ''}", style="bold")
            yield self._part(part, self._widths(part, options.max_width))
        if self.table.notes:
            yield Text("\n".join(self.table.notes), style="dim")

    def _is_text(self, column: int) -> bool:
        return column in self.table.texts

    def _cells(self, column: int) -> Iterator[str]:
        return (cells[column] for cells in self.table.rows)

    def _full(self, column: int) -> int:
        """Letters that the column would like to have."""
        return _longest([self.table.header[column], *self._cells(column)])

    def _least(self, column: int) -> int:
        """Letters without which the column would lose a figure, or words of text would be broken."""
        if self._is_text(column):
            return min(self._full(column), NARROWEST_TEXT)
        return _longest([*self.table.header[column].split(), *self._cells(column)])

    def _parts(self, room: int) -> Iterator[list[int]]:
        part = [0]
        for column in range(1, len(self.table.header)):
            is_full = self.most is not None and len(part) > self.most
            if len(part) > 1 and (is_full or _needed(map(self._least, [*part, column])) > room):
                yield part
                part = [0]
            part.append(column)
        yield part

    def _widths(self, part: Sequence[int], room: int) -> list[int]:
        """Share the room out: words first, which would fill lines, then figures, whose headings may be folded."""
        widths = {column: self._least(column) for column in part}
        for column in sorted(part, key=self._is_text, reverse=True):
            spare = room - _needed(widths.values())
            if spare < 0 and not self._is_text(column):
                widths[column] = max(_longest(self._cells(column)), widths[column] + spare)
            elif spare > 0:
                widths[column] = min(self._full(column), widths[column] + spare)
        return [widths[column] for column in part]

    def _part(self, part: Sequence[int], widths: Sequence[int]) -> RichTable:
        table = RichTable(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
        for column, width in zip(part, widths, strict=True):
            side: Literal["left", "right"] = "left" if self._is_text(column) else "right"
            table.add_column(self.table.header[column], justify=side, width=width, overflow="fold", no_wrap=False)
        for cells, is_total in zip(self.table.rows, self.table.totals, strict=True):
            shown = [cells[column] for column in part]
            if len(part) == len(cells) or set(shown[1:]) != {MISSING}:
                table.add_row(*shown, style="bold" if is_total else None)
        return table


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _needed(widths: Iterable[int]) -> int:
    widths = list(widths)
    return sum(widths) + GAP * (len(widths) - 1)
