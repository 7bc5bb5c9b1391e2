"""The page "Compare": each figure is that of the scenario's own run, and every difference is named."""

from __future__ import annotations

import pytest

from tests.app.pages import THREE, go, on, page_text, scenario_of, well
from treasury_sim import load, run
from treasury_sim.analysis.attribution.between_frameworks import framework_bridge
from treasury_sim.domain.periods import whole
from treasury_sim.report import words
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.comparison import compared, comparison_table


@pytest.mark.parametrize("name", THREE)
def test_three_scenarios(name: str) -> None:
    app = well(on("compare", name))
    result = run(load(name))
    key = next(iter(result.statements))
    period = whole(result.timeline.quarters, result.reported)
    shown = printed(comparison_table(compared([result], key, period), ["Open now"], [result], period))
    text = page_text(app)
    assert len(shown.rows) >= 4
    for row in shown.rows:
        assert all(cell in text for cell in row)


def test_an_edit_stands_beside_the_scenario_as_opened_and_what_was_kept() -> None:
    app = on("what_if")
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    app.text_input(key="keep_name").set_value("BTC at 60k").run()
    app.button(key="keep_it").click().run()
    app.select_slider(key="price_BTC").set_value(100_000.0).run()
    app = well(go(app, "compare"))
    text = page_text(app)
    for title in ("As opened, Q4 2025", "Open now, Q4 2025, ", "BTC at 60k, Q4 2025", "BTC at 60k, change"):
        assert title.rstrip(", ") in text
    assert "(17,436.1)" in text  # as opened
    edited = run(scenario_of(app)).statements["us_gaap_fair_value"].lines["remeasurement_pl"]
    assert edited is not None
    assert f"({-edited[0, -1] / 1e6:,.1f})" in text
    assert "BTC price at the end of Q4 2025" in text
    assert "87,515" in text and "60,000" in text and "100,000" in text  # noqa: PT018
    app.button(key="drop_BTC at 60k").click().run()
    assert "BTC at 60k" not in page_text(well(app))


def test_frameworks_are_bridged() -> None:
    app = well(on("compare"))
    app.selectbox(key="bridge_from").set_value("us_gaap_impairment").run()
    app.selectbox(key="bridge_to").set_value("ifrs_cost").run()
    bridge = framework_bridge(load("strategy_2025q4"), "us_gaap_impairment", "ifrs_cost")
    text = page_text(well(app))
    for step in (bridge.first, *bridge.steps, bridge.second):
        assert words.money(step.income, words.MILLIONS) in text
