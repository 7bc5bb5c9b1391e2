"""Rows that an export left out are reported on every page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.pages import ROOT, go, started, well, words_of

CASE = ROOT / "tests" / "scenario" / "public_reports" / "48-note-lost-in-other-doors"
NOTE = "1 row is a lot, 2 are not and were left out: 1 Sell, 1 Staking Income."
PAGES = ("what_if", "distribution", "compare", "limits", "pressure", "capital", "close", "batch", "method", "start")


@pytest.fixture(scope="module")
def opened() -> object:
    app = started()
    app.segmented_control(key="begin_with").set_value("A scenario file").run()
    files = [
        ("a.yaml", (CASE / "a.yaml").read_bytes(), "text/yaml"),
        ("export.csv", (CASE / "export.csv").read_bytes(), "text/csv"),
    ]
    app.file_uploader(key="scenario_files").set_value(files).run()
    return well(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_was_left_out(opened: object, page: str) -> None:
    app = go(opened, page)  # type: ignore[arg-type]

    assert any(NOTE in words_of(caption.value) for caption in app.caption)


def test_every_page_is_here() -> None:
    drawn = {
        path.stem for path in Path(ROOT / "treasury_sim" / "app").glob("*.py") if "frame.page(" in path.read_text()
    }

    assert drawn == set(PAGES)
