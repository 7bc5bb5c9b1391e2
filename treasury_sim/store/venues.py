"""The venues by name, and how each is asked for bars, through ccxt.

The source of every limit is the venue's own documentation, as ccxt states it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, TypeVar

from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import InputError, Problem, TreasurySimError

T = TypeVar("T")

NEEDS_EXTRA = "Downloading prices needs the package ccxt: pip install 'treasury-sim[prices]'."
ATTEMPTS = 5
LONGEST_WAIT = 60.0
"""Longest wait that a venue may ask for [seconds]."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue.

    Attributes
    ----------
    name
        As prices are labelled.
    ccxt_name
        Its class in ccxt.
    page
        Most bars in one answer.
    newest_only
        Whether it serves the last `page` bars only, whatever day is asked for.
    """

    name: str
    ccxt_name: str
    page: int
    newest_only: bool = False


VENUES = MappingProxyType(
    {
        "coinbase": Venue("Coinbase", "coinbaseexchange", 300),
        "kraken": Venue("Kraken", "kraken", 720, newest_only=True),
        "bitstamp": Venue("Bitstamp", "bitstamp", 1000),
        "binance": Venue("Binance", "binance", 1000),
        "binanceus": Venue("Binance.US", "binanceus", 1000),
        "bitfinex": Venue("Bitfinex", "bitfinex", 1000),
        "gemini": Venue("Gemini", "gemini", 300, newest_only=True),
        "okx": Venue("OKX", "okx", 300),
        "bybit": Venue("Bybit", "bybit", 1000),
        "bitbank": Venue("bitbank", "bitbank", 365),
        "upbit": Venue("Upbit", "upbit", 200),
        "bitvavo": Venue("Bitvavo", "bitvavo", 1000),
        "btcmarkets": Venue("BTC Markets", "btcmarkets", 200),
    }
)
"""Venues that serve daily and hourly bars to the public."""

WITHOUT_BARS = MappingProxyType({"bitflyer": "bitFlyer", "coincheck": "Coincheck", "zaif": "Zaif"})
"""Venues that serve no bars to the public."""


def venue_of(key: str) -> Venue:
    """The venue called `key`.

    Raises
    ------
    InputError
        If it is unknown, or serves no bars.
    """
    if key in VENUES:
        return VENUES[key]
    if key in WITHOUT_BARS:
        actual = f"{WITHOUT_BARS[key]}, which serves no daily bars to the public"
        fix = "Give its prices with prices.BTC.file, or convert another venue's dollar prices."
    else:
        actual = key
        fix = nearest(key, [*VENUES, *WITHOUT_BARS])
    raise InputError([Problem("", None, "--venue", f"one of {', '.join(VENUES)}", actual, fix)])


Exchange = Any
"""An exchange of ccxt, which comes without types that mypy reads."""


def connect(venue: Venue) -> Exchange:
    """Make the exchange of ccxt for `venue`; nothing is downloaded yet.

    Raises
    ------
    TreasurySimError
        If ccxt is not installed.
    """
    if find_spec("ccxt") is None:
        raise TreasurySimError(NEEDS_EXTRA)
    import ccxt

    exchange = getattr(ccxt, venue.ccxt_name)(
        {"enableRateLimit": True, "timeout": 20_000, "options": {"fetchMarkets": {"types": ["spot"]}}}
    )
    exchange.session.trust_env = True  # the proxy of a company
    exchange.has["fetchCurrencies"] = False  # prices need no currencies, and some venues serve them to customers only
    return exchange


@dataclass(frozen=True)
class Line:
    """A connection to a venue: waits and asks again where the network or the venue's rate limit says so.

    Attributes
    ----------
    sleep
        Waits for a number of seconds.
    """

    venue: Venue
    exchange: Exchange
    sleep: Callable[[float], None] = time.sleep

    def ask(self, request: Callable[[], T]) -> T:
        """Return the answer to `request`.

        Raises
        ------
        TreasurySimError
            If the venue cannot be reached, refuses, or answers with something that is not an answer.
        """
        import ccxt

        for attempt in range(1, ATTEMPTS + 1):
            try:
                return request()
            except (ccxt.NetworkError, ccxt.OperationFailed) as error:
                if attempt == ATTEMPTS:
                    why = _why(error)
                    message = f"{self.venue.name} cannot be reached: {why} ({ATTEMPTS} attempts). {UNCHANGED}"
                    raise TreasurySimError(message) from error
                self.sleep(self._wait(attempt))
            except ccxt.BaseError as error:
                message = f"{self.venue.name} refuses: {_why(error)}. {UNCHANGED}"
                raise TreasurySimError(message) from error
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                message = f"{self.venue.name} answers in a form that ccxt cannot read ({_why(error)}). {UNCHANGED}"
                raise TreasurySimError(message) from error
        raise AssertionError

    def _wait(self, attempt: int) -> float:
        """As long as the venue asks for, else twice as long each time [seconds]."""
        headers = self.exchange.last_response_headers or {}
        with contextlib.suppress(KeyError, ValueError, TypeError):
            return min(max(float(headers["Retry-After"]), 0.0), LONGEST_WAIT)
        return 2.0 ** (attempt - 1)

    def clock(self) -> datetime | None:
        """The venue's time at its last answer; ``None`` if the answer does not say."""
        headers = self.exchange.last_response_headers or {}
        with contextlib.suppress(KeyError, ValueError, TypeError):
            return parsedate_to_datetime(headers["Date"]).astimezone(UTC)
        return None

    def symbol(self, asset: str, currency: str) -> tuple[str, bool]:
        """The market of an asset in a currency, and whether it is traded.

        Raises
        ------
        InputError
            If the venue has none.
        """
        markets = self.ask(self.exchange.load_markets)
        symbol = f"{asset}/{currency}"
        if symbol in markets and markets[symbol].get("spot"):
            return symbol, markets[symbol].get("active") is not False
        spot = [market for market in markets.values() if market.get("spot")]
        same = sorted(market["quote"] for market in spot if market["base"] == asset)
        assets = sorted({market["base"] for market in spot})
        if same:
            expected = f"a currency in which {asset} is traded on {self.venue.name}: {', '.join(same)}"
            raise InputError([Problem("", None, "--currency", expected, currency)])
        expected = f"an asset that is traded on {self.venue.name}"
        raise InputError([Problem("", None, "--asset", expected, asset, nearest(asset, assets))])

    def bars(self, symbol: str, step: timedelta, first: datetime, count: int) -> list[list[float]]:
        """At most `count` bars from `first` on: time [ms], open, high, low, close, volume."""
        name = {timedelta(days=1): "1d", timedelta(hours=1): "1h"}[step]
        since = int(first.timestamp() * 1000)
        limit = self.venue.page if self.venue.newest_only else min(count, self.venue.page)
        return self.ask(lambda: list(self.exchange.fetch_ohlcv(symbol, name, since, limit)))


UNCHANGED = "The prices held before are unchanged."


def _why(error: Exception) -> str:
    """The reason in an error of ccxt, on one line and not too long."""
    cause = error.__cause__ or error
    return " ".join(str(cause).split())[:200] or type(error).__name__
