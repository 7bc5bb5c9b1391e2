"""Figures as people read them: back from their text to numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from treasury_sim.report.words import MISSING

_NUMBER = re.compile(r"\(?-?[\d,]+(?:\.\d+)?\)?%?")


@dataclass(frozen=True)
class Figure:
    """A number that was read, and half of its last digit."""

    amount: float
    half: float


def read(text: str) -> Figure | None:
    """Read one written figure; ``None`` where the text says that there is none."""
    if text in {"", MISSING}:
        return None
    assert _NUMBER.fullmatch(text), text
    digits = text.strip("()-%").replace(",", "")
    decimals = len(digits.partition(".")[2])
    share = 0.01 if text.endswith("%") else 1.0
    sign = -1.0 if text.startswith(("(", "-")) else 1.0
    return Figure(sign * float(digits) * share, 0.5 * 10.0**-decimals * share)


def same(text: str, amount: float | None, scale: float = 1.0) -> bool:
    """Whether `text`, in units of `scale`, says `amount` at the precision it is written with."""
    figure = read(text)
    if figure is None or amount is None:
        return figure is None and amount is None
    return abs(figure.amount - amount / scale) <= figure.half + 1e-15 * abs(amount / scale)
