"""How far a long computation is: one function of (done, total), called as it goes, whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TypeVar

Progress = Callable[[int, int], None]
"""(done, total), called by the thread that began the computation; a total of 0 is one that is not known."""

T = TypeVar("T")

SHARES = 1_000
"""Into how many steps each part of a whole is divided, so that parts that count different things add up."""


def silent(_done: int, _total: int) -> None:
    """Show nothing."""


def parts(items: Sequence[T], progress: Progress) -> Iterator[tuple[T, Progress]]:
    """Give each of `items`, and the progress of the work on it as one of equal parts of the whole."""
    whole = len(items) * SHARES
    for number, item in enumerate(items):
        progress(number * SHARES, whole)

        def within(done: int, total: int, start: int = number * SHARES) -> None:
            progress(start + (done * SHARES // total if total else 0), whole)

        yield item, within
    progress(whole, whole)


def seconds_left(done: int, total: int, seconds: float) -> float | None:
    """How long the rest takes at the rate so far; ``None`` where there is no rate yet."""
    return (total - done) * seconds / done if done > 0 and total else None


class Counter:
    """How much several threads have done together."""

    def __init__(self) -> None:
        self.done = 0
        self._lock = Lock()

    def add(self, count: int) -> None:
        """Count `count` more as done."""
        with self._lock:
            self.done += count
