"""Every error raised on purpose, and `Problem`, the way a mistake in the input is told.

A `Problem` is data, not an exception: problems are collected and shown together, each with where it is,
what was expected, what was found and how to put it right.

Exit codes: 0 fine, 1 the input is wrong, 2 usage, 3 our bug, 4 an expectation failed, 130 interrupted,
143 ended by SIGTERM, 129 by SIGHUP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from signal import Signals


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the input.

    Attributes
    ----------
    where
        File as the user named it, empty if the input is no file.
    line
        Line in that file, counted from 1; ``None`` if it has none.
    key
        Dotted path of the key, such as ``holder.lots[0].quantity``, or the column of a table.
    expected
        What would have been right, in words.
    found
        What stood there, as written.
    fix
        What to do about it; empty where ``expected`` already says it.
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
    """An error that a person can put right; its text is shown without a traceback."""

    exit_code = 1


class InputError(TreasurySimError):
    """The input is wrong. Carries every problem found.

    Attributes
    ----------
    problems
        In the order of the file, at least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class MissingPriceError(TreasurySimError):
    """A date on which something happens has no price."""


class EndedError(KeyboardInterrupt):
    """A signal asked the program to end; handled wherever an interrupt at the keyboard is.

    Attributes
    ----------
    exit_code
        128 and the number of the signal, as shells have it: 143 for SIGTERM, 129 for SIGHUP.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number

    def __str__(self) -> str:
        return f"Ended by {Signals(self.exit_code - 128).name}."
