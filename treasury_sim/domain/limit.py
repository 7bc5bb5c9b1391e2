"""A threshold on a line: one type for `limits:`, for probabilities of a sample, for survival and for reverse stress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints, frozen
from treasury_sim.domain.lines import LINES

Severity = Literal["note", "warning", "breach"]
"""Severity of a breached limit: worth knowing, worth acting on, or a breach of an undertaking."""

SEVERITIES: tuple[Severity, ...] = ("breach", "warning", "note")
"""The worst first."""

Comparison = Literal["above", "below"]

MeasuredAs = Literal["line", "loss", "charge"]
"""The line itself, or its negative as a positive loss or charge."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit on a line, breached in every quarter in which its figure is above, or below, its value.

    Attributes
    ----------
    line
        A line of the quarterly statement.
    comparison
        Side of the value on which the limit is breached.
    value
        An amount in the unit of the line, positive for a loss or a charge; or the name of another line.
    measured_as
        The line itself, or its negative as a ``loss`` or a ``charge``.
    severity
        Severity of a breach.
    framework
        The only framework to which it applies; ``None`` for all.
    name
        Name for people; if empty, the limit is described in words.
    reason
        Why a breach matters, in plain words.

    Examples
    --------
    >>> from treasury_sim import Limit
    >>> Limit("net_income", "above", 5e9, measured_as="loss").words
    'loss (net income) above 5,000,000,000'
    """

    line: str
    comparison: Comparison
    value: float | str
    measured_as: MeasuredAs = "line"
    severity: Severity = "breach"
    framework: str | None = None
    name: str = ""
    reason: str = ""

    @property
    def figure(self) -> str:
        """The limited figure in words: ``loss (net income)``."""
        title = _title(self.line)
        return title if self.measured_as == "line" else f"{self.measured_as} ({title})"

    @property
    def words(self) -> str:
        """The limit in words: its name, or ``loss (net income) above 5,000,000,000``."""
        bound = _title(self.value) if isinstance(self.value, str) else amount_in_words(self.value)
        return self.name or f"{self.figure} {self.comparison} {bound}"


@dataclass(frozen=True)
class LimitCheck:
    """A limit compared with the lines of one framework.

    Attributes
    ----------
    fails : (paths, quarters)
        Whether it is breached; never where a figure is not known.
    figure : (paths, quarters)
        The limited figure, positive for a loss or a charge [unit of the line].
    bound : (paths, quarters)
        Value of the limit [unit of the line].
    worst : (paths,)
        The quarter furthest on the wrong side of the limit, or nearest to it; -1 where no figure is known.
    """

    fails: Bools
    figure: Floats
    bound: Floats
    worst: Ints

    @property
    def worst_figure(self) -> Floats:
        """The limited figure in the worst quarter of each path, (paths,); not a number where none is known."""
        worst: Floats = self.figure[np.arange(self.worst.size), self.worst]
        return worst


def evaluate(limit: Limit, lines: Mapping[str, Floats | None]) -> LimitCheck | None:
    """Compare `limit` with `lines`.

    Parameters
    ----------
    lines
        Line name to (paths, quarters), or (1, quarters) where the paths agree; not a number where not known.

    Returns
    -------
    LimitCheck or None
        ``None`` if a line that it needs was not computed.
    """
    line = lines.get(limit.line)
    other = lines.get(limit.value) if isinstance(limit.value, str) else limit.value
    if line is None or other is None:
        return None
    figure = line if limit.measured_as == "line" else -line
    figure, bound = np.broadcast_arrays(figure, np.asarray(other, dtype=np.float64))
    excess = figure - bound if limit.comparison == "above" else bound - figure
    known = ~np.isnan(excess)
    worst = np.where(known.any(axis=1), np.where(known, excess, -np.inf).argmax(axis=1), -1)
    return LimitCheck(frozen(np.where(known, excess, 0.0) > 0.0), figure, bound, frozen(worst))


@dataclass(frozen=True)
class LimitOutcome:
    """One limit of a scenario under one framework, and its outcome in a run of one path.

    Attributes
    ----------
    limit, framework
        The limit, and the key of the framework.
    failed
        Whether it was breached in a quarter of the period; ``None`` if it could not be judged.
    period
        The quarter with the worst figure; empty if none is known.
    figure
        The worst figure, positive for a loss or a charge [unit of the line]; ``None`` if none is known.
    bound
        Value of the limit in that quarter [unit of the line].
    sentence
        The outcome in plain words.
    """

    limit: Limit
    framework: str
    failed: bool | None
    period: str
    figure: float | None
    bound: float | None
    sentence: str


def judge_limit(
    limit: Limit, framework: str, labels: tuple[str, ...], lines: Mapping[str, Floats | None]
) -> LimitOutcome:
    """Judge a limit on the one path of a run.

    Parameters
    ----------
    labels
        Names of the quarters.
    lines
        Line name to (1, quarters) of the same quarters.
    """
    check = evaluate(limit, lines)
    if check is None or check.worst[0] < 0:
        missing = cannot_judge(limit, [framework], why_not_judged(limit, lines))
        return LimitOutcome(limit, framework, None, "", None, None, missing)
    quarter = int(check.worst[0])
    figure, bound = float(check.figure[0, quarter]), float(check.bound[0, quarter])
    failed = bool(check.fails.any())
    compared = amount_in_words(bound)
    if isinstance(limit.value, str):
        compared = f"{_title(limit.value)} of {compared}"
    side = limit.comparison if failed else f"not {limit.comparison}"
    measured = f"{limit.figure} of {amount_in_words(figure)}"
    words = f"{measured[:1].upper()}{measured[1:]} in {labels[quarter]} is {side} {compared} under {framework}."
    sentence = f"{words} {limit.reason}" if failed and limit.reason else words
    return LimitOutcome(limit, framework, failed, labels[quarter], figure, bound, sentence)


def amount_in_words(amount: float) -> str:
    """Write an amount in full, with cents only where it is small."""
    if abs(amount) >= 1_000 or amount == int(amount):
        return f"{amount:,.0f}"
    return f"{amount:,.4f}".rstrip("0") if abs(amount) >= 0.00005 else f"{amount:.2g}"


def _title(line: str) -> str:
    title = LINES[line].title
    return f"{title[:1].lower()}{title[1:]}"


def cannot_judge(limit: Limit, frameworks: Sequence[str], reason: str) -> str:
    """The sentence that a limit cannot be judged, under which frameworks, and why."""
    return f"Cannot judge “{limit.words}” under {', '.join(frameworks)}: {reason}."


def why_not_judged(limit: Limit, lines: Mapping[str, Floats | None]) -> str:
    """The reason why no figure of a limit is known, in words."""
    names = [limit.line, *([limit.value] if isinstance(limit.value, str) else [])]
    missing = [_title(name) for name in names if lines.get(name) is None]
    return f"{' and '.join(missing)} not computed" if missing else "no figure is known"
