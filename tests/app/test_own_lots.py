"""Lots of one's own: every field of the form takes effect in every order, and stays to be edited."""

from __future__ import annotations

import random
from datetime import date
from itertools import permutations

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.pages import figures, figures_of, go, history_of, on, scenario_of, started, well, words_of
from treasury_sim import load, run, to_yaml

LOTS = b"acquired,quantity,unit_cost\n2025-10-06,220,123561\n2025-11-03,487,102557\n"
OTHERS = b"acquired,quantity,unit_cost\n2025-10-07,3,120000.5\n"
FIELDS = ("company", "year end", "quarter", "rate", "frameworks", "file")
SHOWN = {
    "new_name": "Beta AG",
    "new_year_end": "09-30",
    "new_quarter": "2025Q4",
    "new_rate": "28.735%",
    "new_frameworks": ["ifrs_revaluation"],
}


def fill(app: AppTest, field: str) -> AppTest:
    match field:
        case "company":
            return app.text_input(key="new_name").set_value("Beta AG").run()
        case "year end":
            return app.selectbox(key="new_year_end").set_value("09-30").run()
        case "quarter":
            return app.selectbox(key="new_quarter").set_value("2025Q4").run()
        case "rate":
            return app.text_input(key="new_rate").set_value("28.735%").run()
        case "frameworks":
            return app.multiselect(key="new_frameworks").set_value(["ifrs_revaluation"]).run()
        case _:
            return upload(app, "ours.csv", LOTS)


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader(key="lots_file").set_value([(name, content, "text/csv")]).run()


def form() -> AppTest:
    app = started()
    app.segmented_control(key="begin_with").set_value("Your own lots").run()
    return well(app)


def shown(app: AppTest) -> dict[str, object]:
    keyed = {each.key: each.value for each in (*app.text_input, *app.selectbox, *app.multiselect)}
    return {key: keyed[key] for key in SHOWN}


def captions(app: AppTest) -> str:
    return words_of(" ".join(each.value for each in app.caption))


def orders() -> list[tuple[str, ...]]:
    """Every field first and last at least once, the file first, last and between; drawn once and for all."""
    drawn = [tuple(FIELDS[shift:] + FIELDS[:shift]) for shift in range(len(FIELDS))]
    return [*drawn, *random.Random(5).sample(list(permutations(FIELDS)), 4)]


@pytest.mark.parametrize("order", orders(), ids=" ".join)
def test_every_field_takes_effect_in_every_order(order: tuple[str, ...]) -> None:
    app = form()
    for field in order:
        app = fill(app, field)
    spec = scenario_of(well(app)).spec
    assert shown(app) == SHOWN
    assert (spec.holder.name, spec.holder.fiscal_year_end, spec.title) == ("Beta AG", "09-30", "Beta AG")
    assert (spec.period.start, spec.period.end) == (date(2025, 7, 1), date(2025, 9, 30))
    assert (spec.tax.rate, spec.accounting.frameworks) == (0.28735, ("ifrs_revaluation",))
    assert [lot.quantity for lot in scenario_of(app).lots] == [220.0, 487.0]
    assert "In use: 2 lots of ours.csv" in captions(app)


def test_the_form_is_there_to_be_edited_after_other_pages_and_undo_is_shown_in_it() -> None:
    app = form()
    for field in ("file", "quarter", "company"):
        app = fill(app, field)
    app = go(go(app, "what_if"), "start")
    assert app.segmented_control(key="begin_with").value == "Your own lots"
    assert (shown(app)["new_name"], shown(app)["new_quarter"]) == ("Beta AG", "2025Q4")
    assert "In use: 2 lots of ours.csv" in captions(app)
    app = fill(well(app), "rate")
    assert scenario_of(app).spec.tax.rate == 0.28735
    assert figures(go(app, "what_if")) == figures_of(run(scenario_of(app)))
    app = go(app, "start")
    app.button(key="undo").click().run()
    assert shown(app)["new_rate"] == ""
    app.button(key="undo").click().run()
    assert shown(app)["new_name"] == "Our company"
    assert scenario_of(app).spec.holder.name == "Our company"


def test_another_table_takes_the_place_of_the_first_and_keeps_the_form() -> None:
    app = form()
    for field in FIELDS:
        app = fill(app, field)
    app = well(upload(app, "others.csv", OTHERS))
    assert [lot.quantity for lot in scenario_of(app).lots] == [3.0]
    assert shown(app) == SHOWN
    assert "In use: 1 lot of others.csv" in captions(app)


def test_what_the_other_pages_edited_stays_when_the_form_is_changed() -> None:
    app = fill(fill(form(), "file"), "quarter")
    app = go(app, "what_if")
    app.toggle(key="has_tax").set_value(True).run()
    app.multiselect(key="frameworks").set_value(["us_gaap_impairment"]).run()
    app = fill(go(app, "start"), "company")
    spec = scenario_of(well(app)).spec
    assert (spec.tax.rate, spec.accounting.frameworks) == (0.21, ("us_gaap_impairment",))
    assert (shown(app)["new_rate"], shown(app)["new_frameworks"]) == ("21%", ["us_gaap_impairment"])
    price = date(2025, 12, 31)
    app = go(app, "what_if")
    app.text_input(key="price_BTC_typed").set_value("60,000").run()
    app = fill(go(app, "start"), "company")
    assert scenario_of(app).spec.prices["BTC"].quarter_end == {price: 60_000.0}
    app.selectbox(key="new_quarter").set_value("2026Q1").run()  # the price was that of another quarter
    assert not scenario_of(well(app)).spec.prices


def test_a_table_that_the_form_cannot_hold_is_used_once_the_form_is_mended() -> None:
    app = form()
    app.text_input(key="new_rate").set_value("100%").run()
    app = well(app)
    app.text_input(key="new_rate").set_value("150%").run()
    app = upload(app, "ours.csv", LOTS)
    assert "tax.rate" in words_of(app.error[0].value)
    assert "ours.csv is not in use" in words_of(app.warning[0].value)
    app = well(fill(app, "rate"))
    assert not app.warning
    assert scenario_of(app).spec.tax.rate == 0.28735
    assert "In use: 2 lots of ours.csv" in captions(app)


def test_what_cannot_be_is_refused_and_the_form_shows_what_holds() -> None:
    for app in (form(), fill(form(), "file")):
        before = shown(app)
        app.multiselect(key="new_frameworks").set_value([]).run()
        assert "accounting frameworks: expected at least one" in words_of(app.error[0].value)
        assert shown(app) == before
        app.text_input(key="new_rate").set_value("lots").run()
        assert "tax rate: expected" in words_of(app.error[0].value)
        assert shown(app) == before
        app.text_input(key="new_name").set_value("  ").run()
        assert "company: expected a name" in words_of(app.error[0].value)
        assert shown(app) == before


def test_a_bad_table_leaves_the_good_one_in_use_and_says_so() -> None:
    app = upload(fill(form(), "file"), "bad.csv", LOTS.replace(b"487", b"many"))
    assert "bad.csv:3: quantity" in words_of(app.error[0].value)
    assert "bad.csv is not in use" in words_of(app.warning[0].value)
    assert "In use: 2 lots of ours.csv" in captions(app)
    app = well(upload(app, "mended.csv", OTHERS))
    assert not app.warning
    assert "In use: 1 lot of mended.csv" in captions(app)


def test_lots_of_ones_own_can_be_opened_again_after_a_shipped_case() -> None:
    app = fill(fill(form(), "file"), "company")
    app.segmented_control(key="begin_with").set_value("A shipped case").run()
    app.selectbox(key="pick").set_value("kulr_2025").run()
    app.segmented_control(key="begin_with").set_value("Your own lots").run()
    assert "Another scenario is open. Yours has 2 lots of ours.csv" in captions(well(app))
    app.button(key="own_again").click().run()
    assert scenario_of(well(app)).spec.holder.name == "Beta AG"


def test_an_empty_holder_is_reported() -> None:
    app = upload(form(), "none.csv", b"acquired,quantity,unit_cost\n")
    assert not history_of(app).now.shipped
    for page in ("start", "what_if", "close"):
        assert "The holder has no lots" in words_of(go(app, page).warning[0].value)


def test_the_mended_scenario_file_takes_the_place_of_the_bad_one() -> None:
    good = to_yaml(load("kulr_2025"))
    bad, mended = good.replace("schema: 1", "schema: 7").encode(), good.encode()
    app = on("start")
    app.segmented_control(key="begin_with").set_value("A scenario file").run()
    app = app.file_uploader(key="scenario_files").set_value([("bad.yaml", bad, "text/yaml")]).run()
    assert "schema" in words_of(app.error[0].value)
    app = well(app.file_uploader(key="scenario_files").upload("bad2.yaml", mended, "text/yaml").run())
    assert history_of(app).now.name == "bad2"
    app = app.file_uploader(key="scenario_files").set_value([("a.yaml", bad, "t"), ("b.yaml", bad, "t")]).run()
    assert "expected one scenario" in words_of(app.error[0].value)  # two at once are no replacement
