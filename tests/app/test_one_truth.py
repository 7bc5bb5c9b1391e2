"""One scenario is the truth: every dial of every page shows it, whatever page came before, and writes itself alone."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import treasury_sim.app
from tests.app.pages import go, history_of, on, scenario_of, well
from tests.app.walks import every_step
from tests.browser.server import PAGES
from treasury_sim import load
from treasury_sim.app.history import Opened
from treasury_sim.scenario.differences import differences

END, LOW_DAY = date(2025, 12, 31), date(2025, 11, 21)
PATHS = 512
WITH_DIALS = ("what_if", "distribution")
_HOLDER: dict[tuple[Any, ...], object] = {
    ("expect",): None,
    ("accounting", "frameworks"): ["ifrs_revaluation", "us_gaap_impairment"],
    ("accounting", "impairment_price"): "weekly",
    ("tax", "rate"): 0.28735,
    ("simulation", "paths"): PATHS,
    ("simulation", "seed"): 7,
}
_FALL = {"model": "shock", "from": date(2025, 10, 1), "relative": -0.335, "shape": "l", "start": date(2025, 10, 10)}
_DRAWN = {"model": "gbm", "from": date(2025, 10, 1), "volatility": 0.554, "drift": 0.0125}
STATED: dict[tuple[Any, ...], object] = {
    **_HOLDER,
    ("prices", "BTC", "quarter_end", END): 67_893.12,
    ("prices", "BTC", "quarter_low", END): {"price": 61_234.5, "date": LOW_DAY},
}
FALL = {**_HOLDER, ("prices", "BTC"): {**_FALL, "trough": date(2025, 11, 20)}}
DRAWN = {**_HOLDER, ("prices", "BTC"): _DRAWN}
HOLDER_SHOWN: dict[str, object] = {
    "frameworks": ["IFRS, revaluation model", "US GAAP, cost less impairment"],
    "policy": "Close of every week",
}
TAX_SHOWN: dict[str, object] = {"has_tax": True, "tax": "28.735%", "tax_typed": "28.735%"}
SAMPLING_SHOWN: dict[str, object] = {"paths": f"{PATHS:,}", "seed": 7.0}
SHOWN: dict[str, dict[str, object]] = {
    "stated": {
        "way_BTC": ["As stated"],
        "price_BTC": "67,893.12",
        "price_BTC_typed": "67,893.12",
        "low_BTC": "61,234.5",
        "low_BTC_typed": "61,234.5",
    },
    "fall": {
        "way_BTC": ["A fall"],
        "size_BTC": "-33.5%",
        "size_BTC_typed": "-33.5%",
        "shape_BTC": "Down in a line, and it stays",
        "days_BTC": [date(2025, 10, 10), date(2025, 11, 20)],
    },
    "drawn": {
        "way_BTC": ["Simulated"],
        "model_BTC": "Brownian, one volatility",
        "volatility_BTC": "55.4%",
        "volatility_BTC_typed": "55.4%",
        "drift_BTC": "1.25%",
        "drift_BTC_typed": "1.25%",
    },
}
"""What a browser is to show, by the kind of scenario; every number is off the round steps of its slider."""
CHANGES = {"stated": STATED, "fall": FALL, "drawn": DRAWN}


def shown_on(kind: str, page: str) -> dict[str, object]:
    return {**SHOWN[kind], **HOLDER_SHOWN, **(TAX_SHOWN if page == "what_if" else SAMPLING_SHOWN)}


def opened(kind: str) -> AppTest:
    """Open the app on a scenario whose every dial is off its default."""
    app = on("start")
    original = load("strategy_2025q4").with_values({("expect",): None})
    scenario = original.with_values(CHANGES[kind])
    app.session_state["history"] = history_of(app).push(
        Opened("x", shipped=False, original=original, scenario=scenario)
    )
    return well(app.run())


INPUTS = {"selectbox", "multiselect", "select_slider", "slider", "text_input", "text_area", "number_input"}
INPUTS |= {"toggle", "button_group", "date_input"}


def inputs_of(app: AppTest) -> dict[str, Any]:
    """The input widgets of the page by their keys."""
    return {str(each.key): each for each in app.main if each.type in INPUTS and getattr(each, "key", None)}


def in_browser(widget: Any) -> object:
    """What a browser shows of a widget that it has just begun to show: what it is sent; without that, a default."""
    proto = widget.proto
    if not proto.set_value:
        return f"its own default, {proto.default}"
    if widget.type in {"button_group", "multiselect"}:
        return list(proto.raw_values)
    if widget.type == "slider" and widget.key.startswith("days"):
        return [datetime.fromtimestamp(each / 1e6, UTC).date() for each in proto.value]
    if widget.type == "select_slider":
        return ", ".join(proto.raw_value)
    return proto.raw_value if widget.type == "selectbox" else proto.value


@pytest.mark.parametrize("kind", CHANGES)
def test_every_dial_shows_the_scenario_after_every_step_from_page_to_page(kind: str) -> None:
    app = opened(kind)
    before = scenario_of(app)
    pages = list(PAGES) if kind == "stated" else ["start", *WITH_DIALS, "close"]
    walk = every_step(pages)
    assert len(walk) == len(pages) * (len(pages) - 1) + 1
    for here, there in pairwise(walk):
        app = well(go(app, there))
        widgets = inputs_of(app)
        unsent = [key for key, widget in widgets.items() if not widget.proto.set_value]
        assert unsent == [], f"{here} to {there}: a browser would show their defaults"
        if there in WITH_DIALS:
            expected = shown_on(kind, there)
            assert {key: in_browser(widgets[key]) for key in expected} == expected, f"{here} to {there}"
        assert scenario_of(app) is before, f"{here} to {there}: a page that is only shown changes nothing"


MOVES: dict[str, tuple[object, set[str]]] = {
    "price_BTC": (68_000.0, {"prices.BTC.quarter_end.2025-12-31"}),
    "price_BTC_typed": ("70,000.01", {"prices.BTC.quarter_end.2025-12-31"}),
    "low_BTC": (61_500.0, {"prices.BTC.quarter_low.2025-12-31.price"}),
    "low_BTC_typed": ("$61,234.56", {"prices.BTC.quarter_low.2025-12-31.price"}),
    "size_BTC": (-0.33, {"prices.BTC.relative"}),
    "size_BTC_typed": ("-12.345%", {"prices.BTC.relative"}),
    "shape_BTC": ("v", {"prices.BTC.shape"}),
    "days_BTC": ((date(2025, 10, 11), date(2025, 11, 20)), {"prices.BTC.start"}),
    "volatility_BTC": (0.56, {"prices.BTC.volatility"}),
    "volatility_BTC_typed": ("0.6123", {"prices.BTC.volatility"}),
    "drift_BTC": (0.02, {"prices.BTC.drift"}),
    "drift_BTC_typed": ("-1.5%", {"prices.BTC.drift"}),
    "tax": (0.29, {"tax.rate"}),
    "tax_typed": ("21.5%", {"tax.rate"}),
    "has_tax": (False, {"tax.rate"}),
    "policy": ("month_end", {"accounting.impairment_price"}),
    "frameworks": (["ifrs_revaluation"], {"accounting.frameworks"}),
    "paths": (2_048, {"simulation.paths"}),
    "seed": (8, {"simulation.seed"}),
}
"""The next value of a dial, one step of its slider on where it has one, and the keys that may then differ."""


@pytest.mark.parametrize(
    ("kind", "here", "there", "keys"),
    [
        ("stated", "what_if", "distribution", ["price_BTC", "low_BTC", "policy", "frameworks", "paths", "seed"]),
        ("stated", "distribution", "what_if", ["price_BTC_typed", "low_BTC_typed", "tax", "tax_typed", "has_tax"]),
        ("fall", "distribution", "what_if", ["size_BTC", "size_BTC_typed", "shape_BTC", "days_BTC"]),
        (
            "drawn",
            "what_if",
            "distribution",
            ["volatility_BTC", "volatility_BTC_typed", "drift_BTC", "drift_BTC_typed"],
        ),
    ],
)
def test_one_move_of_a_dial_after_a_step_changes_that_value_alone(
    kind: str, here: str, there: str, keys: list[str]
) -> None:
    app = go(opened(kind), here)
    before = scenario_of(app)
    for key in keys:
        value, differing = MOVES[key]
        app = go(go(app, here), there)  # the first key press after the step is the one that wrote a default
        inputs_of(app)[key].set_value(value).run()
        found = {_whole(each.key) for each in differences(before, scenario_of(well(app)))}
        assert found == differing, key
        app.button(key="undo").click().run()
        assert scenario_of(app) is before, key


def _whole(key: str) -> str:
    """The list that a key is an entry of, where one entry of it is another."""
    return re.sub(r"\[[0-9]+\]$|\.[0-9]+$", "", key)


def test_a_typed_number_is_the_number_of_the_scenario_and_of_the_slider() -> None:
    app = on("what_if")
    for text, price in (("67,893.12", 67_893.12), ("15000", 15_000.0), ("$1.2m", 1.2e6)):
        app.text_input(key="price_BTC_typed").set_value(text).run()
        assert scenario_of(well(app)).spec.prices["BTC"].quarter_end[END] == price
        assert app.select_slider(key="price_BTC").value == price
        assert app.text_input(key="price_BTC_typed").value == f"{price:,}".removesuffix(".0")
    steps = history_of(app).index
    app.text_input(key="price_BTC_typed").set_value("1200000").run()  # the same number in other words is no edit
    assert history_of(app).index == steps
    assert app.text_input(key="price_BTC_typed").value == "1,200,000"
    for text in ("", "-5", "EUR 5"):
        app.text_input(key="price_BTC_typed").set_value(text).run()
        assert app.error
        assert app.text_input(key="price_BTC_typed").value == "1,200,000"
        assert history_of(app).index == steps


def test_a_number_off_the_steps_of_a_slider_is_kept_until_the_slider_is_moved() -> None:
    app = opened("drawn")
    app = go(app, "distribution")
    app.selectbox(key="paths").set_value(2_048).run()
    model: Any = scenario_of(app).spec.prices["BTC"]
    assert (model.volatility, model.drift) == (0.554, 0.0125)


def test_what_was_chosen_on_one_page_is_chosen_on_the_next() -> None:
    app = go(opened("drawn"), "what_if")
    for key in ("sample_line", "sample_framework"):
        box = app.selectbox(key=key)
        box.set_value(box.options[-1] if key == "sample_line" else "us_gaap_impairment").run()
    line, framework = (app.selectbox(key=key).value for key in ("sample_line", "sample_framework"))
    app.text_input(key="loss_asked").set_value("$5bn").run()
    app = well(go(app, "distribution"))
    app.slider(key="path_share").set_value(40).run()
    assert [app.selectbox(key=key).value for key in ("sample_line", "sample_framework")] == [line, framework]
    assert app.text_input(key="loss_asked").value == "$5bn"
    assert go(app, "close").slider(key="path_share").value == 40


def test_limits_that_move_with_another_dial_do_not_reset_a_dial() -> None:
    app = go(opened("fall"), "what_if")
    for shape in ("v", "linear", "v", "l"):  # the last day that can be chosen is another for a V
        app.selectbox(key="shape_BTC").set_value(shape).run()
        days = inputs_of(well(app))["days_BTC"]
        assert days.value == (date(2025, 10, 10), date(2025, 11, 20))
        model: Any = scenario_of(app).spec.prices["BTC"]
        assert (model.start, model.trough or model.end) == days.value


STATEFUL = INPUTS - {"button_group"} | {"segmented_control", "pills", "checkbox", "radio", "time_input", "color_picker"}


def test_no_widget_is_drawn_that_would_begin_at_its_own_default() -> None:
    direct = [
        f"{path.name}: {ast.unparse(node.func)}"
        for path in sorted(Path(treasury_sim.app.__file__).parent.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATEFUL
    ]
    assert direct == [], "draw it by widgets.draw, from the scenario, or by widgets.recall, from what was chosen"
