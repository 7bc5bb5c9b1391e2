"""Time of `treasury-sim now`, the whole process, for shipped holders: `python -m benchmarks.running_quarter [NAME...]`.

Wall-clock time depends on other work on the machine, so the time of the processor is shown, too; the simulation uses
two threads, so it may be longer than the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

HOLDERS = ("kulr_2025", "bitmine_2026q1", "strategy_2025q4")
TIMES = 5


def seconds(name: str) -> tuple[float, float]:
    """Wall-clock and processor time of one process [seconds]."""
    before, started = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "treasury_sim", "now", name, "--no-log"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, used


def main() -> None:
    """Print the best of several times for each holder."""
    for name in sys.argv[1:] or HOLDERS:
        measured = [seconds(name) for _ in range(TIMES)]
        wall, used = (min(column) for column in zip(*measured, strict=True))
        print(f"{name:20} {wall:.2f} s, processor {used:.2f} s, 16,384 paths, best of {TIMES}")


if __name__ == "__main__":
    main()
