"""The bars of a waterfall, whatever it shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall.

    Attributes
    ----------
    title
        Words.
    start, end
        Where the bar begins and ends [currency]; a total begins at 0.
    amount
        What the bar adds, signed [currency].
    is_total
        Whether it is the sum of the ones before.
    """

    title: str
    start: float
    end: float
    amount: float
    is_total: bool = False
