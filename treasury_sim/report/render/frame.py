"""A table as a data frame: raw values, and how a page writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pandas as pd

from treasury_sim.report.tables.table import Cell, Column, Table, cell_text


def as_frame(table: Table, index: str | None = None) -> pd.DataFrame:
    """Return the raw values, a column for each name.

    Parameters
    ----------
    index
        The column that becomes the index; none by default.
    """
    frame = pd.DataFrame(
        {column.name: [row.cells[number] for row in table.rows] for number, column in enumerate(table.columns)}
    )
    return frame if index is None else frame.set_index(index)


def sortable(table: Table) -> tuple[pd.DataFrame, dict[str, Callable[[Cell], str]]]:
    """The raw values by heading, for a grid that can be sorted, and for each column of numbers how to write them."""
    twice = {title for title, count in Counter(column.title for column in table.columns).items() if count > 1}
    titles = [_title(column, twice) for column in table.columns]
    frame = pd.DataFrame({title: [row.cells[number] for row in table.rows] for number, title in enumerate(titles)})
    writers: dict[str, Callable[[Cell], str]] = {
        title: partial(_written, column)
        for title, column in zip(titles, table.columns, strict=True)
        if not column.is_text
    }
    return frame, writers


def _title(column: Column, twice: set[str]) -> str:
    """A title that no other column has."""
    return f"{column.title}, {column.kind}" if column.title in twice and not column.is_text else column.title


def _written(column: Column, cell: Cell) -> str:
    """Write a cell for people: coins without trailing zeros, prices and money to the cent; none is empty."""
    return cell_text(cell, column.kind, decimals=column.decimals, missing="")
