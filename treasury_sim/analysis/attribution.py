"""Why a figure is what it is, or why two figures differ: one thing is changed at a time and the line measured again.

The steps add up exactly, because each is the difference of two measurements. What is changed, and in which order:

- within a period: the price alone, on the coins held at its start; then the coins bought; then the coins sold; then
  what is not measured but added: fees, other income, tax, dividends;
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
"""Kind of cause -> words."""

NOISE = 1e-13
"""Share of an amount that is the noise of adding up, not a step."""

INCEPTION = "inception"
"""Stands for the first quarter in which something was held."""


@dataclass(frozen=True)
class Step:
    """One cause.

    Attributes
    ----------
    cause
        One of `CAUSES`.
    words
        What it is, as a sentence.
    amount
        By how much it moves the line, signed [unit of the line].
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
        Of the statement.
    first_words, last_words
        What the two amounts are.
    first, last
        [unit of the line]
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
        """Amounts by cause, in the order of the steps; zero for a cause that is not there."""
        found = dict.fromkeys(CAUSES, 0.0)
        for step in self.steps:
            found[step.cause] += step.amount
        return found


def differences(first: float, states: Iterable[tuple[str, str, float]]) -> Iterator[Step]:
    """Steps from `first` through `states` (cause, words, amount of the line then); those of nothing are left out."""
    at = first
    for cause, words, value in states:
        if abs(value - at) > NOISE * max(abs(value), abs(at)):
            yield Step(cause, words, value - at)
            at = value


def minus(second: Attribution, first: Attribution, title: str) -> Attribution:
    """Why `second` is not what `first` is, cause by cause; both are attributions of one line from zero."""
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
