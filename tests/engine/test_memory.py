"""What a simulation asks of the operating system."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.engine.test_simulation import scenario

PAGES = """
import resource, sys
from treasury_sim import load
from treasury_sim.engine.simulate import simulate

given = load(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
simulate(given, workers=2)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the page faults of the GNU C library")
def test_a_chunk_reuses_the_memory_of_the_one_before(tmp_path: Path) -> None:
    """Each path more needs new pages for what is kept of it, half a page here, and not for what its chunk works in."""
    period = {"start": date(2025, 7, 1), "end": date(2027, 12, 31)}
    pages = []
    for paths in (16_384, 65_536):
        file = scenario(tmp_path, ["us_gaap_impairment"], period=period, simulation={"paths": paths})
        found = subprocess.run([sys.executable, "-c", PAGES, str(file)], check=True, capture_output=True, text=True)
        pages.append(int(found.stdout))
    assert pages[1] - pages[0] < 65_536 - 16_384
