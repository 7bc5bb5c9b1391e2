"""Times the program from the shell, as whole processes: `python benchmarks/startup.py`. Medians of seven."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

REPEATS = 7
TARGETS = {("--help",): 0.4, ("run", "strategy_2025q4"): 2.0}


def seconds(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    bare = statistics.median(seconds(sys.executable, "-c", "pass") for _ in range(REPEATS))
    print(f"{'python -c pass':32} {bare:6.3f} s")
    for arguments, target in TARGETS.items():
        taken = statistics.median(
            seconds(str(Path(sys.executable).with_name("treasury-sim")), *arguments) for _ in range(REPEATS)
        )
        name = "treasury-sim " + " ".join(arguments)
        print(f"{name:32} {taken:6.3f} s (target {target} s), {taken / bare:.1f} x an empty Python")


if __name__ == "__main__":
    main()
