"""Embedded prices: daily bars, and the price at the end of a quarter.

The order of preference among sources of a quarter-end price is a convention of this project (see
``quarter_end_price``); the source of every figure is in ``SOURCE.md`` beside the tables.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from treasury_sim.domain.arrays import frozen
from treasury_sim.domain.prices import DailyPrices, PriceRecord, QuarterEndPrice
from treasury_sim.errors import InputError, MissingPriceError, Problem
from treasury_sim.market.history.windows import WINDOWS

EMBEDDED_CURRENCY = "USD"
FOUR_PM_NEW_YORK = "16:00 America/New_York"
UTC_MIDNIGHT = "00:00 UTC"

AS_OF = date(2026, 8, 2)
"""The last embedded day: later bars of the main venue were not available."""

EMBEDDED = MappingProxyType({"BTC": "btc_usd_daily.csv", "ETH": "eth_usd_daily.csv"})
"""The table of each embedded asset."""

_HERE = Path(__file__).parent
_QUARTER_ENDS = "quarter_end_prices.csv"
_KINDS = ("disclosed", "estimated", "coinbase_hourly")  # the best source first


def quarter_end_price(quarter_end: date, cutoff: str, daily: DailyPrices) -> QuarterEndPrice:
    """Choose the price of a unit at the end of a fiscal quarter: the best source for the cut-off.

    At 4 p.m. New York, embedded: the Coinbase price that a filing discloses, else an estimate of it that says what it
    rests on, else the Coinbase hourly bar. At any cut-off, in the price store: the open of the venue's hourly bar.
    Else the day's UTC close, which at midnight UTC is the cut-off, and is otherwise labelled as not the cut-off. The
    price of another venue is never used. Prices from a user's file are taken at their UTC close.

    Parameters
    ----------
    quarter_end
        Last day of the quarter.
    cutoff
        Such as ``16:00 America/New_York``, or ``00:00 UTC``, the midnight that ends the day.
    daily
        The daily prices of the run; the close is taken from them.

    Raises
    ------
    MissingPriceError
        `daily` has no such day and no better source has it.
    """
    record = daily.record
    if record is not None and (quarter_end, cutoff) in record.cutoffs:
        return record.cutoffs[quarter_end, cutoff]
    row = row_of(daily, quarter_end)
    label = f"UTC close of {daily.source}" if record is None else f"{record.venues[row]} UTC close"
    if cutoff != UTC_MIDNIGHT:
        label += ", not the cut-off"
    price = float(daily.close[row])
    if record is not None and record.rates is not None:
        rates = record.rates
        label = f"{label}: {price / rates.rate[row]:,.2f} at {rates.rate[row]:,.6g} {rates.pair}"
        label = f"{label}, {rates.source} of {rates.published[row]}"
    return QuarterEndPrice(price, label)


def venue_on(daily: DailyPrices, day: date) -> str:
    """Name the venue of the bar on `day`, such as ``Coinbase``; empty if it is not recorded.

    Raises
    ------
    MissingPriceError
        `daily` has no such day.
    """
    row = row_of(daily, day)
    return "" if daily.record is None else daily.record.venues[row]


def embedded_inputs(assets: set[str]) -> dict[str, str]:
    """Name the embedded tables behind the prices of `assets`, with the SHA-256 of each, in a fixed order."""
    tables = sorted(EMBEDDED[asset] for asset in assets)
    return _digests((*tables, _QUARTER_ENDS)) if tables else {}


def embedded_tables() -> dict[str, str]:
    """Name every embedded table that a scenario can read, with the SHA-256 of each, in a fixed order."""
    return _digests((*sorted(EMBEDDED.values()), _QUARTER_ENDS, WINDOWS))


def _digests(tables: Iterable[str]) -> dict[str, str]:
    return {f"history:{table}": _digest(table) for table in tables}


@cache
def _digest(table: str) -> str:
    return hashlib.sha256((_HERE / table).read_bytes()).hexdigest()


def row_of(daily: DailyPrices, day: date) -> int:
    """Row of `day`; raises `MissingPriceError` without it."""
    if not daily.first <= day <= daily.last:
        message = f"{daily.asset} has no price on {day}: {daily.source} runs from {daily.first} to {daily.last}"
        raise MissingPriceError(message)
    return (day - daily.first).days


@cache
def load_history(asset: str) -> DailyPrices:
    """Read the embedded daily bars of `asset` [USD/unit]; read once, the arrays are read-only.

    Raises
    ------
    InputError
        No prices of `asset` are embedded.
    """
    if asset not in EMBEDDED:
        problem = Problem(
            where="",
            line=None,
            key=f"prices.{asset}",
            expected=f"an asset with embedded prices ({', '.join(EMBEDDED)}), or a file",
            found=asset,
            fix=f"Give your own daily prices: prices: {{{asset}: {{model: historical, file: prices.csv}}}}, "
            "with the columns date, low, close.",
        )
        raise InputError([problem])
    with (_HERE / EMBEDDED[asset]).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        days, _open, _high, low, close, venues = zip(*rows, strict=True)
    of_asset = {(day, FOUR_PM_NEW_YORK): price for (name, day), price in _quarter_end_table().items() if name == asset}
    return DailyPrices(
        asset,
        frozen(np.array(days, dtype="datetime64[D]")),
        frozen(np.array(low, dtype=np.float64)),
        frozen(np.array(close, dtype=np.float64)),
        f"Coinbase {asset}-USD daily bars (UTC), embedded, as of {AS_OF}",
        PriceRecord(venues, MappingProxyType(of_asset), is_embedded=True),
    )


@cache
def _quarter_end_table() -> dict[tuple[str, date], QuarterEndPrice]:
    """Read the best price at 4 p.m. New York of each asset and quarter end that has one."""
    with (_HERE / _QUARTER_ENDS).open(encoding="utf-8", newline="") as file:
        # The best source comes last, so that it replaces the others in the mapping.
        rows = sorted(csv.DictReader(file), key=lambda row: _KINDS.index(row["kind"]), reverse=True)
    return {
        (row["asset"], date.fromisoformat(row["quarter_end"])): QuarterEndPrice(float(row["price"]), row["source"])
        for row in rows
    }
