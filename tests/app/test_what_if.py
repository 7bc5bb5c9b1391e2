"""The page "What if": what is on the screen is what the engine says about the scenario on the screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.pages import THREE, figures, figures_of, history_of, on, scenario_of, well, words_of
from treasury_sim import load, run, to_yaml
from treasury_sim.app import edits
from treasury_sim.case.sections.prices import Shock
from treasury_sim.domain.periods import whole
from treasury_sim.domain.result import Result
from treasury_sim.report.finding import headline
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.library import shipped

END, LOW_DAY = date(2025, 12, 31), date(2025, 11, 21)
PRICE, LOW = ("prices", "BTC", "quarter_end", END), ("prices", "BTC", "quarter_low", END)
CHOSEN = ["us_gaap_impairment", "ifrs_revaluation", "us_gaap"]
FAIR_VALUE, IMPAIRMENT = "us_gaap_fair_value", "us_gaap_impairment"


@pytest.fixture
def app() -> AppTest:
    return on("what_if")


def said(app: AppTest) -> str:
    return words_of(app.subheader[0].value)


def strategy(changes: dict[tuple[Any, ...], object]) -> Result:
    return run(load("strategy_2025q4").with_values({**changes, ("expect",): None}))


def assert_shows(app: AppTest, result: Result) -> None:
    assert not app.exception
    assert figures(app) == figures_of(result)
    period = whole(result.timeline.quarters, result.reported)
    assert said(app) == headline(result, next(iter(result.statements)), period.label)


def test_it_opens_on_the_strategy_case_in_the_right_words(app: AppTest) -> None:
    assert_shows(app, run(load("strategy_2025q4")))
    assert said(app) == "Q4 2025: unrealised loss on digital assets of $17.4bn, net loss of $12.4bn"
    assert ("Impairment", "($2.5bn)") in figures(app)
    assert app.select_slider(key="price_BTC").value == 87_515.0
    assert app.select_slider(key="low_BTC").value == 80_524.65
    assert "8 of 8 expected figures met" in app.success[0].value
    assert not app.error


def test_the_price_slider_gives_what_the_engine_gives(app: AppTest) -> None:
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    result = strategy({PRICE: 60_000.0})
    assert_shows(app, result)
    assert figures(app) != figures_of(run(load("strategy_2025q4")))
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
    assert app.select_slider(key="low_BTC").options[-1] == "65,000"
    app.text_input(key="low_BTC_typed").set_value("80,000").run()
    assert "at most the quarter-end price, 65,000" in words_of(app.error[0].value)
    assert app.select_slider(key="low_BTC").value == 65_000.0
    assert_shows(app, run(scenario_of(app)))


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def test_reset_and_taking_an_edit_back_both_give_the_scenario_as_shipped(app: AppTest) -> None:
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    assert "what if: BTC at 60,000.00 on 2025-12-31" in scenario_of(app).spec.title
    app.select_slider(key="price_BTC").set_value(87_515.0).run()
    assert scenario_of(app) is history_of(app).now.original
    app.select_slider(key="low_BTC").set_value(50_000.0).run()
    app.button(key="reset").click().run()
    assert scenario_of(app) is history_of(app).now.original
    assert app.select_slider(key="low_BTC").value == 80_524.65
    assert_shows(app, run(load("strategy_2025q4")))


@pytest.mark.parametrize("name", THREE)
def test_three_scenarios_open_and_take_an_edit(name: str) -> None:
    app = well(on("what_if", name))
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
    assert not any("mpairment" in label for label, _ in figures(app))
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
    assert "no_such_scenario" in words_of(app.error[0].value)
    assert not app.exception
    assert app.select_slider(key="price_BTC").value == 87_515.0


def test_undo_and_redo_go_through_every_step(app: AppTest) -> None:
    prices = [87_515.0, 60_000.0, 70_000.0, 80_000.0]
    for price in prices[1:]:
        app.select_slider(key="price_BTC").set_value(price).run()
    for price in reversed(prices[:-1]):
        app.button(key="undo").click().run()
        assert app.select_slider(key="price_BTC").value == price
    assert app.button(key="undo").disabled
    assert scenario_of(app) is history_of(app).now.original
    for price in prices[1:]:
        app.button(key="redo").click().run()
        assert app.select_slider(key="price_BTC").value == price
    assert app.button(key="redo").disabled
    app.button(key="undo").click().run()
    app.select_slider(key="price_BTC").set_value(65_000.0).run()
    assert app.button(key="redo").disabled  # a new step forgets what had been undone


def test_the_tax_rate_moves_tax_alone(app: AppTest) -> None:
    app.select_slider(key="tax").set_value(0.21).run()
    assert_shows(app, strategy({("tax", "rate"): 0.21}))
    app.toggle(key="has_tax").set_value(False).run()
    assert_shows(app, strategy({("tax", "rate"): None}))
    assert "loss before tax" in said(app)
    app.toggle(key="has_tax").set_value(True).run()
    assert scenario_of(app) is history_of(app).now.original


def test_a_purchase_is_typed_as_finance_people_do_and_echoed(app: AppTest) -> None:
    app.text_input(key="buy_amount").set_value("$1.5bn").run()
    assert any("Read as 1,500,000,000.00 USD" in words_of(caption.value) for caption in app.caption)
    app.button(key="buy").click().run()
    assert not app.exception
    (bought,) = scenario_of(app).spec.plan.purchases
    assert (bought.asset, bought.amount, bought.date) == ("BTC", 1.5e9, END)
    assert_shows(app, run(scenario_of(app)))
    assert app.query_params == {}  # a typed amount is never in a link
    app.button(key="unbuy_0").click().run()
    assert scenario_of(app) is history_of(app).now.original
    app.text_input(key="buy_amount").set_value("lots").run()
    assert "1.2m" in words_of(app.error[0].value)
    assert app.button(key="buy").disabled


@pytest.mark.parametrize("shape", ["instant", "linear", "v", "l"])
def test_a_fall_of_every_shape_is_a_shock_in_the_scenario_and_in_the_link(app: AppTest, shape: str) -> None:
    app.segmented_control(key="way_BTC").set_value("A fall").run()
    app.select_slider(key="size_BTC").set_value(-0.4).run()
    app.selectbox(key="shape_BTC").set_value(shape).run()
    if shape == "instant":
        app.slider(key="day_BTC").set_value(date(2025, 10, 10)).run()
    else:
        app.slider(key="days_BTC").set_value((date(2025, 10, 10), date(2025, 11, 20))).run()
    prices = scenario_of(app).spec.prices["BTC"]
    assert isinstance(prices, Shock)
    assert (prices.shape, prices.relative, prices.start) == (shape, -0.4, date(2025, 10, 10))
    assert_shows(app, run(scenario_of(app)))
    assert figures(on("what_if", dict(app.query_params))) == figures(app)
    app.segmented_control(key="way_BTC").set_value("As stated").run()
    assert scenario_of(app) is history_of(app).now.original


@pytest.mark.parametrize("name", [path.stem for path in shipped() if path.stem not in THREE])
def test_every_shipped_case_can_be_asked_what_if(name: str) -> None:
    app = well(on("what_if", name))
    assert app.subheader


def test_a_shipped_fall_is_moved_from_where_it_is() -> None:
    app = on("what_if", "strategy_2026_shock_v")
    before = scenario_of(app).spec.prices["BTC"]
    assert isinstance(before, Shock)
    app.select_slider(key="size_BTC").set_value(-0.5).run()
    after = scenario_of(well(app)).spec.prices["BTC"]
    assert isinstance(after, Shock)
    assert (after.relative, after.spot, after.trough, after.start) == (
        -0.5,
        before.spot,
        before.trough,
        before.start,  # what the dial does not move stays as it is written, or not written
    )


def test_an_edit_is_named_in_the_title_with_its_value() -> None:
    original = load("strategy_2025q4")
    assert edits.set_tax(original, original, 0.21).spec.title.endswith("; what if: tax rate 21.00%")
    changed = edits.set_key(original, original, ("accounting", "fees"), "expense")
    assert changed.spec.title.endswith("; what if: purchase fees expense")
