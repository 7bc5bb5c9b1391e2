"""A finished chunk of a batch: its rows, and beside them what the summary needs of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from treasury_sim.batch.block import Block, totals_of
from treasury_sim.batch.memory import peak_memory
from treasury_sim.batch.score import Score
from treasury_sim.batch.table import Format, encode
from treasury_sim.errors import Problem


@dataclass(frozen=True)
class Failure:
    """A scenario that could not be run, and why."""

    scenario: str
    problems: tuple[Problem, ...]

    @property
    def reason(self) -> str:
        """Every reason in words, each with its file and line."""
        return " ".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class PartSummary:
    """What the summary of a batch needs of a part.

    Attributes
    ----------
    rows
        Rows in the long table.
    scores, failures
        One or the other for each scenario.
    totals
        Control totals by framework key and line: count and sum.
    sha256
        Fingerprint of the rows.
    """

    rows: int
    scores: tuple[Score, ...]
    failures: tuple[Failure, ...]
    totals: Mapping[tuple[str, str], tuple[int, float]]
    sha256: str

    @property
    def scenarios(self) -> int:
        """How many scenarios the part holds."""
        return len(self.scores) + len(self.failures)

    def to_json(self) -> bytes:
        """Write in few words: a list for each score, what limits and doubts tell by its number."""
        limits = list(
            dict.fromkeys(told for score in self.scores for told in (*score.failed, *score.unjudged, *score.doubts))
        )
        number = {told: position for position, told in enumerate(limits)}
        content = {
            "rows": self.rows,
            "sha256": self.sha256,
            "limits": limits,
            "scores": [_score_row(score, number) for score in self.scores],
            "failures": [[one.scenario, [asdict(problem) for problem in one.problems]] for one in self.failures],
            "totals": [[*key, *total] for key, total in self.totals.items()],
        }
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> PartSummary:
        """Read what `to_json` wrote."""
        read: dict[str, Any] = json.loads(content)
        limits = [tuple(told) if isinstance(told, list) else told for told in read["limits"]]
        return cls(
            rows=read["rows"],
            sha256=read["sha256"],
            scores=tuple(
                Score(
                    *(
                        *row[:6],
                        *(tuple(limits[one] for one in told) for told in row[6:8]),
                        row[8],
                        tuple(limits[one] for one in row[9]),
                    )
                )
                for row in read["scores"]
            ),
            failures=tuple(
                Failure(name, tuple(Problem(**problem) for problem in problems)) for name, problems in read["failures"]
            ),
            totals={(framework, line): (count, total) for framework, line, count, total in read["totals"]},
        )


def _score_row(score: Score, number: Mapping[Any, int]) -> list[object]:
    return [
        score.scenario,
        score.share,
        score.against,
        score.framework,
        score.quarter,
        score.result,
        [number[limit] for limit in score.failed],
        [number[sentence] for sentence in score.unjudged],
        score.expectations,
        [number[sentence] for sentence in score.doubts],
    ]


@dataclass(frozen=True)
class Part:
    """A finished chunk.

    Attributes
    ----------
    scenarios
        How many it holds.
    rows
        Rows of the long table, encoded.
    summary
        A `PartSummary` as JSON.
    peak_memory
        The largest memory that the process had needed by then [bytes].
    """

    scenarios: int
    rows: bytes
    summary: bytes
    peak_memory: int


def part_of(blocks: Sequence[Block], scores: Sequence[Score], failures: Sequence[Failure], table: Format) -> Part:
    """Encode a finished chunk."""
    rows = encode(blocks, table)
    summary = PartSummary(
        rows=sum(block.rows for block in blocks),
        scores=tuple(scores),
        failures=tuple(failures),
        totals=totals_of(blocks),
        sha256=sha256(rows).hexdigest(),
    )
    return Part(summary.scenarios, rows, summary.to_json(), peak_memory())
