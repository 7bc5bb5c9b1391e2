"""One server for all tests of a file, and a fresh page for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.server import PATIENCE, Seen, app, browser
from tests.programs import require


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is, started as a user does, from an empty folder."""
    require("chromium")
    empty = tmp_path_factory.mktemp("empty")
    with app(empty, tmp_path_factory.mktemp("log") / "app.log") as found:
        yield found
    assert list(empty.iterdir()) == [], "the app writes nothing where it is started"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with browser(require("chromium")) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a session of its own; what it asks for stays on this machine, and it reports no error."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    found = context.new_page()
    found.set_default_timeout(PATIENCE)
    seen = Seen(found)
    yield found
    context.close()
    assert seen.errors == []
    assert seen.asked
    assert seen.outside() == []
