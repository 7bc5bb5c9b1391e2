"""The score of a scenario: its worst quarter as a share of what stood behind it, and the limits it failed.

The result of a quarter is comprehensive income, or, where no tax is computed, income before tax plus remeasurement in
other comprehensive income. It is held against the equity at the beginning of the quarter if that is known and above
zero, else against the cost of all coins held in the quarter: the cost basis at its beginning plus additions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats
from treasury_sim.domain.limit import SEVERITIES, Limit, amount_in_words, evaluate
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import QuarterlyStatements

Lines = Mapping[str, Floats | None]

FailedLimit = tuple[str, str, str]
"""Severity, the limit in words, why it matters."""


@dataclass(frozen=True)
class Score:
    """How a scenario came out.

    Attributes
    ----------
    scenario
        Its name.
    share
        Result of the worst quarter as a share of equity or cost, negative for a loss; ``None`` if none is known.
    against
        ``opening equity`` or ``cost``.
    framework, quarter, result
        Which quarter that was, and its result [currency].
    failed
        Limits that failed, the worst first: severity, the limit in words, why it matters.
    expectations
        How many published figures were not met.
    """

    scenario: str
    share: float | None
    against: str
    framework: str
    quarter: str
    result: float | None
    failed: tuple[FailedLimit, ...] = ()
    expectations: int = 0

    def count(self, severity: str) -> int:
        """How many limits of a severity failed."""
        return sum(kind == severity for kind, _, _ in self.failed)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the worst first: limits failed by severity, then the worst quarter, then the name.

        A scenario without a known quarter comes after those with one.
        """
        counts = tuple(-self.count(severity) for severity in SEVERITIES)
        return (*counts, self.share is None, self.share or 0.0, self.scenario)

    @property
    def sentence(self) -> str:
        """What happened, and when."""
        if self.share is None or self.result is None:
            told = "No quarter has a known result."
        else:
            kind = "a loss" if self.result < 0 else "a gain"
            told = (
                f"The worst quarter is {self.quarter} under {self.framework}: {kind} of "
                f"{amount_in_words(abs(self.result))}, {abs(self.share):.1%} of {self.against}."
            )
        failed = "; ".join(f"{severity}: {words}" for severity, words, _ in self.failed)
        return f"{told} Failed {failed}." if failed else told

    @property
    def why(self) -> str:
        """Why the failed limits matter."""
        return " ".join(reason for _, _, reason in self.failed if reason)


def scores_of(names: Sequence[str], result: Result, limits: Sequence[Limit]) -> list[Score]:
    """Score each path of a result."""
    worst = [_Worst(statement, result) for statement in result.statements.values()]
    keys = list(result.statements)
    shares = np.stack([one.share for one in worst])
    of = np.where(np.isnan(shares).all(axis=0), -1, np.argmin(np.where(np.isnan(shares), np.inf, shares), axis=0))
    failed = _failed(result, limits, len(names))
    unmet = sum(not outcome.passed for outcome in result.outcomes)
    columns = [(one.share.tolist(), one.result.tolist(), one.quarter.tolist(), one.by_equity.tolist()) for one in worst]
    labels = [quarter.label for quarter in result.reported]
    scores = []
    for path, (name, which) in enumerate(zip(names, of.tolist(), strict=True)):
        if which < 0:
            scores.append(Score(name, None, "", "", "", None, failed[path], unmet))
            continue
        share, amount, quarter, by_equity = (column[path] for column in columns[which])
        against = "opening equity" if by_equity else "cost"
        scores.append(Score(name, share, against, keys[which], labels[quarter], amount, failed[path], unmet))
    return scores


class _Worst:
    """The worst quarter of each path under one framework, each (paths,)."""

    def __init__(self, statement: QuarterlyStatements, result: Result) -> None:
        first = len(result.timeline.quarters) - len(result.reported)
        lines = statement.lines

        def reported(line: Floats) -> Floats:
            return np.broadcast_to(line, (result.paths, line.shape[1]))[:, first:]

        def before(line: Floats) -> Floats:
            return np.broadcast_to(_opening(line), (result.paths, line.shape[1]))[:, first:]

        outcome = reported(_result(lines))
        cost = before(_zero(lines["cost_basis"], outcome)) + reported(_zero(lines["additions"], outcome))
        equity = lines["equity"]
        opening = np.full_like(cost, np.nan) if equity is None else before(equity)
        by_equity = opening > 0.0
        behind = np.where(by_equity, opening, np.where(cost > 0.0, cost, np.nan))
        share = outcome / behind
        at = np.where(np.isnan(share), np.inf, share).argmin(axis=1)
        paths = np.arange(result.paths)
        self.quarter = at
        self.share: Floats = share[paths, at]
        self.result: Floats = outcome[paths, at]
        self.by_equity = by_equity[paths, at]


def _result(lines: Lines) -> Floats:
    after_tax = lines["comprehensive_income"]
    if after_tax is not None:
        return after_tax
    before_tax, oci = lines["pre_tax_income"], lines["remeasurement_oci"]
    if before_tax is None or oci is None:
        message = "every statement has income before tax"
        raise AssertionError(message)
    return before_tax + oci


def _zero(line: Floats | None, like: Floats) -> Floats:
    return np.zeros_like(like) if line is None else line


def _opening(line: Floats) -> Floats:
    """The balance at the beginning of each quarter."""
    return np.concatenate([np.zeros_like(line[:, :1]), line[:, :-1]], axis=1)


def _failed(result: Result, limits: Sequence[Limit], paths: int) -> list[tuple[FailedLimit, ...]]:
    """The limits that each path fails under any framework they are for, the worst first."""
    first = len(result.timeline.quarters) - len(result.reported)
    told: list[tuple[FailedLimit, Bools]] = []
    for limit in sorted(limits, key=lambda limit: SEVERITIES.index(limit.severity)):
        fails = np.zeros(paths, dtype=bool)
        for key, statement in result.statements.items():
            if limit.framework in (None, key):
                lines = {name: None if line is None else line[:, first:] for name, line in statement.lines.items()}
                check = evaluate(limit, lines)
                fails |= False if check is None else check.fails.any(axis=1)
        told.append(((limit.severity, limit.words, limit.reason), fails))
    return [tuple(words for words, fails in told if fails[path]) for path in range(paths)]
