"""Judge the limits of a scenario on its path, or on each path of a simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools
from treasury_sim.domain.limit import (
    SEVERITIES,
    Limit,
    LimitOutcome,
    cannot_judge,
    evaluate,
    judge_limit,
    why_not_judged,
)
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Prepared


def judge_limits(prepared: Prepared, by_framework: Mapping[str, QuarterlyStatements]) -> tuple[LimitOutcome, ...]:
    """Judge every limit in the reported quarters, in the order of the scenario, under each framework it applies to."""
    first = len(prepared.quarters) - len(prepared.reported)
    labels = tuple(quarter.label for quarter in prepared.reported)
    limits = [row.limit for row in prepared.case.spec.limits]
    reported = {
        key: {name: None if line is None else line[:, first:] for name, line in statement.lines.items()}
        for key, statement in (by_framework.items() if limits else ())
    }
    return tuple(
        judge_limit(limit, key, labels, lines)
        for limit in limits
        for key, lines in reported.items()
        if limit.framework in (None, key)
    )


FailedLimit = tuple[str, str, str]
"""Severity, the limit in words, the reason it matters."""


@dataclass(frozen=True)
class JudgedLimit:
    """A limit judged on every path, under all frameworks it applies to.

    Attributes
    ----------
    limit
        The limit.
    fails : (paths,)
        Whether it is breached under any framework.
    unknown
        By reason and framework: the paths on which it cannot be judged, (paths,).
    """

    limit: Limit
    fails: Bools
    unknown: Mapping[str, Mapping[str, Bools]]

    @property
    def failed(self) -> FailedLimit:
        """The entry to report where the limit is breached."""
        return (self.limit.severity, self.limit.words, self.limit.reason)

    def not_judged(self, path: int | None = None) -> str:
        """Sentence naming the frameworks that cannot judge it on `path` (or on any path), and why; empty if none."""
        frameworks = {
            reason: [key for key, on in where.items() if (on.any() if path is None else on[path])]
            for reason, where in self.unknown.items()
        }
        return " ".join(cannot_judge(self.limit, keys, reason) for reason, keys in frameworks.items() if keys)


def judge_paths(result: Result, limits: Sequence[Limit]) -> list[JudgedLimit]:
    """Judge limits in the reported quarters of every path, the most severe first."""
    first = len(result.timeline.quarters) - len(result.reported)
    judged = []
    for limit in sorted(limits, key=lambda limit: SEVERITIES.index(limit.severity)):
        fails = np.zeros(result.paths, dtype=bool)
        unknown: dict[str, dict[str, Bools]] = {}
        for key, statement in result.statements.items():
            if limit.framework not in (None, key):
                continue
            lines = {name: None if line is None else line[:, first:] for name, line in statement.lines.items()}
            check = evaluate(limit, lines)
            missing = np.broadcast_to(check is None or check.worst < 0, (result.paths,))
            if check is not None:
                fails |= check.fails.any(axis=1)
            if missing.any():
                unknown.setdefault(why_not_judged(limit, lines), {})[key] = missing
        judged.append(JudgedLimit(limit, fails, unknown))
    return judged
