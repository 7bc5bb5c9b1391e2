"""The limits of a scenario, against what a run of one path found."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_sim.domain.limit import LimitOutcome, judge_limit
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Prepared


def judge_limits(prepared: Prepared, found: Mapping[str, QuarterlyStatements]) -> tuple[LimitOutcome, ...]:
    """Judge every limit in the quarters of the period, in the order written, under each framework it is for."""
    first = len(prepared.quarters) - len(prepared.reported)
    labels = tuple(quarter.label for quarter in prepared.reported)
    limits = [row.limit for row in prepared.scenario.spec.limits]
    reported = {
        key: {name: None if line is None else line[:, first:] for name, line in statement.lines.items()}
        for key, statement in (found.items() if limits else ())
    }
    return tuple(
        judge_limit(limit, key, labels, lines)
        for limit in limits
        for key, lines in reported.items()
        if limit.framework in (None, key)
    )
