"""Summary of a batch: ranked scenarios, failures, control totals."""

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
"""Scenarios that the summary ranks, the worst first; all other scores are in the parts."""


@dataclass(frozen=True)
class Total:
    """A control total: the number of figures of a line under a framework, and their sum."""

    framework: str
    line: str
    count: int
    total: float


@dataclass(frozen=True)
class Summary:
    """The results of a batch.

    Attributes
    ----------
    scenarios, rows
        Number of scenarios run, and of rows in the long table.
    ranked
        The worst scenarios, at most `MOST_RANKED`, the worst first.
    failures
        Scenarios that could not be run, and files that could not be read.
    unjudged
        Number of scenarios with limits that cannot be judged.
    unmet
        Number of scenarios with expected figures that were not met.
    totals
        Control totals.
    notes
        Scenario and a note on its files for readers of the figures, such as rows that were left out.
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
    """Read the summaries of the parts one at a time, in order; `notes` are those of the scenario files."""
    ranked: list[Score] = []
    failures = [Failure(source.name, source.problems) for source in broken]
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
        Total(framework, line, sum(count for count, _ in parts), fsum(total for _, total in parts))
        for (framework, line), parts in sums.items()
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
        (
            *(failure.scenario, problem.where, problem.line, problem.key),
            *(problem.expected, problem.found, problem.fix, str(problem)),
        )
        for failure in summary.failures
        for problem in failure.problems
    ]


def total_rows(summary: Summary) -> list[tuple[object, ...]]:
    """A row for each control total."""
    return [(total.framework, total.line, total.count, total.total) for total in summary.totals]
