"""What a person does in the app, and what is read off the screen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.server import quiet


def press(slider: Locator, key: str) -> None:
    """Press `key` on `slider` until it moves: a page that has just been drawn may swallow the first one."""
    before = slider.get_attribute("aria-valuetext")
    for _ in range(5):
        slider.press(key)
        with suppress(AssertionError):
            expect(slider).not_to_have_attribute("aria-valuetext", before, timeout=4_000)
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
    for row, text in enumerate(texts):
        cell_editor = _open_cell(page, row, column)
        cell_editor.fill(text)
        page.keyboard.press("Enter")
        cell_editor.wait_for(state="detached")


FIRST_ROW, ROW = 52, 35
"""Pixels from the top of the grid to the middle of its first row, and from row to row."""


def _open_cell(page: Page, row: int, column: int) -> Locator:
    """Open a cell; again, if the grid was drawn anew in between and another cell, or none, has opened."""
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    held = grid.locator(f"#glide-cell-{column + 1}-{row}").text_content()
    cell_editor = page.locator(".gdg-input")
    for _ in range(5):
        grid.scroll_into_view_if_needed()
        box = grid.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 90, box["y"] + FIRST_ROW + row * ROW)
        for _ in range(column):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        with suppress(PlaywrightTimeout):
            cell_editor.wait_for(timeout=2_000)
            if cell_editor.input_value().replace(",", "") == held:
                return cell_editor
            page.keyboard.press("Escape")
    pytest.fail("the cell does not open")


def type_as_a_person(page: Page, row: int, text: str, shown: str) -> None:
    """Click a cell of the first column and type into it without opening it, 140 ms a key, as in a spreadsheet."""
    cell_editor = page.locator(".gdg-input")
    held = page.locator("[data-testid=stDataFrame] canvas").first.locator(f"#glide-cell-1-{row}")
    for _ in range(5):
        grid = page.locator("[data-testid=stDataFrame] canvas").first
        grid.scroll_into_view_if_needed()
        quiet(page)
        box = grid.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 90, box["y"] + FIRST_ROW + row * ROW)
        page.keyboard.type(text, delay=140)
        with suppress(AssertionError):
            expect(cell_editor).to_have_value(text, timeout=1_000)  # every key is there, the first one, too
            page.keyboard.press("Enter")
            expect(held).to_have_text(shown)
            quiet(page)
            return
        page.keyboard.press("Escape")
    pytest.fail("the cell does not take what is typed")
