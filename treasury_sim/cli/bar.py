"""The bar that `progress_bar` shows, drawn by rich."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from treasury_sim.domain.progress import seconds_left


class _TimeLeft(ProgressColumn):
    """Time left at the rate since the first count."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        first, since = task.fields["first"], task.fields["since"]
        if task.total is None:
            return Text("")
        left = seconds_left(int(task.completed) - first, int(task.total) - first, (task.elapsed or 0.0) - since)
        return Text("" if left is None else f"about {timedelta(seconds=round(left))} left", style="progress.remaining")


class Bar:
    """A bar that counts from its creation and is on the screen from `start` to `stop`."""

    def __init__(self, *, with_counts: bool) -> None:
        counts = (MofNCompleteColumn(), TextColumn("{task.fields[rate]}")) if with_counts else ()
        columns = (SpinnerColumn(), BarColumn(), TaskProgressColumn(), *counts, TimeElapsedColumn(), _TimeLeft())
        self._progress = Progress(
            *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._task = self._progress.add_task("", total=None, rate="", first=0, since=0.0)
        self._with_counts = with_counts
        self._lock, self._is_shown, self._is_over = Lock(), False, False

    def start(self) -> None:
        """Show the bar, unless it was stopped before."""
        with self._lock:
            if not self._is_over:
                self._is_shown = True
                self._progress.start()

    def stop(self) -> None:
        """Remove the bar from the screen."""
        with self._lock:
            self._is_over = True
            if self._is_shown:
                self._progress.stop()

    def update(self, done: int, total: int) -> None:
        """Count `done` of `total`; a total of 0 means unknown, and a new total starts a new stage."""
        task = self._progress.tasks[0]
        elapsed, first, since = task.elapsed or 0.0, task.fields["first"], task.fields["since"]
        is_new = task.total != (total or None)
        if is_new:
            # Results of an earlier, interrupted batch say nothing about the rate of this one.
            first, since = done, elapsed
            task.total, task.finished_time = total or None, None
        rate = self._rate(done - first, elapsed - since)
        self._progress.update(self._task, completed=done, rate=rate, first=first, since=since)
        if is_new and self._is_shown:
            # Draw the first state at once: the rest may finish before the next refresh.
            self._progress.refresh()

    def _rate(self, done: int, seconds: float) -> str:
        if not self._with_counts:
            return ""
        from treasury_sim.batch.show import pace

        return pace(done, seconds)
