"""Every control has a label and text stands out, as axe-core checks by WCAG 2.1 AA; in light and in dark."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from tests.browser.acts import go
from tests.browser.server import PAGES, PATIENCE, visit

GRAVE = {"serious", "critical"}


@pytest.mark.parametrize("look", ["light", "dark"])
def test_nothing_serious_on_any_page(address: str, chromium: Browser, look: Literal["light", "dark"]) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme=look)
    page.set_default_timeout(PATIENCE)
    visit(page, address)
    found = []
    for title in PAGES.values():
        go(page, title)
        found += [
            f"{title}: {each['id']}: {each['help']}: {node['target']} {node['html'][:200]}"
            for each in Axe().run(page).response["violations"]
            if each["impact"] in GRAVE
            for node in each["nodes"]
        ]
    page.close()
    assert found == []
