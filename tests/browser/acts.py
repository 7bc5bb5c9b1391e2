"""What a person does in the app, and what is read off the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.server import quiet


def press(page: Page, slider: Locator, key: str) -> None:
    """Press `key` on `slider` until it moves: a page that has just been drawn may swallow the first one."""
    before = slider.get_attribute("aria-valuetext")
    for _ in range(5):
        slider.focus()
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        if slider.get_attribute("aria-valuetext") != before:
            return
    pytest.fail("the slider does not move")


def slider(page: Page, name: str) -> Locator:
    """The slider whose label begins with `name`."""
    return page.get_by_role("slider", name=name).first


def go(page: Page, title: str) -> None:
    """Go to a page by the navigation."""
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_timeout(300)
    quiet(page)


def cell(page: Page, row: str) -> str:
    """First amount of a row of the first statement, as written."""
    table = page.locator("table.statement").first
    return table.get_by_role("row", name=row).first.get_by_role("cell").first.inner_text()


def amount(text: str) -> float:
    """Read an amount off the screen."""
    size = float(text.strip("()").replace(",", ""))
    return -size if text.startswith("(") else size


def download(page: Page, label: str, folder: Path) -> Path:
    """Take a file from the menu of files."""
    page.get_by_role("button", name="Files", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("button", name=label).first.click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    page.keyboard.press("Escape")
    return file


def type_into_grid(page: Page, column: int, texts: Sequence[str]) -> None:
    """Type `texts` into the rows of the grid from the first on, each as soon as its cell opens."""
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 90, box["y"] + 52)
    for _ in range(column):
        page.keyboard.press("ArrowRight")
    for text in texts:
        page.keyboard.press("Enter")
        cell_editor = page.locator(".gdg-input")
        cell_editor.fill(text)
        page.keyboard.press("Enter")
        cell_editor.wait_for(state="detached")
