"""Daily prices of one asset from the user's own CSV table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import PurePath

import numpy as np

from treasury_sim.case.fields import LARGEST
from treasury_sim.domain.arrays import frozen
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.scenario.importers.table import Record, Table, TableRow, csv_records, from_columns

REQUIRED = ("date", "low", "close")
_ONE_DAY = timedelta(days=1)


def read_prices(text: str, where: str, asset: str) -> DailyPrices:
    """Read a table of daily prices.

    Parameters
    ----------
    text
        Columns ``date, low, close`` in lower or upper case, a row for every UTC day; other columns are not read.
    where
        Name of the file, for messages.
    asset
        Such as ``BTC``.

    Raises
    ------
    InputError
        With every wrong cell and missing day: file, line, column.
    """
    table = Table(_from_columns(csv_records(text, where)), where, required=REQUIRED)
    days = [(row, day) for row in table.rows if (day := table.day(row, "date")) is not None]
    _check_days(table, days)
    prices: list[tuple[float, float]] = []
    for row in table.rows:
        low, close = _price(table, row, "low"), _price(table, row, "close")
        if low is not None and close is not None:
            if low > close:
                table.tell(row, "low", f"at most the day's close, {row.cells['close']}")
            prices.append((low, close))
    if not table.rows:
        table.tell(TableRow(1, {}), "date", "a row for every day", found="no rows")
    table.finish()
    values = np.array(prices, dtype=np.float64)
    return DailyPrices(
        asset,
        frozen(np.array([day for _, day in days], dtype="datetime64[D]")),
        frozen(np.ascontiguousarray(values[:, 0])),
        frozen(np.ascontiguousarray(values[:, 1])),
        f"{PurePath(where).name} (user's file)",
    )


def _price(table: Table, row: TableRow, column: str) -> float | None:
    price = table.number(row, column)
    if price is not None and price <= 0:
        table.tell(row, column, "a price above 0")
        return None
    if price is not None and price > LARGEST:
        table.tell(row, column, f"a price up to {int(LARGEST):_}")
        return None
    return price


def _in_small_letters(record: Record) -> Record:
    """Write the names of the columns we read in lower case."""
    names = [cell.strip() for cell in record.cells]
    return replace(record, cells=[name.lower() if name.lower() in REQUIRED else name for name in names])


def _from_columns(records: Iterable[Record]) -> list[Record]:
    rows = from_columns(records, lambda record: set(REQUIRED) <= set(_in_small_letters(record).cells))
    return [*map(_in_small_letters, rows[:1]), *rows[1:]]


def _check_days(table: Table, days: list[tuple[TableRow, date]]) -> None:
    """Compare each day with that of the row before; many errors of one kind are reported once, with their number."""
    kinds: dict[str, list[tuple[TableRow, str, str, str]]] = {"again": [], "order": [], "gap": []}
    for (_, last), (row, day) in pairwise(days):
        if day == last:
            kinds["again"].append((row, "every day once", "Keep one of the two rows.", f"{day} again"))
        elif day < last:
            kinds["order"].append((row, "days in order", "Sort the rows by date.", f"{day} after {last}"))
        elif day != last + _ONE_DAY:
            first, final = last + _ONE_DAY, day - _ONE_DAY
            missing = f"no {first}" if first == final else f"none from {first} to {final}"
            kinds["gap"].append((row, "a row for every day", "Add the missing days.", missing))
    if len(kinds["order"]) > MOST_OF_A_KIND:
        kinds["gap"], kinds["again"] = [], []  # gaps mean nothing while the days are out of order
    for problems in kinds.values():
        for row, expected, fix, what in problems if len(problems) <= MOST_OF_A_KIND else problems[:1]:
            more = f", and {len(problems) - 1} more like it" if len(problems) > MOST_OF_A_KIND else ""
            advice = _WEEKENDS if more and _are_weekends(what) else fix
            table.tell(row, "date", expected, advice, f"{what}{more}")


MOST_OF_A_KIND = 3
"""Errors in days of one kind that are reported one by one."""

_WEEKENDS = "Coins trade on Saturdays and Sundays, too: use a file that includes them, or the embedded prices."


def _are_weekends(missing: str) -> bool:
    """Whether the first gap is a Saturday and a Sunday."""
    days = [date.fromisoformat(word) for word in missing.split() if word[:1].isdigit()]
    return len(days) == 2 and days[0].weekday() == SATURDAY and days[1] == days[0] + _ONE_DAY


SATURDAY = 5
