"""What an explanation is: a tree of figures, each with its formula, and lots at the leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Amount = float | None


@dataclass(frozen=True)
class LotTerm:
    """What one lot, or one day's part of it, brings to a figure.

    Attributes
    ----------
    units
        Held at the end of the quarter [coins].
    unit_cost
        [currency/coin]
    price
        The price that the rule looks at [currency/coin].
    day, source
        When it was seen, and where it is from.
    amount
        [unit of the line]
    formula
        How the amount follows, with numbers.
    """

    asset: str
    lot: str
    acquired: str
    units: float
    unit_cost: float
    price: float
    day: date
    source: str
    amount: float
    formula: str


@dataclass(frozen=True)
class Explanation:
    """One figure and where it comes from.

    Attributes
    ----------
    line
        Of the statement; empty for a figure that is none, such as a rate.
    title
        Words, in the language of the rule in force.
    amount
        ``None`` if it was not computed [unit of the line].
    formula
        How it follows from its parts, with numbers.
    rule
        The paragraph that says so, and the rule in a sentence; empty for plain addition.
    source
        Where a figure is from that is not computed; empty otherwise.
    parts
        The figures in the formula.
    lots
        What each lot brings; empty where the figure is not made of lots.
    """

    line: str
    title: str
    amount: Amount
    formula: str
    rule: str = ""
    source: str = ""
    parts: tuple[Explanation, ...] = ()
    lots: tuple[LotTerm, ...] = ()
