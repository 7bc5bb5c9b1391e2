"""The app without a browser: what is on the screen is what the engine says about the scenario on the screen."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from treasury_sim import load, run, to_yaml
from treasury_sim.cli.app import LOOK, PRIVATE
from treasury_sim.domain.result import Result
from treasury_sim.report.finding import headline, key_figures
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.library import shipped

ROOT = Path(__file__).parents[2]
END, LOW_DAY = date(2025, 12, 31), date(2025, 11, 21)
PRICE, LOW = ("prices", "BTC", "quarter_end", END), ("prices", "BTC", "quarter_low", END)
CHOSEN = ["us_gaap_impairment", "ifrs_revaluation", "us_gaap"]
FAIR_VALUE, IMPAIRMENT = "us_gaap_fair_value", "us_gaap_impairment"


@pytest.fixture
def app() -> Iterator[AppTest]:
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    st.cache_resource.clear()


def shown(app: AppTest) -> list[tuple[str, str]]:
    return [(metric.label, metric.value.replace("\\", "")) for metric in app.metric]


def expected(result: Result) -> list[tuple[str, str]]:
    label = result.reported[-1].label
    return [(figure.title, figure.text) for key in result.statements for figure in key_figures(result, key, label)]


def said(app: AppTest) -> str:
    return str(app.subheader[0].value).replace("\\", "")


def scenario_of(app: AppTest) -> Scenario:
    found: Scenario = app.session_state["scenario"]
    return found


def strategy(changes: dict[tuple[Any, ...], object]) -> Result:
    return run(load("strategy_2025q4").with_values({**changes, ("expect",): None}))


def assert_shows(app: AppTest, result: Result) -> None:
    assert not app.exception
    assert shown(app) == expected(result)
    assert said(app) == headline(result, next(iter(result.statements)), result.reported[-1].label)


def test_it_opens_on_the_strategy_case_in_the_right_words(app: AppTest) -> None:
    assert_shows(app, run(load("strategy_2025q4")))
    assert said(app) == "Q4 2025: unrealised loss on digital assets of $17.4bn, net loss of $12.4bn"
    assert ("Impairment", "($2.5bn)") in shown(app)
    assert app.select_slider(key="price_BTC").value == 87_515.0
    assert app.select_slider(key="low_BTC").value == 80_524.65
    assert "8 of 8 expectations met" in app.success[0].value
    assert not app.error


def test_the_price_slider_gives_what_the_engine_gives(app: AppTest) -> None:
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    result = strategy({PRICE: 60_000.0})
    assert_shows(app, result)
    assert shown(app) != expected(run(load("strategy_2025q4")))
    # The quarter-end price is an observation: the low follows it down, and comes back with it.
    assert app.select_slider(key="low_BTC").value == 60_000.0
    app.select_slider(key="price_BTC").set_value(100_000.0).run()
    assert app.select_slider(key="low_BTC").value == 80_524.65
    assert_shows(app, strategy({PRICE: 100_000.0}))
    assert "unrealised gain" not in said(app)  # 100,000 is below the 114,378 of the quarter before
    assert not app.success
    assert "Edited" in app.info[0].value


def test_the_low_slider_moves_the_impairment_alone(app: AppTest) -> None:
    app.select_slider(key="low_BTC").set_value(70_000.0).run()
    result = strategy({LOW: {"price": 70_000.0, "date": LOW_DAY}})
    assert_shows(app, result)
    before = run(load("strategy_2025q4")).statements
    lines = {key: result.statements[key].lines["remeasurement_pl"] for key in (FAIR_VALUE, IMPAIRMENT)}
    fair_value, impairment = lines[FAIR_VALUE], lines[IMPAIRMENT]
    old_fair_value, old_impairment = (before[key].lines["remeasurement_pl"] for key in (FAIR_VALUE, IMPAIRMENT))
    assert fair_value is not None and impairment is not None  # noqa: PT018
    assert old_fair_value is not None and old_impairment is not None  # noqa: PT018
    assert fair_value[0, -1] == old_fair_value[0, -1]
    assert impairment[0, -1] < old_impairment[0, -1]


def test_a_stated_low_follows_a_lower_price(app: AppTest) -> None:
    app.select_slider(key="low_BTC").set_value(75_000.0).run()
    app.select_slider(key="price_BTC").set_value(65_000.0).run()
    assert app.select_slider(key="low_BTC").value == 65_000.0
    assert max(map(_number, app.select_slider(key="low_BTC").options)) == 65_000.0
    assert_shows(app, run(scenario_of(app)))


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def test_reset_and_taking_an_edit_back_both_give_the_scenario_as_shipped(app: AppTest) -> None:
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    assert "what if BTC is 60,000.00 on 2025-12-31" in scenario_of(app).spec.title
    app.select_slider(key="price_BTC").set_value(87_515.0).run()
    assert scenario_of(app) is app.session_state["scenario_original"]
    app.select_slider(key="low_BTC").set_value(50_000.0).run()
    next(button for button in app.button if button.label == "Reset").click().run()
    assert scenario_of(app) is app.session_state["scenario_original"]
    assert app.select_slider(key="low_BTC").value == 80_524.65
    assert_shows(app, run(load("strategy_2025q4")))


@pytest.mark.parametrize("name", [path.stem for path in shipped()])
def test_every_shipped_scenario_opens_and_takes_an_edit(app: AppTest, name: str) -> None:
    app.selectbox(key="pick").set_value(name).run()
    assert_shows(app, run(load(name)))
    asset = next(iter(run(load(name)).holdings))
    slider = app.select_slider(key=f"price_{asset}")
    chosen = _number(slider.options[3])
    slider.set_value(chosen).run()
    assert_shows(app, run(scenario_of(app)))
    label = run(load(name)).reported[-1]
    assert scenario_of(app).spec.prices[asset].quarter_end[label.end] == chosen


def test_frameworks_and_policy_are_the_ones_chosen(app: AppTest) -> None:
    app.multiselect(key="frameworks").set_value(CHOSEN).run()
    app.selectbox(key="policy").set_value("period_end").run()
    changes: dict[tuple[Any, ...], object] = {
        ("accounting", "frameworks"): CHOSEN,
        ("accounting", "impairment_price"): "period_end",
    }
    assert_shows(app, strategy(changes))
    app.multiselect(key="frameworks").set_value([IMPAIRMENT]).run()
    assert "unrealised" not in said(app)
    assert "impairment of digital assets" in said(app)
    app.multiselect(key="frameworks").set_value([]).run()
    assert "At least one" in app.error[0].value
    assert app.multiselect(key="frameworks").value == [IMPAIRMENT]


def test_frameworks_that_the_scenario_cannot_follow_are_refused_in_words(app: AppTest) -> None:
    app.multiselect(key="frameworks").set_value([FAIR_VALUE, "ifrs_inventory"]).run()
    assert not app.exception
    assert "IAS 2.25" in app.error[0].value  # the scenario sells its dearest coins first
    assert app.multiselect(key="frameworks").value == [FAIR_VALUE, IMPAIRMENT]


def test_a_framework_without_impairment_is_never_called_one(app: AppTest) -> None:
    app.multiselect(key="frameworks").set_value([FAIR_VALUE]).run()
    assert not app.exception
    assert not any("mpairment" in label for label, _ in shown(app))
    assert "mpairment" not in said(app)


def test_the_files_give_back_the_screen(app: AppTest, tmp_path: Path) -> None:
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    app.select_slider(key="low_BTC").set_value(55_000.0).run()
    app.selectbox(key="policy").set_value("daily_close").run()
    file = tmp_path / "edited.yaml"
    file.write_text(to_yaml(scenario_of(app)), encoding="utf-8")  # what the button calls; clicked in tests/browser
    assert_shows(app, run(load(file)))


def test_a_mistake_is_told_in_words(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Scenario:
        return load("no_such_scenario")

    monkeypatch.setattr("treasury_sim.app.edits.set_price", fail)
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    assert "no_such_scenario" in app.error[0].value
    assert not app.exception
    assert app.select_slider(key="price_BTC").value == 87_515.0


def test_the_command_sets_the_options_of_the_file() -> None:
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert dict(_flat(written)) == {**PRIVATE, **LOOK}


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value if isinstance(value, str) else str(value).lower()
