"""SIGTERM and SIGHUP end a command as Ctrl-C does: with a message, and no file half written."""

from __future__ import annotations

import signal
from types import FrameType

from treasury_sim.errors import EndedError

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def end_like_an_interrupt() -> None:
    """Make both signals raise `EndedError`; a signal already ignored, as under `nohup`, stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    raise EndedError(number)
