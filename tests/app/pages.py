"""The app without a browser: one page of it, on one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from treasury_sim.app.history import History
from treasury_sim.domain.periods import whole
from treasury_sim.domain.result import Result
from treasury_sim.report.finding import key_figures
from treasury_sim.report.words import in_print
from treasury_sim.scenario import Scenario

ROOT = Path(__file__).parents[2]
THREE = ("strategy_2025q4", "kulr_2025", "bitmine_2026q1")
"""A holder with lots, sales and tax; one with receipts and no tax; one with ETH and another fiscal year."""


def started(link: Mapping[str, str] | str | None = None) -> AppTest:
    """Start the app, with the parameters of a link or on a shipped case."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for key, value in ({"case": link} if isinstance(link, str) else link or {}).items():
        app.query_params[key] = value
    return app.run()


def on(page: str, link: Mapping[str, str] | str | None = None) -> AppTest:
    """Start the app and go to a page."""
    return go(started(link), page)


def go(app: AppTest, page: str) -> AppTest:
    """Go to a page."""
    return app.switch_page(f"treasury_sim/app/{page}.py").run()


def history_of(app: AppTest) -> History:
    """Everything that was done in the session."""
    found: History = app.session_state["history"]
    return found


def scenario_of(app: AppTest) -> Scenario:
    """The truth of the session."""
    return history_of(app).now.scenario


def well(app: AppTest) -> AppTest:
    """Make sure that the page is drawn whole, and that nothing is wrong."""
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


def words_of(text: str) -> str:
    """Take the signs away that keep Markdown from being read as such."""
    return text.replace("\\", "")


def figures(app: AppTest) -> list[tuple[str, str]]:
    """The key figures on the page."""
    return [(words_of(metric.label), words_of(metric.value)) for metric in app.metric]


def figures_of(result: Result) -> list[tuple[str, str]]:
    """The key figures of a result over its whole period, with which a page opens."""
    label = whole(result.timeline.quarters, result.reported).label
    return [(figure.title, figure.text) for key in result.statements for figure in key_figures(result, key, label)]


def printed(result: Result, text: str) -> str:
    """Text with periods named as on pages."""
    return in_print(text, is_calendar=all(quarter.is_of_calendar for quarter in result.reported))


def page_text(app: AppTest) -> str:
    """Tables and text of a page."""
    tables: Any = app.get("html")
    parts = [*(html.body for html in tables), *(each.value for each in app.markdown)]
    return words_of("\n".join(map(str, parts)))
