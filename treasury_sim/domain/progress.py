"""Progress of a long computation: a function of (done, total) that the computation calls and any door can show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TypeVar

Progress = Callable[[int, int], None]
"""(done, total), called by the thread that began the computation; a total of 0 is unknown."""

T = TypeVar("T")

SHARES = 1_000
"""Steps into which each part of a computation is divided, so that parts with different units add up."""


def silent(_done: int, _total: int) -> None:
    """Show nothing."""


def parts(items: Sequence[T], progress: Progress) -> Iterator[tuple[T, Progress]]:
    """Yield each of `items` with a progress function for it, as one of equal parts of the whole."""
    whole = len(items) * SHARES
    for number, item in enumerate(items):
        progress(number * SHARES, whole)

        def within(done: int, total: int, start: int = number * SHARES) -> None:
            progress(start + (done * SHARES // total if total else 0), whole)

        yield item, within
    progress(whole, whole)


def seconds_left(done: int, total: int, seconds: float) -> float | None:
    """Estimated remaining seconds at the rate so far; ``None`` before anything is done."""
    return (total - done) * seconds / done if done > 0 and total else None


class Counter:
    """Counts work done by several threads."""

    def __init__(self) -> None:
        self.done = 0
        self._lock = Lock()

    def add(self, count: int) -> None:
        """Add `count` to the work done."""
        with self._lock:
            self.done += count
