"""Journals, worked by hand, line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import run_case, write_prices
from tests.report.close.holders import busy, last_close
from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.journal import activity, balances, journal, journals
from treasury_sim.report.close.postings import Entry, cents, spread

Lines = list[tuple[str, str]]


def lines(entry: Entry) -> Lines:
    return [(posting.account, f"{posting.amount}") for posting in entry.postings]


def booked(result: Result, key: str, label: str) -> dict[str, Lines]:
    return {entry.kind: lines(entry) for entry in journal(Close(result, key, label))}


PRICES = {
    date(2025, 1, 1): 100.0,
    date(2025, 2, 10): (80.0, 95.0),
    date(2025, 3, 31): 90.0,
    date(2025, 5, 5): 120.0,
    date(2025, 6, 30): 110.0,
}
LOT = {"id": "a", "acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 100, "fee": 10}
SALE = {"sales": [{"date": date(2025, 5, 5), "quantity": 4, "proceeds": 480, "fee": 5}]}


YEAR_TO_MARCH = {"fiscal_year_end": "03-31"}
"""Under year-to-date interims, what leaves within a fiscal year is carried at the amount of the year end before."""


def sold(
    tmp_path: Path,
    key: str,
    prices: dict[date, Any] | None = None,
    holder: dict[str, Any] | None = None,
    **accounting: Any,
) -> Result:
    return run_case(
        tmp_path,
        prices or PRICES,
        [LOT],
        plan=SALE,
        holder=holder or {},
        accounting={"frameworks": [key], **accounting},
        tax={"rate": 0.25},
    )


def test_cost_less_impairment_by_hand(tmp_path: Path) -> None:
    result = sold(tmp_path, "us_gaap_impairment")

    # Cost 1,010 with the fee; the low of 80 is seen in February: 10 x (101 - 80) = 210. Deferred tax 25 % of 210.
    assert booked(result, "us_gaap_impairment", "2025Q1") == {
        "purchase": [("digital_assets", "1010.00"), ("cash", "-1010.00")],
        "remeasurement": [("remeasurement_loss", "210.00"), ("accumulated_impairment", "-210.00")],
        "deferred_tax": [("deferred_tax_asset", "52.50"), ("deferred_tax", "-52.50")],
    }
    # Four tenths leave: cost 404 and impairment 84, so carrying 320; 480 - 5 - 320 = 155. Tax: 475 - 404 = 71.
    assert booked(result, "us_gaap_impairment", "2025Q2") == {
        "sale": [
            ("accumulated_impairment", "84.00"),
            ("cash", "475.00"),
            ("digital_assets", "-404.00"),
            ("disposal_gain", "-155.00"),
        ],
        "current_tax": [("current_tax", "17.75"), ("income_tax_payable", "-17.75")],
        "deferred_tax": [("deferred_tax", "21.00"), ("deferred_tax_asset", "-21.00")],
    }


def test_fair_value_by_hand(tmp_path: Path) -> None:
    result = sold(tmp_path, "us_gaap_fair_value", fees="expense")

    # The fee is expensed; 10 x (90 - 100) = -100. Tax basis keeps the fee: 25 % of 900 - 1,010.
    assert booked(result, "us_gaap_fair_value", "2025Q1") == {
        "purchase": [("digital_assets", "1000.00"), ("transaction_fees", "10.00"), ("cash", "-1010.00")],
        "remeasurement": [("remeasurement_loss", "100.00"), ("digital_assets", "-100.00")],
        "deferred_tax": [("deferred_tax_asset", "27.50"), ("deferred_tax", "-27.50")],
    }
    # Remeasured to 120 before they leave: the sale brings only its cost. 4 x 30 + 6 x 20 = 240.
    assert booked(result, "us_gaap_fair_value", "2025Q2") == {
        "sale": [("cash", "475.00"), ("disposal_loss", "5.00"), ("digital_assets", "-480.00")],
        "remeasurement": [("digital_assets", "240.00"), ("remeasurement_gain", "-240.00")],
        "current_tax": [("current_tax", "17.75"), ("income_tax_payable", "-17.75")],
        "deferred_tax": [
            ("deferred_tax", "41.00"),
            ("deferred_tax_asset", "-27.50"),
            ("deferred_tax_liability", "-13.50"),
        ],
    }


def test_revaluation_by_hand(tmp_path: Path) -> None:
    prices = {date(2025, 1, 1): 101.0, date(2025, 3, 31): 151.0, date(2025, 5, 5): 120.0, date(2025, 6, 30): 151.0}
    result = sold(tmp_path, "ifrs_revaluation", prices, holder=YEAR_TO_MARCH)

    # 10 x (151 - 101) to OCI, its tax too (IAS 12.61A).
    assert booked(result, "ifrs_revaluation", "2025Q4") == {
        "purchase": [("digital_assets", "1010.00"), ("cash", "-1010.00")],
        "revaluation": [("digital_assets", "500.00"), ("revaluation_surplus", "-500.00")],
        "deferred_tax": [("revaluation_surplus_tax", "125.00"), ("deferred_tax_liability", "-125.00")],
    }
    # Carrying 604 leaves for 475: a loss of 129 in profit or loss; its surplus of 200 never passes through it (38.87).
    entries = journal(Close(result, "ifrs_revaluation", "2026Q1"))
    assert [(entry.kind, lines(entry)) for entry in entries] == [
        ("sale", [("cash", "475.00"), ("disposal_loss", "129.00"), ("digital_assets", "-604.00")]),
        ("surplus_release", [("revaluation_surplus", "200.00"), ("retained_earnings", "-200.00")]),
        ("surplus_release", [("retained_earnings", "50.00"), ("revaluation_surplus_tax", "-50.00")]),
        ("current_tax", [("current_tax", "17.75"), ("income_tax_payable", "-17.75")]),
        ("deferred_tax", [("deferred_tax_liability", "50.00"), ("deferred_tax", "-50.00")]),
    ]
    held = balances(journals(Close(result, "ifrs_revaluation", "2026Q1")))
    assert held["revaluation_surplus", "BTC"] == -300
    assert held["revaluation_surplus_tax", ""] == 75


def test_impairment_and_its_reversal_stand_apart(tmp_path: Path) -> None:
    """Lots bought at 100 and at 60: at 70 one is impaired; at 80 one is reversed and another is impaired."""
    prices = {date(2025, 1, 1): 100.0, date(2025, 3, 31): 70.0, date(2025, 5, 1): 90.0, date(2025, 6, 30): 80.0}
    lots = [
        {"id": "a", "acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 100},
        {"id": "b", "acquired": date(2025, 5, 1), "quantity": 1, "unit_cost": 90},
    ]
    result = run_case(tmp_path, prices, lots, accounting={"frameworks": ["ifrs_cost"]})

    assert booked(result, "ifrs_cost", "2025Q2")["remeasurement"] == [
        ("accumulated_impairment", "90.00"),
        ("remeasurement_loss", "10.00"),
        ("remeasurement_gain", "-100.00"),
    ]


EVENTS = {
    "receipts": [{"date": date(2025, 2, 1), "quantity": 1, "kind": "mined"}],
    "payments": [{"date": date(2025, 5, 6), "quantity": 2}],
    "swaps": [{"date": date(2025, 5, 7), "quantity": 1, "for_asset": "ETH", "for_quantity": 40, "value": 121}],
    "loans": [{"date": date(2025, 5, 8), "quantity": 3, "returned": date(2025, 8, 1)}],
}


def test_receipts_payments_swaps_and_loans_by_hand(tmp_path: Path) -> None:
    write_prices(tmp_path / "eth.csv", date(2025, 1, 1), date(2025, 12, 31), {date(2025, 1, 1): 3.0})
    result = run_case(
        tmp_path,
        PRICES,
        [{"id": "a", "acquired": date(2025, 1, 10), "quantity": 10, "unit_cost": 100}],
        prices={"ETH": {"file": "eth.csv"}},
        plan=EVENTS,
        holder=YEAR_TO_MARCH,
        accounting={"frameworks": ["hgb_current_asset"]},
    )
    first, second, third = (booked(result, "hgb_current_asset", label) for label in ("2025Q4", "2026Q1", "2026Q2"))

    # Mined at 100; then 11 x (90 - 100) at the quarter end.
    assert first["receipt"] == [("digital_assets", "100.00"), ("coin_revenue", "-100.00")]
    assert first["remeasurement"] == [("remeasurement_loss", "110.00"), ("digital_assets", "-110.00")]
    # Coins leave at 90 each, worth 120, 121 and 120.
    assert second["payment"] == [("coin_expense", "240.00"), ("digital_assets", "-180.00"), ("disposal_gain", "-60.00")]
    assert second["swap"] == [("digital_assets", "121.00"), ("digital_assets", "-90.00"), ("disposal_gain", "-31.00")]
    assert second["loan"] == [("loan_receivable", "360.00"), ("digital_assets", "-270.00"), ("disposal_gain", "-90.00")]
    # Three coins lent at 120, worth 110 at the quarter end, and returned at 110.
    assert second["loan_remeasurement"] == [("loan_loss", "30.00"), ("loan_receivable", "-30.00")]
    assert third["return"] == [("digital_assets", "330.00"), ("loan_receivable", "-330.00")]
    (swap,) = (entry for entry in journal(Close(result, "hgb_current_asset", "2026Q1")) if entry.kind == "swap")
    assert [(posting.asset, posting.cents) for posting in swap.postings[:2]] == [("ETH", 12_100), ("BTC", -9_000)]


def test_an_opening_balance_enters_against_opening_balances(tmp_path: Path) -> None:
    opening = {"date": date(2025, 3, 31), "framework": "ifrs_revaluation", "carrying": 130, "surplus": 30}
    lot = {"id": "a", "acquired": date(2020, 1, 1), "quantity": 10, "unit_cost": 100, "opening": opening}
    result = run_case(
        tmp_path,
        {date(2025, 1, 1): 130.0, date(2025, 6, 30): 120.0},
        [lot],
        period={"start": date(2025, 4, 1), "end": date(2025, 12, 31)},
        accounting={"frameworks": ["ifrs_revaluation"]},
    )
    assert booked(result, "ifrs_revaluation", "2025Q1") == {
        "opening": [
            ("digital_assets", "1300.00"),
            ("revaluation_surplus", "-300.00"),
            ("opening_balances", "-1000.00"),
        ]
    }
    assert booked(result, "ifrs_revaluation", "2025Q2") == {
        "revaluation": [("revaluation_surplus", "100.00"), ("digital_assets", "-100.00")]
    }


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_every_entry_balances_to_the_cent_and_is_cited(tmp_path: Path, key: str) -> None:
    result = busy(tmp_path, [key])
    for entries in journals(last_close(result, key)).values():
        assert [entry.number[-2:] for entry in entries] == [f"{n:02}" for n in range(1, len(entries) + 1)]
        for entry in entries:
            assert sum(posting.cents for posting in entry.postings) == 0
            assert all(posting.cents for posting in entry.postings)
            assert len(entry.postings) >= 2
            assert entry.citation or entry.kind not in {"remeasurement", "revaluation"}
            assert key.startswith("us_gaap") or "ASC" not in entry.citation
            assert entry.narration
    assert sum(balances(journals(last_close(result, key))).values()) == 0


def test_the_lots_behind_an_entry_add_up_to_it(tmp_path: Path) -> None:
    result = busy(tmp_path, ["us_gaap_fair_value", "hgb_current_asset"])
    for key in result.statements:
        for entries in journals(last_close(result, key)).values():
            for entry in entries:
                if entry.details and entry.kind != "swap":
                    posted = sum(posting.amount for posting in entry.postings if posting.account == "digital_assets")
                    assert sum(detail.amount for detail in entry.details) == pytest.approx(float(posted), abs=0.02)


@pytest.fixture(scope="module")
def strategy() -> Result:
    return run(load("strategy_history"))


def test_the_adoption_of_strategy(strategy: Result) -> None:
    entries = {entry.kind: entry for entry in journal(Close(strategy, "us_gaap", "2025Q1"))}
    adoption, tax = entries["adoption"], entries["adoption_tax"]

    assert adoption.day == tax.day == date(2025, 1, 1)
    assert adoption.citation == "ASC 350-60-65-1"
    assert [account for account, _ in lines(adoption)] == [
        "digital_assets",
        "accumulated_impairment",
        "retained_earnings",
    ]
    assert [account for account, _ in lines(tax)] == [
        "retained_earnings",
        "deferred_tax_asset",
        "deferred_tax_liability",
    ]
    equity = activity((adoption, tax))["retained_earnings", ""]
    statement = strategy.statements["us_gaap"].lines["equity_direct_net_of_tax"]
    assert statement is not None
    index = strategy.timeline.index_of("2025Q1")
    assert float(-equity) == pytest.approx(float(statement[0, index]), abs=0.02)
    # 10-Q 2025-03-31: 12,746,378 thousand, net of tax.
    assert float(-equity) == pytest.approx(12_746_378_000, rel=0.005)
    assert balances(journals(Close(strategy, "us_gaap", "2025Q1")))["accumulated_impairment", "BTC"] == 0


def test_the_sale_of_strategy_in_2022_releases_its_impairment(strategy: Result) -> None:
    (sale,) = (entry for entry in journal(Close(strategy, "us_gaap", "2022Q4")) if entry.kind == "sale")
    posted = {posting.account: float(posting.amount) for posting in sale.postings}

    # 10-K 2022: original cost 46.260m, impairment 35.370m, proceeds 11.817m, gain 0.927m.
    assert posted["accumulated_impairment"] == pytest.approx(35_370_000, rel=0.005)
    assert posted["digital_assets"] == pytest.approx(-46_260_000, rel=0.005)
    assert posted["cash"] == 11_817_000
    assert posted["disposal_gain"] == pytest.approx(-927_000, rel=0.02)


@given(
    amounts=st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e9, 1e9), max_size=8),
    noise=st.integers(-2, 2),
)
def test_rounding_gives_the_total_and_moves_no_amount_far(amounts: dict[str, float], noise: int) -> None:
    total = cents(sum(amounts.values())) + noise
    rounded = spread(amounts, total)

    assert sum(rounded.values()) == total
    rest = rounded.pop("remeasurement", 0)
    assert abs(rest) <= 3 + len(amounts)
    for name, amount in amounts.items():
        assert abs(rounded[name] - amount * 100.0) <= 8.0


def test_rounding_leaves_exact_amounts_alone() -> None:
    assert spread({"purchase": 100.0, "remeasurement": -33.333}, 6_666) == {"purchase": 10_000, "remeasurement": -3_334}
    assert spread({"oci": 5.0, "purchase": 1.0}, 700, {"oci": 501}) == {"oci": 501, "purchase": 199}
    assert Decimal(0) == sum(activity(()).values())


def test_what_a_float_cannot_hold_to_the_cent_is_spread_at_once() -> None:
    """At 10^30 a float is millions of cents coarse: they are shared out, not dealt one by one."""
    total = 10**32 + 3
    rounded = spread({"purchase": 0.5e30, "remeasurement": 0.5e30}, total)
    assert sum(rounded.values()) == total
    assert abs(rounded["purchase"] - rounded["remeasurement"]) <= 1
