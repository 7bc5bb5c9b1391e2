"""Daily prices of one asset from a CSV table of the user's own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import PurePath

import numpy as np

from treasury_sim.domain.arrays import frozen
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.scenario.fields import LARGEST
from treasury_sim.scenario.importers.table import Table, TableRow, csv_records

REQUIRED = ("date", "low", "close")
_ONE_DAY = timedelta(days=1)


def read_prices(text: str, where: str, asset: str) -> DailyPrices:
    """Read a table of daily prices.

    Parameters
    ----------
    text
        Columns ``date, low, close``, a row for every UTC day; other columns are not read.
    where
        Name of the file, for messages.
    asset
        Such as ``BTC``.

    Raises
    ------
    InputError
        With every wrong cell and every missing day: file, line, column.
    """
    table = Table(csv_records(text, where), where, required=REQUIRED)
    days: list[date] = []
    prices: list[tuple[float, float]] = []
    for row in table.rows:
        day, low, close = table.day(row, "date"), _price(table, row, "low"), _price(table, row, "close")
        if day is not None:
            _check_next(table, row, day, days)
            days.append(day)
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
        frozen(np.array(days, dtype="datetime64[D]")),
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


def _check_next(table: Table, row: TableRow, day: date, before: list[date]) -> None:
    """Compare a day with the one in the row before."""
    if not before or day == before[-1] + _ONE_DAY:
        return
    last = before[-1]
    if day == last:
        table.tell(row, "date", "every day once", "Keep one of the two rows.", f"{day} again")
    elif day < last:
        table.tell(row, "date", "days in order", "Sort the rows by date.", f"{day} after {last}")
    else:
        first, final = last + _ONE_DAY, day - _ONE_DAY
        missing = f"no {first}" if first == final else f"none from {first} to {final}"
        table.tell(row, "date", "a row for every day", "Add the missing days.", missing)
