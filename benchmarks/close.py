"""Time of a close, and its growth with the number of lots: `python benchmarks/close.py`.

Times are medians of five after import, in seconds. Peak memory counts NumPy and Python objects (tracemalloc) and is
measured in a separate run, because tracing slows a run down.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import math
import pstats
import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from treasury_sim import load
from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.timeline import FiscalCalendar, Timeline
from treasury_sim.engine import run
from treasury_sim.market.marks import observe
from treasury_sim.measure.measurer import measure
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, book_cost, build_ledger
from treasury_sim.treasury.windows import split

REPEATS = 5
FIRST, LAST = date(2016, 1, 1), date(2025, 12, 31)
"""Forty quarters."""


def median(action: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak(action: Callable[[], object]) -> float:
    """Peak memory while `action` runs [MB]."""
    tracemalloc.start()
    action()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def strategy() -> None:
    """The full history of Strategy to 2026-06-30 under every framework, as one run."""
    keys = [
        key for key in FRAMEWORKS if key != "ifrs_inventory"
    ]  # IAS 2.25 does not allow the lot relief of this case.
    changes: dict[tuple[str | date | int, ...], object] = {
        ("accounting", "frameworks"): keys,
        ("expect",): None,
        ("period", "end"): date(2026, 6, 30),
    }
    scenario = load("strategy_history").with_values(changes)
    result = run(scenario)
    parts = next(iter(result.holdings.values())).ledger.quantity.size
    seconds = median(lambda: run(scenario))
    print(
        f"Strategy, {len(scenario.lots)} purchases as {parts:,} day parts, {len(result.timeline.quarters)} quarters, "
        f"{len(keys)} frameworks: {seconds:.3f} s (target 1 s)"
    )
    print(f"  reading and checking the scenario: {median(lambda: load('strategy_history')):.3f} s")


def made_up(count: int) -> tuple[tuple[Lot, ...], tuple[Disposal, ...], DailyPrices]:
    """`count` lots and `count` sales on random days of forty quarters."""
    generator = np.random.default_rng(7)
    span = (LAST - FIRST).days + 1
    close = 30_000.0 * np.exp(np.cumsum(generator.normal(0.0, 0.02, span)))
    low = close * np.exp(-np.abs(generator.normal(0.0, 0.02, span)))
    days = np.arange(np.datetime64(FIRST), np.datetime64(FIRST) + np.timedelta64(span, "D"))
    bought = np.sort(generator.integers(0, span // 2, count))
    sold = np.sort(generator.integers(span // 2, span, count))
    lots = tuple(
        Lot(FIRST + timedelta(int(day)), 1.0, float(close[day] * generator.uniform(0.9, 1.1)), id=f"lot-{number}")
        for number, day in enumerate(bought)
    )
    sales = tuple(
        Disposal("sale", row, FIRST + timedelta(int(day)), "BTC", 0.7, 0.7 * float(close[day]))
        for row, day in enumerate(sold)
    )
    return lots, sales, DailyPrices("BTC", days, low, close, "made up")


def close_of(count: int, relief: str, keys: tuple[str, ...]) -> Callable[[], object]:
    """Ledger and measurement of `count` lots and sales."""
    lots, sales, daily = made_up(count)
    quarters = FiscalCalendar().quarters(FIRST, LAST)

    if relief == "specific":
        sales = tuple(
            Disposal("sale", sale.row, sale.date, "BTC", 0.7, sale.proceeds, lots={f"lot-{sale.row}": 0.7})
            for sale in sales
        )

    def close() -> object:
        bought = split([(lot.acquired, None, lot.quantity) for lot in lots], lambda _: "even", daily)
        sold = split([(sale.date, None, sale.quantity) for sale in sales], lambda _: "even", daily)
        timeline = Timeline.of(np.concatenate([bought.day, sold.day]), quarters)
        policy = LedgerPolicy(
            "fifo" if relief == "specific" else relief,
            lambda _: None,
            lambda lot: book_cost(lot, capitalise_fees=True),
            pooled=relief == "average",
        )
        ledger = build_ledger(Activity(lots, bought, sales, sold), timeline, policy)
        ends = np.array([daily.close[daily.row(np.array([q.end], "datetime64[D]"))[0]] for q in quarters])
        marks = observe(daily, timeline, ends, "intraday_low")
        return [measure(FRAMEWORKS[key], ledger, timeline, marks, AccountingPolicy()) for key in keys]

    return close


def growth(seconds: list[float], sizes: tuple[int, ...]) -> float:
    """Exponent of the power law through the first and the last size."""
    return math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0])


def many_lots(sizes: tuple[int, ...]) -> None:
    print(f"\n{sizes[-1]:,} lots, {sizes[-1]:,} sales, 40 quarters (targets 5 s and 500 MB)")
    print(f"{'relief':10} {'framework':22} " + " ".join(f"{size:>9,}" for size in sizes) + "  growth   peak MB")
    for relief in ("fifo", "lifo", "hifo", "average", "specific"):
        for key in ("us_gaap_impairment", "us_gaap_fair_value"):
            seconds = [median(close_of(size, relief, (key,))) for size in sizes]
            memory = peak(close_of(sizes[-1], relief, (key,)))
            cells = " ".join(f"{time_taken:9.3f}" for time_taken in seconds)
            print(f"{relief:10} {key:22} {cells}  {growth(seconds, sizes):6.2f}  {memory:8.1f}")


def against_the_plain_loop() -> None:
    """The kernels against the loop over days and lots that is their test oracle."""
    try:
        from tests.histories import History
        from tests.laws import plain
        from treasury_sim.domain.plan import Sale
    except ImportError:
        print("\n(The plain loop is part of the tests, which are not installed.)")
        return
    import tests.histories as made

    generator = np.random.default_rng(3)
    close = 100.0 * np.exp(np.cumsum(generator.normal(0.0, 0.03, made.DAYS)))
    low = close * np.exp(-np.abs(generator.normal(0.0, 0.03, made.DAYS)))
    days = np.arange(np.datetime64(made.START), np.datetime64(made.START) + np.timedelta64(made.DAYS, "D"))
    daily = DailyPrices("BTC", days, low, close, "made up")
    lots = tuple(
        Lot(made.day(int(day)), 1.0, float(close[day]), id=f"lot-{number}")
        for number, day in enumerate(np.sort(generator.integers(0, 180, 500)))
    )
    sales = tuple(
        Sale(made.day(int(day)), 0.5, proceeds=0.5 * float(close[day]))
        for day in np.sort(generator.integers(190, 365, 500))
    )
    ends = close[[90, 181, 273, 365]]

    def kernel() -> object:
        history = History(daily, lots, sales, "fifo", ends)
        framework = FRAMEWORKS["us_gaap_impairment"]
        return measure(framework, history.ledger(), history.timeline(), history.marks(), AccountingPolicy())

    slow = median(lambda: plain.impairment(History(daily, lots, sales, "fifo", ends)), 3)
    fast = median(kernel)
    print(
        f"\n500 lots, 500 sales, 366 days, impairment: {fast:.4f} s, plain loop {slow:.3f} s, ratio {slow / fast:.0f}"
    )


def hot_spots(size: int, relief: str, key: str) -> None:
    """Print the slowest functions of one close."""
    profile = cProfile.Profile()
    profile.runcall(close_of(size, relief, (key,)))
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(8)
    print(f"\n{relief}, {key}, {size:,} lots:")
    print("\n".join(line for line in text.getvalue().splitlines()[4:] if line.strip()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lots", type=int, default=10_000, help="number of lots, and of sales, of the largest close")
    parser.add_argument("--profile", action="store_true", help="print the slowest functions")
    options = parser.parse_args()
    strategy()
    many_lots((options.lots // 4, options.lots // 2, options.lots))
    against_the_plain_loop()
    if options.profile:
        for relief, key in (("fifo", "us_gaap_impairment"), ("average", "us_gaap_impairment")):
            hot_spots(options.lots, relief, key)


if __name__ == "__main__":
    main()
