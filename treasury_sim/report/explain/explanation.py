"""`Explanation`: a tree of figures, each with its formula, and lots at the leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Amount = float | None


@dataclass(frozen=True)
class LotTerm:
    """The contribution of one lot, or of one daily part of it, to a figure.

    Attributes
    ----------
    units
        Held at the end of the quarter [coins].
    unit_cost
        [currency/coin]
    price
        Test price [currency/coin].
    day, source
        Day on which it was observed, and its source.
    amount
        [unit of the line]
    formula
        The arithmetic, with numbers.
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
        Key of a line of the statement; empty for other figures, such as a rate.
    title
        Heading, in the terms of the rule in force.
    amount
        ``None`` if it was not computed [unit of the line].
    formula
        The arithmetic from its parts, with numbers.
    rule
        The paragraph, and the rule in a sentence; empty for plain addition.
    source
        Source of a figure that is stated, not computed; empty otherwise.
    parts
        The figures in the formula.
    lots
        Contribution of each lot; empty where the figure is not made of lots.
    """

    line: str
    title: str
    amount: Amount
    formula: str
    rule: str = ""
    source: str = ""
    parts: tuple[Explanation, ...] = ()
    lots: tuple[LotTerm, ...] = ()
