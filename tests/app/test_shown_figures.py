"""What stands on pages is what was computed: grids to the last digit shown, the period chosen, the rank of a path."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.pages import THREE, figures, go, on, page_text, printed, well, words_of
from tests.figures import same
from treasury_sim import load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.solve.solve import loss_target, solve
from treasury_sim.domain.periods import Period, shown_periods
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.files import methodology
from treasury_sim.report.finding import key_figures
from treasury_sim.report.render.html import as_html
from treasury_sim.report.render.printed import printed as in_words
from treasury_sim.report.tables.comparison import compared, comparison_table
from treasury_sim.report.tables.solution import sentence

SIMULATED = {"case": "strategy_2026_simulated", "simulation.paths": "1024"}


def written(app: AppTest) -> Any:
    """The grid of the page as a browser writes it."""
    styler: Any = app.dataframe[0].proto.arrow_data.styler
    return pa.ipc.open_stream(styler.display_values).read_pandas()


@pytest.mark.parametrize("name", THREE)
def test_every_number_of_the_lot_schedule_is_read_back(name: str) -> None:
    result = run(load(name))
    pack = close_pack(result, next(iter(result.statements)), result.reported[-1].label, STANDARD)
    app = well(on("close", name))
    app.segmented_control(key="close_part").set_value("Lot schedule").run()
    shown = written(well(app))
    assert shown.shape == (len(pack.lots.rows), len(pack.lots.columns))
    for place, column in enumerate(pack.lots.columns):
        texts, cells = shown.iloc[:, place].tolist(), [row.cells[place] for row in pack.lots.rows]
        if column.is_text:
            assert texts == [cell or "" for cell in cells]
            continue
        assert all(same(text, cell) for text, cell in zip(texts, cells, strict=True) if isinstance(cell, float))
    assert "None" not in shown.to_string()


def test_a_case_of_several_quarters_opens_with_its_total_and_every_page_obeys_the_choice() -> None:
    result = run(load("secured_borrower"))
    app = well(on("what_if", "secured_borrower"))
    assert words_of(app.subheader[0].value).startswith("Q1 2026 to Q4 2026: unrealised loss")

    def key(label: str) -> list[tuple[str, str]]:
        return [(each.title, each.text) for name in result.statements for each in key_figures(result, name, label)]

    assert figures(app) == key("2026Q1 to 2026Q4")
    app.segmented_control(key="period_widget").set_value("2026Q3").run()
    assert figures(well(app)) == key("2026Q3")
    assert "Income bridge, Q3 2026" in page_text(app)
    go(app, "close")
    assert app.selectbox(key="close_quarter").value == "2026Q3"
    app.selectbox(key="close_quarter").set_value("2026Q4").run()
    go(app, "what_if")
    assert figures(well(app)) == key("2026Q4")


def test_a_case_of_one_quarter_has_nothing_to_choose() -> None:
    app = well(on("what_if", "strategy_2025q4"))
    assert "period_widget" not in {control.key for control in app.segmented_control}
    assert words_of(app.subheader[0].value).startswith("Q4 2025: ")


def test_compare_and_pressure_points_show_the_period_that_was_chosen() -> None:
    result = run(load("secured_borrower"))
    key = next(iter(result.statements))
    app = well(on("compare", "secured_borrower"))
    whole = next(iter(shown_periods(result.timeline.quarters, result.reported)))
    assert whole.label == "2026Q1 to 2026Q4"
    quarter = next(each for each in result.reported if each.label == "2026Q2")
    third = Period("2026Q2", (result.timeline.quarters.index(quarter),))
    for period in (whole, third):
        if period is third:
            app.segmented_control(key="period_widget").set_value(period.label).run()
        title = FRAMEWORKS[key].title
        table = comparison_table(compared([result], key, period), ["Open now"], [result], period, title)
        assert as_html(in_words(table)) in page_text(app)
        assert f"Bridge, {'Q4' if period is whole else 'Q2'} 2026" in page_text(app)
    go(app, "pressure")
    assert app.selectbox(key="pressure_quarter").value == "2026Q2"
    app.text_input(key="solve_loss").set_value("$10m").run()
    answer = solve(load("secured_borrower"), loss_target("net_income", 10e6), "price", quarter="2026Q2", framework=key)
    assert printed(result, sentence(answer)) in [words_of(each.value).strip("*") for each in well(app).markdown]
    app.selectbox(key="pressure_quarter").set_value("2026Q3").run()
    go(well(app), "what_if")
    assert app.segmented_control(key="period_widget").value == "2026Q3"


@pytest.mark.parametrize("name", [*THREE, "secured_borrower"])
def test_every_page_names_quarters_as_people_do(name: str) -> None:
    app = well(on("start", name))
    named = 0
    for page in ("start", "what_if", "compare", "pressure", "capital", "close", "batch", "method"):
        text = everything(well(go(app, page))).replace(words_of(methodology().replace("$", "\\$")), "")
        assert re.findall(r"(?<![\w./-])(?:\d{4}Q[1-4]|\d{4} YTD)(?![\w.])", text) == [], page
        named += len(re.findall(r"Q[1-4] (?:of fiscal )?20\d\d", text))
    assert named > 20


def everything(app: AppTest) -> str:
    """All that a page shows but code and inputs that are typed."""
    shown: Any = app.get
    text = [each.value for kind in ("caption", "markdown", "subheader", "info", "success") for each in shown(kind)]
    text += [each.body for each in shown("html")] + [label for figure in figures(app) for label in figure]
    text += [choice for kind in ("selectbox", "segmented_control") for each in shown(kind) for choice in each.options]
    text += [each.label for kind in ("selectbox", "select_slider", "slider", "text_input") for each in shown(kind)]
    text += [each.proto.spec for each in shown("vega_lite_chart")]
    text += [each for grid in app.dataframe for each in (*grid.value.columns, *grid.value.to_numpy().ravel())]
    return words_of("\n".join(map(str, text)))


def test_a_worse_percentile_is_a_worse_total_and_the_page_says_by_what_it_is_ranked() -> None:
    app = well(on("distribution", SIMULATED))
    app.toggle(key="path_shown").set_value(True).run()
    losses = []
    for share in (1, 5, 50, 95):
        app.slider(key="path_share").set_value(share).run()
        text = words_of(" ".join(caption.value for caption in well(app).caption))
        assert "ranked by net income of Q3 2026 to Q4 2026, US GAAP, fair value" in text
        result = next(each for each in app.metric if words_of(each.label) in {"Net loss", "Net income"})
        losses.append(_amount(words_of(result.value)))
        assert not any("Edited" in info.value for info in app.info)
    assert losses == sorted(losses)


def _amount(text: str) -> float:
    factor = {"bn": 1e9, "m": 1e6, "k": 1e3}
    digits = text.strip("()$")
    unit = digits.lstrip("0123456789.,")
    return (-1.0 if text.startswith("(") else 1.0) * float(digits.removesuffix(unit)) * factor.get(unit, 1.0)


def test_a_funded_simulation_says_how_likely_coins_are_sold() -> None:
    app = well(on("capital", {"case": "strategy_2026_forward_gbm", "simulation.paths": "1024"}))
    text = page_text(app)
    assert "Coins are sold in the quarter" in text
    assert "Cash, the reserve included" in text
    assert not any("does not state how" in info.value for info in app.info)
