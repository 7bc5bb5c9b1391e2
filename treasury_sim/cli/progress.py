"""The progress of a command, on stderr, shown only at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treasury_sim.domain.progress import Progress

DELAY = 2.0
"""Shorter commands show no bar [seconds]."""


@contextmanager
def progress_bar(*, with_counts: bool = False) -> Iterator[Progress]:
    """Show, after `DELAY`, the share done and the time left; only the time elapsed if the total is unknown.

    Print nothing else within. Nothing is shown if stderr is not a terminal.

    Parameters
    ----------
    with_counts
        Whether the items counted mean something to the reader, such as scenarios: counts and rate are then shown, too.
    """
    if not sys.stderr.isatty():
        from treasury_sim.domain.progress import silent

        yield silent
        return
    from treasury_sim.cli.bar import Bar

    bar = Bar(with_counts=with_counts)
    begins = Timer(DELAY, bar.start)
    begins.daemon = True
    begins.start()
    try:
        yield bar.update
    finally:
        begins.cancel()
        bar.stop()
