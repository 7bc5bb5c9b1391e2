"""Compares two folders of one batch: bytes, figures, and the outcome of limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from treasury_sim.batch.folder import Folder, broken_part, digest_of
from treasury_sim.batch.manifest import Manifest
from treasury_sim.batch.score import Score
from treasury_sim.batch.seal import without_seal
from treasury_sim.batch.table import arrow
from treasury_sim.domain.limit import SEVERITIES
from treasury_sim.domain.text_out import from_spreadsheet_text
from treasury_sim.scenario.source.files import read_regular

SAME = 1e-9
"""Figures within this difference, relative to the larger one, are equal: another machine may round differently."""

Key = tuple[str, str, str, str]
Pairs = Sequence[tuple[str | None, str | None]]
"""Keys of the old part and the new part, in order; ``None`` where one batch has fewer."""


@dataclass(frozen=True)
class Moved:
    """A line whose figures differ.

    Attributes
    ----------
    framework, line
        The framework key and the line.
    count
        Number of scenarios and quarters in which it differs.
    scenario, quarter, before, now
        Where it differs most, and the two figures; ``None`` where not computed.
    """

    framework: str
    line: str
    count: int
    scenario: str
    quarter: str
    before: float | None
    now: float | None


def pairs_of(then: Manifest, now: Manifest) -> Pairs:
    """Pair the parts of two batches."""
    return list(zip_longest((key for key, *_ in then.parts), (key for key, *_ in now.parts)))


def same_bytes(old: Folder, new: Folder, pairs: Pairs) -> bool:
    """Whether all parts are identical to the byte; seals include the version of the engine and do not count."""
    return all(_same_rows(old, new, pair) and _same_summary(old, new, pair) for pair in pairs)


def moved_lines(old: Folder, new: Folder, pairs: Pairs) -> tuple[Moved, ...]:
    """Compare the figures of parts that differ, one pair at a time."""
    largest: dict[tuple[str, str], Moved] = {}
    for pair in pairs:
        if _same_rows(old, new, pair):
            continue
        before, after = (_figures(folder, key) for folder, key in zip((old, new), pair, strict=True))
        for key in dict.fromkeys((*before, *after)):
            first, second = before.get(key), after.get(key)
            if not _equal(first, second):
                scenario, framework, quarter, line = key
                known = largest.get((framework, line))
                this = Moved(framework, line, 1 + (known.count if known else 0), scenario, quarter, first, second)
                is_more = known is None or _by(this) > _by(known)
                largest[framework, line] = this if is_more or known is None else replace(known, count=this.count)
    return tuple(sorted(largest.values(), key=lambda moved: -moved.count))


def verdicts_that_moved(old: Folder, new: Folder, pairs: Pairs) -> tuple[str, ...]:
    """A sentence for each scenario whose failed limits, missed expectations or score differ."""
    return tuple(sentence for pair in pairs for sentence in _rejudged(old, new, pair))


def _rejudged(old: Folder, new: Folder, pair: tuple[str | None, str | None]) -> Iterator[str]:
    if _same_summary(old, new, pair):
        return
    before, after = (
        {} if key is None else {score.scenario: score for score in folder.summary(key).scores}
        for folder, key in zip((old, new), pair, strict=True)
    )
    for name in before.keys() & after.keys():
        first, second = before[name], after[name]
        if _counts(first) != _counts(second) or not _equal(first.share, second.share):
            yield f"{name} was: {first.sentence} Now: {second.sentence}"


def _counts(score: Score) -> tuple[int, ...]:
    return (*map(score.count, SEVERITIES), len(score.unjudged), score.expectations)


def _same_rows(old: Folder, new: Folder, pair: tuple[str | None, str | None]) -> bool:
    old_key, new_key = pair
    if old_key is None or new_key is None:
        return False
    return digest_of(old.rows_file(old_key)) == digest_of(new.rows_file(new_key))


def _same_summary(old: Folder, new: Folder, pair: tuple[str | None, str | None]) -> bool:
    old_key, new_key = pair
    if old_key is None or new_key is None:
        return False
    contents = (read_regular(file) for file in (old.summary_file(old_key), new.summary_file(new_key)))
    before, after = map(without_seal, contents)
    return before == after


def _by(moved: Moved) -> float:
    return abs((moved.now or 0.0) - (moved.before or 0.0))


def _equal(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= SAME * max(abs(first), abs(second))


def _figures(folder: Folder, key: str | None) -> dict[Key, float | None]:
    if key is None:
        return {}
    try:
        return dict(_read(folder, key))
    except Exception as error:  # pyarrow raises almost anything for a damaged file
        raise broken_part(folder.rows_file(key)) from error


def _read(folder: Folder, key: str) -> Iterator[tuple[Key, float | None]]:
    content = read_regular(folder.rows_file(key))
    if folder.table == "csv":
        for row in csv.reader(io.StringIO(content.decode())):
            scenario, framework, quarter, line = map(from_spreadsheet_text, row[:4])
            yield (scenario, framework, quarter, line), float(row[5]) if row[5] else None
        return
    _, pq = arrow()
    columns: Mapping[str, Sequence[object]] = pq.read_table(io.BytesIO(content)).to_pydict()
    keys = zip(*(map(str, columns[name]) for name in ("scenario", "framework", "quarter", "line")), strict=True)
    for (scenario, framework, quarter, line), value in zip(keys, columns["value"], strict=True):
        yield (scenario, framework, quarter, line), value if isinstance(value, float) else None
