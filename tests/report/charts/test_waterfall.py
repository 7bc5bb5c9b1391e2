"""The waterfall shows what the engine found."""

from __future__ import annotations

import json

import pytest

from tests.report.charts.shown import FAIR_VALUE, IMPAIRMENT, LABEL, rows
from treasury_sim import load, run
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart


@pytest.mark.parametrize("key", [FAIR_VALUE, IMPAIRMENT])
def test_a_waterfall_runs_from_nothing_to_net_income(result: Result, key: str) -> None:
    *steps, total = waterfall(result, key, LABEL)
    assert steps[0].start == 0.0
    assert [step.start for step in steps[1:]] == [step.end for step in steps[:-1]]
    net = result.statements[key].lines["net_income"]
    assert net is not None
    assert total.is_total
    assert total.amount == net[0, -1]
    assert steps[-1].end == pytest.approx(total.amount)


def test_a_waterfall_is_named_by_the_rule_and_the_sign(result: Result) -> None:
    assert [step.title for step in waterfall(result, FAIR_VALUE, LABEL)] == [
        "Unrealised loss",
        "Other operating",
        "Interest, net",
        "Tax benefit",
        "Net loss",
    ]
    assert waterfall(result, IMPAIRMENT, LABEL)[0].title == "Impairment"


def test_a_waterfall_without_tax_ends_before_it(history: Result) -> None:
    no_tax = run(load("strategy_2025q4").with_values({("tax", "rate"): None, ("capital",): None, ("expect",): None}))
    assert waterfall(no_tax, FAIR_VALUE, LABEL)[-1].title == "Loss before tax"


def test_the_waterfall_chart_is_in_billions_and_tells_losses_by_their_sign(result: Result) -> None:
    chart = waterfall_chart(
        waterfall(result, FAIR_VALUE, LABEL), title="Net loss of $12.4bn", subtitle="", currency="USD"
    )
    shown = {row["title"]: row for row in rows(chart) if "title" in row}
    assert shown["Unrealised loss"]["amount"] == pytest.approx(-17.436, abs=0.001)
    assert {title: row["kind"] for title, row in shown.items()} == {
        "Unrealised loss": "loss",
        "Other operating": "loss",
        "Interest, net": "loss",
        "Tax benefit": "gain",
        "Net loss": "total",
    }
    text = json.dumps(chart.to_dict())
    assert '"$bn"' in text
    assert '"(,.2f"' in text  # every bar carries its amount, a negative one in parentheses
