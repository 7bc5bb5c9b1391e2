"""The causes of a figure, or of the difference between two: one input changes at a time and the line is remeasured.

The steps add up exactly, because each is the difference of two measurements. The order of the changes:

- within a period: the price alone, on the coins held at its start; then the coins bought; then the coins sold; then
  the lines that are added rather than measured: fees, other income, tax, dividends;
- between two scenarios: coins, prices, fees, policy, framework, income, tax, capital;
- between two frameworks: the four answers of an accounting rule, in the order of `framework_bridge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

CAUSES = {
    "price": "Price on opening coins",
    "bought": "Coins bought",
    "sold": "Coins sold",
    "lent": "Coins lent",
    "fees": "Fees",
    "policy": "Policy",
    "framework": "Framework",
    "income": "Other income",
    "tax": "Tax",
    "capital": "Capital",
    "period": "Period",
    "several": "Several together",
    "rest": "Everything else",
}
"""Kind of cause -> its heading."""

NOISE = 1e-13
"""Relative size below which a change is rounding noise, not a step."""

INCEPTION = "inception"
"""Stands for the first quarter with holdings."""


@dataclass(frozen=True)
class Step:
    """One cause.

    Attributes
    ----------
    cause
        One of `CAUSES`.
    words
        The cause in a sentence.
    amount
        Change of the line, signed [unit of the line].
    """

    cause: str
    words: str
    amount: float


@dataclass(frozen=True)
class Attribution:
    """From one amount of a line to another: ``first + sum of the steps = last``, to far below a cent.

    Attributes
    ----------
    line
        Key of the line.
    first_words, last_words
        Descriptions of the two amounts.
    first, last
        The two amounts, signed [unit of the line].
    """

    title: str
    line: str
    currency: str
    first_words: str
    first: float
    steps: tuple[Step, ...]
    last_words: str
    last: float

    @property
    def by_cause(self) -> dict[str, float]:
        """Amounts by cause, in the order of `CAUSES`; zero for a cause without a step."""
        amounts = dict.fromkeys(CAUSES, 0.0)
        for step in self.steps:
            amounts[step.cause] += step.amount
        return amounts


def differences(first: float, states: Iterable[tuple[str, str, float]]) -> Iterator[Step]:
    """Steps from `first` through `states` (cause, words, line after the change); zero changes are left out."""
    at = first
    for cause, words, value in states:
        if abs(value - at) > NOISE * max(abs(value), abs(at)):
            yield Step(cause, words, value - at)
            at = value


def minus(second: Attribution, first: Attribution, title: str) -> Attribution:
    """The change from `first` to `second`, cause by cause; both attribute the same line from zero."""
    before, after = first.by_cause, second.by_cause
    words = {step.cause: step.words for step in (*first.steps, *second.steps)}
    return replace(
        second,
        title=title,
        first_words=first.last_words,
        first=first.last,
        steps=tuple(
            Step(cause, words[cause], after[cause] - before[cause]) for cause in CAUSES if after[cause] != before[cause]
        ),
    )
