"""Daily exchange rates from the reference rates of the European Central Bank.

The ECB publishes units of each currency for one euro, on its business days at about 16:00 in Frankfurt. A pair without
the euro is the ratio of two rates of the same day. On a day without a rate, the last one stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import DAY, Days, frozen
from treasury_sim.domain.prices import Rates
from treasury_sim.errors import InputError, Problem

EURO = "EUR"
SOURCE = "ECB reference rate"
HEADER = "date,rate,published"
LONGEST = 6
"""Most days between two rates: the ECB has never paused longer. A longer gap means that rows are missing."""
_SATURDAY = 5


def currencies(table: str) -> list[str]:
    """Currencies in a table of the ECB, the euro first."""
    return [EURO, *(name for name in table.partition("\n")[0].strip().strip(",").split(",")[1:] if name)]


def daily_rates(table: str, where: str, *, of: str, per: str, last: date | None = None) -> str:
    """Write the rate of each calendar day: units of `of` for a unit of `per`.

    The weekend after the last rate has that rate, too; other days after it have none, since it is not published yet.

    Parameters
    ----------
    table, where
        Text of the ECB's table, latest day first or last, and its name for messages.
    last
        Last day written; ``None`` for all.

    Returns
    -------
    str
        CSV: day, rate, and the day on which the rate was published; the header alone if a currency is not in the table.
    """
    rates = sorted(_pairs(table, where, of, per))
    lines = [HEADER]
    for number, (day, rate) in enumerate(rates):
        until = rates[number + 1][0] if number + 1 < len(rates) else _after_the_weekend(day)
        if (until - day).astype(int) > LONGEST:
            until = day + DAY
        lines += [
            f"{filled},{rate!r},{day}"
            for filled in np.arange(day, until)
            if last is None or filled <= np.datetime64(last)
        ]
    return "\n".join(lines) + "\n"


def _after_the_weekend(day: np.datetime64) -> np.datetime64:
    weekday = int(day.astype(date).weekday())
    return day + (3 * DAY if weekday == _SATURDAY - 1 else DAY)


def _pairs(table: str, where: str, of: str, per: str) -> Iterator[tuple[np.datetime64, float]]:
    rows = csv.DictReader(io.StringIO(table))
    if not rows.fieldnames or "Date" not in rows.fieldnames:
        fix = "Delete it and run `treasury-sim prices update` again."
        raise InputError([Problem(where, 1, "", "the ECB's table: Date,USD,JPY,...", "another header", fix)])
    for row in rows:
        try:
            values = [1.0 if name == EURO else float(row.get(name) or "nan") for name in (of, per)]
            day = np.datetime64(date.fromisoformat(row["Date"]))
        except ValueError:  # N/A
            continue
        if min(values) > 0.0:
            yield day, values[0] / values[1]


def read_rates(text: str, *, of: str, per: str) -> tuple[Rates, Days] | None:
    """Read what `daily_rates` writes, from the last gap on; ``None`` if it has no rate."""
    rows = [line.split(",") for line in text.splitlines()[1:]]
    if not rows:
        return None
    days = np.array([row[0] for row in rows], dtype="datetime64[D]")
    gaps = np.flatnonzero(np.diff(days) != DAY)
    start = int(gaps[-1]) + 1 if gaps.size else 0
    rate = frozen(np.array([float(row[1]) for row in rows[start:]]))
    published = frozen(np.array([row[2] for row in rows[start:]], dtype="datetime64[D]"))
    return Rates(f"{of} per {per}", rate, published, SOURCE), frozen(days[start:])
