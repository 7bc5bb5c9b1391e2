"""Roll-forwards: units, wallets, money, and the reconciliation that never nets two assets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from tests.cases import run_case, write_prices
from tests.report.close.holders import adopting, busy
from treasury_sim import Result, load, run
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.disclosure import disclosure
from treasury_sim.report.close.flash import flash_pack
from treasury_sim.report.close.roll_forward import RollForward, asc_350_60_reconciliation, roll_forwards


def lines(rolled: RollForward | None) -> dict[str, tuple[float | None, ...]]:
    assert rolled is not None
    return {line.line: line.amounts for line in rolled.lines}


@pytest.fixture
def two_coins(tmp_path: Path) -> Result:
    """One coin rises from 100 to 130 and falls to 120; the other falls from 50 to 40 and rises to 45."""
    write_prices(
        tmp_path / "eth.csv",
        date(2025, 1, 1),
        date(2025, 12, 31),
        {date(2025, 1, 1): 50.0, date(2025, 3, 31): 40.0, date(2025, 6, 30): 45.0},
    )
    return run_case(
        tmp_path,
        {date(2025, 1, 1): 100.0, date(2025, 3, 31): 130.0, date(2025, 6, 30): 120.0},
        [
            {"id": "a", "acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 100},
            {"id": "b", "asset": "ETH", "acquired": date(2025, 1, 10), "quantity": 20, "unit_cost": 50},
        ],
        prices={"ETH": {"file": "eth.csv"}},
        plan={"sales": [{"date": date(2025, 6, 30), "quantity": 1, "proceeds": 125}]},
        accounting={"frameworks": ["us_gaap_fair_value"]},
    )


def test_gains_and_losses_of_two_assets_are_never_netted(two_coins: Result) -> None:
    first, second = (
        lines(asc_350_60_reconciliation(Close(two_coins, "us_gaap_fair_value", f"2025Q{n}"))) for n in (1, 2)
    )
    assert (first["gains"][0], first["losses"][0]) == (300.0, -200.0)
    # In the second quarter the sides change: 9 x -10 and 1 x -5, and 20 x 5.
    assert (second["gains"][0], second["losses"][0]) == (100.0, -95.0)
    # Over the year to date each asset is netted first: 300 - 95, and -200 + 100.
    assert (second["gains"][1], second["losses"][1]) == (205.0, -100.0)
    # What left, left at its fair value of 125.
    assert second["dispositions"] == (-125.0, -125.0)
    assert second["closing"] == (1980.0, 1980.0)


def test_realised_gains_and_losses_stand_apart(two_coins: Result) -> None:
    (realised,) = (
        table
        for table in disclosure(Close(two_coins, "us_gaap_fair_value", "2025Q2")).tables
        if table.name == "realised"
    )
    assert [row.cells[1] for row in realised.rows] == [25.0, 0.0]


def test_wallets(tmp_path: Path) -> None:
    rolled = {r.title: r for r in roll_forwards(Close(busy(tmp_path, ["us_gaap"]), "us_gaap", "2025Q2"))}
    cold, main = lines(rolled["BTC, units in wallet cold"]), lines(rolled["BTC, units in wallet main"])

    assert cold["transfers_out"] == (-2.5, -2.5)
    assert main["transfers_in"] == (2.5, 2.5)
    both = lines(rolled["BTC, units"])
    for column in range(2):
        assert (cold["closing"][column] or 0) + (main["closing"][column] or 0) == pytest.approx(both["closing"][column])


def test_every_kind_of_event_has_its_line(tmp_path: Path) -> None:
    rolled = {r.title: lines(r) for r in roll_forwards(Close(busy(tmp_path, ["us_gaap"]), "us_gaap", "2025Q4"))}

    assert list(rolled["BTC, units"]) == [
        *("opening", "purchase", "receipt", "return", "sale", "payment", "swap_out", "loan", "closing"),
    ]
    assert rolled["BTC, units"]["loan"] == (-0.25, -1.0)
    assert rolled["ETH, units"]["swap_in"] == (0.0, 26.5)


def test_the_adoption_has_its_line_in_the_year_of_the_adoption(tmp_path: Path) -> None:
    result = adopting(tmp_path)
    adoption = lines(asc_350_60_reconciliation(Close(result, "us_gaap", "2025Q4")))["adoption"]

    assert adoption[0] == 0.0
    assert (adoption[1] or 0) > 0
    assert asc_350_60_reconciliation(Close(result, "us_gaap", "2024Q4")) is None


def test_a_check_cell_sees_what_does_not_tie(tmp_path: Path) -> None:
    rolled = roll_forwards(Close(busy(tmp_path, ["us_gaap"]), "us_gaap", "2025Q4"))[0]
    wrong = replace(rolled, lines=(*rolled.lines[:-1], replace(rolled.lines[-1], quarter=1.0)))

    assert rolled.ties
    assert not wrong.ties


def test_the_flash_names_the_result_by_the_rule(tmp_path: Path) -> None:
    result = busy(tmp_path, ["us_gaap", "us_gaap_impairment"])
    fair_value, impairment = (flash_pack(Close(result, key, "2025Q2")) for key in result.statements)

    assert fair_value[0].title == "BTC: unrealised gain on digital assets"
    assert impairment[0].title == "BTC: impairment of digital assets"
    units = {line.asset: line.quarter for line in impairment if line.line == "units"}
    cost = {line.asset: line.quarter for line in impairment if line.line == "average_cost"}
    (basis,) = (line.quarter for line in impairment if line.line == "cost_basis")
    assert sum((units[asset] or 0) * (cost[asset] or 0) for asset in units) == pytest.approx(basis)


@pytest.mark.parametrize("name", ["no_debt", "secured_borrower", "strategy_2026_forward"])
def test_the_flash_foots_income_before_tax_and_the_tax_are_net_income(name: str) -> None:
    """What is not listed is 0; in the fiscal year to date as in the quarter, where its quarters are known."""
    result = run(load(name))
    for key, quarter in product(result.statements, result.reported):
        shown = {line.line: line for line in flash_pack(Close(result, key, quarter.label))}
        for period in ("quarter", "year_to_date"):
            before, tax, after = (
                getattr(shown[line], period) if line in shown else 0.0
                for line in ("pre_tax_income", "income_tax", "net_income")
            )
            if after is not None:
                assert before + tax == pytest.approx(after), (key, quarter.label, period)
