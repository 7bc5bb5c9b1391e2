"""What an accounting framework is: one pure `measure`, and what people must be told about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline


@dataclass(frozen=True)
class AccountingPolicy:
    """The choices that an accounting framework leaves to the holder.

    Attributes
    ----------
    adoption_quarter
        Position in the timeline of the quarter in which ASU 2023-08 is adopted; the number of quarters if that is
        after the run, 0 if it is before.
    """

    adoption_quarter: int = 0


Measure = Callable[[Ledger, Timeline, Marks, AccountingPolicy], Measurement]


@dataclass(frozen=True)
class Framework:
    """One accounting framework.

    Attributes
    ----------
    key
        Name in scenarios.
    title
        Name for people.
    citation
        The standard and its paragraphs.
    rule
        The rule in one sentence.
    loss_name, gain_name
        What the remeasurement line is called, in the standard's own words: impairment only where it is one.
    is_impairment
        Whether a loss of that line is an impairment.
    effective
        When the rule is in force, in words.
    measure
        The rule.
    predecessor
        The framework in force before ASU 2023-08 is adopted, where this one spans the adoption.
    """

    key: str
    title: str
    citation: str
    rule: str
    loss_name: str
    gain_name: str
    is_impairment: bool
    effective: str
    measure: Measure
    predecessor: Framework | None = None

    def in_force(self, *, adopted: bool) -> Framework:
        """The framework whose words apply before or after the adoption."""
        return self.predecessor if self.predecessor and not adopted else self

    def remeasurement_name(self, amount: float, *, adopted: bool) -> str:
        """Name the remeasurement line by its sign, in the words of the rule in force."""
        rule = self.in_force(adopted=adopted)
        return rule.loss_name if amount <= 0.0 else rule.gain_name
