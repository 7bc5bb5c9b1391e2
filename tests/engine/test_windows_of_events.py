"""Coins that come over a window of days: bought or received, they follow the closes of the same days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases import run_case, value, write_scenario
from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.lines import LINES

COST = "us_gaap_impairment"
STEPS = {date(2025, 1, 1): 100.0, date(2025, 2, 1): 80.0, date(2025, 3, 1): 140.0, date(2025, 5, 1): 60.0}
WINDOW = [date(2025, 1, 15), date(2025, 3, 20)]
ONLY_OF_RECEIPTS = {"coin_revenue", "operating_income", "pre_tax_income"}


def bought(folder: Path, event: dict[str, Any], **plan: Any) -> Result:
    priced = {"unit_cost" if key == "unit_value" else key: written for key, written in event.items()}
    accounting = {"frameworks": list(FRAMEWORKS)}
    return run_case(folder, STEPS, [], plan={"purchases": [priced], **plan}, accounting=accounting)


def received(folder: Path, event: dict[str, Any], **plan: Any) -> Result:
    return run_case(folder, STEPS, [], plan={"receipts": [event], **plan}, accounting={"frameworks": list(FRAMEWORKS)})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    first=st.integers(0, 330),
    days=st.integers(1, 90),
    quantity=st.floats(0.01, 1_000),
    priced=st.sampled_from([{}, {"unit_value": 95.0}]),
    timing=st.sampled_from(["even", "start", "end"]),
)
def test_bought_or_received_makes_no_difference_to_what_the_coins_bring(
    tmp_path: Path, first: int, days: int, quantity: float, priced: dict[str, float], timing: str
) -> None:
    start = date(2025, 1, 1) + timedelta(days=first)
    window = [start, min(start + timedelta(days=days - 1), date(2025, 12, 31))]
    event = {"date": window, "quantity": quantity, **priced}
    one, other = bought(tmp_path, event, window_timing=timing), received(tmp_path, event, window_timing=timing)
    for key, statement in one.statements.items():
        for name in LINES:
            here, there = statement.lines[name], other.statements[key].lines[name]
            if here is None or there is None:
                assert here is there, name
            elif name not in ONLY_OF_RECEIPTS:
                np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-9 * quantity, err_msg=f"{key} {name}")


def test_window_timing_and_the_band_hold_for_receipts(tmp_path: Path) -> None:
    """Ten coins at 100: all on the first day fall to 80 in February, all on the last are worth 140 from then on."""
    event = {"date": WINDOW, "quantity": 10, "unit_value": 100.0}
    charges = {
        timing: value(received(tmp_path, event, window_timing=timing), COST, "2025Q1", "remeasurement_pl")
        for timing in ("start", "end")
    }
    assert charges == {"start": -200.0, "end": 0.0}
    plan = {"receipts": [event]}
    banded = run(load(_case(tmp_path, plan)), band=True)
    low, high = banded.bands[COST, "2025Q1"]["remeasurement_pl"]
    shown = value(banded, COST, "2025Q1", "remeasurement_pl")
    assert shown is not None
    assert low <= -200.0
    assert low <= shown <= high


def _case(folder: Path, plan: dict[str, Any]) -> Path:
    return write_scenario(folder, STEPS, plan=plan)


def test_receipts_are_repeated_and_are_for_money_at_the_close(tmp_path: Path) -> None:
    """On the first of January, February and March: 800 at 100, 80 and 140."""
    event = {"every": "month", "until": date(2025, 3, 31), "amount": 800.0}
    result = received(tmp_path, event)
    assert value(result, COST, "2025Q1", "units") == pytest.approx(8 + 10 + 800 / 140)
    assert value(result, COST, "2025Q1", "coin_revenue") == pytest.approx(2_400.0)


def test_payments_are_repeated_and_fall_over_a_window(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 10, "unit_cost": 50}]
    monthly = {"every": "month", "until": date(2025, 2, 28), "quantity": 1}
    window = {"date": [date(2025, 1, 31), date(2025, 2, 1)], "quantity": 2}
    money = {"date": date(2025, 3, 1), "amount": 280.0}
    result = run_case(tmp_path, STEPS, lots, plan={"payments": [monthly, window, money]})
    assert value(result, COST, "2025Q1", "coin_expense") == pytest.approx(-(100 + 80) - (100 + 80) - 280)
    assert value(result, COST, "2025Q1", "units") == pytest.approx(10 - 2 - 2 - 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_band_contains_its_own_figure(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)

    def window(first: int, last: int) -> list[date]:
        days = sorted(int(day) for day in random.integers(first, last, 2))
        return [date(2025, 1, 1) + timedelta(days=day) for day in days]

    plan = {
        "window_timing": str(random.choice(["even", "start", "end"])),
        "purchases": [{"date": window(0, 300), "quantity": 5, "unit_cost": 90.0}],
        "receipts": [{"date": window(0, 300), "quantity": float(random.integers(1, 9))}],
        "sales": [{"date": window(310, 364), "quantity": 2.0}],
        "payments": [{"date": window(310, 364), "quantity": 1.0}],
    }
    result = run(load(_case(tmp_path, plan)), band=True)
    for (key, label), lines in result.bands.items():
        for name, (low, high) in lines.items():
            shown = value(result, key, label, name)
            assert shown is not None
            assert low <= shown <= high, (key, label, name)


def test_a_loan_after_the_period_is_not_used(tmp_path: Path) -> None:
    lots = [{"acquired": date(2025, 1, 1), "quantity": 10, "unit_cost": 50}]
    loans = [{"date": date(2026, 2, 1), "quantity": 1, "returned": date(2026, 3, 1)}]
    result = run_case(tmp_path, STEPS, lots, plan={"loans": loans})
    assert value(result, COST, "2025Q4", "units") == 10
    assert any("1 loan" in note for note in result.notes)


def test_what_is_moved_on_the_last_day_can_be_sold_on_it(tmp_path: Path) -> None:
    """Transfers come before sales (docs/scenario.md)."""
    last = date(2025, 12, 31)
    lots = [{"acquired": date(2025, 1, 1), "quantity": 10, "unit_cost": 50, "wallet": "cold"}]
    transfers = [{"date": last, "quantity": 4, "from": "cold", "to": "main"}]
    result = run_case(tmp_path, STEPS, lots, plan={"transfers": transfers, "sales": [{"date": last, "quantity": 4}]})
    assert value(result, COST, "2025Q4", "units") == 6
