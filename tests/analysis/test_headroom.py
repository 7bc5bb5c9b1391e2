"""The price at which a limit breaks: by hand, and confirmed by a run at that price."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_sim import InputError, Scenario, load, run
from treasury_sim.analysis.solve.headroom import headroom
from treasury_sim.report.tables.headroom import headroom_table

PLAIN = load("ifrs_cost_2025")


def limited(*rows: dict[str, object]) -> Scenario:
    return load("strategy_2025q4").with_values({"limits": list(rows), "expect": None})


def test_by_hand() -> None:
    scenario = limited({"line": "fair_value", "below": 35e9, "name": "floor"})
    first, _ = headroom(scenario, run(scenario), quarter="2025Q4")
    assert first.outcome.failed is False
    assert first.breaks_at == pytest.approx((35e9 / 672_500,), rel=1e-4)  # coins held at the quarter end
    assert first.price == pytest.approx(87_515, rel=1e-3)
    assert first.move == pytest.approx(first.breaks_at[0] / first.price - 1)


@settings(max_examples=8)
@given(st.floats(1e9, 40e9))
def test_a_run_at_the_price_meets_the_limit(loss: float) -> None:
    scenario = limited({"loss": "net_income", "above": loss})
    for row in headroom(scenario, run(scenario), quarter="2025Q4"):
        for price in row.breaks_at:
            at = scenario.with_values({"prices.BTC.quarter_end.2025-12-31": price})
            line = run(at).statements[row.outcome.framework].lines["net_income"]
            assert line is not None
            assert -line[0, -1] == pytest.approx(loss, rel=1e-6)


def test_a_limit_that_no_price_meets_says_why() -> None:
    scenario = limited({"line": "units", "below": 1})
    rows = headroom(scenario, run(scenario), quarter="2025Q4")
    assert all(not row.breaks_at and row.move is None and row.reason for row in rows)
    table = headroom_table(rows, "USD")
    assert [row.cells[2] for row in table.rows] == ["kept"] * len(rows)


def test_without_limits_there_is_none_and_a_wrong_quarter_is_named() -> None:
    result = run(PLAIN)
    assert headroom(PLAIN, result, quarter=result.reported[-1].label) == ()
    with pytest.raises(InputError, match="quarter"):
        headroom(PLAIN, result, quarter="2031Q1")
