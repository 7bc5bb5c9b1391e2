"""Strategy's lots and sales, as shipped, against the units and the money that the filings report."""

from __future__ import annotations

import csv
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from treasury_sim.domain.timeline import FiscalCalendar

FOLDER = Path(__file__).parents[2] / "scenarios" / "strategy"
YEAR_END_2025 = date(2025, 12, 31)

with (FOLDER / "lots.csv").open(encoding="utf-8", newline="") as file:
    LOTS = list(csv.DictReader(file))
BASE: dict[str, Any] = yaml.safe_load((FOLDER / "base.yaml").read_text(encoding="utf-8"))
SALES: list[dict[str, Any]] = BASE["plan"]["sales"]


def window(lot: dict[str, str]) -> tuple[date, date]:
    return date.fromisoformat(lot["acquired"]), date.fromisoformat(lot["acquired_to"] or lot["acquired"])


def bought_by(day: date) -> list[dict[str, str]]:
    return [lot for lot in LOTS if window(lot)[1] <= day]


def cost(lots: list[dict[str, str]]) -> float:
    return math.fsum(float(lot["quantity"]) * float(lot["unit_cost"]) for lot in lots)


def sold_by(day: date) -> float:
    lasts = ((sale["date"][-1] if isinstance(sale["date"], list) else sale["date"], sale) for sale in SALES)
    return math.fsum(sale["quantity"] for last, sale in lasts if last <= day)


def test_count() -> None:
    assert len(LOTS) == 119
    assert len(bought_by(YEAR_END_2025)) == 94
    assert len(SALES) == 6


def test_day_parts_to_the_end_of_2025() -> None:
    days = [(last - first).days + 1 for first, last in map(window, bought_by(YEAR_END_2025))]
    assert sum(days) == 1_319


def test_ids_are_unique_and_name_the_first_day() -> None:
    assert len({lot["id"] for lot in LOTS}) == len(LOTS)
    assert all(lot["id"].startswith(f"mstr-{lot['acquired']}") for lot in LOTS)


def test_every_lot_is_bitcoin_with_a_source_and_no_fee() -> None:
    for lot in LOTS:
        assert lot["asset"] == "BTC"
        assert float(lot["quantity"]) > 0
        assert float(lot["fee"]) == 0
        assert "confidence" in lot["source"]
    assert all(sale["source"] for sale in SALES)


def test_in_order_and_no_window_crosses_a_quarter_end() -> None:
    windows = [window(lot) for lot in LOTS]
    assert windows == sorted(windows)
    for first, last in windows:
        assert first <= last
        assert FiscalCalendar().quarter(first) == FiscalCalendar().quarter(last)


def test_units_at_the_end_of_2025() -> None:
    """Whole-coin announcements add up to 672,503; the company reports 672,500 (8-K 2026-01-05)."""
    bought = math.fsum(float(lot["quantity"]) for lot in bought_by(YEAR_END_2025))
    assert bought == 672_503 + 704
    assert bought - sold_by(YEAR_END_2025) == 672_503


def test_unit_costs_give_back_totals_in_whole_dollars() -> None:
    """The unit cost is unrounded: no cent is lost between the total of a filing and quantity x unit cost."""
    for lot in LOTS:
        total = cost([lot])
        assert total == pytest.approx(round(total), abs=1e-6), lot["id"]
    assert cost(bought_by(YEAR_END_2025)) == pytest.approx(50_483_097_630, abs=0.01)


@pytest.mark.parametrize(
    ("day", "reported", "released"),
    [
        # Original cost of the coins held; XBRL company facts, roll-forwards in 10-Q 2022-05-03 and
        # 10-Q 2024-05-01, 8-Ks 2025-01-06 to 2025-10-06. The sale of 2022 released 46.260m of original cost,
        # from the roll-forward.
        (date(2020, 9, 30), 425_000_000, 0),
        (date(2021, 3, 31), 2_211_375_000, 0),
        (date(2021, 9, 30), 3_160_471_000, 0),
        (date(2022, 9, 30), 3_983_007_000, 0),
        (date(2023, 12, 31), 5_895_489_000, 46_260_000),
        (date(2024, 12, 31), 27_968_248_000, 46_260_000),
        (date(2025, 9, 30), 47_351_196_000, 46_260_000),
    ],
)
def test_cost_ties_to_the_reported_cost_basis(day: date, reported: int, released: int) -> None:
    assert cost(bought_by(day)) - released == pytest.approx(reported, rel=5e-5)


def test_the_lots_at_the_end_of_2025_are_those_of_the_whole_table() -> None:
    lines = (FOLDER / "lots.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line, lot in zip(lines[1:], LOTS, strict=True) if window(lot)[0] <= YEAR_END_2025]
    assert (FOLDER / "lots_2025.csv").read_text(encoding="utf-8").splitlines() == [lines[0], *kept]
    at_2025 = yaml.safe_load((FOLDER / "at_2025.yaml").read_text(encoding="utf-8"))
    assert at_2025["plan"]["sales"] == [sale for sale in SALES if sale["date"] == date(2022, 12, 22)]
