"""The shipped stress scenarios of Strategy against plain arithmetic on the tables of prices and lots: nothing of the
package is used to get the figures that they expect."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HISTORY = ROOT / "treasury_sim" / "market" / "history"
DAY = timedelta(days=1)
OPEN, SPOT = date(2025, 12, 31), 87_515.0
QUARTERS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31))

Bars = dict[date, tuple[float, float]]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@cache
def bars() -> Bars:
    """Low and close of every day."""
    table = rows(HISTORY / "btc_usd_daily.csv")
    return {date.fromisoformat(row["date"]): (float(row["low"]), float(row["close"])) for row in table}


def quarter_ends() -> dict[date, float]:
    """Prices at 4 p.m., the best source last, and so the one that stays."""
    kinds = ("coinbase_hourly", "estimated", "disclosed")
    table = [row for row in rows(HISTORY / "quarter_end_prices.csv") if row["asset"] == "BTC"]
    table.sort(key=lambda row: kinds.index(row["kind"]))
    found = {date.fromisoformat(row["quarter_end"]): float(row["price"]) for row in table}
    return {day: price for day, price in found.items() if day < OPEN} | {OPEN: SPOT}


def bought() -> list[list[Any]]:
    """Day, units and cost of every day part, without the 704 dearest coins of 2022-12-22."""
    parts: list[list[Any]] = []
    for row in rows(ROOT / "scenarios" / "strategy" / "lots_2025.csv"):
        first = date.fromisoformat(row["acquired"])
        last = date.fromisoformat(row["acquired_to"] or row["acquired"])
        days = [first + DAY * number for number in range((last - first).days + 1)]
        mean = sum(bars()[day][1] for day in days) / len(days)
        units, cost = float(row["quantity"]) / len(days), float(row["unit_cost"])
        parts += [[day, units, cost * bars()[day][1] / mean] for day in days]
    sold = 704.0
    for part in sorted((part for part in parts if part[0] <= date(2022, 12, 22)), key=lambda part: -part[2]):
        taken = min(sold, part[1])
        part[1] -= taken
        sold -= taken
    return parts


def replay(first: date) -> Callable[[], Bars]:
    def path() -> Bars:
        base = bars()[first - DAY][1]
        source = {
            OPEN + DAY * number: bars()[first + DAY * (number - 1)]
            for number in range(1, 366)
            if first + DAY * number in bars()
        }
        return {day: (SPOT * low / base, SPOT * close / base) for day, (low, close) in source.items()}

    return path


def through(*knots: tuple[date, float], logs: bool = False) -> Callable[[], Bars]:
    def path() -> Bars:
        found = {}
        for (first, start), (last, end) in zip(((OPEN, SPOT), *knots), knots, strict=False):
            for number in range(1, (last - first).days + 1):
                share = number / (last - first).days
                price = start * math.exp(share * math.log(end / start)) if logs else start + share * (end - start)
                found[first + DAY * number] = (price, price)
        return found

    return path


PATHS = {
    "strategy_2018_winter": replay(date(2017, 12, 17)),
    "strategy_2022_terra_ftx": replay(date(2022, 3, 30)),
    "strategy_2025_fall_again": replay(date(2025, 10, 7)),
    "strategy_2026_targets": through(
        (date(2026, 2, 10), 62_000.0), (QUARTERS[0], 70_000.0), (date(2026, 5, 16), 55_000.0), (QUARTERS[1], 60_000.0),
        (QUARTERS[2], 80_000.0), (QUARTERS[3], 100_000.0), logs=True),
    "strategy_2026_shock_v": through((date(2026, 2, 15), 0.6 * SPOT), (QUARTERS[1], SPOT), (QUARTERS[3], SPOT)),
    "strategy_2026_shock_l": through((QUARTERS[0], 50_000.0), (QUARTERS[3], 50_000.0)),
}  # fmt: skip


def balances(path: Bars, quarters: tuple[date, ...]) -> Iterator[tuple[float, float]]:
    """Fair value and cost less impairment at the end of 2025 and of each quarter."""
    daily = {day: bar for day, bar in bars().items() if day <= OPEN} | path
    ends, parts = quarter_ends(), bought()
    for end in (OPEN, *quarters):
        later, low = {}, math.inf
        for day in sorted((day for day in daily if day <= end), reverse=True):
            later[day] = low
            low = min(low, daily[day][0], ends.get(day, math.inf))
        fair = less_impairment = 0.0
        for day, units, cost in parts:
            fair += units * ends.get(end, daily[end][1])
            seen = min(cost, daily[day][1], ends.get(day, math.inf), later[day])
            less_impairment += units * seen
        yield fair, less_impairment


@pytest.mark.parametrize("name", PATHS)
def test_what_a_stress_scenario_expects_follows_from_the_tables(name: str) -> None:
    expected = yaml.safe_load((ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8"))["expect"]
    labels = expected["us_gaap_fair_value"]
    found = list(balances(PATHS[name](), QUARTERS[: len(labels)]))
    for number, label in enumerate(labels):
        for framework, index in (("us_gaap_fair_value", 0), ("us_gaap_impairment", 1)):
            change = found[number + 1][index] - found[number][index]
            assert expected[framework][label]["remeasurement_pl"]["value"] == pytest.approx(change, abs=1.0), label
            assert expected[framework][label]["carrying"]["value"] == pytest.approx(found[number + 1][index], abs=1.0)
