"""A table for a terminal that never cuts a figure: text is wrapped, columns that do not fit go to a further table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from treasury_sim.report.words import MISSING

GAP = 2
"""Blanks between two columns."""
NARROWEST_TEXT = 16
"""Letters that a column of text keeps where room is short."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    title
        Words above it.
    is_text
        Whether it is text, which may be wrapped, and not figures, which may not.
    """

    title: str
    is_text: bool = False


@dataclass
class TextTable:
    """A table of text that rich can print; a part of it leaves out the rows that have nothing there.

    Attributes
    ----------
    title
        Words above it.
    columns
        Columns; the first one names the row and is repeated in every part.
    most
        How many columns may stand beside the first; any number if not given.
    """

    title: str
    columns: tuple[Column, ...]
    most: int | None = None
    _rows: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def add(self, *cells: str, style: str = "") -> None:
        """Add a row."""
        self._rows.append((cells, style))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Print the parts one below the other."""
        for number, part in enumerate(self._parts(options.max_width)):
            if number:
                yield Text("")
            yield Text(f"{self.title}{', continued' if number else ''}", style="bold")
            yield self._table(part, self._widths(part, options.max_width))

    def _cells(self, column: int) -> Iterator[str]:
        return (cells[column] for cells, _ in self._rows)

    def _full(self, column: int) -> int:
        """Letters that the column would like to have."""
        return _longest([self.columns[column].title, *self._cells(column)])

    def _least(self, column: int) -> int:
        """Letters without which the column would lose a figure, or words of text would be broken."""
        if self.columns[column].is_text:
            return min(self._full(column), NARROWEST_TEXT)
        return _longest([*self.columns[column].title.split(), *self._cells(column)])

    def _parts(self, room: int) -> Iterator[list[int]]:
        part = [0]
        for column in range(1, len(self.columns)):
            is_full = self.most is not None and len(part) > self.most
            if len(part) > 1 and (is_full or _needed(map(self._least, [*part, column])) > room):
                yield part
                part = [0]
            part.append(column)
        yield part

    def _widths(self, part: Sequence[int], room: int) -> list[int]:
        """Share the room out: figures first, then text; a long heading is folded where it must be."""
        widths = {column: self._least(column) for column in part}
        for column in sorted(part, key=lambda column: self.columns[column].is_text):
            spare = room - _needed(widths.values())
            if spare < 0 and not self.columns[column].is_text:
                widths[column] = max(_longest(self._cells(column)), widths[column] + spare)
            elif spare > 0:
                widths[column] = min(self._full(column), widths[column] + spare)
        return [widths[column] for column in part]

    def _table(self, part: Sequence[int], widths: Sequence[int]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
        for column, width in zip(part, widths, strict=True):
            shown = self.columns[column]
            table.add_column(
                shown.title, justify="left" if shown.is_text else "right", width=width, overflow="fold", no_wrap=False
            )
        for cells, style in self._rows:
            shown_cells = [cells[column] for column in part]
            if len(part) == len(self.columns) or set(shown_cells[1:]) != {MISSING}:
                table.add_row(*shown_cells, style=style or None)
        return table


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _needed(widths: Iterable[int]) -> int:
    widths = list(widths)
    return sum(widths) + GAP * (len(widths) - 1)
