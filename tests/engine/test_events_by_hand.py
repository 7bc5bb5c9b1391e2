"""Each kind of event on one or two lots, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cases import run_case, value, write_prices
from treasury_sim import InputError, Result

FV, COST = "us_gaap_fair_value", "us_gaap_impairment"
FLAT = {date(2025, 1, 1): 100.0}
A = {"id": "a", "acquired": date(2025, 1, 2), "quantity": 1, "unit_cost": 100, "wallet": "cold"}
B = {"id": "b", "acquired": date(2025, 1, 3), "quantity": 1, "unit_cost": 60, "wallet": "main"}
TAX = {"rate": 0.25}


def run(folder: Path, plan: dict[str, Any], steps: dict[date, Any] | None = None, **sections: Any) -> Result:
    lots = sections.pop("lots", [A, B])
    return run_case(folder, steps or FLAT, lots, plan=plan, tax=TAX, **sections)


def test_coins_received_are_revenue_at_the_value_of_each_day_and_a_part_a_day(tmp_path: Path) -> None:
    """One coin at 50,000 is revenue of 50,000; the fall to 48,000 is not (ASC 606-10-32-21)."""
    steps = {date(2025, 1, 1): 50_000.0, date(2025, 2, 2): 52_000.0, date(2025, 3, 31): 48_000.0}
    receipts = [{"date": [date(2025, 2, 1), date(2025, 2, 2)], "quantity": 2}]
    result = run(tmp_path, {"receipts": receipts}, steps, lots=[])
    assert value(result, FV, "2025Q1", "coin_revenue") == 102_000
    assert value(result, FV, "2025Q1", "cost_basis") == 102_000
    assert value(result, FV, "2025Q1", "remeasurement_pl") == -6_000
    assert value(result, FV, "2025Q1", "pre_tax_income") == 96_000
    assert value(result, FV, "2025Q1", "income_tax") == -24_000
    (lot,), books = result.holdings["BTC"].lots, result.holdings["BTC"].ledger
    assert (lot.id, lot.acquired_to) == ("mined-1", date(2025, 2, 2))
    assert books.unit_cost.tolist() == [50_000, 52_000]


def test_coins_paid_are_an_expense_and_a_disposal_at_fair_value(tmp_path: Path) -> None:
    result = run(tmp_path, {"payments": [{"date": date(2025, 5, 1), "quantity": 1, "lots": {"b": 1}, "value": 110}]})
    assert value(result, COST, "2025Q2", "coin_expense") == -110
    assert value(result, COST, "2025Q2", "realised_pl") == 50
    assert value(result, COST, "2025Q2", "pre_tax_income") == -60
    assert value(result, COST, "2025Q2", "income_tax") == 15


def test_a_swap_is_a_disposal_and_its_value_is_the_cost_of_what_comes(tmp_path: Path) -> None:
    """A deposit of one coin for two receipt tokens, which stay outside ASC 350-60 at cost less impairment."""
    write_prices(tmp_path / "lst.csv", date(2025, 1, 1), date(2025, 12, 31), {date(2025, 1, 1): 45.0})
    result = run(
        tmp_path,
        {"swaps": [{"date": date(2025, 5, 1), "quantity": 1, "lots": {"b": 1}, "for_asset": "LST", "for_quantity": 2}]},
        prices={"BTC": {"file": "prices.csv"}, "LST": {"file": "lst.csv"}},
        accounting={"scope": {"LST": COST}},
    )
    token = result.statements[FV].assets["LST"].lines
    index = result.timeline.index_of("2025Q2")
    assert token["cost_basis"][0, index] == 100
    assert token["remeasurement_pl"][0, index] == -10
    assert token["accumulated_impairment"][0, index] == 10
    assert value(result, FV, "2025Q2", "realised_gain_disclosed") == 40
    assert result.applied[FV, "LST"] == COST


def test_coins_lent_leave_the_books_and_not_the_tax_ledger(tmp_path: Path) -> None:
    """Lent at 100, worth 80 at the quarter end, back at 90: a receivable at fair value, and no taxable disposal."""
    steps = {**FLAT, date(2025, 6, 1): (80.0, 80.0), date(2025, 8, 1): 90.0}
    loans = [{"date": date(2025, 5, 1), "quantity": 1, "lots": {"b": 1}, "returned": date(2025, 8, 5)}]
    result = run(tmp_path, {"loans": loans}, steps)
    assert value(result, COST, "2025Q2", "units") == 1
    assert value(result, COST, "2025Q2", "realised_pl") == 40
    assert value(result, COST, "2025Q2", "loan_receivable") == 80
    assert value(result, COST, "2025Q2", "loan_remeasurement") == -20
    assert value(result, COST, "2025Q3", "loan_receivable") == 0
    assert value(result, COST, "2025Q3", "loan_remeasurement") == 10
    assert value(result, COST, "2025Q3", "additions") == 90
    assert [value(result, COST, f"2025Q{n}", "tax_basis") for n in (1, 2, 3)] == [160, 160, 160]
    for label in ("2025Q2", "2025Q3"):
        before_tax, tax = (value(result, COST, label, line) for line in ("pre_tax_income", "income_tax"))
        assert before_tax is not None
        assert tax == pytest.approx(-0.25 * before_tax)
    # All of it is deferred: nothing was sold.
    assert value(result, COST, "2025Q2", "deferred_tax_on_holdings") == value(result, COST, "2025Q2", "income_tax")


def test_a_transfer_keeps_cost_and_comes_before_the_sales_of_its_day(tmp_path: Path) -> None:
    plan = {
        "lot_relief": "hifo",
        "transfers": [{"date": date(2025, 5, 1), "quantity": 1, "from": "cold", "to": "main"}],
        "sales": [{"date": date(2025, 5, 1), "quantity": 1, "proceeds": 110}],
    }
    result = run(tmp_path, plan)
    assert value(result, COST, "2025Q2", "realised_pl") == 10
    assert value(result, COST, "2025Q2", "cost_basis") == 60


def test_a_sale_takes_the_lots_of_its_wallet_unless_all_are_pooled(tmp_path: Path) -> None:
    sales = [{"date": date(2025, 5, 1), "quantity": 1, "proceeds": 110}]
    by_wallet = run(tmp_path, {"sales": sales})
    assert value(by_wallet, COST, "2025Q2", "realised_pl") == 50
    pooled = run(tmp_path, {"sales": sales, "pool": "all"})
    assert value(pooled, COST, "2025Q2", "realised_pl") == 10
    apart = run(tmp_path, {"sales": sales, "pool": "all", "tax_pool": "wallet"})
    assert value(apart, COST, "2025Q2", "realised_pl") == 10
    assert value(apart, COST, "2025Q2", "tax_basis") == 100


def test_books_and_tax_each_have_their_own_relief(tmp_path: Path) -> None:
    lots = [{**A, "wallet": "main"}, B]
    sale = {"date": date(2025, 5, 1), "quantity": 1, "proceeds": 110}
    own = run(tmp_path, {"sales": [{**sale, "tax_lot_relief": "hifo", "lot_relief": "lifo"}]}, lots=lots)
    assert value(own, COST, "2025Q2", "cost_basis") == 100
    assert value(own, COST, "2025Q2", "tax_basis") == 60
    plan_wide = run(tmp_path, {"sales": [sale], "lot_relief": "lifo", "tax_lot_relief": "fifo"}, lots=lots)
    assert value(plan_wide, COST, "2025Q2", "cost_basis") == 100
    assert value(plan_wide, COST, "2025Q2", "tax_basis") == 60


def test_average_cost_is_one_pool(tmp_path: Path) -> None:
    lots = [{**A, "wallet": "main"}, B]
    sales = [{"date": date(2025, 5, 1), "quantity": 1, "proceeds": 110}]
    result = run(tmp_path, {"sales": sales, "lot_relief": "average"}, lots=lots)
    assert value(result, COST, "2025Q1", "carrying") == 160
    assert value(result, COST, "2025Q2", "realised_pl") == 30
    assert value(result, COST, "2025Q2", "cost_basis") == 80


def test_one_unit_of_account_nets_dear_and_cheap_lots(tmp_path: Path) -> None:
    """100 and 60 against 75: two lots lose 25, one position of 160 against 150 loses 10."""
    steps = {**FLAT, date(2025, 2, 1): (75.0, 75.0), date(2025, 2, 2): 100.0}
    lots = [{**A, "wallet": "main"}, B]
    by_lot = run(tmp_path, {}, steps, lots=lots)
    by_asset = run(tmp_path, {}, steps, lots=lots, accounting={"unit_of_account": "asset"})
    assert value(by_lot, COST, "2025Q1", "remeasurement_pl") == -25
    assert value(by_asset, COST, "2025Q1", "remeasurement_pl") == -10


@pytest.mark.parametrize(("interim", "second"), [("each_quarter", [0, 10, 0]), ("year_to_date", [-50, 60, 0])])
def test_a_sale_within_the_year_of_its_revaluation(tmp_path: Path, interim: str, second: list[float]) -> None:
    """Bought at 100, revalued to 150 at the first quarter end, sold at 160 in the second.

    Gain 10, and the surplus of 50 stays out of profit or loss (IAS 38.87); as if the year were reported once
    (IAS 34.28), the interim revaluation is undone and the year's gain is 60.
    """
    steps = {**FLAT, date(2025, 3, 1): 150.0}
    lots = [{**A, "wallet": "main"}]
    sales = [{"date": date(2025, 5, 1), "quantity": 1, "proceeds": 160}]
    accounting = {"frameworks": ["ifrs_revaluation"], "interim": interim}
    result = run(tmp_path, {"sales": sales}, steps, lots=lots, accounting=accounting)
    lines = ("remeasurement_oci", "realised_pl", "revaluation_surplus")
    assert [value(result, "ifrs_revaluation", "2025Q1", line) for line in lines] == [50, 0, 50]
    assert [value(result, "ifrs_revaluation", "2025Q2", line) for line in lines] == second


def test_a_permanent_fall_binds_until_the_price_recovers(tmp_path: Path) -> None:
    """100 to 60, held to be permanent in the second quarter: 60 while it stays there, 90 when it recovers."""
    steps = {**FLAT, date(2025, 6, 1): 60.0, date(2025, 12, 1): 90.0}
    accounting = {"frameworks": ["hgb_fixed_asset"], "permanent": ["2025Q2"]}
    result = run(tmp_path, {}, steps, lots=[{**A, "wallet": "main"}], accounting=accounting)
    carrying = [value(result, "hgb_fixed_asset", f"2025Q{n}", "carrying") for n in (1, 2, 3, 4)]
    assert carrying == [100, 60, 60, 90]


def test_an_asset_whose_prices_begin_late_needs_none_before_it_is_held(tmp_path: Path) -> None:
    write_prices(tmp_path / "new.csv", date(2025, 8, 1), date(2025, 12, 31), {date(2025, 8, 1): 10.0})
    swaps = [{"date": date(2025, 9, 1), "quantity": 1, "for_asset": "NEW", "for_quantity": 10}]
    prices = {"BTC": {"file": "prices.csv"}, "NEW": {"file": "new.csv"}}
    result = run(tmp_path, {"swaps": swaps}, prices=prices)
    assert value(result, FV, "2025Q3", "carrying") == 200
    early = [{**swaps[0], "date": date(2025, 7, 1)}]
    with pytest.raises(InputError, match="swap of 2025-07-01 on 2025-07-01"):
        run(tmp_path, {"swaps": early}, prices=prices)


def test_a_corner_of_the_band_that_cannot_be_is_left_out(tmp_path: Path) -> None:
    from tests.cases import write_scenario
    from treasury_sim import load
    from treasury_sim import run as run_scenario

    lots = [{"acquired": [date(2025, 4, 1), date(2025, 4, 30)], "quantity": 30, "unit_cost": 100}]
    sales = [{"date": date(2025, 4, 20), "quantity": 5, "proceeds": 600}]
    file = write_scenario(tmp_path, FLAT, holder={"lots": lots}, plan={"sales": sales})
    result = run_scenario(load(file), band=True)
    assert result.bands[COST, "2025Q2"]["units"] == (25, 25)
