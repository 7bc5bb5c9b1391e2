"""Everything of a close ties to the statements: every framework, every kind of event, every quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.report.close.holders import adopting, busy
from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.timeline import Quarter
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.checks import Check
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.journal import journal_checks
from treasury_sim.report.close.lot_schedule import schedule_checks
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.close.roll_forward import asc_350_60_reconciliation, roll_forward_checks

ALL = list(FRAMEWORKS)
NO_INVENTORY = [key for key in ALL if key != "ifrs_inventory"]

CHOICES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "fees expensed": {"fees": "expense"},
    "one unit of account": {"unit_of_account": "asset"},
    "choices": {
        "remeasure_before_disposal": True,
        "disposal_costs": 0.0123,
        "fluctuation_reserve": 0.1,
        "permanent": ["2025Q1", "2025Q4"],
    },
    "closes": {"impairment_price": "daily_close"},
}


def failed(result: Result, quarters: Sequence[Quarter] | None = None) -> list[tuple[str, str, Check]]:
    """Every check of `quarters` that does not tie, by default of all, also before the period."""
    found = []
    for key in result.statements:
        for quarter in result.timeline.quarters if quarters is None else quarters:
            label = quarter.label
            close = Close(result, key, label)
            checks = [
                *roll_forward_checks(close),
                *schedule_checks(close),
                *journal_checks(close),
            ]
            assert len(checks) > 15
            found += [(key, label, check) for check in checks if not check.ties]
            rolled = asc_350_60_reconciliation(close)
            assert rolled is None or rolled.ties
    return found


@pytest.mark.parametrize("name", CHOICES)
def test_every_event_ties_under_every_framework(tmp_path: Path, name: str) -> None:
    assert failed(busy(tmp_path, ALL, **CHOICES[name])) == []


@pytest.mark.parametrize(
    "plan",
    [
        {"lot_relief": "average"},
        {"pool": "all", "lot_relief": "hifo"},
        {"lot_relief": "lifo", "tax_lot_relief": "fifo"},
    ],
    ids=str,
)
def test_every_relief_ties_under_every_framework(tmp_path: Path, plan: dict[str, str]) -> None:
    keys = ALL if plan["lot_relief"] == "average" else NO_INVENTORY
    assert failed(busy(tmp_path, keys, plan)) == []


def test_a_token_outside_the_scope_ties(tmp_path: Path) -> None:
    assert failed(busy(tmp_path, ["us_gaap"], scope={"ETH": "us_gaap_impairment"})) == []


@pytest.mark.parametrize("choice", [{}, {"unit_of_account": "asset"}, {"adoption_date": date(2024, 1, 1)}], ids=str)
def test_the_adoption_of_a_standard_ties(tmp_path: Path, choice: dict[str, Any]) -> None:
    assert failed(adopting(tmp_path, **choice)) == []


@pytest.mark.parametrize("name", ["strategy_2025q4", "strategy_history"])
def test_strategy_ties(name: str) -> None:
    assert failed(run(load(name))) == []


def test_a_pack_says_whether_it_ties(tmp_path: Path) -> None:
    pack = close_pack(busy(tmp_path, ["us_gaap"]), "us_gaap", "2025Q3", STANDARD)
    assert pack.ties
    assert {table.name for table in pack.tables()} >= {"flash", "roll_forward", "lots", "journal", "policies"}


def test_a_check_sees_a_difference() -> None:
    assert Check("half a cent", 1.0049, 1.0).ties
    assert not Check("a cent", 1.01, 1.0).ties
