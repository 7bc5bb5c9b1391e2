"""What a batch found: the scenarios ranked, the failures, the control totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from treasury_sim.batch.folder import Folder
from treasury_sim.batch.part import Failure
from treasury_sim.batch.score import Score
from treasury_sim.batch.source import Broken
from treasury_sim.domain.limit import SEVERITIES

MOST_RANKED = 10_000
"""Scenarios that the summary ranks, the worst first; the scores of all others stand in the parts."""


@dataclass(frozen=True)
class Total:
    """A control total: how many figures of a line there are under a framework, and their sum."""

    framework: str
    line: str
    count: int
    total: float


@dataclass(frozen=True)
class Summary:
    """What a batch found.

    Attributes
    ----------
    scenarios, rows
        How many were run, and how many rows the long table has.
    ranked
        The worst of them, at most `MOST_RANKED`, the worst first.
    failures
        Those that could not be run, and files that could not be read.
    unjudged
        Scenarios with limits that cannot be judged.
    unmet
        Scenarios with published figures that were not met.
    totals
        Control totals.
    notes
        Scenario and what a reader of its figures must know about its files, such as rows that were left out.
    """

    scenarios: int
    rows: int
    ranked: tuple[Score, ...]
    failures: tuple[Failure, ...]
    unjudged: int
    unmet: int
    totals: tuple[Total, ...]
    notes: tuple[tuple[str, str], ...] = ()


def summarise(
    folder: Folder, keys: Iterable[str], broken: Sequence[Broken], notes: Sequence[tuple[str, str]] = ()
) -> Summary:
    """Read the summaries of the parts one at a time, in their order; `notes` are those of the scenarios' files."""
    ranked: list[Score] = []
    failures = [Failure(one.name, one.problems) for one in broken]
    sums: dict[tuple[str, str], list[tuple[int, float]]] = {}
    scenarios = rows = unjudged = unmet = 0
    for part in folder.summaries(keys):
        scenarios += len(part.scores)
        rows += part.rows
        unjudged += sum(bool(score.unjudged) for score in part.scores)
        unmet += sum(score.expectations > 0 for score in part.scores)
        failures += part.failures
        for key, total in part.totals.items():
            sums.setdefault(key, []).append(total)
        ranked += part.scores
        if len(ranked) > 2 * MOST_RANKED:
            ranked = _worst(ranked)
    totals = [
        Total(framework, line, sum(count for count, _ in found), fsum(total for _, total in found))
        for (framework, line), found in sums.items()
    ]
    return Summary(
        scenarios, rows, tuple(_worst(ranked)), tuple(failures), unjudged, unmet, tuple(totals), tuple(notes)
    )


def _worst(scores: list[Score]) -> list[Score]:
    return sorted(scores, key=lambda score: score.rank)[:MOST_RANKED]


RANKED_COLUMNS = (
    *("rank", "scenario", "worst_quarter_share", "share_of", "worst_quarter", "framework", "result"),
    *SEVERITIES,
    *("not_judged", "expectations_not_met", "sentence", "why"),
)
FAILURE_COLUMNS = ("scenario", "file", "line", "key", "expected", "found", "fix", "reason")
TOTAL_COLUMNS = ("framework", "line", "count", "total")
NOTE_COLUMNS = ("scenario", "note")


def ranked_rows(summary: Summary) -> list[tuple[object, ...]]:
    """A row for each ranked scenario."""
    return [
        (
            *(rank, score.scenario, score.share, score.against, score.quarter, score.framework, score.result),
            *(score.count(severity) for severity in SEVERITIES),
            *(len(score.unjudged), score.expectations, score.sentence, score.why),
        )
        for rank, score in enumerate(summary.ranked, start=1)
    ]


def failure_rows(summary: Summary) -> list[tuple[object, ...]]:
    """A row for each reason of each failure."""
    return [
        (failure.scenario, one.where, one.line, one.key, one.expected, one.found, one.fix, str(one))
        for failure in summary.failures
        for one in failure.problems
    ]


def total_rows(summary: Summary) -> list[tuple[object, ...]]:
    """A row for each control total."""
    return [(one.framework, one.line, one.count, one.total) for one in summary.totals]
