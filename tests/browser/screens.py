"""Pictures of every page, to be looked at: ``python -m tests.browser.screens FOLDER [PAGE...]``.

Light and dark at 1280 pixels, and light on a phone; whole pages. Charts are waited for.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.browser.server import PAGES, app, browser, quiet, visit
from tests.programs import require

SIZES = {"wide": (1280, 800), "phone": (390, 844)}


def picture(found: Browser, address: str, name: str, folder: Path, look: Literal["light", "dark"], size: str) -> None:
    """Take one picture."""
    width, height = SIZES[size]
    page = found.new_page(viewport={"width": width, "height": height}, color_scheme=look)
    page.set_default_timeout(60_000)
    visit(page, address, name)
    page.wait_for_timeout(900)
    quiet(page)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(tall) + 20, 6000)})
    page.wait_for_timeout(900)
    page.screenshot(path=folder / f"{name}_{look}_{size}.png")
    page.close()


def main(folder: Path, names: list[str]) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as empty,
        tempfile.TemporaryDirectory() as logs,
        app(Path(empty), Path(logs) / "log") as address,
        browser(require("chromium")) as found,
    ):
        for name in names:
            picture(found, address, name, folder, "light", "wide")
            picture(found, address, name, folder, "dark", "wide")
            picture(found, address, name, folder, "light", "phone")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(PAGES))
