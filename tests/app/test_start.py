"""The page "Start": cases, scenario files, lots; what is wrong is told by file and cell."""

from __future__ import annotations

import io

import pytest
import streamlit as st
from openpyxl import Workbook  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

from tests.app.pages import figures, figures_of, go, history_of, scenario_of, started, well, words_of
from treasury_sim import load, run, to_yaml
from treasury_sim.app.opening import MOST_MEGABYTES
from treasury_sim.scenario.library import shipped

BARE = "schema: 1\ntitle: a\nholder: {{name: Us, lots: '{lots}'}}\nperiod: {{start: 2025-10-01, end: {end}}}\n"
LOTS = b"acquired,quantity,unit_cost\n2025-10-06,220,123561\n2025-11-03,487,102557\n"


@pytest.mark.parametrize("name", [path.stem for path in shipped()])
def test_every_shipped_case_opens(name: str) -> None:
    app = well(started())
    if name != history_of(app).now.name:
        app.selectbox(key="pick").set_value(name).run()
    well(app)
    assert scenario_of(app) == load(name)
    assert app.query_params == {"case": name}
    assert any(words_of(heading.value) == load(name).spec.holder.name for heading in app.subheader)


def test_the_first_case_is_strategy_and_undo_leads_back_to_it() -> None:
    app = started()
    app.selectbox(key="pick").set_value("kulr_2025").run()
    app.button(key="undo").click().run()
    assert history_of(app).now.name == "strategy_2025q4"
    assert app.selectbox(key="pick").value == "strategy_2025q4"


def begin_with(way: str) -> AppTest:
    app = started()
    app.segmented_control(key="begin_with").set_value(way).run()
    return well(app)


def test_a_scenario_file_gives_the_numbers_of_the_command() -> None:
    edited = load("strategy_2025q4").with_values({("tax", "rate"): 0.21, ("expect",): None})
    app = begin_with("A scenario file")
    app.file_uploader(key="scenario_files").set_value([("ours.yaml", to_yaml(edited).encode(), "text/yaml")]).run()
    well(app)
    assert history_of(app).now.name == "ours"
    assert app.query_params == {}
    assert figures(go(app, "what_if")) == figures_of(run(edited))


def test_what_is_wrong_with_a_scenario_file_is_told_by_line_and_nothing_is_opened() -> None:
    app = begin_with("A scenario file")
    text = BARE.format(lots="../../etc/passwd", end="2025-12-30").encode()
    app.file_uploader(key="scenario_files").set_value([("ours.yaml", text, "text/yaml")]).run()
    assert not app.exception
    told = words_of(app.error[0].value)
    assert "ours.yaml:3: holder.lots" in told
    assert "ours.yaml:4: period.end" in told
    assert history_of(app).now.name == "strategy_2025q4"


def upload_lots(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader(key="lots_file").set_value([(name, content, "text/csv")]).run()


def test_lots_of_ones_own_as_csv() -> None:
    app = begin_with("Your own lots")
    app.text_input(key="new_name").set_value('Our "Company" $').run()
    app.text_input(key="new_rate").set_value("28.73%").run()
    app.selectbox(key="new_quarter").set_value("2025Q4").run()
    well(upload_lots(app, "our lots.csv", LOTS))
    spec = scenario_of(app).spec
    assert (spec.holder.name, spec.tax.rate) == ('Our "Company" $', 0.2873)
    assert [quarter.label for quarter in spec.quarters] == ["2025Q4"]
    assert [lot.quantity for lot in scenario_of(app).lots] == [220.0, 487.0]
    assert app.query_params == {}
    assert figures(go(app, "what_if")) == figures_of(run(scenario_of(app)))


def test_lots_of_ones_own_as_xlsx() -> None:
    book, content = Workbook(), io.BytesIO()
    for row in (["acquired", "quantity", "unit_cost"], ["2025-10-06", 220, 123561]):
        book.active.append(row)
    book.save(content)
    app = begin_with("Your own lots")
    well(upload_lots(app, "lots.xlsx", content.getvalue()))
    assert [lot.quantity for lot in scenario_of(app).lots] == [220.0]


def test_a_wrong_cell_is_named_in_csv_and_in_xlsx() -> None:
    app = upload_lots(begin_with("Your own lots"), "lots.csv", LOTS.replace(b"487", b"many"))
    assert "lots.csv:3: quantity: expected a number, found many" in words_of(app.error[0].value)
    assert history_of(app).now.name == "strategy_2025q4"
    book, content = Workbook(), io.BytesIO()
    for row in (["acquired", "quantity", "unit_cost"], ["2025-10-06", "many", 123561]):
        book.active.append(row)
    book.save(content)
    app = upload_lots(begin_with("Your own lots"), "lots.xlsx", content.getvalue())
    assert "quantity (B2)" in words_of(app.error[0].value)


def test_a_file_that_is_too_large_is_refused_with_the_limit() -> None:
    app = begin_with("Your own lots")
    large = LOTS + b"# " + b"x" * (MOST_MEGABYTES * 1_000_000)
    app = upload_lots(app, "lots.csv", large)
    assert f"at most {MOST_MEGABYTES} MB" in words_of(app.error[0].value)


def test_no_message_names_a_folder_of_this_machine() -> None:
    app = begin_with("A scenario file")
    for reference in ("/etc/passwd", "../lots.csv", "library:nothing.csv"):
        text = BARE.format(lots=reference, end="2025-12-31")
        app.file_uploader(key="scenario_files").set_value([("a.yaml", text.encode(), "text/yaml")]).run()
        told = words_of(app.error[0].value).replace(reference, "")
        assert "/" not in told.replace("and/or", "")
    assert st.get_option("client.showErrorDetails") == "none"
