"""Scenarios beside each other show what each run found."""

from __future__ import annotations

from datetime import date

import pytest

from tests.report.charts.shown import FAIR_VALUE, IMPAIRMENT, rows
from treasury_sim import load, run
from treasury_sim.analysis.attribution.between_frameworks import framework_bridge
from treasury_sim.domain.periods import Period, quarter_periods, whole
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.scenarios import bridge_steps, bridge_title, scenario_bars, scenarios_chart
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.comparison import compared, comparison_table, differences_table
from treasury_sim.report.tables.framework_bridge import bridge_table
from treasury_sim.report.words import stated
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.differences import differences

END = date(2025, 12, 31)


@pytest.fixture(scope="module")
def lower() -> Scenario:
    return load("strategy_2025q4").with_values({("prices", "BTC", "quarter_end", END): 60_000.0, ("expect",): None})


@pytest.fixture(scope="module")
def quarter(result: Result) -> Period:
    return whole(result.timeline.quarters, result.reported)


def test_bars_are_signed_and_the_title_names_the_worst(result: Result, lower: Scenario, quarter: Period) -> None:
    names, both = ["As filed", "At 60k"], [result, run(lower)]
    net = next(row for row in compared(both, FAIR_VALUE, quarter) if row.line == "net_income")
    chart = scenarios_chart(scenario_bars(net, names), line="net_income", currency="USD")
    shown = {row["name"]: row for row in rows(chart) if "name" in row}
    assert shown["As filed (base)"]["amount"] == pytest.approx(-12.444, abs=0.001)
    assert {row["kind"] for row in shown.values()} == {"loss"}
    text = str(chart.to_dict()["title"]["text"])
    assert "At 60k has the lowest net income" in " ".join(chart.to_dict()["title"]["text"]), text


def test_the_table_has_amounts_and_changes(result: Result, lower: Scenario, quarter: Period) -> None:
    other = run(lower)
    rows_shown = compared([result, other], FAIR_VALUE, quarter)
    table = printed(comparison_table(rows_shown, ["As filed", "At 60k"], [result, other], quarter, "Compared"))
    assert table.title == "Compared ($m; per share in $)"
    assert table.header == ("", "As filed, Q4 2025", "At 60k, Q4 2025", "At 60k, change")
    found = {row[0]: row[1:] for row in table.rows}
    assert found["Remeasurement in profit or loss"][0] == "(17,436.1)"
    # 672,503 coins fall by 27,515 dollars more each.
    assert found["Remeasurement in profit or loss"][2] == f"({672_503 * 27_515 / 1e6:,.1f})"


def test_a_framework_that_a_scenario_does_not_have_is_missing_there(
    result: Result, lower: Scenario, quarter: Period
) -> None:
    other = run(lower.with_values({("accounting", "frameworks"): [IMPAIRMENT]}))
    row = next(row for row in compared([result, other], FAIR_VALUE, quarter) if row.line == "net_income")
    assert row.amounts[1] is None
    assert row.changes() == (None,)


def test_scenarios_are_compared_over_the_period_shown_else_over_their_own_and_titles_say_which(result: Result) -> None:
    several = run(load("secured_borrower"))
    quarters = quarter_periods(several.timeline.quarters, several.reported)
    income = several.statements[FAIR_VALUE].lines["net_income"]
    assert income is not None
    at = [each.quarters[0] for each in quarters]
    for period, amount, title in (
        (whole(several.timeline.quarters, several.reported), income[0, at].sum(), "Q1 2026 to Q4 2026"),
        (quarters[2], income[0, at[2]], "Q3 2026"),
    ):
        shown = compared([several, result], FAIR_VALUE, period)
        net = next(row for row in shown if row.line == "net_income")
        assert net.amounts[0] == pytest.approx(amount)
        assert net.amounts[1] == pytest.approx(-12.444e9, abs=1e6)
        header = printed(comparison_table(shown, ["A", "B"], [several, result], period)).header
        assert header[1:3] == (f"A, {title}", "B, Q4 2025")


def test_differences_are_told_in_words(lower: Scenario) -> None:
    table = differences_table({"At 60k": differences(load("strategy_2025q4"), lower)})
    key = "prices.BTC.quarter_end.2025-12-31"
    assert printed(table).rows == (("BTC price at the end of Q4 2025", key, "87,515.00", "60,000.00"),)
    assert [stated(value) for value in (None, True, 0.2873, [1, 2], [{"a": 1}], "x")] == [
        *("not given", "yes", "0.2873"),
        *("1, 2", "1 entries", "x"),
    ]


def test_a_bridge_runs_from_one_framework_to_the_other() -> None:
    bridge = framework_bridge(load("strategy_2025q4"), FAIR_VALUE, IMPAIRMENT)
    first, *steps, last = bridge_steps(bridge, FAIR_VALUE, IMPAIRMENT)
    assert first.amount == bridge.first.income
    assert steps[0].start == first.end
    assert steps[-1].end == pytest.approx(last.amount, rel=0.001)
    assert "shows $14.9bn more in profit or loss" in bridge_title(bridge, FAIR_VALUE, IMPAIRMENT, "USD")
    table = printed(bridge_table(bridge, FAIR_VALUE, IMPAIRMENT, "USD"))
    assert table.rows[0][1] == "(17,436.1)"
    assert table.rows[-1][1] == "(2,504.0)"
