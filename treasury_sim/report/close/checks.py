"""The checks of a close: sums that must tie to the statement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from treasury_sim.report.tables.table import Column, Row, Table

MONEY_TIES = 0.005
"""Money that differs by less ties: half a cent."""
UNITS_TIE = 1e-8
"""Coins that differ by less tie: the smallest unit of a bitcoin."""
LAST_PLACES = 16 * 2.0**-52
"""Share of an amount that sums in double precision do not keep: 16 units of its last place."""
MISSED = "does not reproduce: off by "
"""Begins the check cell of a formula that does not give the figure of the run."""


def money_tie(*scale: float) -> float:
    """How far money may differ where amounts as large as `scale` are added up [currency].

    Half a cent; above 1.4 trillion, the precision of a double at the largest of them.
    """
    return max(MONEY_TIES, LAST_PLACES * largest(scale))


def units_tie(*scale: float) -> float:
    """How far units may differ where holdings as large as `scale` are added up [coins]; see `money_tie`.

    Both sides are counted to 1e-8, so they tie one place apart; the half place more is for binary fractions.
    """
    return max(1.5 * UNITS_TIE, LAST_PLACES * largest(scale))


def largest(amounts: Iterable[float]) -> float:
    """The largest amount without its sign; NaN counts as 0."""
    return max((abs(amount) for amount in amounts if not math.isnan(amount)), default=0.0)


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to the same figure.

    Attributes
    ----------
    title
        What is compared.
    computed, expected
        The sum of the report, and the figure of the statement.
    tolerance
        How far they may differ: half a cent where a figure is exact, a few cents where entries are rounded.
    """

    title: str
    computed: float
    expected: float
    tolerance: float = MONEY_TIES

    @property
    def ties(self) -> bool:
        """Whether the two agree."""
        return abs(self.computed - self.expected) <= self.tolerance

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on either side: it ties, and proves nothing."""
        return self.computed == 0.0 and self.expected == 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a number of checks.

    Attributes
    ----------
    ties, empty, failed
        How many tie, how many have nothing on either side, and those that do not tie.
    """

    ties: int
    empty: int
    failed: tuple[Check, ...]

    @classmethod
    def of(cls, checks: Iterable[Check]) -> Verdict:
        """Count `checks`."""
        every = list(checks)
        failed = tuple(check for check in every if not check.ties)
        empty = sum(check.is_empty for check in every)
        return cls(len(every) - len(failed) - empty, empty, failed)

    def words(self) -> str:
        """In a sentence, such as ``15 of 15 checks tie; 20 more have nothing to compare``."""
        text = f"{self.ties} of {self.ties + len(self.failed)} checks tie"
        return f"{text}; {self.empty} more have nothing to compare (0 against 0)" if self.empty else text


def tie_word(difference: float, tolerance: float) -> str:
    """The text of a check cell."""
    return "ties" if abs(difference) <= tolerance else f"off by {difference:,.8g}"


def check_table(checks: Sequence[Check]) -> Table:
    """Every check as a table."""
    columns = (
        Column("check", "Check"),
        Column("computed", "Added up", "money"),
        Column("statement", "Statement", "money"),
        Column("difference", "Difference", "money"),
        Column("result", "Result"),
    )
    rows = tuple(
        Row((c.title, c.computed, c.expected, c.computed - c.expected, EMPTY if c.is_empty else _word(c)))
        for c in checks
    )
    return Table("checks", "Checks", columns, rows, in_full=True)


EMPTY = "nothing to compare"
"""The text of a check with nothing on either side."""


def _word(check: Check) -> str:
    return tie_word(check.computed - check.expected, check.tolerance)
