"""The score of a scenario: its worst quarter as a share of what stood behind it, and the limits it failed.

The result of a quarter is comprehensive income, or, where no tax is computed, income before tax plus remeasurement in
other comprehensive income. It is held against the equity at the beginning of the quarter if that is known and above
zero, else against the cost of all coins held in the quarter: the cost basis at its beginning plus additions.

A sample has a share for each of its paths: the score is their 5 % quantile, and a limit has failed if it fails on more
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
from treasury_sim.engine.limits import FailedLimit, judge_paths

Lines = Mapping[str, Floats | None]


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
    unjudged
        A sentence for each limit that cannot be judged: under which frameworks, and why.
    expectations
        How many expected figures were not met.
    doubts
        A sentence for each figure of the scenario that is not plausible.
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
        """How many limits of a severity failed."""
        return sum(kind == severity for kind, _, _ in self.failed)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the worst first: limits failed by severity, limits not judged, the worst quarter, then the name.

        A scenario without a known quarter comes after those with one.
        """
        counts = tuple(-self.count(severity) for severity in SEVERITIES)
        return (*counts, -len(self.unjudged), self.share is None, self.share or 0.0, self.scenario)

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
        return " ".join([told, *([f"Failed {failed}."] if failed else []), *self.unjudged, *self.doubts])

    @property
    def why(self) -> str:
        """Why the failed limits matter."""
        return " ".join(reason for _, _, reason in self.failed if reason)


def scores_of(names: Sequence[str], result: Result, limits: Sequence[Limit]) -> list[Score]:
    """Score each path of a result; a sample as one scenario."""
    # A pass over many points knows the scenario at one of them.
    doubts = tuple(doubt for doubt in result.doubts if not any(f" {key}: " in doubt for key in result.points))
    return [replace(score, doubts=doubts) for score in _scores(names, result, limits)]


def _scores(names: Sequence[str], result: Result, limits: Sequence[Limit]) -> list[Score]:
    if result.basis == "sample":
        return [_score_of_sample(names[0], result, limits)]
    worst = [_Worst(statement, result) for statement in result.statements.values()]
    keys = list(result.statements)
    shares = np.stack([one.share for one in worst])
    of = np.where(np.isnan(shares).all(axis=0), -1, np.argmin(np.where(np.isnan(shares), np.inf, shares), axis=0))
    judged = judge_paths(result, limits)
    fails = [(one.failed, one.fails) for one in judged]
    unknown = [one for one in judged if one.unknown]
    unmet = sum(not outcome.passed for outcome in result.outcomes)
    columns = [(one.share.tolist(), one.result.tolist(), one.quarter.tolist(), one.by_equity.tolist()) for one in worst]
    labels = [quarter.label for quarter in result.reported]
    scores = []
    for path, (name, which) in enumerate(zip(names, of.tolist(), strict=True)):
        failed = tuple(words for words, on in fails if on[path])
        unjudged = tuple(said for one in unknown if (said := one.not_judged(path)))
        if which < 0:
            scores.append(Score(name, None, "", "", "", None, failed, unjudged, unmet))
            continue
        share, amount, quarter, by_equity = (column[path] for column in columns[which])
        against = "opening equity" if by_equity else "cost"
        scores.append(Score(name, share, against, keys[which], labels[quarter], amount, failed, unjudged, unmet))
    return scores


BAD = 0.05
"""The share of the paths of a sample that are the bad ones."""


def _score_of_sample(name: str, result: Result, limits: Sequence[Limit]) -> Score:
    judged = judge_paths(result, limits)
    unjudged = tuple(said for one in judged if (said := one.not_judged()))
    failed = []
    for one in judged:
        (severity, words, reason), chance = one.failed, float(one.fails.mean())
        if chance > BAD:
            failed.append((severity, f"{words} on {chance:.1%} of the paths", reason))
    found: list[tuple[float, str, int, float, bool]] = []
    for key, statement in result.statements.items():
        quarters = _Quarters(statement, result)
        known = ~np.isnan(quarters.share).all(axis=0)
        for index in np.flatnonzero(known).tolist():
            bad, outcome = (float(np.nanquantile(line[:, index], BAD)) for line in (quarters.share, quarters.result))
            found.append((bad, key, index, outcome, bool(quarters.by_equity[:, index].mean() > 0.5)))
    if not found:
        return Score(name, None, "", "", "", None, tuple(failed), unjudged)
    share, key, index, outcome, by_equity = min(found)
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
        # What a sample does not know, the cost before its first quarter, is at least that of what is left.
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
