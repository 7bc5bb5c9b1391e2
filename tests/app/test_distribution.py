"""The page "Distribution": what it says is what the paths are, and one path can be opened."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.app.pages import THREE, go, history_of, on, page_text, scenario_of, well, words_of
from tests.app.simulated import CASE, SIMULATED
from treasury_sim import load, run
from treasury_sim.analysis.distribution import distribution
from treasury_sim.app import state
from treasury_sim.app.history import Opened
from treasury_sim.app.link import from_link, to_link
from treasury_sim.domain.result import Result
from treasury_sim.report.tables.sample import periods_of, sample_finding
from treasury_sim.report.tables.statement import period_name
from treasury_sim.scenario import Scenario


@pytest.mark.parametrize("link", SIMULATED, ids=["55 %", "90 %", "IFRS"])
def test_three_simulations(link: Mapping[str, str]) -> None:
    app = well(on("distribution", link))
    result = run(scenario_of(app))
    assert (result.basis, result.paths) == ("sample", 2_048)
    key, line = next(iter(result.statements)), str(app.selectbox(key="sample_line").value)
    period = next(iter(periods_of(result).values()))
    found = distribution(result, key, line, period)
    assert found is not None
    assert words_of(app.subheader[0].value) == sample_finding(found, line, period_name(result, period), result.currency)
    app.text_input(key="loss_asked").set_value("$5bn").run()
    assert any("a loss of $5.0bn or more on" in words_of(each.value) for each in well(app).markdown)


@pytest.mark.parametrize("name", THREE)
def test_one_path_is_no_distribution_and_the_page_says_so(name: str) -> None:
    app = well(on("distribution", name))
    assert any("there is one path" in info.value for info in app.info)


def test_a_simulation_is_a_dial_and_every_page_stands_it() -> None:
    app = on("what_if", "strategy_2026_targets")
    app.segmented_control(key="way_BTC").set_value("Simulated").run()
    assert scenario_of(app).spec.prices["BTC"].model == "gbm"
    app = go(app, "distribution")
    app.selectbox(key="paths").set_value(2_048).run()
    before = words_of(well(app).subheader[0].value)
    app.select_slider(key="volatility_BTC").set_value(0.9).run()
    assert words_of(well(app).subheader[0].value) != before
    for page in ("start", "what_if", "compare", "pressure", "close", "batch", "method"):
        app = well(go(app, page))
    assert "mean of the paths" in page_text(well(go(app, "compare")))
    app.button(key="reset").click().run()
    assert not history_of(app).now.edited


def test_the_shipped_simulation_opens_and_a_past_quarter_can_be_simulated() -> None:
    app = well(on("distribution", "strategy_2026_simulated"))
    assert "or worse on one path in 20" in words_of(app.subheader[0].value)
    app = on("what_if")
    app.segmented_control(key="way_BTC").set_value("Simulated").run()
    assert "or worse on one path in 20" in words_of(well(app).subheader[0].value)
    app.button(key="undo").click().run()
    assert app.segmented_control(key="way_BTC").value == "As stated"
    assert not history_of(app).now.edited


def test_a_path_is_opened_down_to_its_journal() -> None:
    app = on("distribution", CASE)
    app.slider(key="path_share").set_value(50).run()
    app.toggle(key="path_shown").set_value(True).run()
    assert any("Q4 2026" in words_of(heading.value) for heading in well(app).subheader)
    app = well(go(app, "close"))
    assert "checks tie" in app.success[0].value


MODELS = {
    "jump_diffusion": "strategy_2026_jumps",
    "garch": "strategy_2026_garch",
    "regime": "strategy_2026_regime",
    "bootstrap": "strategy_2026_bootstrap",
}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_a_choice_that_undo_and_a_link_keep(model: str) -> None:
    app = on("distribution", "strategy_2026_simulated")
    app.selectbox(key="paths").set_value(2_048).run()
    app.selectbox(key="model_BTC").set_value(model).run()
    found = scenario_of(well(app))
    assert found.spec.prices["BTC"].model == model
    of_the_day = {"initial_volatility"}  # known for the day after the window only
    fitted = load(MODELS[model]).spec.prices["BTC"].model_dump(exclude=of_the_day)
    assert found.spec.prices["BTC"].model_dump(exclude=of_the_day) == fitted
    assert any("Fitted to five years of BTC" in words_of(each.value) for each in app.caption)
    link = to_link(history_of(app).now)
    assert link is not None
    assert from_link(link).scenario.spec == found.spec
    app.selectbox(key="model_BTC").set_value("gbm").run()
    assert scenario_of(well(app)).spec.prices["BTC"] == load("strategy_2026_simulated").spec.prices["BTC"]
    app.button(key="undo").click().run()
    assert app.selectbox(key="model_BTC").value == model


def test_a_model_that_goes_day_by_day_answers_from_a_few_paths_first(monkeypatch: pytest.MonkeyPatch) -> None:
    app = on("distribution", "strategy_2026_garch")
    counts: list[int] = []

    def counted(scenario: Scenario) -> Result:
        counts.append(scenario.spec.simulation.paths)
        return run(scenario)

    monkeypatch.setattr(state, "run", counted)
    app.select_slider(key="volatility_BTC").set_value(0.61).run()
    assert counts == [state.QUICK, 16_384]
    assert scenario_of(well(app)).spec.prices["BTC"].model == "garch"


def test_paths_that_do_not_fit_into_memory_are_no_edit_though_a_few_do() -> None:
    app = on("distribution", "strategy_2026_garch")
    small = scenario_of(app).with_values({("simulation", "memory_gb"): 0.06})
    app.session_state["history"] = history_of(app).push(Opened("small", shipped=False, original=small, scenario=small))
    well(app.run()).selectbox(key="paths").set_value(65_536).run()
    assert "which fit into 0.06 GB" in app.error[0].value
    assert scenario_of(app).spec.simulation.paths == app.selectbox(key="paths").value == 16_384
