"""Times daily models: two years, 16,384 paths, with the lowest price within each day.

    python benchmarks/daily_models.py

The lower bound is the time to draw the random numbers of GJR-GARCH (a normal, a gamma and an exponential for each day)
on the same single thread. Other programs slow every figure down, so the best of five runs counts.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from treasury_sim.market.history import load_history, named_windows
from treasury_sim.market.models import SAMPLED_MODELS
from treasury_sim.market.sampling import Sample

PATHS, DAYS, RUNS = 16_384, 730, 5
START = date(2025, 12, 31)
STATE = {"relative_drift": 0.0}
MODELS: dict[str, dict[str, Any]] = {
    "garch": {
        "drift": 0.0, "volatility": 0.6, "alpha": 0.06, "gamma": 0.04, "beta": 0.9, "degrees_of_freedom": 4.0,
        "initial_volatility": None},
    "regime": {
        "drift": 0.0, "calm": SimpleNamespace(volatility=0.35, leave=0.05, **STATE),
        "turbulent": SimpleNamespace(volatility=0.95, leave=0.15, **STATE), "first_state": "stationary"},
    "bootstrap": {"drift": 0.0, "window": named_windows()["2022 Terra and FTX"], "block_length": 20.0},
}  # fmt: skip


def best(work: Callable[[], object]) -> float:
    """The shortest of `RUNS` runs [s]."""
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def draw(name: str, assets: tuple[str, ...] = ("BTC",)) -> Callable[[], None]:
    model = SAMPLED_MODELS[name]("BTC", SimpleNamespace(**MODELS[name]), load_history("BTC"))
    sample = Sample(42, PATHS, "pseudorandom", assets, np.eye(len(assets)))
    nodes = np.datetime64(START) + np.arange(1, DAYS + 1) * np.timedelta64(1, "D")

    def work() -> None:
        for chunk in range(sample.chunks):
            model.draw(nodes, START, 87_515.0, sample.noise(chunk))

    return work


def floor() -> None:
    generator = np.random.Generator(np.random.PCG64DXSM(42))
    for _ in range(4):
        shape = (DAYS, PATHS // 4)
        generator.standard_normal(shape)
        generator.standard_gamma(2.0, shape)
        generator.standard_exponential(shape)


def main() -> None:
    least = best(floor)
    print(f"{PATHS:,} paths, {DAYS} days, one thread, best of {RUNS}")
    print(f"{'random numbers of garch alone':32}{least:8.2f} s")
    for name in MODELS:
        seconds = best(draw(name))
        print(f"{name:32}{seconds:8.2f} s{seconds / least:8.2f} times those random numbers")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
