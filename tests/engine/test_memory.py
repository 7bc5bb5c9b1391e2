"""What a simulation asks of the operating system."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.test_simulation import scenario

TIMES, BLOCKS, BLOCK = 16, 12, 2 << 20
"""How often so many blocks are taken and freed, each of so many bytes: together less than what is kept."""
WORK = f"""
import resource, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from treasury_sim import load
from treasury_sim.engine.paths.simulate import simulate

def pages():
    blocks = [np.ones({BLOCK}, dtype=np.uint8) for _ in range({BLOCKS})]
    del blocks
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt

simulate(load(sys.argv[1]).case, workers=1)
with ThreadPoolExecutor(1) as thread:
    first, *_, last = thread.map(lambda _: pages(), range({TIMES}))
print((last - first) * resource.getpagesize())
"""
OF_THE_ALLOCATOR = ("MALLOC_", "GLIBC_TUNABLES", "LD_PRELOAD")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the page faults of the GNU C library")
def test_a_thread_reuses_memory_that_it_freed(tmp_path: Path) -> None:
    """Whatever the machine sets: the library as it is, and pages that are not made larger by the way."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(OF_THE_ALLOCATOR)}
    file = scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 16})
    found = subprocess.run(
        [sys.executable, "-c", WORK, str(file)],
        check=True,
        capture_output=True,
        text=True,
        env={**own, "NUMPY_MADVISE_HUGEPAGE": "0"},
    )
    assert int(found.stdout) < 3 * BLOCKS * BLOCK  # once or twice until it has settled, and not each time
