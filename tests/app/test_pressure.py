"""The page "Pressure points": answers that a run confirms."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.app.pages import THREE, on, page_text, well, words_of
from treasury_sim import load, run


@pytest.mark.parametrize("name", THREE)
def test_three_scenarios(name: str) -> None:
    app = well(on("pressure", name))
    assert "Price falls to" in page_text(app)
    assert "Or at" in page_text(app)
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) >= 2


def test_the_price_of_a_loss_gives_this_loss() -> None:
    app = on("pressure")
    app.selectbox(key="pressure_line").set_value("remeasurement_pl").run()
    app.text_input(key="solve_loss").set_value("$10bn").run()
    said = next(words_of(each.value) for each in well(app).markdown if "a coin the loss" in each.value)
    match = re.search(r"of ([0-9,]+\.[0-9]{2}) USD a coin", said)
    assert match is not None
    price = float(match[1].replace(",", ""))
    assert price == pytest.approx(98_572, abs=5)  # 87,515 + (17,436.06m - 10,000m) / 672,503
    changed = load("strategy_2025q4").with_values(
        {("prices", "BTC", "quarter_end", date(2025, 12, 31)): price, ("expect",): None}
    )
    loss = run(changed).statements["us_gaap_fair_value"].lines["remeasurement_pl"]
    assert loss is not None
    assert loss[0, -1] == pytest.approx(-10e9, abs=10_000)


def test_an_amount_that_is_none_is_told() -> None:
    app = on("pressure")
    app.text_input(key="solve_loss").set_value("ten").run()
    assert not app.exception
    assert "1.2m" in words_of(app.error[0].value)
