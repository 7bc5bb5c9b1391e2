"""Times a batch against one command per file: `python benchmarks/batch.py [--million]`.

Every figure is for a whole command, including the start of Python and writing, on the Strategy case of Q4 2025 under
two frameworks, with two worker processes. The baseline calls the same tool once for each scenario, as a script without
`batch` would; it is measured in the same run, before and after, and the better time counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASE = "strategy_2025q4"
END = "prices.BTC.quarter_end.2025-12-31"
RUNS = (
    "accounting.impairment_price=intraday_low,daily_close,weekly,month_end,period_end",
    "plan.lot_relief=fifo,lifo,hifo",
    "tax.rate={from: 20%, to: 30%, count: 400}",
)


def cli(*arguments: str) -> tuple[float, str]:
    """Run a command; returns its time [s] and its output."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "treasury_sim", *arguments], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - started, done.stdout


def one_call_a_file(folder: Path, count: int = 5) -> float:
    """Seconds for one scenario when each is a file and needs a separate command; the best of `count`."""
    seconds = []
    for number in range(count):
        file = folder / f"{number}.yaml"
        file.write_text(
            f"schema: 1\nextends: library:{CASE}.yaml\ntitle: One of many\ntax: {{rate: {0.2 + number / 100}}}\n"
            "plan: {lot_relief: fifo}\naccounting: {impairment_price: weekly}\n"
        )
        seconds.append(cli("run", str(file), "--out", str(folder / f"out{number}"))[0])
    return min(seconds)


def batch(folder: Path, name: str, *vary: str, repeat: int = 1) -> tuple[float, dict[str, object]]:
    """The best time [s] of `repeat` batches in fresh folders, and the report of that batch."""
    best: tuple[float, dict[str, object]] | None = None
    for number in range(repeat):
        options = [option for text in vary for option in ("--vary", text)]
        out = folder / f"{name}{number}"
        seconds, output = cli("batch", CASE, *options, "--workers", "2", "--out", str(out), "--format", "json")
        if best is None or seconds < best[0]:
            best = (seconds, json.loads(output))
    assert best is not None
    return best


def print_row(name: str, seconds: float, report: dict[str, object], baseline: float) -> None:
    count, memory = float(str(report["scenarios"])), float(str(report["peak_memory"])) / 2**20
    each = seconds / count
    print(
        f"{name:<34} {count:>11,.0f} {seconds:>8.1f} s {count / seconds:>9,.0f}/s {each * 1e3:>9.3f} ms each "
        f"{baseline / each:>8,.0f} x {memory:>6,.0f} MiB {float(str(report['rows'])):>13,.0f} rows"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--million", action="store_true", help="also a sweep of 1,000,000 prices")
    parser.add_argument("--repeat", type=int, default=3, help="batches of which the best counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        baseline = one_call_a_file(folder)
        runs = batch(folder, "runs", *RUNS, repeat=options.repeat)
        points = {}
        for count in (10_000, 100_000, *((1_000_000,) if options.million else ())):
            sweep = f"{END}={{from: 60_000, to: 130_000, count: {count}}}"
            points[count] = batch(folder, f"points{count}", sweep, repeat=options.repeat if count < 10**6 else 1)
        baseline = min(baseline, one_call_a_file(folder))
        print(f"{'one command per file':<34} {1:>11} {baseline:>8.2f} s")
        print_row("separate runs (policy, relief, tax)", *runs, baseline)
        for count, timed in points.items():
            print_row(f"points, {count:,}", *timed, baseline)
        peaks = [float(str(points[count][1]["peak_memory"])) for count in (10_000, 100_000)]
        print(f"peak memory at 100,000 points over that at 10,000: {peaks[1] / peaks[0]:.2f} (at most 1.3)")


if __name__ == "__main__":
    main()
