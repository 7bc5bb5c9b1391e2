"""A finished chunk of a batch: its rows, and the data its summary needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Annotated, Any

from pydantic import Field

from treasury_sim.batch.block import FigureBlock, totals_of
from treasury_sim.batch.memory import peak_memory
from treasury_sim.batch.model import Digest, Written, read
from treasury_sim.batch.score import Score
from treasury_sim.batch.table import Format, encode
from treasury_sim.domain.outcome import HolderOutcome
from treasury_sim.engine.statements.limit_verdicts import FailedLimit
from treasury_sim.errors import Problem

Position = Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class Failure:
    """A scenario that could not be run, and the reasons."""

    scenario: str
    problems: tuple[Problem, ...]

    @property
    def reason(self) -> str:
        """Every reason in words, each with its file and line."""
        return " ".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class PartSummary:
    """The data that the summary of a batch needs from a part.

    Attributes
    ----------
    rows
        Number of rows in the long table.
    scores, failures
        Each scenario is in one or the other.
    totals
        Control totals by framework key and line: count and sum.
    sha256
        Fingerprint of the rows.
    outcomes
        Of each scenario under a price path.
    """

    rows: int
    scores: tuple[Score, ...]
    failures: tuple[Failure, ...]
    totals: Mapping[tuple[str, str], tuple[int, float]]
    sha256: str
    outcomes: tuple[HolderOutcome, ...] = ()

    @property
    def scenarios(self) -> int:
        """Number of scenarios in the part."""
        return len(self.scores) + len(self.failures)

    def to_json(self) -> bytes:
        """Write compactly: a list for each score; the texts of limits and doubts are stored once and numbered."""
        limits = list(
            dict.fromkeys(words for score in self.scores for words in (*score.failed, *score.unjudged, *score.doubts))
        )
        number = {words: position for position, words in enumerate(limits)}
        content = {
            "sha256": self.sha256,
            "rows": self.rows,
            "limits": limits,
            "scores": [_score_row(score, number) for score in self.scores],
            "failures": [
                [failure.scenario, [asdict(problem) for problem in failure.problems]] for failure in self.failures
            ],
            "totals": [[*key, *total] for key, total in self.totals.items()],
            **({"outcomes": [asdict(outcome) for outcome in self.outcomes]} if self.outcomes else {}),
        }
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> PartSummary:
        """Read what `to_json` wrote, with or without a seal.

        Raises
        ------
        ValueError
            If `content` is anything else.
        """
        written = read(_Written, content)
        return cls(
            rows=written.rows,
            sha256=written.sha256,
            scores=tuple(
                Score(
                    *row[:6],
                    written.kinds(row[6]),
                    written.sentences(row[7]),
                    row[8],
                    written.sentences(row[9]),
                )
                for row in written.scores
            ),
            failures=tuple(Failure(name, tuple(problems)) for name, problems in written.failures),
            totals={(framework, line): (count, total) for framework, line, count, total in written.totals},
            outcomes=tuple(written.outcomes),
        )


class _Written(Written):
    seal: Digest | None = None
    sha256: Digest
    rows: int
    limits: list[tuple[str, str, str] | str]
    scores: list[
        tuple[str, float | None, str, str, str, float | None, list[Position], list[Position], int, list[Position]]
    ]
    failures: list[tuple[str, list[Problem]]]
    totals: list[tuple[str, str, int, float]]
    outcomes: list[HolderOutcome] = Field(default_factory=list)

    def kinds(self, positions: Sequence[int]) -> tuple[FailedLimit, ...]:
        """The limits that failed."""
        return tuple(words for at in positions if isinstance(words := self._limit(at), tuple))

    def sentences(self, positions: Sequence[int]) -> tuple[str, ...]:
        """The reasons why limits cannot be judged or figures are implausible."""
        return tuple(words for at in positions if isinstance(words := self._limit(at), str))

    def _limit(self, position: int) -> FailedLimit | str:
        if position >= len(self.limits):
            message = f"scores: limit {position} does not exist"
            raise ValueError(message)
        return self.limits[position]


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
        Number of scenarios in it.
    rows
        Rows of the long table, encoded.
    summary
        A `PartSummary` as JSON.
    peak_memory
        Peak memory of the process so far [bytes].
    """

    scenarios: int
    rows: bytes
    summary: bytes
    peak_memory: int


def part_of(
    blocks: Sequence[FigureBlock],
    scores: Sequence[Score],
    failures: Sequence[Failure],
    table: Format,
    outcomes: Sequence[HolderOutcome] = (),
) -> Part:
    """Encode a finished chunk."""
    rows = encode(blocks, table)
    summary = PartSummary(
        rows=sum(block.rows for block in blocks),
        scores=tuple(scores),
        failures=tuple(failures),
        totals=totals_of(blocks),
        sha256=sha256(rows).hexdigest(),
        outcomes=tuple(outcomes),
    )
    return Part(summary.scenarios, rows, summary.to_json(), peak_memory())
