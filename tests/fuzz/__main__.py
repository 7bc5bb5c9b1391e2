"""Run many inputs through the doors: `python -m tests.fuzz --minutes 10`, or one door, or under atheris.

Prints a table of what came out, and keeps every input that broke a promise in `corpus/`, where the tests run it again.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from re import sub

from tests.fuzz.doors import DOORS, made

CORPUS = Path(__file__).parent / "corpus"
TOO_LONG = 10.0
"""Seconds of processor time for one input."""
MOST_MEMORY = 2 * 2**30
"""Bytes."""


@dataclass
class Tally:
    """What came out of one door."""

    inputs: int = 0
    results: int = 0
    slowest: float = 0.0
    defects: list[str] = field(default_factory=list)


def one_input(name: str, content: bytes, random: Random, tally: Tally) -> None:
    """Enter a door once; a defect is kept as a file and counted."""
    begun = time.process_time()
    try:
        tally.results += DOORS[name].enter(random, content)
        problem = ""
    except Exception as error:  # noqa: BLE001 - whatever is raised is the finding
        problem = f"{type(error).__name__}: {str(error)[:200]} at {traceback.extract_tb(error.__traceback__)[-1]}"
    spent = time.process_time() - begun
    tally.inputs += 1
    tally.slowest = max(tally.slowest, spent)
    if not problem and spent > TOO_LONG:
        problem = f"took {spent:.1f} s of processor time"
    kind = sub(r"'.*?'|\d+", "", problem)
    if problem and kind not in tally.defects:
        tally.defects.append(kind)
        CORPUS.mkdir(exist_ok=True)
        (CORPUS / f"{name}-{sha256(content).hexdigest()[:10]}").write_bytes(content)
        print(f"{name}: {problem}", flush=True)


def run(names: list[str], minutes: float, seed: int, most: int) -> dict[str, Tally]:
    """Give each door the same time in turns."""
    tallies = {name: Tally() for name in names}
    random, end = Random(seed), time.monotonic() + 60 * minutes
    while time.monotonic() < end and any(tally.inputs < most for tally in tallies.values()):
        for name, tally in tallies.items():
            turn = time.monotonic() + 5
            while time.monotonic() < min(turn, end) and tally.inputs < most:
                one_input(name, made(name, random), random, tally)
        gc.collect()
    return tallies


def guided(name: str, minutes: float) -> None:
    """Let atheris, guided by coverage of the package, choose the mutations of one door."""
    import atheris

    tally = Tally()

    class Choices(Random):
        """Random numbers from the bytes that atheris gives."""

        def __init__(self, content: bytes) -> None:
            super().__init__(0)
            self._data = atheris.FuzzedDataProvider(content)

        def random(self) -> float:
            return float(self._data.ConsumeIntInRange(0, 2**53 - 1)) / 2**53

        def getrandbits(self, count: int, /) -> int:
            return int(self._data.ConsumeIntInRange(0, 2**count - 1))

    def target(content: bytes) -> None:
        random = Choices(content)
        one_input(name, made(name, random), random, tally)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={int(60 * minutes)}", "-max_len=4096", "-rss_limit_mb=2048"], target)
    atheris.Fuzz()


def main() -> int:
    """Print the table; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--door", choices=DOORS, action="append", help="by default all, in turns")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=10**9, help="inputs of each door")
    parser.add_argument("--guided", action="store_true", help="by atheris; needs one --door")
    given = parser.parse_args()
    warnings.simplefilter("error", RuntimeWarning)
    if given.guided:
        guided((given.door or ["scenario"])[0], given.minutes)
        return 0
    tallies = run(given.door or list(DOORS), given.minutes, given.seed, given.most)
    print(f"{'door':<16}{'inputs':>10}{'results':>10}{'errors':>10}{'defects':>9}{'slowest s':>11}")
    for name, tally in tallies.items():
        errors = tally.inputs - tally.results
        print(
            f"{name:<16}{tally.inputs:>10,}{tally.results:>10,}{errors:>10,}{len(tally.defects):>9}{tally.slowest:>11.2f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{sum(tally.inputs for tally in tallies.values()):,} inputs, peak memory {peak / 2**20:,.0f} MiB")
    return int(any(tally.defects for tally in tallies.values()) or peak > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
