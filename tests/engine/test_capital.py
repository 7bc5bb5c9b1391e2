"""The capital structure through the engine: a forced sale by hand, the figures as filed, and mistakes in a scenario."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases import run_case, value
from treasury_sim import InputError, Result, load, run
from treasury_sim.domain.capital import BreakEven, Kpi
from treasury_sim.report.charts.runway import runway_points
from treasury_sim.report.tables.capital import as_json, capital_report
from treasury_sim.report.tables.runway import runway_table

FAIR, COST = "us_gaap_fair_value", "us_gaap_impairment"
LOTS = [
    {"id": "a", "acquired": date(2024, 12, 1), "quantity": 6, "unit_cost": 40},
    {"id": "b", "acquired": date(2024, 12, 2), "quantity": 4, "unit_cost": 90},
]
STEPS = {date(2024, 12, 1): 100.0, date(2025, 2, 1): 70.0, date(2025, 5, 1): 80.0}


def write(folder: Path, **capital: Any) -> dict[str, Any]:
    """Sections of a small holder: 10 coins, 50 in cash, a loan of 370 due in May 2025."""
    plain: dict[str, Any] = {
        "opening": {"cash": 50},
        "loans": [{"name": "Loan", "principal": 370, "rate": 0.0, "maturity": date(2025, 5, 15)}],
    }
    return {"capital": {**plain, **capital}, "tax": {"rate": 0.25, "support": 0}}


def ran(
    folder: Path,
    *,
    lots: Sequence[dict[str, Any]] = LOTS,
    plan: dict[str, Any] | None = None,
    tax: dict[str, Any] | None = None,
    **capital: Any,
) -> Result:
    from tests.cases import write_prices, write_scenario

    sections = write(folder, **capital)
    sections["tax"] |= tax or {}
    file = write_scenario(folder, {date(2025, 1, 1): 1.0}, holder={"lots": lots}, plan=plan or {}, **sections)
    write_prices(folder / "prices.csv", date(2024, 12, 1), date(2025, 12, 31), STEPS)
    return run(load(file))


def test_a_forced_sale_by_hand(tmp_path: Path) -> None:
    """370 are due in May, 50 are there, so 320 of coins at 80: 4 of the 6 that cost 40.

    Cost less impairment: the low of 70 wrote b down to 70, a stays at 40. Gain on the 4: 4 x (80 - 40) = 160, tax 40.
    Left: 2 x 40 + 4 x 70 = 360. Fair value: 6 x 80 = 480, and a liability on 480 - (80 + 360) = 40 at 25 %.
    In July the tax of 40 is due: half a coin of a leaves.
    """
    result = ran(tmp_path)
    assert value(result, COST, "2025Q1", "remeasurement_pl") == -80.0
    for key in (FAIR, COST):
        assert value(result, key, "2025Q2", "units") == pytest.approx(6.0)
        assert value(result, key, "2025Q2", "net_proceeds") == pytest.approx(320.0)
        assert value(result, key, "2025Q2", "realised_gain_disclosed") == pytest.approx(160.0)
        assert value(result, key, "2025Q2", "current_tax_on_sales") == pytest.approx(-40.0)
        assert value(result, key, "2025Q2", "tax_basis") == pytest.approx(440.0)
        assert value(result, key, "2025Q2", "debt") == 0.0
        assert value(result, key, "2025Q2", "cash") == 0.0
        assert value(result, key, "2025Q3", "units") == pytest.approx(5.5)
    assert value(result, COST, "2025Q2", "realised_pl") == pytest.approx(160.0)
    assert value(result, COST, "2025Q2", "carrying") == pytest.approx(360.0)
    assert value(result, FAIR, "2025Q2", "carrying") == pytest.approx(480.0)
    assert value(result, FAIR, "2025Q2", "deferred_tax_liability") == pytest.approx(10.0)
    sold = [d for d in result.holdings["BTC"].ledger.disposals if d.date == date(2025, 5, 31)]
    assert [(round(d.quantity, 9), d.source) for d in sold] == [(4.0, "sold to pay what was due")]


@pytest.mark.parametrize("relief", ["fifo", "lifo", "hifo", "average"])
def test_what_the_waterfall_pays_in_tax_is_what_the_statements_book(tmp_path: Path, relief: str) -> None:
    result = ran(tmp_path, plan={"lot_relief": relief})
    assert result.capital is not None
    lines = result.statements[FAIR].lines["current_tax_on_sales"]
    assert lines is not None
    runway = result.capital.runway
    assert -lines.sum() == pytest.approx(runway.tax_due.sum() + runway.tax_payable[0, -1])


def test_nothing_the_holder_does_depends_on_the_framework(tmp_path: Path) -> None:
    first = ran(tmp_path)
    assert first.capital is not None
    other = run(load(tmp_path / "scenario.yaml").with_values({("accounting", "frameworks"): ["ifrs_revaluation"]}))
    assert other.capital is not None
    np.testing.assert_array_equal(first.capital.runway.units, other.capital.runway.units)


def test_equity_ties_out_to_a_balance_sheet(tmp_path: Path) -> None:
    """Coins 1,000, cash 50, loan 370, liability 25 % x (1,000 - 600): equity 580, and so on."""
    result = ran(tmp_path, opening={"cash": 50, "equity": {FAIR: 580.0, COST: 280.0}})
    for label in ("2025Q1", "2025Q2", "2025Q3", "2025Q4"):
        names = ("carrying", "cash", "deferred_tax_asset", "debt", "deferred_tax_liability", "valuation_allowance")
        lines = {name: value(result, FAIR, label, name) or 0.0 for name in names}
        owed = result.capital.runway.tax_payable[0, 3 * int(label[-1]) - 1]  # type: ignore[union-attr]
        assets = lines["carrying"] + lines["cash"] + lines["deferred_tax_asset"] - lines["valuation_allowance"]
        sheet = assets - lines["debt"] - lines["deferred_tax_liability"] - owed
        assert value(result, FAIR, label, "equity") == pytest.approx(sheet), label


def test_the_price_at_which_equity_is_zero_is_one(tmp_path: Path) -> None:
    """Typed back as the quarter-end price, it gives an equity of nothing, allowance and impairment included."""
    opening = {"cash": 50, "equity": {FAIR: 580.0, COST: 280.0}}
    loan = {"name": "Loan", "principal": 370, "rate": 0.0}
    first = ran(tmp_path, opening=opening, loans=[loan])
    scenario = load(tmp_path / "scenario.yaml")
    for key in (FAIR, COST):
        price = break_even(first, "equity_zero", key).price
        assert price is not None
        end = date(2025, 12, 31)
        stated: dict[tuple[str | date | int, ...], object] = {
            ("prices", "BTC", "quarter_end"): {end: price},
            ("prices", "BTC", "quarter_low"): {end: {"price": price, "date": end}},
        }
        again = run(scenario.with_values(stated))
        assert value(again, key, "2025Q4", "equity") == pytest.approx(0.0, abs=1e-9)


def break_even(result: Result, name: str, key: str = "") -> BreakEven:
    assert result.capital is not None
    return next(one for one in result.capital.break_evens if (one.name, one.framework) == (name, key))


@pytest.mark.parametrize(
    ("tax", "price"),
    [
        ({"character": "capital"}, 90.0),
        ({"character": "capital", "support": 15}, 75.0),
        ({"character": "capital", "capital_losses": {"FY2023": 60}}, 105.0),
        ({"character": "capital", "capital_gains": {"FY2024": 60}}, 75.0),
    ],
)
def test_the_allowance_counts_losses_carried_forward_and_back(
    tmp_path: Path, tax: dict[str, Any], price: float
) -> None:
    """The plan sells all 6 of a at their cost, so 4 of b are left, 360: 90 each, and 15 of tax, 60 of loss, is 15 each.

    Hence 360 + 60 of losses = 4 x 105, and 360 less 60 that could be carried back, or that 15 support, = 4 x 75.
    """
    plan = {"sales": [{"date": date(2025, 3, 1), "quantity": 6, "proceeds": 240}]}
    result = ran(tmp_path, tax=tax, plan=plan, loans=[])
    found = break_even(result, "allowance_appears", FAIR).price
    assert found is not None
    assert found == pytest.approx(price)
    scenario = load(tmp_path / "scenario.yaml")
    for moved, has_one in ((1e-4, False), (-1e-4, True)):
        changed: dict[tuple[str | date | int, ...], object] = {
            ("prices", "BTC", "quarter_end"): {date(2025, 12, 31): found + moved}
        }
        allowance = value(run(scenario.with_values(changed)), FAIR, "2025Q4", "valuation_allowance")
        assert (allowance > 1e-6) is has_one  # type: ignore[operator]


def test_without_an_opening_balance_sheet_it_is_asked_for(tmp_path: Path) -> None:
    result = ran(tmp_path)
    assert value(result, FAIR, "2025Q4", "equity") is None
    assert "opening balance sheet" in break_even(result, "equity_zero", FAIR).words
    assert break_even(result, "allowance_appears", FAIR).price == pytest.approx(
        (value(result, FAIR, "2025Q4", "tax_basis") or 0.0) / (value(result, FAIR, "2025Q4", "units") or 1.0)
    )


# ------------------------------------------------------------------------------------- as filed


@pytest.fixture(scope="module")
def forward() -> Result:
    return run(load("strategy_2026_forward"))


def kpi(result: Result, name: str, day: date) -> Kpi:
    assert result.capital is not None
    return next(one for one in result.capital.kpis[day] if one.name == name)


def test_dividends_and_coupons_of_strategy(forward: Result) -> None:
    """At STRC 11.00 % and EUR/USD 1.175, with the coupons of the notes: about 832m a year, 32.5 months of 2.25bn."""
    assert forward.capital is not None
    coupons = sum(one.a_year for one in forward.capital.instruments if one.kind == "note")
    assert coupons == pytest.approx(34.6e6, rel=0.001)
    assert forward.capital.dividends_a_year + coupons == pytest.approx(832e6, rel=0.01)
    assert kpi(forward, "charge_cover", date(2025, 12, 31)).value == pytest.approx(32.5, rel=0.01)


def test_break_even_prices_of_strategy(forward: Result) -> None:
    """(Principal of notes - reserve) / coins = 8,868; the published figure of another date is about 8,000."""
    assert break_even(forward, "notes_less_reserve").price == pytest.approx(8_868, abs=1)
    assert break_even(forward, "net_debt").price == pytest.approx((8_254e6 - 2_301.47e6) / 672_503)


def test_the_put_of_2027_takes_the_reserve(forward: Result) -> None:
    assert forward.capital is not None
    by_name = {one.name: one for one in forward.capital.triggers}
    assert by_name["forced_sale"].when == date(2027, 9, 30)
    assert by_name["cash_runs_out"].when is None
    assert by_name["put_not_met"].when is None


def test_a_report_says_it_all_and_its_json_is_plain(forward: Result) -> None:
    from rich.console import Console

    console = Console(width=200, record=True, file=StringIO())
    console.print(capital_report(forward))
    text = console.export_text()
    for words in (
        "2028 notes",
        "Runway",
        "Forced sales of coins begin in September 2027",
        "8,868",
        "It ignores liabilities",
    ):
        assert words in text
    found = json.loads(json.dumps(as_json(forward), allow_nan=False))
    assert len(found["runway"]["cash"]) == 24
    assert found["kpis"]["2025-12-31"]["mnav_market_cap"]["value"] == pytest.approx(0.81)
    runway = runway_table(forward, by_month=False)
    labels, rows = [column.name for column in runway.columns[1:]], runway.rows
    assert labels == ["2026-03", "2026-06", "2026-09", "2026-12", "2027-03", "2027-06", "2027-09", "2027-12"]
    assert {row.line for row in rows} >= {"cash", "reserve", "units", "debt"}
    assert sum(point.amount for point in runway_points(forward) if point.line == "repaid") == -1_010e6


def test_no_income_without_impairment_is_printed(forward: Result) -> None:
    assert not [one for day in forward.capital.kpis.values() for one in day if "impairment" in one.name]  # type: ignore[union-attr]


def test_secured_borrower_by_hand() -> None:
    """Covered by `expect:`; here the words: the call of April is met with coins, the one of the autumn by selling."""
    result = run(load("secured_borrower"))
    assert result.capital is not None
    by_name = {one.name: one for one in result.capital.triggers}
    assert by_name["margin_call"].when == date(2026, 4, 30)
    assert by_name["cash_runs_out"].when == date(2026, 6, 30)
    assert by_name["covenant_breaks"].when is None


@pytest.mark.parametrize("name", ["secured_borrower", "no_debt"])
def test_equity_of_a_shipped_holder_is_that_of_its_balance_sheet(name: str) -> None:
    """Coins, cash and deferred tax less debt, tax and what is unpaid or accrued; the opening is rounded to a unit."""
    result = run(load(name))
    assert result.capital is not None
    runway, ends = result.capital.runway, list(result.capital.funding.quarter_ends)
    for statement in result.statements.values():

        def last(line: str, lines: Any = statement.lines) -> Any:
            return 0.0 if lines[line] is None else lines[line][0, -len(ends) :]

        tax = last("deferred_tax_asset") - last("valuation_allowance") - last("deferred_tax_liability")
        tax = tax + last("other_deferred_tax_asset") - last("other_valuation_allowance")
        owed = last("debt") + last("unpaid") + (runway.tax_payable + runway.accrued)[0, ends]
        np.testing.assert_allclose(last("equity"), last("carrying") + last("cash") + tax - owed, atol=1.0)


# ------------------------------------------------------------------------------------- mistakes

NOTE = {"name": "N", "principal": 100, "maturity": date(2026, 6, 30), "conversion_price": 20}
SECURED = {"name": "L", "principal": 100, "rate": 0.1, "collateral": 5, "max_ltv": 0.8, "restored_ltv": 0.5}


@pytest.mark.parametrize(
    ("capital", "words"),
    [
        ({"loans": [{**SECURED, "rate": -0.1}]}, r"capital\.loans\[0\]\.rate.*a rate from 0"),
        ({"notes": [{**NOTE, "put_date": date(2027, 1, 1)}]}, r"capital\.notes\[0\].*a put before the maturity"),
        ({"notes": [{**NOTE, "conversion_price": 0}]}, r"capital\.notes\[0\]\.conversion_price.*above 0"),
        ({"notes": [{**NOTE, "coupon": "-1%"}]}, r"coupon.*a rate from 0"),
        ({"notes": [{**NOTE, "maturity": date(2024, 1, 1)}]}, r"maturity.*on or after 2025-01-01, the start"),
        ({"loans": [{**SECURED, "principal": 2_000}]}, r"collateral.*covers|collateral worth at least the loan"),
        ({"loans": [{**SECURED, "restored_ltv": 0.9}]}, r"restored_ltv below max_ltv"),
        ({"loans": [{**SECURED, "collateral": 50}]}, r"at most the 10 coins held"),
        ({"notes": [{**NOTE, "currency": "EUR"}]}, r"or an exchange rate EURUSD"),
        ({"notes": [NOTE, NOTE]}, r"a unique name"),
        ({"issuance": [{"of": "STRX", "per_month": 1}]}, r"`common` or a series"),
        ({"issuance": [{"of": "common", "per_month": 1}]}, r"opening\.shares"),
        ({"opening": None}, r"capital\.opening as well"),
        ({"opening": {"cash": 1, "equity": 5}}, r"equity by framework"),
        ({"weighted_shares": 5}, r"a stated figure, or capital\.opening"),
        ({"asset": "ETH"}, r"an asset the holder has"),
        ({"loans": [{**SECURED, "max_ltv": None}]}, r"max_ltv with restored_ltv"),
        ({"opening": {"shares": 1}, "share_price": {"model": "beta", "beta": 1e15}}, r"beta.*a number of at most 10"),
        (
            {"loans": [SECURED], "plan": {"sales": [{"date": date(2025, 2, 1), "quantity": 8, "proceeds": 560}]}},
            r"plan: expected no more coins disposed of by 2025-02-28 than are free then, found 3 too many: 5 pledged",
        ),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, capital: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as told:
        ran(tmp_path, **capital)
    assert all(problem.where and problem.line for problem in told.value.problems)


@pytest.mark.parametrize("pair", ["EURUS", "USDUSD", "eurusd"])
def test_a_rate_of_exchange_is_of_two_currencies(tmp_path: Path, pair: str) -> None:
    with pytest.raises(InputError, match="a pair of two currencies such as EURUSD"):
        run_case(tmp_path, {date(2025, 1, 1): 1.0}, LOTS, fx={pair: {"rate": 2.0}})


def test_quarters_that_end_within_a_month_have_no_waterfall(tmp_path: Path) -> None:
    sections: dict[str, Any] = {
        "holder": {"fiscal_year_end": "06-15"},
        "period": {"start": date(2025, 3, 16), "end": date(2025, 9, 15)},
        "capital": {"opening": {"cash": 1}},
    }
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 1}]
    with pytest.raises(
        InputError, match=r"holder\.fiscal_year_end.*quarters end with a month.*a quarter to 2025-06-15"
    ):
        run_case(tmp_path, {date(2025, 1, 1): 1.0}, lots, **sections)


def test_where_sales_name_their_lots_a_forced_one_takes_the_oldest(tmp_path: Path) -> None:
    named = ran(tmp_path, plan={"lot_relief": "specific"})
    for line in ("units", "tax_basis", "carrying", "cash"):
        assert value(named, COST, "2025Q4", line) == value(ran(tmp_path), COST, "2025Q4", line)


def test_a_holder_that_buys_its_first_coins_in_the_period_has_an_mnav(tmp_path: Path) -> None:
    later = [{"id": "a", "acquired": date(2025, 2, 10), "quantity": 1, "unit_cost": 70}]
    result = ran(tmp_path, lots=later, loans=[], opening={"cash": 100, "shares": 10}, share_price={"mnav": 2.0})
    assert result.capital is not None
    assert (
        result.capital.assumptions[0] == "Share price: market capitalisation stays at 2 times the value of the coins."
    )
    assert result.capital.runway.share_price[0, -1] == pytest.approx(2.0 * 80.0 / 10)


def test_a_case_without_a_waterfall_has_none(tmp_path: Path) -> None:
    result = run_case(
        tmp_path, {date(2025, 1, 1): 1.0}, [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 1}]
    )
    assert result.capital is None
    with pytest.raises(InputError, match=r"capital\.opening"):
        as_json(result)


def test_what_has_no_effect_is_said(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 1}]
    sections: dict[str, Any] = {"tax": {"support": 0}, "capital": {"sell_coins": False}}
    notes = run_case(tmp_path, {date(2025, 1, 1): 1.0}, lots, **sections).notes
    assert "tax.support has no effect without tax.rate or tax.jurisdiction." in notes
    assert "capital.sell_coins has no effect without capital.opening." in notes


def test_a_burn_that_is_no_income_is_said(tmp_path: Path) -> None:
    opening = {"cash": 50, "equity": {FAIR: 580.0, COST: 280.0}}
    said = "equity excludes it unless income.other_operating states it"
    assert any(said in note for note in ran(tmp_path, opening=opening, operating_cash_flow=-3).notes)
    assert not any(said in note for note in ran(tmp_path, operating_cash_flow=-3).notes)


def test_a_loss_that_is_deducted_at_once_is_said(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
    plan = {"sales": [{"date": date(2025, 6, 1), "quantity": 1, "proceeds": 60}]}
    for tax, said in (({"rate": 0.25}, True), ({"rate": 0.25, "character": "capital"}, False)):
        notes = run_case(tmp_path, {date(2025, 1, 1): 100.0}, lots, plan=plan, tax=tax).notes
        assert any("deductible at once" in note for note in notes) is said
