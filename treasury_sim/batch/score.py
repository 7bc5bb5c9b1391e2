"""The score of a scenario: the result of its worst quarter as a share of equity or cost, and the limits it failed.

The result of a quarter is comprehensive income, or, if no tax is computed, income before tax plus remeasurement in
other comprehensive income. Its share is of the equity at the beginning of the quarter if that is known and above
zero, else of the cost of all coins held in the quarter: the cost basis at its beginning plus additions.

A sample has a share for each of its paths: the score is their 5 % quantile, and a limit fails if it is breached on more
than 5 % of the paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.limit import SEVERITIES, Limit, amount_in_words
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.statements.limit_verdicts import FailedLimit, judge_paths

Lines = Mapping[str, Floats | None]


@dataclass(frozen=True)
class Score:
    """The outcome of a scenario.

    Attributes
    ----------
    scenario
        Its name.
    share
        Result of the worst quarter as a share of equity or cost, negative for a loss; ``None`` if no result is known.
    against
        Denominator of the share: ``opening equity`` or ``cost``.
    framework, quarter, result
        Framework and label of that quarter, and its result [currency].
    failed
        Limits that failed, the most severe first: severity, the limit in words, why it matters.
    unjudged
        A sentence for each limit that cannot be judged: under which frameworks, and why.
    expectations
        Number of expected figures that were not met.
    doubts
        A sentence for each implausible figure.
    """

    scenario: str
    share: float | None
    against: str
    framework: str
    quarter: str
    result: float | None
    failed: tuple[FailedLimit, ...] = ()
    unjudged: tuple[str, ...] = ()
    expectations: int = 0
    doubts: tuple[str, ...] = ()

    def count(self, severity: str) -> int:
        """Number of limits of a severity that failed."""
        return sum(kind == severity for kind, _, _ in self.failed)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sort key, the worst first: failed limits by severity, limits not judged, the worst quarter, then the name.

        Scenarios without a known quarter follow those with one.
        """
        counts = tuple(-self.count(severity) for severity in SEVERITIES)
        return (*counts, -len(self.unjudged), self.share is None, self.share or 0.0, self.scenario)

    @property
    def sentence(self) -> str:
        """The worst quarter, and the limits that failed."""
        if self.share is None or self.result is None:
            worst = "No quarter has a known result."
        else:
            kind = "a loss" if self.result < 0 else "a gain"
            worst = (
                f"The worst quarter is {self.quarter} under {self.framework}: {kind} of "
                f"{amount_in_words(abs(self.result))}, {abs(self.share):.1%} of {self.against}."
            )
        failed = "; ".join(f"{severity}: {words}" for severity, words, _ in self.failed)
        return " ".join([worst, *([f"Failed {failed}."] if failed else []), *self.unjudged, *self.doubts])

    @property
    def why(self) -> str:
        """Why the failed limits matter."""
        return " ".join(reason for _, _, reason in self.failed if reason)


def scores_of(names: Sequence[str], result: Result, limits: Sequence[Limit]) -> list[Score]:
    """Score each path of a result; a sample as one scenario."""
    # A pass over many points checks the plausibility of keys at one point only.
    doubts = tuple(doubt for doubt in result.doubts if not any(f" {key}: " in doubt for key in result.points))
    return [replace(score, doubts=doubts) for score in _scores(names, result, limits)]


def _scores(names: Sequence[str], result: Result, limits: Sequence[Limit]) -> list[Score]:
    if result.basis == "sample":
        return [_score_of_sample(names[0], result, limits)]
    worst = [_Worst(statement, result) for statement in result.statements.values()]
    keys = list(result.statements)
    shares = np.stack([each.share for each in worst])
    of = np.where(np.isnan(shares).all(axis=0), -1, np.argmin(np.where(np.isnan(shares), np.inf, shares), axis=0))
    judged = judge_paths(result, limits)
    fails = [(verdict.failed, verdict.fails) for verdict in judged]
    unknown = [verdict for verdict in judged if verdict.unknown]
    unmet = sum(not outcome.passed for outcome in result.outcomes)
    columns = [
        (each.share.tolist(), each.result.tolist(), each.quarter.tolist(), each.by_equity.tolist()) for each in worst
    ]
    labels = [quarter.label for quarter in result.reported]
    scores = []
    for path, (name, which) in enumerate(zip(names, of.tolist(), strict=True)):
        failed = tuple(words for words, on in fails if on[path])
        unjudged = tuple(reason for verdict in unknown if (reason := verdict.not_judged(path)))
        if which < 0:
            scores.append(Score(name, None, "", "", "", None, failed, unjudged, unmet))
            continue
        share, amount, quarter, by_equity = (column[path] for column in columns[which])
        against = "opening equity" if by_equity else "cost"
        scores.append(Score(name, share, against, keys[which], labels[quarter], amount, failed, unjudged, unmet))
    return scores


BAD = 0.05
"""The share of the paths of a sample that counts as bad."""


def _score_of_sample(name: str, result: Result, limits: Sequence[Limit]) -> Score:
    judged = judge_paths(result, limits)
    unjudged = tuple(reason for verdict in judged if (reason := verdict.not_judged()))
    failed = []
    for verdict in judged:
        (severity, words, reason), chance = verdict.failed, float(verdict.fails.mean())
        if chance > BAD:
            failed.append((severity, f"{words} on {chance:.1%} of the paths", reason))
    candidates: list[tuple[float, str, int, float, bool]] = []
    for key, statement in result.statements.items():
        quarters = _Quarters(statement, result)
        known = ~np.isnan(quarters.share).all(axis=0)
        for index in np.flatnonzero(known).tolist():
            bad, outcome = (float(np.nanquantile(line[:, index], BAD)) for line in (quarters.share, quarters.result))
            candidates.append((bad, key, index, outcome, bool(quarters.by_equity[:, index].mean() > 0.5)))
    if not candidates:
        return Score(name, None, "", "", "", None, tuple(failed), unjudged)
    share, key, index, outcome, by_equity = min(candidates)
    against = f"{'opening equity' if by_equity else 'cost'} at the 5 % quantile of the paths"
    unmet = sum(not outcome.passed for outcome in result.outcomes)
    return Score(name, share, against, key, result.reported[index].label, outcome, tuple(failed), unjudged, unmet)


class _Quarters:
    """Every reported quarter under one framework, each (paths, quarters)."""

    def __init__(self, statement: QuarterlyStatements, result: Result) -> None:
        first = len(result.timeline.quarters) - len(result.reported)
        lines = statement.lines

        def reported(line: Floats) -> Floats:
            return np.broadcast_to(line, (result.paths, line.shape[1]))[:, first:]

        def before(line: Floats) -> Floats:
            return np.broadcast_to(_opening(line), (result.paths, line.shape[1]))[:, first:]

        self.result = reported(_result(lines))
        nothing = np.zeros((1, len(result.timeline.quarters)))
        additions = nothing if lines["additions"] is None else lines["additions"]
        basis = nothing if lines["cost_basis"] is None else lines["cost_basis"]
        # A sample does not know the cost before its first quarter: use at least the cost of the coins that remain.
        cost = np.maximum(before(basis) + reported(additions), reported(basis))
        equity = lines["equity"]
        opening = np.full_like(cost, np.nan) if equity is None else before(equity)
        self.by_equity = opening > 0.0
        behind = np.where(self.by_equity, opening, np.where(cost > 0.0, cost, np.nan))
        self.share: Floats = self.result / behind


class _Worst:
    """The worst quarter of each path under one framework, each (paths,)."""

    def __init__(self, statement: QuarterlyStatements, result: Result) -> None:
        quarters = _Quarters(statement, result)
        at = np.where(np.isnan(quarters.share), np.inf, quarters.share).argmin(axis=1)
        paths = np.arange(result.paths)
        self.quarter = at
        self.share: Floats = quarters.share[paths, at]
        self.result: Floats = quarters.result[paths, at]
        self.by_equity = quarters.by_equity[paths, at]


def _result(lines: Lines) -> Floats:
    after_tax = lines["comprehensive_income"]
    if after_tax is not None:
        return after_tax
    before_tax, oci = lines["pre_tax_income"], lines["remeasurement_oci"]
    if before_tax is None or oci is None:
        message = "every statement has income before tax"
        raise AssertionError(message)
    return before_tax + oci


def _opening(line: Floats) -> Floats:
    """The balance at the beginning of each quarter."""
    return np.concatenate([np.zeros_like(line[:, :1]), line[:, :-1]], axis=1)
