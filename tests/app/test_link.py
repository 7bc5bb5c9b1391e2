"""A link carries the name of a shipped case and what widgets say: never lots, never amounts that were typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.app.pages import figures, figures_of, go, on, scenario_of, started, well, words_of
from treasury_sim import load, run
from treasury_sim.app import edits, models
from treasury_sim.app.history import Opened
from treasury_sim.app.link import from_link, to_link
from treasury_sim.errors import InputError
from treasury_sim.scenario import Scenario

NAME = "strategy_2025q4"
END = date(2025, 12, 31)
PRICE = ("prices", "BTC", "quarter_end", END)
LOW = ("prices", "BTC", "quarter_low", END)


def opened(changes: dict[tuple[Any, ...], object]) -> Opened:
    original = load(NAME)
    scenario = edits.edited(original, original, changes) if changes else original
    return Opened(NAME, shipped=True, original=original, scenario=scenario)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {PRICE: 60_000.0},
        {LOW: {"price": 70_000.5, "date": date(2025, 11, 21)}},
        {("accounting", "frameworks"): ["ifrs_cost"], ("accounting", "impairment_price"): "weekly"},
        {("accounting", "frameworks"): ["us_gaap_impairment", "us_gaap_fair_value"]},
        {("tax", "rate"): 0.21},
        {("tax", "rate"): None},
        {PRICE: 60_000.0, ("tax", "rate"): 0.21},
    ],
)
def test_a_link_gives_the_scenario_back(changes: dict[tuple[Any, ...], object]) -> None:
    found = to_link(opened(changes))
    assert found is not None
    back = from_link(found)
    assert back.scenario.spec == opened(changes).scenario.spec
    assert back.scenario.lots == opened(changes).scenario.lots
    assert to_link(back) == found


@pytest.mark.parametrize("shipped", ["simulated", "jumps", "garch", "regime", "bootstrap"])
@pytest.mark.parametrize("model", models.WORDS)
def test_a_link_tells_what_is_gone_with_the_model_of_a_shipped_case(shipped: str, model: str) -> None:
    original = load(f"strategy_2026_{shipped}")
    scenario = edits.simulate(original, original, "BTC", models.values(model))
    found = to_link(Opened(f"strategy_2026_{shipped}", shipped=True, original=original, scenario=scenario))
    assert found is not None
    assert from_link(found).scenario.spec == scenario.spec


def with_lots(scenario: Scenario, original: Scenario) -> Scenario:
    return edits.set_lots(scenario, original, scenario.lots[:3])


def with_purchase(scenario: Scenario, original: Scenario) -> Scenario:
    return edits.add_purchase(scenario, original, asset="BTC", day=END, amount=1e9)


@pytest.mark.parametrize("edit", [with_lots, with_purchase])
def test_lots_and_typed_amounts_have_no_link(edit: Any) -> None:
    before = opened({PRICE: 60_000.0})
    assert to_link(before.to(edit(before.scenario, before.original))) is None


def test_an_uploaded_scenario_has_no_link() -> None:
    mine = opened({})
    assert to_link(Opened("ours", shipped=False, original=mine.original, scenario=mine.scenario)) is None


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"case": "nothing"}, "the name of a shipped case"),
        ({"case": "../../etc/passwd"}, "the name of a shipped case"),
        ({"case": NAME, "holder.lots": "/etc/passwd"}, "a key that a link can carry"),
        ({"case": NAME, "prices.BTC.file": "/etc/passwd"}, "a key that a link can carry"),
        ({"case": NAME, "plan.purchases": "x"}, "a key that a link can carry"),
        ({"case": NAME, "tax.rate": "7"}, "a rate such as"),
        ({"case": NAME, "prices.BTC.quarter_end.2025-12-31": "-5"}, "a number above 0"),
        ({"case": NAME, "prices.BTC.quarter_end.2025-13-31": "5"}, "a date"),
        ({"case": NAME, "accounting.frameworks": "us_gap"}, "us_gap"),
    ],
)
def test_a_link_that_cannot_be_followed_is_told(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as told:
        from_link(parameters)
    assert said in str(told.value)
    app = started(parameters)
    assert not app.exception
    assert "The link could not be opened" in words_of(app.error[0].value)
    assert scenario_of(app) == load(NAME)


def test_a_shared_link_shows_the_same_numbers_in_another_session() -> None:
    app = on("what_if")
    app.select_slider(key="price_BTC").set_value(60_000.0).run()
    app.multiselect(key="frameworks").set_value(["ifrs_revaluation"]).run()
    parameters = dict(app.query_params)
    assert parameters == {
        "case": NAME,
        "prices.BTC.quarter_end.2025-12-31": "60000.0",
        "accounting.frameworks": "ifrs_revaluation",
    }
    other = well(on("what_if", parameters))
    assert figures(other) == figures(app) == figures_of(run(scenario_of(app)))
    assert dict(go(other, "close").query_params) == parameters


def test_the_page_says_why_there_is_no_link() -> None:
    app = on("what_if")
    assert any("?case=strategy_2025q4" in code.value for code in app.code)
    app.text_input(key="buy_amount").set_value("$1bn").run()
    app.button(key="buy").click().run()
    assert not any("?case=" in code.value for code in app.code)
    assert any("never put into a link" in info.value for info in app.info)
