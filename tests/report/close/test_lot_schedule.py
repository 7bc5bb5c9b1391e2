"""The lot schedule: the price that a lot was tested at, the day on which it was seen, and what came of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cases import run_case
from tests.report.close.holders import busy
from treasury_sim import Result, load, run
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.lot_schedule import LotLine, lot_schedule


def by_lot(result: Result, key: str, label: str) -> dict[str, LotLine]:
    return {row.lot: row for row in lot_schedule(Close(result, key, label))}


PRICES: dict[date, Any] = {
    date(2025, 1, 1): 100.0,
    date(2025, 2, 10): (70.0, 95.0),
    date(2025, 3, 1): (60.0, 88.0),
    date(2025, 3, 2): 92.0,
    date(2025, 6, 30): 80.0,
    date(2025, 7, 1): 120.0,
}
LOTS = [
    {"id": "early", "acquired": date(2025, 1, 5), "quantity": 2, "unit_cost": 100},
    {"id": "on the low", "acquired": date(2025, 3, 1), "quantity": 1, "unit_cost": 90},
    {"id": "late", "acquired": date(2025, 3, 2), "quantity": 1, "unit_cost": 92},
]


def held(tmp_path: Path, *keys: str, **sections: Any) -> Result:
    return run_case(tmp_path, PRICES, LOTS, accounting={"frameworks": list(keys)}, **sections)


def test_the_lowest_price_since_each_purchase_and_its_day(tmp_path: Path) -> None:
    result = held(tmp_path, "us_gaap_impairment")
    first, third = (by_lot(result, "us_gaap_impairment", f"2025Q{n}") for n in (1, 3))

    assert (first["early"].test_price, first["early"].test_day) == (60.0, date(2025, 3, 1))
    assert first["early"].test_source.startswith("low of the UTC day")
    # The low of the purchase day may be before the purchase: the first price shown is the close of that day.
    assert (first["on the low"].test_price, first["on the low"].test_day) == (88.0, date(2025, 3, 1))
    assert first["on the low"].test_source.startswith("close of the purchase day")
    assert first["late"].remeasurement_pl == 0.0
    assert (third["late"].test_price, third["late"].test_day) == (80.0, date(2025, 6, 30))
    assert [third[lot].carrying_closing for lot in ("early", "on the low", "late")] == [120.0, 80.0, 80.0]
    assert [third[lot].accumulated for lot in ("early", "on the low", "late")] == [80.0, 10.0, 12.0]


@pytest.mark.parametrize("key", ["us_gaap_impairment", "jgaap_no_active_market"])
@pytest.mark.parametrize("policy", ["intraday_low", "daily_close", "weekly", "month_end", "period_end"])
def test_a_lot_is_carried_at_the_lower_of_cost_and_its_test_price(tmp_path: Path, key: str, policy: str) -> None:
    """The price is found again from the daily prices; the engine's carrying amount has to follow from it."""
    result = busy(tmp_path, [key], impairment_price=policy)
    for quarter in result.reported:
        for row in lot_schedule(Close(result, key, quarter.label)):
            if row.units_closing and " to " not in row.acquired:
                lower = min(row.unit_cost, row.test_price)
                assert row.carrying_closing == pytest.approx(lower * row.units_closing, abs=1e-6)


def test_the_lots_of_strategy_are_carried_at_the_lower_of_cost_and_their_test_price() -> None:
    result = run(load("strategy_2025q4"))
    for row in lot_schedule(Close(result, "us_gaap_impairment", "2025Q4")):
        if " to " not in row.acquired:
            lower = min(row.unit_cost, row.test_price)
            assert row.carrying_closing == pytest.approx(lower * row.units_closing, rel=1e-12)
    assert {row.test_day for row in lot_schedule(Close(result, "us_gaap_fair_value", "2025Q4"))} == {date(2025, 12, 31)}
    # The dearest and latest lots were tested at the low of 21 November.
    assert date(2025, 11, 21) in {row.test_day for row in lot_schedule(Close(result, "us_gaap_impairment", "2025Q4"))}


def test_a_lot_that_left_was_tested_until_it_left(tmp_path: Path) -> None:
    plan = {"sales": [{"date": date(2025, 2, 10), "quantity": 2, "lots": {"early": 2}}]}
    row = by_lot(held(tmp_path, "us_gaap_impairment", plan=plan), "us_gaap_impairment", "2025Q1")["early"]

    assert (row.units_closing, row.carrying_closing, row.accumulated) == (0.0, 0.0, 0.0)
    assert (row.test_price, row.test_day) == (70.0, date(2025, 2, 10))
    assert (row.additions, row.remeasurement_pl, row.disposed) == (200.0, -60.0, 140.0)


def test_the_price_of_the_reporting_date_and_its_source(tmp_path: Path) -> None:
    rows = by_lot(held(tmp_path, "us_gaap_fair_value"), "us_gaap_fair_value", "2025Q2")

    assert {(row.test_price, row.test_day) for row in rows.values()} == {(80.0, date(2025, 6, 30))}
    assert all("prices.csv" in row.test_source for row in rows.values())
    assert rows["early"].accumulated == -40.0


def test_one_unit_of_account_is_one_row(tmp_path: Path) -> None:
    result = busy(tmp_path, ["us_gaap_impairment"], unit_of_account="asset")

    assert [row.lot for row in lot_schedule(Close(result, "us_gaap_impairment", "2025Q4"))] == ["all BTC", "all ETH"]


def test_wallets_and_windows_are_shown(tmp_path: Path) -> None:
    rows = by_lot(busy(tmp_path, ["us_gaap"]), "us_gaap", "2025Q4")

    assert rows["window"].acquired == "2025-02-01 to 2025-02-07"
    assert rows["window"].wallet == "cold, main"
