"""Times prices with other flows, against a plain loop: `python -m benchmarks.flows`."""

from __future__ import annotations

import math
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.flows.counterfactual import FlowSetting, counterfactual
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.flows.liquidations import BookSetting
from treasury_sim.market.flows.lows import DeeperLows
from treasury_sim.market.flows.overlay import WARM_UP, FlowChange, Overlay
from treasury_sim.market.flows.volatility import known_volatility

BOOK = BookSetting(700_000.0)
VOLUME = 80e9


def sample(paths: int, days: int) -> tuple[Floats, Floats, Floats]:
    """Lows, closes and volatilities of a geometric Brownian motion, each (paths, days)."""
    rng = np.random.default_rng(1)
    close = 60_000.0 * np.exp(np.cumsum(0.025 * rng.standard_normal((paths, days)), axis=1))
    before = np.column_stack([close[:, 0], close[:, :-1]])
    low = np.minimum(close, before) * np.exp(-np.abs(0.01 * rng.standard_normal(close.shape)))
    return low, close, np.full_like(close, 0.025)


def seconds(paths: int, days: int, workers: int) -> float:
    """Time of one run."""
    given = sample(paths, days)
    started = time.perf_counter()
    counterfactual(*given, setting=FlowSetting(BOOK), as_was=FlowSetting(), impact=SquareRootImpact(), workers=workers)
    return time.perf_counter() - started


def with_every_mechanism(paths: int, days: int) -> tuple[float, float]:
    """Time of an overlay with twice the leverage in place of the leverage as it was, miners and deeper lows.

    Returns
    -------
    tuple of float
        Elapsed, and of processors [seconds]; the volatility along the paths is computed, too.
    """
    known_volatility(np.linspace(1.0, 2.0, 99))  # imports SciPy
    low, close, _ = sample(paths, days + WARM_UP)
    sold = np.full(days, 450.0)
    geared = replace(BOOK, leverage=BOOK.leverage.times(2.0))
    overlay = Overlay(DeeperLows(0.2), FlowChange(FlowSetting(geared, sold), FlowSetting(BOOK, sold)))
    halves = [slice(0, paths // 2), slice(paths // 2, paths)]
    started, processors = time.perf_counter(), time.process_time()

    def half(rows: slice) -> None:
        overlay.on(low[0, :WARM_UP], close[0, :WARM_UP], low[rows, WARM_UP:], close[rows, WARM_UP:])

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(half, halves))
    return time.perf_counter() - started, time.process_time() - processors


def plain(paths: int, days: int) -> float:
    """Time of a loop over paths, days and positions of Python floats."""
    low, close, volatility = (array.tolist() for array in sample(paths, days))
    falls: list[float] = BOOK.leverage.knots[0].tolist()
    cumulated: list[float] = BOOK.leverage.knots[1].tolist()

    def reached(fall: float) -> float:
        if fall <= falls[0]:
            return 0.0
        for right in range(1, len(falls)):
            if fall < falls[right]:
                part = (fall - falls[right - 1]) / (falls[right] - falls[right - 1])
                return cumulated[right - 1] + part * (cumulated[right] - cumulated[right - 1])
        return 1.0

    started = time.perf_counter()
    for path in range(paths):
        total = BOOK.open_interest * BOOK.at_risk
        cohorts = [[close[path][0], close[path][0], total]]
        carried = 0.0
        for day in range(1, days):
            base = price = low[path][day] * math.exp(-carried)
            for _ in range(200):
                coins = sum(
                    size * (reached(1.0 - min(least, price) / entry) - reached(1.0 - least / entry))
                    for entry, least, size in cohorts
                )
                fall = volatility[path][day] * math.sqrt(coins * close[path][day - 1] / VOLUME)
                following = base * math.exp(-fall)
                if abs(following - price) <= 1e-9 * price:
                    break
                price = following
            carried = (carried + 0.5 * fall) * 0.25
            cohorts = [[entry, min(least, price), size * 0.5] for entry, least, size in cohorts][-7:]
            kept = sum(size * (1.0 - reached(1.0 - least / entry)) for entry, least, size in cohorts)
            cohorts.append([close[path][day], close[path][day], total - kept])
    return time.perf_counter() - started


def main() -> None:
    """Print times, ratios and memory."""
    slow = plain(20, 365) / 20
    for workers in (1, 2):
        ours = seconds(10_000, 365, workers)
        ratio = slow * 10_000 / ours
        print(f"10,000 paths x 365 days, {workers} thread(s): {ours:.1f} s, {ratio:.0f} times a plain loop")
    elapsed, processors = with_every_mechanism(10_000, 365)
    ratio = 2.0 * slow * 10_000 / elapsed
    print(
        f"every mechanism, two books, 2 threads: {elapsed:.1f} s ({processors:.1f} s of processors), "
        f"{ratio:.0f} times two plain loops"
    )
    half, fewer_days = seconds(5_000, 365, 2), seconds(10_000, 182, 2)
    print(f"half the paths {half:.1f} s; half the days {fewer_days:.1f} s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
