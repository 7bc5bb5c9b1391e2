"""Bring the ECB's reference rates up to date."""

from __future__ import annotations

import csv
import io
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario.price_store import ECB_TABLE, ecb_table
from treasury_sim.store.folder import write_files
from treasury_sim.store.venues import ATTEMPTS, UNCHANGED

ECB = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
"""All reference rates since 1999, as the ECB publishes them."""
TOLERANCE = 0.0
"""A reference rate does not change after it was published."""
LARGEST = 20_000_000
"""Most bytes of the table; it has about three million."""


@dataclass(frozen=True)
class UpdatedRates:
    """The outcome of an update of the rates: new days, and the last day with a rate."""

    days: int
    last: date


def update_rates(folder: Path, url: str = ECB, sleep: Callable[[float], None] = time.sleep) -> UpdatedRates:
    """Download the ECB's table and store it, if it agrees with the one held.

    Raises
    ------
    TreasurySimError
        If the ECB cannot be reached, its answer is not its table or disagrees with the one held, or it cannot be
        written.
    """
    text = _table(_download(url, sleep))
    fresh = rows_of(text)
    held = rows_of(ecb_table(folder)[0]) if ecb_table(folder)[0] else {}
    if not fresh or "USD" not in text.partition("\n")[0]:
        message = f"The answer of {url} is not the ECB's table of reference rates. {UNCHANGED}"
        raise TreasurySimError(message)
    lost = sorted(held.keys() - fresh.keys())
    if lost:
        message = f"The ECB's table has no rates of {lost[0]} any more, which are held. {UNCHANGED}"
        raise TreasurySimError(message)
    for day, rates in held.items():
        for currency in rates.keys() & fresh[day].keys():
            if rates[currency] != fresh[day][currency]:
                figures = f"{rates[currency]} is held, {fresh[day][currency]} was downloaded"
                message = f"The ECB's rate of {currency} on {day} differs: {figures}. {UNCHANGED}"
                raise TreasurySimError(message)
    write_files({folder / ECB_TABLE: text})
    return UpdatedRates(len(fresh.keys() - held.keys()), max(fresh))


def _download(url: str, sleep: Callable[[float], None]) -> bytes:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - the ECB, or the server of a test
                content: bytes = answer.read(LARGEST)
                return content
        except (OSError, ValueError) as error:
            if attempt == ATTEMPTS:
                why = getattr(error, "reason", None) or error
                message = f"The ECB cannot be reached: {why} ({ATTEMPTS} attempts). {UNCHANGED}"
                raise TreasurySimError(message) from error
            sleep(2.0 ** (attempt - 1))
    raise AssertionError


def _table(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(archive.namelist()[0])[:LARGEST].decode("utf-8")
    except (zipfile.BadZipFile, IndexError, UnicodeDecodeError, OSError, EOFError) as error:
        message = f"The answer of the ECB is not a ZIP file with its table ({error}). {UNCHANGED}"
        raise TreasurySimError(message) from error


def rows_of(text: str) -> dict[date, dict[str, str]]:
    """The rates of each day by currency, as written."""
    rows: dict[date, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        try:
            day = date.fromisoformat(row.pop("Date"))
        except (KeyError, TypeError, ValueError):
            continue
        rows[day] = {name: rate for name, rate in row.items() if name and rate not in {"", "N/A"}}
    return rows
