"""The embedded prices: their shape, their tie to disclosed figures, and which price a quarter ends on."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from treasury_sim.domain.timeline import FiscalCalendar
from treasury_sim.errors import InputError, MissingPriceError
from treasury_sim.market.history import loader
from treasury_sim.market.history.loader import FOUR_PM_NEW_YORK, UTC_MIDNIGHT, load_history, quarter_end_price

TABLES = Path(loader.__file__).parent

# Lowest and highest price of a bitcoin on Coinbase in the quarter, as Strategy disclosed them:
# to 2022-03-31 in the 10-Q filed 2022-05-03, to 2024-03-31 in the 10-Q filed 2024-05-01, then in the 8-Ks of
# 2025-01-06, 2025-04-07, 2025-07-07 and 2025-10-06.
DISCLOSED = {
    "2020-12-31": ("10363.76", "29321.90"),
    "2021-03-31": ("27678.00", "61788.45"),
    "2021-06-30": ("28800.00", "64899.00"),
    "2021-09-30": ("29301.56", "52944.96"),
    "2021-12-31": ("42333.00", "69000.00"),
    "2022-03-31": ("32933.33", "48240.00"),
    "2022-12-31": ("15460.00", "21478.80"),
    "2023-03-31": ("16490.00", "29190.04"),
    "2023-06-30": ("24750.00", "31443.67"),
    "2023-09-30": ("24900.00", "31862.21"),
    "2023-12-31": ("26521.32", "45000.00"),
    "2024-03-31": ("38501.00", "73835.57"),
    "2024-12-31": ("58863.90", "108388.88"),
    "2025-03-31": ("76555.00", "109358.01"),
    "2025-06-30": ("74420.69", "112000.00"),
    "2025-09-30": ("105119.70", "124533.00"),
}


def bars(asset: str) -> list[dict[str, str]]:
    with (TABLES / loader.EMBEDDED[asset]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("end", DISCLOSED)
def test_quarter_extremes_equal_the_disclosed_ones_to_the_cent(end: str) -> None:
    quarter = FiscalCalendar().quarter(date.fromisoformat(end))
    assert quarter.end == date.fromisoformat(end)
    inside = [bar for bar in bars("BTC") if quarter.start.isoformat() <= bar["date"] <= end]
    low, high = DISCLOSED[end]
    assert min(float(bar["low"]) for bar in inside) == float(low)
    assert max(float(bar["high"]) for bar in inside) == float(high)
    assert {bar["venue"] for bar in inside} == {"Coinbase"}


@pytest.mark.parametrize(("asset", "first"), [("BTC", date(2014, 1, 1)), ("ETH", date(2016, 1, 1))])
def test_a_row_for_every_day(asset: str, first: date) -> None:
    daily = load_history(asset)
    assert (daily.first, daily.last) == (first, date(2026, 8, 2))
    assert np.all(np.diff(daily.days) == np.timedelta64(1, "D"))
    assert daily.asset == asset
    assert daily.source == f"Coinbase {asset}-USD daily bars (UTC), embedded, as of 2026-08-02"


@pytest.mark.parametrize("asset", loader.EMBEDDED)
def test_bars_are_consistent_and_read_as_they_stand(asset: str) -> None:
    daily = load_history(asset)
    for row, bar in enumerate(bars(asset)):
        opened, high, low, close = (float(bar[key]) for key in ("open", "high", "low", "close"))
        assert 0 < low <= min(opened, close) <= max(opened, close) <= high, bar
        assert (daily.low[row], daily.close[row]) == (low, close)
    assert daily.low.size == row + 1


@pytest.mark.parametrize(
    ("asset", "elsewhere"),
    [
        ("BTC", {"2026-05-02": "Bitstamp", "2026-05-03": "Bitstamp"}),
        ("ETH", {"2026-05-02": "Binance USDT", "2026-05-03": "Binance USDT"}),
    ],
)
def test_coinbase_but_for_two_repaired_days(asset: str, elsewhere: dict[str, str]) -> None:
    found = {bar["date"]: bar["venue"] for bar in bars(asset) if bar["date"] >= "2016-05-24"}
    assert {day: venue for day, venue in found.items() if venue != "Coinbase"} == elsewhere
    for day, venue in elsewhere.items():
        assert loader.venue_on(load_history(asset), date.fromisoformat(day)) == venue


def test_history_is_read_once_and_read_only() -> None:
    daily = load_history("BTC")
    assert load_history("BTC") is daily
    with pytest.raises(ValueError, match="read-only"):
        daily.low[0] = 0.0


@pytest.mark.parametrize(
    ("end", "price", "words"),
    [
        (date(2025, 9, 30), 114_378.49, "disclosed in 8-K 2025-10-06"),
        (
            date(2024, 3, 31),
            71_028.14,
            "disclosed in 10-Q 2024-05-01",
        ),
        (date(2024, 9, 30), 63_464.0, "estimated within 2"),
        (date(2025, 12, 31), 87_515.0, "secondary sources"),
        (date(2024, 6, 30), 61_926.69, "open of the hourly bar"),
        (date(2022, 6, 30), 19_985.62, "Coinbase UTC close, not the cut-off"),
    ],
)
def test_order_of_quarter_end_sources_at_four_pm(end: date, price: float, words: str) -> None:
    found = quarter_end_price(end, FOUR_PM_NEW_YORK, load_history("BTC"))
    assert found.price == price
    assert words in found.source


@pytest.mark.parametrize("order", [("disclosed", "estimated", "coinbase_hourly"), ("estimated", "coinbase_hourly")])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_better_source_wins_whatever_the_order_of_rows(
    order: tuple[str, ...], reverse: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"BTC,2022-06-30,{kind},{number},{kind}" for number, kind in enumerate(order, start=1)]
    lines = ["asset,quarter_end,kind,price,source", *(reversed(rows) if reverse else rows)]
    (tmp_path / "quarter_end_prices.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(loader, "_HERE", tmp_path)
    found = loader._quarter_end_table.__wrapped__()["BTC", date(2022, 6, 30)]
    assert (found.price, found.source) == (1.0, order[0])


def test_utc_close_at_midnight_utc() -> None:
    found = quarter_end_price(date(2025, 9, 30), UTC_MIDNIGHT, load_history("BTC"))
    assert (found.price, found.source) == (114_067.71, "Coinbase UTC close")


def test_the_label_names_the_venue_of_the_day() -> None:
    early = quarter_end_price(date(2014, 3, 31), UTC_MIDNIGHT, load_history("BTC"))
    assert early.source == "Bitstamp UTC close"
    ether = quarter_end_price(date(2025, 9, 30), FOUR_PM_NEW_YORK, load_history("ETH"))
    assert ether.source == "Coinbase UTC close, not the cut-off"


def test_prices_of_the_user_are_taken_at_their_own_close() -> None:
    own = replace(load_history("BTC"), source="prices.csv", record=None)
    found = quarter_end_price(date(2025, 9, 30), FOUR_PM_NEW_YORK, own)
    assert (found.price, found.source) == (114_067.71, "UTC close of prices.csv, not the cut-off")


def test_no_price_after_the_history_ends() -> None:
    with pytest.raises(MissingPriceError, match=r"BTC has no price on 2026-09-30.*2014-01-01 to 2026-08-02"):
        quarter_end_price(date(2026, 9, 30), FOUR_PM_NEW_YORK, load_history("BTC"))
    with pytest.raises(MissingPriceError, match="2013-12-31"):
        loader.venue_on(load_history("BTC"), date(2013, 12, 31))


def test_an_unknown_asset_is_told_what_is_embedded_and_how_to_give_a_file() -> None:
    with pytest.raises(InputError, match=r"(?s)BTC, ETH.*file: ") as raised:
        load_history("DOGE")
    assert "DOGE" in str(raised.value)


def test_embedded_tables_are_named_with_their_hashes() -> None:
    found = loader.embedded_inputs({"ETH", "BTC"})
    names = ["btc_usd_daily.csv", "eth_usd_daily.csv", "quarter_end_prices.csv"]
    assert list(found) == [f"history:{name}" for name in names]
    assert list(found.values()) == [sha256((TABLES / name).read_bytes()).hexdigest() for name in names]
    assert loader.embedded_inputs(set()) == {}


def quarter_end_rows() -> list[Any]:
    with (TABLES / "quarter_end_prices.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [pytest.param(row, id=f"{row['quarter_end']}-{row['kind']}") for row in rows]


@pytest.mark.parametrize("row", quarter_end_rows())
def test_quarter_end_prices_lie_within_their_day(row: dict[str, str]) -> None:
    (bar,) = [bar for bar in bars(row["asset"]) if bar["date"] == row["quarter_end"]]
    assert float(bar["low"]) <= float(row["price"]) <= float(bar["high"])
    day = date.fromisoformat(row["quarter_end"])
    assert (day + timedelta(days=1)).day == 1
    assert row["source"]
