"""Any holder closes: funded, taxed and trading in any way, and of any size."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.cases import load_case
from tests.report.close.test_ties import failed
from treasury_sim import Result, RunCache, Scenario, run
from treasury_sim.errors import InputError
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.checks import LAST_PLACES, MONEY_TIES, money_tie, units_tie
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import close_pack

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FRAMEWORKS = ["us_gaap_fair_value", "us_gaap_impairment", "ifrs_cost", "ifrs_revaluation"]
CHANGING_RATE = {
    "rate": 0.3,
    "rate_changes": [
        {
            "rate": 0.21,
            "effective": date(2025, 11, 1),
            "enacted": date(2025, 8, 9),
            "substantively_enacted": date(2025, 6, 2),
        }
    ],
}
"""Deferred tax follows it a quarter before current tax under US GAAP, and two quarters before under IFRS."""
PERIOD = {"start": date(2025, 4, 1), "end": date(2025, 12, 31)}


def missed(scenario: Scenario, result: Result, cache: RunCache) -> list[Any]:
    """The formulas of the workbooks of every quarter that do not give the figure of the run."""
    return [
        (key, label, check)
        for key in result.statements
        for label in (quarter.label for quarter in result.reported)
        for check in live_sheets(scenario, close_pack(result, key, label, STANDARD), cache).checks
        if not check.ties
    ]


@st.composite
def taxes(draw: st.DrawFn) -> dict[str, Any]:
    """Tax of any kind: character, allowance, losses of other years, other assets, minimum tax."""
    money = st.sampled_from([0, 1_000, 250_000.55, 40_000_000])
    tax: dict[str, Any] = {"character": draw(st.sampled_from(["ordinary", "capital"]))}
    tax |= draw(st.sampled_from([{"rate": 0.2573}, {"jurisdiction": "us", "state_rate": 0.06}, CHANGING_RATE]))
    if draw(st.booleans()):
        tax["support"] = draw(st.one_of(money, st.just({"2025Q1": 0, "2025Q3": 30_000.5})))
        tax["appreciation_supports"] = draw(st.booleans())
    tax["other_deferred_tax_asset"] = draw(money)
    tax["net_operating_loss"] = draw(money)
    tax["other_support"] = draw(money)
    tax["minimum_tax"] = draw(st.sampled_from(["none", "camt"]))
    tax["exclude_unrealised"] = draw(st.booleans())
    if tax["character"] == "capital":
        tax["capital_gains"] = draw(st.sampled_from([{}, {"FY2022": 400_000, "FY2024": 90_000.25}]))
        # The loss of 2020 is gone when 2025 ends.
        tax["capital_losses"] = draw(st.sampled_from([{}, {"FY2022": 123_456.78}, {"FY2020": 65_432.1, "FY2024": 7.5}]))
    return tax


@st.composite
def holders(draw: st.DrawFn) -> dict[str, Any]:
    """Lots, prices, plan, income and instruments."""
    price = st.floats(20_000, 180_000).map(lambda amount: round(amount, 2))
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(0, 350, 25)]
    steps = {day: draw(price) for day in days}
    lots = [
        {"id": "old", "acquired": date(2025, 1, 7), "quantity": draw(st.floats(1, 400)), "unit_cost": draw(price)},
        {
            "id": "window",
            "acquired": [date(2025, 2, 3), date(2025, 2, 20)],
            "quantity": draw(st.floats(1, 400)),
            "unit_cost": draw(price),
            "fee": draw(st.sampled_from([0.0, 999.99])),
        },
        {"id": "later", "acquired": date(2025, 5, 6), "quantity": draw(st.floats(1, 400)), "unit_cost": draw(price)},
    ]
    bases = st.sampled_from([{}, {"tax_basis": 0.0}, {"tax_basis": 31_234.56}])
    lots = [{**lot, **draw(bases)} for lot in lots]
    share = st.floats(0.01, 0.2)
    events: dict[str, dict[str, Any]] = {
        "sales": {"date": date(2025, 7, 15), "fee": 10.0},
        "receipts": {"date": date(2025, 5, 2), "kind": "mined"},
        "loans": {"date": date(2025, 6, 1), "returned": date(2025, 11, 3)},
        "payments": {"date": date(2025, 8, 21)},
    }
    plan: dict[str, Any] = {
        name: [{**event, "quantity": draw(share)}] for name, event in events.items() if draw(st.booleans())
    }
    plan["lot_relief"] = draw(st.sampled_from(["fifo", "hifo"]))
    plan["tax_lot_relief"] = draw(st.sampled_from(["fifo", "lifo", "average"]))
    capital: dict[str, Any] = {
        "opening": {"cash": draw(st.sampled_from([0, 50_000, 9_000_000])), "shares": 1_000_000, "share_price": 40},
        "operating_cash_flow": draw(st.sampled_from([0, -200_000, -3_000_000])),
    }
    if draw(st.booleans()):
        capital["loans"] = [{"name": "Loan", "principal": 150_000, "rate": 0.09, "maturity": date(2027, 6, 30)}]
    if draw(st.booleans()):
        capital["preferred"] = [{"name": "Preferred", "notional": 1_000_000, "rate": 0.1}]
    return {
        "steps": steps,
        "lots": lots,
        "plan": plan,
        "capital": capital,
        "income": {"other_operating": draw(st.sampled_from([0, -75_000.5, 2_000_000]))},
        "fees": draw(st.sampled_from(["capitalise", "expense"])),
    }


@FEW
@given(holder=holders(), tax=taxes())
def test_every_quarter_of_any_holder_closes(holder: dict[str, Any], tax: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scenario = load_case(
            Path(folder),
            holder["steps"],
            holder["lots"],
            period=PERIOD,
            plan=holder["plan"],
            capital=holder["capital"],
            income=holder["income"],
            accounting={"frameworks": FRAMEWORKS, "fees": holder["fees"]},
            tax=tax,
        )
        cache = RunCache()
        try:
            result = run(scenario, cache=cache)
        except InputError:
            assume(False)
        assert failed(result) == []
        assert missed(scenario, result, cache) == []


@FEW
@given(
    units=st.sampled_from([1e-8, 0.37, 672_503.0, 3e6, 21e6]),
    cost=st.sampled_from([0.01, 77_123.45, 1e6, 1e9]),
    prices=st.lists(st.sampled_from([0.01, 0.99, 87_515.07, 1e6, 1e9]), min_size=3, max_size=3),
    share_sold=st.sampled_from([0.0, 1 / 3, 0.999]),
    days=st.sampled_from([1, 40]),
)
@example(units=672_503.0, cost=0.01, prices=[0.01, 0.01, 1e9], share_sold=1 / 3, days=1)
def test_a_holding_of_any_size_closes_at_any_price(
    units: float, cost: float, prices: list[float], share_sold: float, days: int
) -> None:
    first = date(2025, 1, 1)
    steps = dict(zip((first, date(2025, 5, 5), date(2025, 9, 1)), prices, strict=True))
    acquired: Any = date(2025, 1, 10) if days == 1 else [date(2025, 1, 10), date(2025, 1, 10) + timedelta(days=days)]
    sales = [{"date": date(2025, 7, 1), "quantity": units * share_sold}] if share_sold else []
    with tempfile.TemporaryDirectory() as folder:
        scenario = load_case(
            Path(folder),
            steps,
            [{"id": "a", "acquired": acquired, "quantity": units, "unit_cost": cost}],
            accounting={"frameworks": FRAMEWORKS},
            plan={"sales": sales},
            tax={"rate": 0.25},
        )
        cache = RunCache()
        result = run(scenario, cache=cache)
        assert failed(result) == []
        assert missed(scenario, result, cache) == []


def test_cents_are_kept_up_to_a_trillion_and_the_tolerance_is_known_before_the_comparison() -> None:
    assert money_tie(1.4e12) == MONEY_TIES
    assert money_tie(2.1e16) == LAST_PLACES * 2.1e16 < 75.0
    assert units_tie(2.5e6) == 1.5 * 1e-8
    assert units_tie(21e6) < 1e-7
