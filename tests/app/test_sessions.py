"""Several people at once: what one does is not seen by another, and what is kept is bounded."""

from __future__ import annotations

import ast
from pathlib import Path

import treasury_sim.app
from tests.app.pages import figures, figures_of, go, history_of, on, page_text, scenario_of, well
from treasury_sim import run

FOLDER = Path(treasury_sim.app.__file__).parent
LOTS = b"acquired,quantity,unit_cost,id\n2025-10-06,220,123561,our-secret-lot\n"


def test_two_sessions_do_not_see_each_other() -> None:
    first, second = on("what_if"), on("what_if")
    first.select_slider(key="price_BTC").set_value(60_000.0).run()
    second.select_slider(key="price_BTC").set_value(100_000.0).run()
    first.text_input(key="keep_name").set_value("mine").run()
    first.button(key="keep_it").click().run()
    for app, price in ((first, 60_000.0), (second, 100_000.0)):
        assert app.run().select_slider(key="price_BTC").value == price
        assert figures(well(app)) == figures_of(run(scenario_of(app)))
    assert "mine" in page_text(go(first, "compare"))
    assert "mine" not in page_text(go(second, "compare"))


def test_own_lots_are_in_no_other_session() -> None:
    first, second = on("start"), on("start")
    first.segmented_control(key="begin_with").set_value("Your own lots").run()
    first.file_uploader(key="lots_file").set_value([("ours.csv", LOTS, "text/csv")]).run()
    assert scenario_of(well(first)).lots[0].id == "our-secret-lot"
    assert history_of(second.run()).now.name == "strategy_2025q4"
    for page in ("what_if", "compare", "close", "method"):
        assert "our-secret-lot" not in page_text(go(second, page))


def test_every_cache_is_bounded() -> None:
    found = []
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for decorator in getattr(node, "decorator_list", []):
                text = ast.unparse(decorator)
                if "cache_" in text:
                    found.append((path.name, text))
    assert len(found) >= 5
    unbounded = [(name, text) for name, text in found if "max_entries" not in text]
    assert unbounded == [("start.py", "st.cache_data(show_spinner=False)")]  # the titles of the shipped cases


def test_no_page_keeps_anything_outside_the_session() -> None:
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Global), path.name
