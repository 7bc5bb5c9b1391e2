"""Times the workbench in real browsers against a bare Streamlit page: ``python benchmarks/app.py [STEPS [BROWSERS]]``.

Prints the time to the first chart (on a fresh server, and warm), from a slider step to the redrawn chart (median and
95th percentile), the same with BROWSERS (ten) at once, and the memory of the server. A step is timed in the page, from
the key press to the first frame in which the chart has changed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.server import COMMAND, FLAGS, free_port, serving  # noqa: E402
from tests.programs import require  # noqa: E402

PRIVATE = ["--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
SIMULATED = "case=strategy_2026_simulated"
"""Strategy's lots, the second half of 2026, two frameworks, geometric Brownian motion, 16,384 paths."""
DAILY = "case=strategy_2026_garch"
"""The same under GJR-GARCH, simulated day by day: a step ends at its first answer, from few paths."""
PROBE = """
() => {
  const look = () => {
    const found = document.querySelector('[data-testid=stVegaLiteChart] :is(canvas, svg.marks)');
    if (!found) return null;
    if (found.tagName === 'svg') return found.innerHTML;
    const data = found.getContext('2d').getImageData(0, 0, found.width, found.height).data;
    let hash = 0;
    for (let i = 0; i < data.length; i += 199) hash = (hash * 31 + data[i]) | 0;
    return hash;
  };
  window.addEventListener('keydown', () => { window.pressed = performance.now(); window.before = look(); }, true);
  window.redrawn = () => new Promise((done) => {
    const watch = () => {
      const now = look();
      if (now !== null && now !== window.before) done(performance.now() - window.pressed);
      else requestAnimationFrame(watch);
    };
    watch();
  });
}
"""


@dataclass(frozen=True)
class Subject:
    """A page to be measured."""

    name: str
    command: list[str]
    path: str
    slider: str


def subjects(port: int) -> list[Subject]:
    streamlit = [sys.executable, "-m", "streamlit", "run"]
    bare = [*streamlit, str(ROOT / "benchmarks" / "bare_page.py"), f"--server.port={port}", *PRIVATE]
    app = [*COMMAND, "app", "--headless", "--port", str(port)]
    return [
        Subject("bare page", bare, "", "BTC price at the end"),
        Subject("what if", app, "what_if", "BTC price at the end"),
        Subject("16,384 paths", app, f"distribution?{SIMULATED}", "Volatility of BTC"),
        Subject("daily model", app, f"distribution?{DAILY}", "Volatility of BTC"),
    ]


async def opened(browser: Browser, address: str, subject: Subject) -> tuple[Page, float]:
    """Open the page in a separate session; returns the seconds until its first chart."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(120_000)
    begun = time.perf_counter()
    await page.goto(address + subject.path)
    await page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg.marks)").first.wait_for()
    seconds = time.perf_counter() - begun
    await page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    await page.wait_for_timeout(800)
    await page.evaluate(PROBE)
    return page, seconds


async def steps(page: Page, subject: Subject, count: int) -> list[float]:
    """Move the slider; returns the milliseconds of each step."""
    slider = page.get_by_role("slider", name=subject.slider).first
    await slider.focus()
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_timeout(1500)
    milliseconds = []
    for number in range(count):
        await slider.focus()
        await page.keyboard.press("ArrowRight" if number % 6 < 3 else "ArrowLeft")
        milliseconds.append(await page.evaluate("window.redrawn()"))
        await page.wait_for_timeout(350)
    return milliseconds


def memory(port: int) -> float:
    """Largest resident memory of the processes that serve `port` [MB]."""
    most = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(port) in (folder / "cmdline").read_text("utf-8").replace("\0", " "):
                lines = (folder / "status").read_text("utf-8").splitlines()
                most = max(most, *(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM")), 0.0)
    return most


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


async def measure(subject: Subject, port: int, count: int, browsers: int) -> dict[str, float]:
    chromium = require("chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as logs,
        serving(subject.command, port, Path(folder), Path(logs) / "log") as address,
    ):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page, cold = await opened(browser, address, subject)
            times = await steps(page, subject, count)
            await page.context.close()
            page, warm = await opened(browser, address, subject)
            await browser.close()
            ten = [await playwright.chromium.launch(executable_path=chromium, args=FLAGS) for _ in range(browsers)]
            pages = await asyncio.gather(*(opened(browser, address, subject) for browser in ten))
            crowd = await asyncio.gather(*(steps(page, subject, 6) for page, _ in pages))
            most = memory(port)
            await asyncio.gather(*(browser.close() for browser in ten))
    together = [step for times_of_page in crowd for step in times_of_page]
    return {
        "first chart, cold [s]": cold,
        "first chart, warm [s]": warm,
        "step, median [ms]": statistics.median(times),
        "step, 95th percentile [ms]": percentile(times, 0.95),
        f"{browsers} browsers, median [ms]": statistics.median(together) if together else float("nan"),
        "server memory [MB]": most,
    }


def main(count: int, browsers: int) -> None:
    figures_of = {}
    for number in range(len(subjects(0))):
        port = free_port()  # the previous server may still hold its port for a moment
        each = subjects(port)[number]
        figures_of[each.name] = asyncio.run(measure(each, port, count, browsers))
    first, *others = figures_of.values()
    print(f"{'':32}" + "".join(f"{name:>14}" for name in figures_of) + "".join(f"{'ratio':>8}" for _ in others))
    for line, base in first.items():
        figures = [base, *(other[line] for other in others)]
        ratios = "".join(f"{figure / base:8.2f}" for figure in figures[1:])
        print(f"{line:32}" + "".join(f"{figure:14,.2f}" for figure in figures) + ratios)


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    main(*arguments, *(30, 10)[len(arguments) :])
