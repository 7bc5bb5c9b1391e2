"""The tables of the price store: plain CSV, a row for a day.

A venue has a folder; an asset has two tables in it, such as ``coinbase/BTC-USD.daily.csv`` with the daily bars and
``coinbase/BTC-USD.cutoffs.csv`` with the prices at stated times of day. A table is ordered by day, so the rows up to a
day are the beginning of its text.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, TypeVar

from treasury_sim.errors import InputError, Problem

FIX = "Restore the file, or delete it and run `treasury-sim prices update` again."
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One UTC day on a venue.

    Attributes
    ----------
    open, high, low, close
        [currency/unit]; low <= open, close <= high.
    source
        Who served it, such as ``Coinbase``.
    downloaded
        Time of the download, ``2026-11-30T08:15:00Z``.
    """

    date: date
    open: float
    high: float
    low: float
    close: float
    source: str
    downloaded: str


@dataclass(frozen=True, slots=True)
class AtCutoff:
    """The price at a time of day.

    Attributes
    ----------
    cutoff
        Such as ``16:00 America/New_York``.
    price
        [currency/unit]
    """

    date: date
    cutoff: str
    price: float
    source: str
    downloaded: str


Row = TypeVar("Row", Bar, AtCutoff)


@dataclass(frozen=True, slots=True)
class Series:
    """The name of a series of prices: a venue's market."""

    venue: str
    asset: str
    currency: str

    @property
    def daily(self) -> PurePosixPath:
        """Its table of daily bars inside the store."""
        return PurePosixPath(self.venue, f"{self.asset}-{self.currency}.daily.csv")

    @property
    def cutoffs(self) -> PurePosixPath:
        """Its table of prices at times of day."""
        return PurePosixPath(self.venue, f"{self.asset}-{self.currency}.cutoffs.csv")

    def __str__(self) -> str:
        return f"{self.asset}-{self.currency} on {self.venue}"


def write_rows(rows: Sequence[Row], kind: type[Row]) -> str:
    """Write a table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(kind))
    writer.writerows(astuple(row) for row in rows)
    return text.getvalue()


def up_to(text: str, last: date) -> str:
    """The beginning of a table: its header, and the rows up to `last`."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[:1] + [line for line in lines[1:] if line[:10] <= last.isoformat()])


def read_bars(text: str, where: str) -> list[Bar]:
    """Read daily bars.

    Raises
    ------
    InputError
        With every row that cannot be read, day that is missing or repeated, and bar that contradicts itself.
    """
    bars = _read(text, where, Bar)
    problems = []
    for line, bar in enumerate(bars, start=2):
        if not bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high:
            figures = f"low {bar.low}, open {bar.open}, close {bar.close}, high {bar.high}"
            problems.append(Problem(where, line, "low", "a low at or below, and a high at or above", figures, FIX))
    for line, (before, bar) in enumerate(pairwise(bars), start=3):
        if bar.date != before.date + ONE_DAY:
            expected = f"a row for every day: {before.date + ONE_DAY}"
            problems.append(Problem(where, line, "date", expected, str(bar.date), FIX))
    if problems:
        raise InputError(problems)
    return bars


def read_cutoffs(text: str, where: str) -> list[AtCutoff]:
    """Read the prices at times of day; raises as `read_bars` does, days may be missing."""
    rows = _read(text, where, AtCutoff)
    days = [row.date for row in rows]
    if days != sorted(days):
        raise InputError([Problem(where, None, "date", "days in order", "days out of order", FIX)])
    return rows


def _read(text: str, where: str, kind: type[Row]) -> list[Row]:
    names = [field.name for field in fields(kind)]
    if text and not text.endswith("\n"):
        raise InputError([Problem(where, text.count("\n") + 1, "", "a whole last row", "a row cut short", FIX)])
    records = csv.reader(io.StringIO(text))
    if next(records, None) != names:
        raise InputError([Problem(where, 1, "", ",".join(names), "another header", FIX)])
    rows: list[Row] = []
    problems = []
    for line, cells in enumerate(records, start=2):
        try:
            rows.append(kind(*_cells(names, cells)))
        except ValueError:
            problems.append(Problem(where, line, "", "a row of " + ", ".join(names), ",".join(cells)[:80], FIX))
    if problems:
        raise InputError(problems)
    return rows


_FIGURES = {"open", "high", "low", "close", "price"}


def _cells(names: Sequence[str], cells: Iterable[str]) -> Iterator[Any]:
    """The values of a row; raises `ValueError` if one is wrong."""
    for name, cell in zip(names, cells, strict=True):
        if name == "date":
            yield date.fromisoformat(cell)
        elif name in _FIGURES:
            figure = float(cell)
            if not (figure > 0.0 and math.isfinite(figure)):
                raise ValueError
            yield figure
        else:
            yield cell
