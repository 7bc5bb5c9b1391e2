"""What a scenario states and a run does not use is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cases import run_case

LOTS = [{"acquired": date(2025, 1, 2), "quantity": 1, "unit_cost": 100}]


def notes(folder: Path, **sections: Any) -> str:
    period = {"start": date(2025, 7, 1), "end": date(2025, 9, 30)}
    return "\n".join(run_case(folder, {date(2025, 1, 1): 100.0}, LOTS, period=period, **sections).notes)


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"accounting": {"disposal_costs": 0.01}}, "accounting.disposal_costs has no effect under us_gaap_impairment"),
        ({"accounting": {"fluctuation_reserve": "10%"}}, "accounting.fluctuation_reserve has no effect"),
        ({"accounting": {"remeasure_before_disposal": True}}, "accounting.remeasure_before_disposal has no effect"),
        ({"accounting": {"permanent": ["2025Q3"]}}, "accounting.permanent has no effect"),
        ({"accounting": {"interim": "year_to_date"}}, "accounting.interim has no effect"),
        ({"simulation": {"paths": 1_000}}, "simulation has no effect: no price model here is sampled."),
        ({"accounting": {"permanent": ["2031Q1"]}}, "outside the quarters of the run: accounting.permanent 2031Q1"),
        (
            {"prices": {"BTC": {"file": "prices.csv", "quarter_end": {date(2026, 3, 31): 5.0}}}},
            "outside the quarters of the run: prices.BTC.quarter_end.2026-03-31",
        ),
        ({"income": {"interest": {"2025Q3": -1.0, "2025Q4": -2.0}}}, "income.interest.2025Q4"),
        ({"plan": {"sales": [{"date": date(2025, 12, 1), "quantity": 1}]}}, "ends on 2025-09-30: 1 sale."),
        (
            {"plan": {"swaps": [{"date": date(2025, 12, 1), "quantity": 1, "for_asset": "X", "for_quantity": 1}]}},
            "ends on 2025-09-30: 1 swap.",
        ),
    ],
)
def test_what_is_not_used_is_said(tmp_path: Path, sections: dict[str, Any], told: str) -> None:
    assert told in notes(tmp_path, **sections)


def test_nothing_is_said_where_all_is_used(tmp_path: Path) -> None:
    accounting = {"frameworks": ["ifrs_cost"], "disposal_costs": 0.01, "permanent": []}
    income = {"interest": {"2025Q1": -1.0, "2025Q3": -1.0}}
    told = notes(tmp_path, accounting=accounting, income=income, tax={"rate": 0.25})
    assert "Not used" not in told
    assert "no effect" not in told


def test_figures_of_quarters_before_the_period_make_the_year_whole(tmp_path: Path) -> None:
    from treasury_sim.report.json_result import as_json

    income = {
        "interest": {f"2025Q{n}": -10.0 for n in (1, 2, 3, 4)},
        "other_operating": dict.fromkeys(("2025Q1", "2025Q2", "2025Q3", "2025Q4"), 0.0),
    }
    period = {"start": date(2025, 10, 1), "end": date(2025, 12, 31)}
    result = run_case(tmp_path, {date(2025, 1, 1): 100.0}, LOTS, period=period, income=income, tax={"rate": 0.25})
    (year,) = as_json(result)["frameworks"]["us_gaap_fair_value"]["fiscal_years"]  # type: ignore[index]
    assert year["interest"] == -40
    assert year["net_income"] == -30
