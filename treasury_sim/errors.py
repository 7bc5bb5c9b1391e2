"""Every error raised on purpose, and `Problem`: one input error.

A `Problem` is data, not an exception: problems are collected and shown together, each with its place,
what was expected, what was found and how to fix it.

Exit codes: 0 fine, 1 input error, 2 usage, 3 our bug, 4 an expectation failed, 130 interrupted,
143 ended by SIGTERM, 129 by SIGHUP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from signal import Signals


@dataclass(frozen=True, slots=True)
class Problem:
    """One input error.

    Attributes
    ----------
    where
        File as the user named it, empty if the input is not a file.
    line
        Line in that file, counted from 1; ``None`` if it has none.
    key
        Dotted path of the key, such as ``holder.lots[0].quantity``, or the column of a table.
    expected
        The valid input, in words.
    found
        The input as written.
    fix
        How to fix it; empty where ``expected`` already says so.

    Examples
    --------
    >>> from treasury_sim import Problem
    >>> print(Problem("mine.yaml", 7, "tax.rate", "a share such as 21%", "two", "Write 0.21 or 21%."))
    mine.yaml:7: tax.rate: expected a share such as 21%, found two. Write 0.21 or 21%.
    """

    where: str
    line: int | None
    key: str
    expected: str
    found: str
    fix: str = ""

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line is not None else self.where
        head = ": ".join(part for part in (place, self.key) if part)
        text = f"{head}: expected {self.expected}, found {self.found}."
        return f"{text} {self.fix}" if self.fix else text


class TreasurySimError(Exception):
    """An error that the user can fix; its text is shown without a traceback.

    Attributes
    ----------
    exit_code
        The code with which a command ends.

    Examples
    --------
    >>> from treasury_sim import TreasurySimError, load
    >>> try:
    ...     load("strategy_2025q9")
    ... except TreasurySimError as error:
    ...     print(str(error).partition(",")[0])
    strategy_2025q9: expected a scenario file or the name of a shipped scenario
    """

    exit_code = 1


MOST_PROBLEMS = 100
"""Problems shown in full; the others are counted."""


class InputError(TreasurySimError):
    """The input is wrong. Carries every problem in it.

    Attributes
    ----------
    problems
        In the order of the file, at least one.
    more
        Number of further problems that were counted only.

    Examples
    --------
    >>> from treasury_sim import InputError, load
    >>> try:
    ...     load("kulr_2025").what_if({"tax.rte": 0.21})
    ... except InputError as error:
    ...     [(problem.key, problem.fix) for problem in error.problems]
    [('tax.rte', 'Did you mean rate?')]
    """

    def __init__(self, problems: Sequence[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        lines = [str(problem) for problem in self.problems[:MOST_PROBLEMS]]
        rest = len(self.problems) - len(lines) + more
        super().__init__("\n".join([*lines, *([f"... and {rest:,} more like these."] if rest else [])]))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems, self.more)


class MissingPriceError(TreasurySimError):
    """An event falls on a date without a price.

    Attributes
    ----------
    exit_code
        The code with which a command ends.

    Examples
    --------
    >>> from treasury_sim import MissingPriceError, TreasurySimError
    >>> issubclass(MissingPriceError, TreasurySimError)
    True
    """


class EndedError(KeyboardInterrupt):
    """A signal asked the program to end; handled like an interrupt at the keyboard.

    Attributes
    ----------
    exit_code
        128 plus the number of the signal, the convention of shells: 143 for SIGTERM, 129 for SIGHUP.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number

    def __str__(self) -> str:
        return f"Ended by {Signals(self.exit_code - 128).name}."
