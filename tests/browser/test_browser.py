"""The app as a person meets it: started from an empty folder, moved with the keyboard, in a real browser."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.programs import require

COMMAND = (sys.executable, "-m", "treasury_sim")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEADLINE = re.compile(r"Q4 2025: unrealised loss on digital assets of \$[\d.]+bn, net loss of \$[\d.]+bn")
PATIENCE = 30_000
"""Milliseconds."""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        assert server.poll() is None, "the app stopped at its start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the app does not listen")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    require("chromium")
    empty, port = tmp_path_factory.mktemp("empty"), free_port()
    command = [*COMMAND, "app", "--headless", "--port", str(port)]
    with (tmp_path_factory.mktemp("log") / "app.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=empty, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}/"
            assert list(empty.iterdir()) == [], "the app writes nothing where it is started"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=20)


class Seen:
    """What happened in the browser besides the page."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda websocket: self.asked.append(websocket.url))

    def outside(self) -> list[str]:
        here = {"http", "https", "ws", "wss"}
        urls = [urlsplit(url) for url in self.asked]
        return [url.geturl() for url in urls if url.scheme in here and url.hostname != "127.0.0.1"]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, accept_downloads=True)
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def headline(page: Page) -> str:
    return page.get_by_role("heading", name=HEADLINE).inner_text()


def cell(page: Page, row: str) -> str:
    """First amount of a row of the income bridge, as written."""
    table = page.locator("table.statement").first
    return table.get_by_role("row", name=row).first.get_by_role("cell").first.inner_text()


def amount(text: str) -> float:
    size = float(text.strip("()").replace(",", ""))
    return -size if text.startswith("(") else size


def quiet(page: Page) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def begin(page: Page, address: str) -> None:
    """Open the app and wait until everything of it is drawn."""
    page.goto(address)
    page.get_by_role("heading", name=HEADLINE).wait_for()
    expect(page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)")).to_have_count(3, timeout=PATIENCE)
    quiet(page)


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


def test_the_name_of_a_framework_is_not_cut_in_its_chip(page: Page, address: str) -> None:
    begin(page, address)
    chips = page.locator(".stMultiSelect [data-tag] span[title]")
    expect(chips).to_have_text(["US GAAP, fair value", "US GAAP, cost less impairment"])
    for chip in chips.all():
        assert chip.evaluate("chip => chip.scrollWidth <= chip.clientWidth"), chip.inner_text()


def test_the_price_slider_the_file_and_the_command_agree(address: str, page: Page, tmp_path: Path) -> None:
    seen = Seen(page)
    begin(page, address)
    assert headline(page).endswith("unrealised loss on digital assets of $17.4bn, net loss of $12.4bn")
    assert cell(page, "Unrealised loss") == "(17,436.1)"

    slider = page.get_by_role("slider").first
    press(page, slider, "ArrowLeft")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "86,500")
    expect(page.locator("table.statement").first).not_to_contain_text("(17,436.1)")
    quiet(page)
    loss = cell(page, "Unrealised loss")
    assert amount(loss) < -17_436.1

    with page.expect_download() as started:
        page.get_by_role("button", name="Scenario (YAML)").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.name == "strategy_2025q4_what_if.yaml"
    command = [*COMMAND, "run", file.name, "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    quarter = json.loads(done.stdout)["frameworks"]["us_gaap_fair_value"]["quarters"][-1]
    assert f"({-quarter['remeasurement_pl'] / 1e6:,.1f})" == loss
    assert f"({-quarter['net_income'] / 1e6:,.1f})" == cell(page, "Net income (loss)")

    assert seen.errors == []
    assert seen.asked
    assert seen.outside() == []


def test_no_fast_edit_is_lost_and_a_phone_shows_no_sideways_scroll(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    begin(page, address)
    slider = page.get_by_role("slider").first
    press(page, slider, "ArrowRight")
    for _ in range(11):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    expect(slider).to_have_attribute("aria-valuetext", "93,500")
    expect(page.get_by_text("93,500.00 USD, 6.8% above")).to_be_visible()
    quiet(page)
    expect(slider).to_have_attribute("aria-valuetext", "93,500")
    low = page.get_by_role("slider").nth(1)
    low.focus()
    page.keyboard.press("ArrowLeft")
    expect(low).to_have_attribute("aria-valuetext", "80,500")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
