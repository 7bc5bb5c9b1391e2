"""Holders whose quarters have every kind of event, for all frameworks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.cases import load_case, write_prices
from treasury_sim import Result, Scenario, run
from treasury_sim.report.close.close import Close

BTC = {
    date(2025, 1, 1): 100_000.0,
    date(2025, 2, 3): (88_000.0, 95_000.0),
    date(2025, 3, 31): 82_500.37,
    date(2025, 5, 12): (79_123.45, 91_000.0),
    date(2025, 6, 30): 107_135.11,
    date(2025, 8, 20): 113_333.33,
    date(2025, 9, 30): 114_056.01,
    date(2025, 11, 21): (80_553.0, 85_000.0),
    date(2025, 12, 31): 87_515.07,
}
ETH = {
    date(2025, 1, 1): 3_300.0,
    date(2025, 3, 31): 1_822.43,
    date(2025, 6, 30): 2_486.99,
    date(2025, 8, 20): (4_100.5, 4_300.25),
    date(2025, 9, 30): 4_145.61,
    date(2025, 12, 31): 2_967.03,
}

LOTS = [
    {"id": "first", "acquired": date(2025, 1, 7), "quantity": 3.3, "unit_cost": 97_123.45, "fee": 777.77},
    {
        "id": "window",
        "acquired": [date(2025, 2, 1), date(2025, 2, 7)],
        "quantity": 7.77777777,
        "unit_cost": 94_000.01,
        "fee": 100.0,
        "wallet": "cold",
    },
    {"id": "low", "acquired": date(2025, 5, 20), "quantity": 2.0, "unit_cost": 90_500.0, "tax_basis": 80_000.0},
    {"id": "ether", "asset": "ETH", "acquired": date(2025, 2, 20), "quantity": 100.0, "unit_cost": 2_700.33},
]
PLAN: Mapping[str, Any] = {
    "receipts": [
        {"date": [date(2025, 4, 1), date(2025, 4, 30)], "quantity": 0.333, "kind": "mined"},
        {"date": date(2025, 9, 30), "quantity": 0.01, "unit_value": 114_000.0, "kind": "customer"},
    ],
    "transfers": [{"date": date(2025, 6, 2), "quantity": 2.5, "from": "cold", "to": "main"}],
    "sales": [
        {"date": date(2025, 7, 15), "quantity": 1.23456789, "proceeds": 131_313.13, "fee": 313.13},
        {"date": date(2025, 12, 31), "quantity": 0.5, "fee": 10.0},
        {"date": date(2025, 10, 10), "asset": "ETH", "quantity": 12.5},
    ],
    "payments": [{"date": date(2025, 8, 21), "quantity": 0.111}, {"date": date(2025, 3, 3), "quantity": 0.2}],
    "swaps": [
        {"date": date(2025, 8, 22), "quantity": 1.0, "for_asset": "ETH", "for_quantity": 26.5, "value": 113_000.55},
    ],
    "loans": [
        {"date": date(2025, 7, 1), "quantity": 0.75, "returned": date(2025, 11, 25)},
        {"date": date(2025, 10, 1), "quantity": 0.25, "wallet": "cold"},
    ],
    "restrictions": [
        {"date": date(2025, 3, 1), "quantity": 1.5, "kind": "pledged", "nature": "collateral of a loan"},
        {"date": date(2025, 3, 1), "until": date(2025, 6, 1), "quantity": 1.0, "kind": "locked"},
    ],
}


def busy(folder: Path, frameworks: list[str], plan: Mapping[str, Any] | None = None, **accounting: Any) -> Result:
    """A holder of two coins with every kind of event in a year."""
    return run(busy_scenario(folder, frameworks, plan, **accounting))


def busy_scenario(
    folder: Path, frameworks: list[str], plan: Mapping[str, Any] | None = None, **accounting: Any
) -> Scenario:
    """Its scenario."""
    write_prices(folder / "eth.csv", date(2025, 1, 1), date(2025, 12, 31), dict(ETH))
    return load_case(
        folder,
        dict(BTC),
        LOTS,
        prices={"ETH": {"file": "eth.csv"}},
        plan={**PLAN, **(plan or {})},
        accounting={"frameworks": frameworks, **accounting},
        tax={"rate": 0.2873},
        income={
            "other_operating": -12_345.67,
            "interest": {"2025Q1": 0, "2025Q2": 77.01, "2025Q3": 0, "2025Q4": -13.13},
        },
        capital={"preferred_dividends": -1_000.01},
    )


def adopting(folder: Path, **accounting: Any) -> Result:
    """A holder that adopts ASU 2023-08 in the middle of its history, after an impairment and a sale."""
    return run(adopting_scenario(folder, **accounting))


def adopting_scenario(folder: Path, **accounting: Any) -> Scenario:
    """Its scenario."""
    write_prices(
        folder / "long.csv",
        date(2023, 7, 1),
        date(2025, 12, 31),
        {date(2023, 7, 1): 30_000.0, date(2023, 9, 11): (24_900.0, 25_160.0), date(2024, 3, 1): 62_000.5}
        | {step - timedelta(days=0): price for step, price in BTC.items()},
    )
    return load_case(
        folder,
        dict(BTC),
        [
            {"id": "old", "acquired": date(2023, 7, 3), "quantity": 10.1, "unit_cost": 30_777.77},
            {"id": "newer", "acquired": date(2024, 4, 1), "quantity": 1.3, "unit_cost": 69_999.99},
        ],
        period={"start": date(2023, 7, 1), "end": date(2025, 12, 31)},
        prices={"BTC": {"file": "long.csv"}},
        plan={"sales": [{"date": date(2024, 5, 5), "quantity": 2.2, "proceeds": 140_000.0}]},
        accounting={"frameworks": ["us_gaap"], **accounting},
        tax={"rate": 0.25},
    )


def last_close(result: Result, framework: str) -> Close:
    """The close of the last quarter."""
    return Close(result, framework, result.timeline.quarters[-1].label)
