"""How far a command is, on stderr: for whoever waits at a terminal, and for nobody else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treasury_sim.domain.progress import Progress

DELAY = 2.0
"""What takes less is over before it is shown [seconds]."""


@contextmanager
def progress_bar(*, with_counts: bool = False) -> Iterator[Progress]:
    """Show, after `DELAY`, the share done with an estimate of the rest; a total that is not known as time elapsed.

    Nothing else may be printed within. Nothing is shown where stderr is no terminal.

    Parameters
    ----------
    with_counts
        Whether what is counted means something to the reader, such as scenarios: then counts and rate are shown, too.
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
