"""Pictures of every page, to be looked at, and those of the documentation.

``python -m tests.browser.screens FOLDER [PAGE...]`` takes whole pages, light and dark at 1280 pixels, light on a phone;
``python -m tests.browser.screens --docs`` takes the pictures in `docs/`, what a screen shows at once.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.server import PAGES, app, browser, quiet, visit
from tests.programs import require

DOCS = Path(__file__).parents[2] / "docs"
SIZES = {"wide": (1280, 800), "phone": (390, 844)}
LOWER = "?case=strategy_2025q4&prices.BTC.quarter_end.2025-12-31=60000.0"
FUNDED = "?case=strategy_2026_forward"
SHOWN: tuple[tuple[str, str, str, Literal["light", "dark"], str], ...] = (
    ("app.png", "what_if", "?case=strategy_2025q4", "light", "wide"),
    ("app_dark.png", "what_if", LOWER, "dark", "wide"),
    ("app_compare.png", "compare", LOWER, "light", "wide"),
    ("app_distribution.png", "distribution", "?case=strategy_2026_simulated", "light", "wide"),
    ("app_pressure.png", "pressure", "?case=strategy_2025q4", "dark", "wide"),
    ("app_capital.png", "capital", FUNDED, "light", "wide"),
    ("app_phone.png", "what_if", "?case=strategy_2025q4", "light", "phone"),
)
"""File, page, link, look and size of each picture of the documentation."""
COLOURS = 128
"""Of a picture of the documentation, so that it is small."""


@contextmanager
def started() -> Iterator[tuple[str, Browser]]:
    """Start the app in an empty folder, and a browser."""
    with (
        tempfile.TemporaryDirectory() as empty,
        tempfile.TemporaryDirectory() as logs,
        app(Path(empty), Path(logs) / "log") as address,
        browser(require("chromium")) as found,
    ):
        yield address, found


def opened(found: Browser, address: str, name: str, look: Literal["light", "dark"], size: str, query: str = "") -> Page:
    """Open a page and wait until its charts are drawn."""
    width, height = SIZES[size]
    page = found.new_page(viewport={"width": width, "height": height}, color_scheme=look)
    page.set_default_timeout(60_000)
    visit(page, address, name, query)
    page.wait_for_timeout(1_000)
    quiet(page)
    return page


def whole(found: Browser, address: str, name: str, folder: Path, look: Literal["light", "dark"], size: str) -> None:
    """Take one picture of a whole page."""
    page = opened(found, address, name, look, size)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": SIZES[size][0], "height": min(int(tall) + 20, 6000)})
    page.wait_for_timeout(900)
    page.screenshot(path=folder / f"{name}_{look}_{size}.png")
    page.close()


def every_page(folder: Path, names: Sequence[str]) -> None:
    """Take three pictures of each page."""
    folder.mkdir(parents=True, exist_ok=True)
    with started() as (address, found):
        for name in names:
            whole(found, address, name, folder, "light", "wide")
            whole(found, address, name, folder, "dark", "wide")
            whole(found, address, name, folder, "light", "phone")


def for_docs() -> None:
    """Take the pictures of the documentation."""
    with started() as (address, found):
        for file, name, query, look, size in SHOWN:
            page = opened(found, address, name, look, size, query)
            taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            taken.quantize(COLOURS).save(DOCS / file, optimize=True)
            page.close()


if __name__ == "__main__":
    if sys.argv[1] == "--docs":
        for_docs()
    else:
        every_page(Path(sys.argv[1]), sys.argv[2:] or list(PAGES))
