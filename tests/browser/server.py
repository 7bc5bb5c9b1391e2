"""The app and a browser for the tests, the pictures and the benchmark."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

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
PATIENCE = 30_000
"""Milliseconds."""
PAGES = {
    "start": "Start",
    "what_if": "What if",
    "distribution": "Distribution",
    "compare": "Compare",
    "limits": "Limits",
    "pressure": "Pressure points",
    "capital": "Capital",
    "close": "Close",
    "batch": "Batch",
    "method": "Data and method",
}
"""Pages by the name of their file, and what the navigation calls them."""


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until `server` listens."""
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("the server stopped at its start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not listen")


@contextmanager
def serving(command: Sequence[str], port: int, folder: Path, log: Path) -> Iterator[str]:
    """Run a server in `folder`, and give its address."""
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, start_new_session=True)
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}/"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=20)


@contextmanager
def app(folder: Path, log: Path) -> Iterator[str]:
    """Run the app as a user does, from an empty folder."""
    port = free_port()
    with serving([*COMMAND, "app", "--headless", "--port", str(port)], port, folder, log) as address:
        yield address


@contextmanager
def browser(chromium: str, flags: Sequence[str] = ()) -> Iterator[Browser]:
    """Start Debian's browser."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
        yield found
        found.close()


_PROBES = ("/_stcore/health", "/_stcore/host-config")


class Seen:
    """What happened in a page besides what it shows: errors, and every address it asked for."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda websocket: self.asked.append(websocket.url))

    def _said(self, message: ConsoleMessage) -> None:
        # Opened below a page's address, Streamlit first looks for its server there, and the browser reports the miss.
        if message.type == "error" and not any(message.location["url"].endswith(end) for end in _PROBES):
            self.errors.append(f"{message.text} {message.location['url']}")

    def outside(self) -> list[str]:
        """Addresses that are not of this machine."""
        here = {"http", "https", "ws", "wss"}
        urls = [urlsplit(url) for url in self.asked]
        return [url.geturl() for url in urls if url.scheme in here and url.hostname != "127.0.0.1"]


STILL = 400
"""Milliseconds."""
_SETTLED = """
([still, patience]) => new Promise((done, fail) => {
  setTimeout(() => fail(new Error('the page does not settle')), patience);
  const app = document.querySelector('[data-testid=stApp]');
  let timer;
  const wait = () => {
    clearTimeout(timer);
    if (app.dataset.testScriptState === 'notRunning') {
      timer = setTimeout(() => { changes.disconnect(); done(); }, still);
    }
  };
  const changes = new MutationObserver(wait);
  changes.observe(app, { attributes: true, childList: true, characterData: true, subtree: true });
  wait();
})
"""


def quiet(page: Page) -> None:
    """Wait until the app has nothing more to draw.

    Between two runs that follow each other the app says for a moment that it does not run, so it must be still a while.
    """
    page.wait_for_timeout(120)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.evaluate(_SETTLED, [STILL, PATIENCE])


def visit(page: Page, address: str, name: str = "start", query: str = "") -> None:
    """Open a page of the app and wait until it is drawn."""
    page.goto(f"{address}{'' if name == 'start' else name}{query}")
    page.get_by_role("button", name="Undo").wait_for()
    quiet(page)
