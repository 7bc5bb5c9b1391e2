"""The page "Limits": a limit added here is one of the scenario, and its price is what a run says."""

from __future__ import annotations

import pytest

from tests.app.pages import on, page_text, scenario_of, well
from treasury_sim import run


def test_a_limit_is_added_its_price_shown_gone_to_and_removed() -> None:
    app = on("limits")
    assert ["No limit is stated yet" in each.value for each in app.info] == [True]
    app.text_input(key="limit_amount").set_value("$5bn").run()
    app = well(app.button(key="add_limit").click().run())
    (limit,) = (row.limit for row in scenario_of(app).spec.limits)
    assert limit.words == "loss (net income) above 5,000,000,000"
    assert "broken" in page_text(app)
    assert "kept" in page_text(app)
    app = well(app.button(key="go_0").click().run())
    line = run(scenario_of(app)).statements["us_gaap_fair_value"].lines["net_income"]
    assert line is not None
    assert line[0, -1] == pytest.approx(-5e9, rel=1e-6)
    app = well(app.button(key="remove_limit_0").click().run())
    assert not scenario_of(app).spec.limits


def test_a_simulated_case_shows_how_likely_each_limit_breaks() -> None:
    app = well(on("limits", "strategy_2026_simulated"))
    assert "5bn" in page_text(app)
