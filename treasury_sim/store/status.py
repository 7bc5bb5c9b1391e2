"""The prices that are held, to which day, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from treasury_sim.case.prices_needed import DEFAULT_VENUE
from treasury_sim.errors import InputError
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, load_history
from treasury_sim.scenario.price_store import ecb_table
from treasury_sim.store.folder import read_table, series_in
from treasury_sim.store.rates import rows_of


@dataclass(frozen=True, slots=True)
class HeldSeries:
    """Prices that a run can use.

    Attributes
    ----------
    asset, currency, venue
        The series; for exchange rates the asset is ``rates``.
    first, last
        Days; ``None`` if the table is damaged.
    at_times
        Number of prices at a time of day.
    source
        Embedded, or when downloaded.
    problem
        Why it cannot be read; empty if it can.
    """

    asset: str
    currency: str
    venue: str
    first: date | None
    last: date | None
    at_times: int
    source: str
    problem: str = ""


def status(folder: Path) -> list[HeldSeries]:
    """The embedded prices, the series of the store, and the exchange rates."""
    return [*_embedded(), *_stored(folder), *_rates(folder)]


def _embedded() -> Iterator[HeldSeries]:
    for asset in EMBEDDED:
        daily = load_history(asset)
        count = len(daily.record.cutoffs) if daily.record is not None else 0
        source = "embedded, never changed"
        yield HeldSeries(asset, EMBEDDED_CURRENCY, DEFAULT_VENUE, daily.first, daily.last, count, source)


def _stored(folder: Path) -> Iterator[HeldSeries]:
    for series in series_in(folder):
        named = (series.asset, series.currency, series.venue)
        try:
            table = read_table(folder, series)
        except InputError as error:
            yield HeldSeries(*named, None, None, 0, "damaged", str(error))
            continue
        if table.bars:
            last = table.bars[-1]
            source = f"{last.source}, downloaded {last.downloaded}"
            yield HeldSeries(*named, table.bars[0].date, last.date, len(table.cutoffs), source)


def _rates(folder: Path) -> Iterator[HeldSeries]:
    try:
        table, where = ecb_table(folder)
    except InputError as error:
        yield HeldSeries("rates", "all", "ecb", None, None, 0, "damaged", str(error))
        return
    rows = rows_of(table)
    if rows:
        yield HeldSeries("rates", "all", "ecb", min(rows), max(rows), 0, f"ECB reference rates, {where}")
