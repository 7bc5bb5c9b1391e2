"""`prices update` against a server on this machine that answers in Coinbase Exchange's documented form."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from treasury_sim.errors import InputError, TreasurySimError
from treasury_sim.market.held.tables import Series
from treasury_sim.market.history import load_history
from treasury_sim.store.folder import read_table
from treasury_sim.store.update import Outside, update
from treasury_sim.store.venues import Venue, connect

pytest.importorskip("ccxt")

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
BTC = Series("coinbase", "BTC", "USD")
PRODUCT = {
    "id": "BTC-USD",
    "base_currency": "BTC",
    "quote_currency": "USD",
    "quote_increment": "0.01",
    "base_increment": "0.00000001",
    "display_name": "BTC-USD",
    "min_market_funds": "1",
    "status": "online",
    "margin_enabled": False,
    "trading_disabled": False,
    "post_only": False,
    "limit_only": False,
}


class Exchange:
    """What the server answers: candles as [time, low, high, open, close, volume], newest first."""

    def __init__(self) -> None:
        self.refusals = 0
        self.without: set[date] = set()
        self.lie = 1.0
        self.clock = NOW
        self.requests = 0

    def bar(self, start: datetime) -> list[float]:
        held = load_history("BTC")
        if start.date() <= held.last:
            row = (start.date() - held.first).days
            close, low = float(held.close[row]) * self.lie, float(held.low[row])
            opening = float(held.close[row - 1])
            return [start.timestamp(), low, max(opening, close, low), max(opening, low), close, 1.0]
        level = float(held.close[-1])
        return [start.timestamp(), level * 0.99, level * 1.01, level, level, 1.0]

    def candles(self, query: dict[str, list[str]]) -> list[list[float]]:
        step = timedelta(seconds=int(query["granularity"][0]))
        start = datetime.fromisoformat(query["start"][0].replace("Z", "+00:00"))
        end = min(datetime.fromisoformat(query["end"][0].replace("Z", "+00:00")), NOW)
        rows: list[list[float]] = []
        while start <= end and len(rows) < 300:
            if start.date() not in self.without:
                rows.append(self.bar(start))
            start += step
        return rows[::-1]


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def outside(exchange: Exchange) -> Iterator[Outside]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlparse(self.path)
            exchange.requests += 1
            is_refused = exchange.refusals > 0
            exchange.refusals -= is_refused
            answer: Any = [PRODUCT]
            if url.path.endswith("/candles"):
                answer = exchange.candles(parse_qs(url.query))
            content = json.dumps({"message": "Public rate limit exceeded"} if is_refused else answer).encode()
            self.send_response_only(429 if is_refused else 200)
            self.send_header("Date", exchange.clock.strftime("%a, %d %b %Y %H:%M:%S GMT"))
            self.send_header("Content-Type", "application/json")
            if is_refused:
                self.send_header("Retry-After", "7")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def connected(venue: Venue) -> Any:
        client = connect(venue)
        client.urls["api"] = dict.fromkeys(client.urls["api"], f"http://127.0.0.1:{server.server_port}")
        client.enableRateLimit = False
        return client

    yield Outside(lambda: NOW, WAITS.append, connected)
    server.shutdown()
    server.server_close()
    WAITS.clear()


WAITS: list[float] = []


def test_the_days_after_the_embedded_history_are_stored_and_not_the_running_day(
    outside: Outside, tmp_path: Path
) -> None:
    updated = update(BTC, tmp_path, outside)
    bars = read_table(tmp_path, BTC).bars
    assert updated.last == bars[-1].date == date(2026, 11, 29)
    assert bars[0].date == load_history("BTC").last + timedelta(days=1)
    assert len(bars) == updated.bars == 119  # 3 August to 29 November
    assert bars[0].source == "Coinbase"
    assert bars[0].downloaded == "2026-11-30T09:00:00Z"
    assert update(BTC, tmp_path, outside).bars == 0


def test_prices_at_four_in_new_york_are_those_of_month_ends(outside: Outside, tmp_path: Path) -> None:
    update(BTC, tmp_path, outside)
    assert [row.date for row in read_table(tmp_path, BTC).cutoffs] == [
        date(2026, 8, 31),
        date(2026, 9, 30),
        date(2026, 10, 31),
    ]


def test_a_rate_limit_is_waited_for(exchange: Exchange, outside: Outside, tmp_path: Path) -> None:
    exchange.refusals = 2
    assert update(BTC, tmp_path, outside).last == date(2026, 11, 29)
    assert WAITS == [7.0, 7.0]


def test_prices_end_before_a_gap(exchange: Exchange, outside: Outside, tmp_path: Path) -> None:
    exchange.without = {date(2026, 10, 10)}
    updated = update(BTC, tmp_path, outside)
    assert updated.last == date(2026, 10, 9)
    assert "no bar of 2026-10-10" in updated.notes[0]


def test_an_answer_that_disagrees_is_refused_with_both_figures(
    exchange: Exchange, outside: Outside, tmp_path: Path
) -> None:
    exchange.lie = 1.002
    with pytest.raises(InputError, match=r"within 0\.05%.*\+0\.20%") as raised:
        update(BTC, tmp_path, outside)
    assert f"{float(load_history('BTC').close[-1]):,.8g}" in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_wrong_clock_is_refused(exchange: Exchange, outside: Outside, tmp_path: Path) -> None:
    exchange.clock = NOW - timedelta(hours=3)
    with pytest.raises(TreasurySimError, match="The clocks differ"):
        update(BTC, tmp_path, outside)


def test_unknown_names_suggest_known_ones(outside: Outside, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="coinbase"):
        update(Series("coinbse", "BTC", "USD"), tmp_path, outside)
    with pytest.raises(InputError, match="BTC"):
        update(Series("coinbase", "BTV", "USD"), tmp_path, outside)


def test_a_damaged_table_is_refused_and_kept(outside: Outside, tmp_path: Path) -> None:
    update(BTC, tmp_path, outside)
    table = tmp_path / BTC.daily
    cut = table.read_text(encoding="utf-8")[:-20]
    table.write_text(cut, encoding="utf-8")
    with pytest.raises(InputError, match="a row cut short"):
        update(BTC, tmp_path, outside)
    assert table.read_text(encoding="utf-8") == cut


def test_a_full_disk_loses_nothing(outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("treasury_sim.store.folder.write_atomically", full)
    with pytest.raises(TreasurySimError, match=r"No space left on device.*unchanged"):
        update(BTC, tmp_path, outside)
    assert not list(tmp_path.rglob("*.csv"))
