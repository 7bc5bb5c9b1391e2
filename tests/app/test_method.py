"""The page "Data and method" names every input, standard and choice."""

from __future__ import annotations

import pytest

from tests.app.pages import THREE, on, page_text, well
from treasury_sim import load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.version import VERSION


@pytest.mark.parametrize("name", THREE)
def test_three_scenarios(name: str) -> None:
    app = well(on("method", name))
    text, result = page_text(app), run(load(name))
    assert any(VERSION in caption.value for caption in app.caption)
    for digest in result.inputs.values():
        assert digest in text
    for framework in FRAMEWORKS.values():
        assert framework.citation.split("(")[0].strip() in text.replace("&amp;", "&")
    assert "Signs: every line has the sign of its effect" in text
