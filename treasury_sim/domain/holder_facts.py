"""`Fact`: one sourced figure of a holder, a row of the table of holders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of one holder on one day.

    Attributes
    ----------
    line
        Its line in the file.
    holder, ticker
        The company.
    as_of
        Day of the figure; for a flow, the last day of its quarter or year.
    key
        What it is, such as ``units_held``.
    value
        As text; `number` is the number in it.
    number
        ``None`` if the value is not a number.
    unit
        Such as ``USD`` or ``BTC``; money in whole units, losses negative.
    source, confidence, basis
        Where it is from, and how sure it is.
    note, explanation
        Its scope; and why it does not tie with other figures, if that is known.
    """

    line: int
    holder: str
    ticker: str
    as_of: date
    key: str
    value: str
    number: float | None
    unit: str
    source: str
    confidence: str
    basis: str
    note: str
    explanation: str
