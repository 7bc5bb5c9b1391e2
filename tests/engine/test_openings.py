"""Typed balances: the history before them is not known, and nothing of it may reach income."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cases import run_case, value
from treasury_sim import Result
from treasury_sim.report.json_result import as_json

STEPS = {
    date(2025, 1, 1): 90.0,
    date(2025, 3, 31): 45.0,
    date(2025, 5, 1): 70.0,
    date(2025, 8, 1): 60.0,
}


def typed(folder: Path, framework: str, carrying: float, quantity: float = 1.0, **sections: object) -> Result:
    opening = {"date": date(2025, 3, 31), "framework": framework, "carrying": carrying}
    lot = {"acquired": date(2020, 6, 1), "quantity": quantity, "unit_cost": 100, "opening": opening}
    accounting = {"frameworks": [framework], **sections.pop("accounting", {})}  # type: ignore[dict-item]
    period = {"start": date(2025, 4, 1), "end": date(2025, 12, 31)}
    return run_case(folder, STEPS, [lot], period=period, accounting=accounting, **sections)


@pytest.mark.parametrize("unit_of_account", ["lot", "asset"])
@pytest.mark.parametrize(
    ("framework", "carrying", "second", "third"),
    [
        ("us_gaap_impairment", 40.0, 40.0, 40.0),
        ("us_gaap_fair_value", 45.0, 70.0, 60.0),
        ("ifrs_cost", 45.0, 70.0, 60.0),
        ("ifrs_revaluation", 45.0, 70.0, 60.0),
        ("jgaap_no_active_market", 50.0, 50.0, 50.0),
        ("hgb_fixed_asset", 50.0, 70.0, 70.0),
        ("hgb_fixed_asset", 100.0, 100.0, 100.0),
    ],
)
def test_a_typed_balance_is_the_opening_and_the_rule_goes_on_from_it(
    tmp_path: Path, unit_of_account: str, framework: str, carrying: float, second: float, third: float
) -> None:
    result = typed(tmp_path, framework, carrying, accounting={"unit_of_account": unit_of_account})
    assert value(result, framework, "2025Q2", "opening_carrying") == carrying
    assert value(result, framework, "2025Q2", "carrying") == second
    assert value(result, framework, "2025Q2", "remeasurement_pl") == second - carrying
    assert value(result, framework, "2025Q3", "carrying") == third
    assert value(result, framework, "2025Q3", "tax_basis") == 100


def test_the_year_of_a_typed_balance_is_not_known(tmp_path: Path) -> None:
    found = as_json(typed(tmp_path, "us_gaap_fair_value", 45.0, tax={"rate": 0.25}))
    (year,) = found["frameworks"]["us_gaap_fair_value"]["fiscal_years"]  # type: ignore[index]
    assert year["carrying"] == 60.0
    assert [year[name] for name in ("additions", "remeasurement_pl", "income_tax", "opening_carrying")] == [None] * 4


def test_the_deferred_tax_with_which_a_lot_comes_is_no_expense(tmp_path: Path) -> None:
    """A liability of (45 - 100) x 25 % comes with it; the second quarter's tax is 25 % of its gain of 25."""
    result = typed(tmp_path, "us_gaap_fair_value", 45.0, tax={"rate": 0.25})
    assert value(result, "us_gaap_fair_value", "2025Q2", "income_tax") == -6.25
    assert value(result, "us_gaap_fair_value", "2025Q2", "deferred_tax_asset") == 7.5


def test_the_adoption_of_a_new_standard_measures_typed_lots_itself(tmp_path: Path) -> None:
    """Typed at 30 under cost less impairment, worth 45 when ASU 2023-08 is adopted the day after: 15 to equity."""
    accounting = {"adoption_date": date(2025, 4, 1)}
    result = typed(tmp_path, "us_gaap", 30.0, accounting=accounting, holder={"fiscal_year_end": "03-31"})
    assert value(result, "us_gaap", "2026Q1", "equity_direct") == 15
    assert value(result, "us_gaap", "2026Q1", "remeasurement_pl") == 25


def test_the_oldest_lot_is_the_one_bought_first_not_the_one_listed_first(tmp_path: Path) -> None:
    opening = {"date": date(2025, 3, 31), "framework": "us_gaap_impairment"}
    lots = [
        {
            "id": "new",
            "acquired": date(2023, 1, 1),
            "quantity": 1,
            "unit_cost": 90,
            "opening": {**opening, "carrying": 16},
        },
        {
            "id": "old",
            "acquired": date(2020, 1, 1),
            "quantity": 1,
            "unit_cost": 80,
            "opening": {**opening, "carrying": 4},
        },
    ]
    result = run_case(
        tmp_path,
        STEPS,
        lots,
        period={"start": date(2025, 4, 1), "end": date(2025, 6, 30)},
        accounting={"frameworks": ["us_gaap_impairment"]},
        plan={"sales": [{"date": date(2025, 6, 1), "quantity": 1, "proceeds": 95}]},
    )
    assert value(result, "us_gaap_impairment", "2025Q2", "realised_pl") == 91
