"""SIGTERM and SIGHUP end a command as an interrupt at the keyboard does: in words, with nothing left half written."""

from __future__ import annotations

import signal
from types import FrameType

from treasury_sim.errors import EndedError

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def end_like_an_interrupt() -> None:
    """Have these signals raise `EndedError`; one that is ignored, as under `nohup`, stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    raise EndedError(number)
