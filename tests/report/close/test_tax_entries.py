"""The allowance and the other deferred tax in the journal, by hand, and what the statements say of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cases import run_case
from treasury_sim import Result
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.journal import journal, journal_checks

LOT = {"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}
STEPS = {date(2025, 1, 1): 100.0, date(2025, 2, 1): 140.0, date(2025, 5, 1): 60.0, date(2025, 8, 1): 120.0}


def fallen(folder: Path, framework: str) -> Result:
    tax = {"rate": 0.25, "support": 0, "other_deferred_tax_asset": 6, "minimum_tax": "camt"}
    return run_case(folder, STEPS, [LOT], tax=tax, accounting={"frameworks": [framework]})


def booked(result: Result, key: str, label: str, kind: str) -> list[tuple[str, int]]:
    return [
        (p.account, p.cents)
        for entry in journal(Close(result, key, label))
        if entry.kind == kind
        for p in entry.postings
    ]


def test_the_fall_through_the_tax_basis(tmp_path: Path) -> None:
    """The liability of 10 goes, a gross asset of 10 and an allowance of 10 come; other assets of 6 lose their support.

    The gain of the first quarter brought a minimum tax of 15 % of 40, given back with the loss of the second.
    """
    result = fallen(tmp_path, "us_gaap_fair_value")
    assert booked(result, "us_gaap_fair_value", "2025Q2", "deferred_tax") == [
        ("deferred_tax_asset", 1_000),
        ("deferred_tax_liability", 1_000),
        ("valuation_allowance", -1_000),
        ("deferred_tax", -1_000),
    ]
    assert booked(result, "us_gaap_fair_value", "2025Q2", "deferred_tax_other") == [
        ("deferred_tax_other", 1_000),
        ("minimum_tax_credit", -600),
        ("other_valuation_allowance", -400),
    ]


@pytest.mark.parametrize("framework", ["us_gaap_fair_value", "us_gaap_impairment", "ifrs_revaluation", "ifrs_cost"])
@pytest.mark.parametrize("label", ["2025Q1", "2025Q2", "2025Q3", "2025Q4"])
def test_the_journal_ties(tmp_path: Path, framework: str, label: str) -> None:
    checks = journal_checks(Close(fallen(tmp_path, framework), framework, label))
    assert [check for check in checks if not check.ties] == []


def test_an_income_tax_of_nothing_may_be_two_entries(tmp_path: Path) -> None:
    """A loss of 100 brings 25 of current tax back; its asset of 25 loses the support, and deferred tax takes 25."""
    tax = {"rate": 0.25, "support": 0, "net_operating_loss": {"2024Q4": 0, "2025Q1": 100}}
    result = run_case(
        tmp_path,
        {date(2025, 1, 1): 100.0},
        [LOT],
        tax=tax,
        income={"other_operating": {"2025Q1": 0, "2025Q2": -100, "2025Q3": 0, "2025Q4": 0}},
        accounting={"frameworks": ["us_gaap_fair_value"]},
    )
    for label in ("2025Q1", "2025Q2"):
        checks = journal_checks(Close(result, "us_gaap_fair_value", label))
        assert [check for check in checks if not check.ties] == []
