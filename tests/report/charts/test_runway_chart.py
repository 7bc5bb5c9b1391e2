"""The runway says what is left, or when nothing is."""

from __future__ import annotations

from tests.report.charts.shown import rows
from treasury_sim import load, run
from treasury_sim.report.charts.runway import RunwayPoint, runway_chart, runway_points, runway_title


def point(month: str, line: str, amount: float) -> RunwayPoint:
    return RunwayPoint(month, line, line, amount)


def test_the_title_says_what_is_left_when_it_is_gone_and_what_is_not_paid() -> None:
    rich = [point("2026-01", "cash", 5e6), point("2026-01", "reserve", 1e6), point("2026-02", "cash", 2e6)]
    assert runway_title(rich, "USD") == "Everything is paid up to 2026-02; $2.0m is left then"
    gone = [*rich, point("2026-03", "cash", 0.0)]
    assert runway_title(gone, "USD") == "Cash and reserve are used up in 2026-03"
    late = [*gone, point("2026-03", "unpaid", -3e6)]
    assert runway_title(late, "USD") == "2026-03: $3.0m is due and not paid"


def test_what_is_there_stands_above_and_what_falls_due_below() -> None:
    chart = runway_chart(runway_points(run(load("strategy_2026_forward"))), currency="USD")
    shown = [row for row in rows(chart) if "month" in row]
    assert all(row["amount"] >= 0 for row in shown if row["title"] in {"Cash", "Reserve"})
    assert all(row["amount"] <= 0 for row in shown if row["title"] not in {"Cash", "Reserve"})
    assert chart.to_dict()["description"] == "Cash and reserve are used up in 2027-09"
