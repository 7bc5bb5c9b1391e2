"""Expected figures beside computed ones: how many were met, what they were compared with, each by each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Outcome, Result
from treasury_sim.report import words
from treasury_sim.report.tables.page import Style, Words
from treasury_sim.report.tables.statement import line_kind
from treasury_sim.report.tables.table import Column, Row, Table

_FILINGS = re.compile(r"\b(10-K|10-Q|8-K|20-F|40-F|6-K|S-1|XBRL)\b")
_BY_HAND = re.compile(r"\bby hand\b|\barithmetic\b", re.IGNORECASE)


def verdict(outcomes: Sequence[Outcome]) -> str:
    """Say how many of the expected figures were met, and from where those are.

    A figure from which an input was taken agrees by construction: it is named, and proves nothing.
    """
    met = sum(outcome.passed for outcome in outcomes)
    evidence = [outcome for outcome in outcomes if not outcome.source_of]
    kinds = Counter(source_kind(outcome.source) for outcome in evidence)
    sources = [f"{count} {kind}" for kind, count in kinds.most_common()]
    sentence = f"{met} of {words.counted(len(outcomes), 'expected figure')} met"
    inputs = dict.fromkeys(outcome.source_of for outcome in outcomes if outcome.source_of)
    if not inputs:
        return f"{sentence} ({', '.join(sources)})."
    sources.append(f"{len(outcomes) - len(evidence)} by construction")
    return (
        f"{sentence} ({', '.join(sources)}). By construction: an input was taken from the figure itself, so "
        f"agreement proves nothing ({', '.join(inputs)})."
    )


def has_evidence(outcomes: Sequence[Outcome]) -> bool:
    """Whether a figure was met that no input was taken from."""
    return any(outcome.passed and not outcome.source_of for outcome in outcomes)


def source_kind(source: str) -> str:
    """Name what an expected figure is from, by what its source says; no source vouches for nothing."""
    filing = _FILINGS.search(source)
    if filing is not None:
        name = filing[1]
        return "from XBRL company facts" if name == "XBRL" else f"from {'an' if name == '8-K' else 'a'} {name}"
    if _BY_HAND.search(source):
        return "by hand"
    return "from other sources" if source.strip() else "without a source"


def missed(outcomes: Sequence[Outcome]) -> list[str]:
    """Say of each expectation that was not met what it expected, and what was computed."""
    return [_missed(outcome) for outcome in outcomes if not outcome.passed]


def _missed(outcome: Outcome) -> str:
    wanted = f"expected {words.money(outcome.value)} within {allowance(outcome)}"
    source = f" ({outcome.source})" if outcome.source else ""
    return f"{outcome.framework} {outcome.period} {outcome.line}: {wanted}, got {words.money(outcome.got)}{source}"


def allowance(outcome: Outcome) -> str:
    """How far an expectation allows the run to differ, in words."""
    parts = []
    if outcome.tolerance is not None:
        parts.append(str(outcome.tolerance))
    if outcome.band_widening is not None:
        parts.append(f"band + {words.percent(outcome.band_widening, 0)}")
    if outcome.rounding:
        parts.append(f"rounding {words.units(outcome.rounding)}")
    return ", ".join(parts)


def verdict_words(outcomes: Sequence[Outcome]) -> list[Words]:
    """The verdict, green only if a figure was met that no input was taken from, and each figure that was not met."""
    failed = [Words(f"  {sentence}", "bad") for sentence in missed(outcomes)]
    style: Style = "bad" if failed else "good" if has_evidence(outcomes) else "title"
    return [Words(verdict(outcomes), style), *failed, Words("")] if outcomes else []


def expectations(result: Result) -> Table:
    """Every expected figure and the computed one, for files."""
    names = (
        *("framework", "period", "line", "value", "got", "tolerance", "band_widening", "band_low", "band_high"),
        *("rounding", "pass", "source", "source_of"),
    )
    rows = tuple(
        Row(
            (
                *(o.framework, o.period, o.line, o.value, o.got, o.tolerance, o.band_widening),
                *(o.band or (None, None)),
                *(o.rounding, o.passed, o.source, o.source_of),
            )
        )
        for o in result.outcomes
    )
    return Table("expect", "Expected figures", tuple(Column(name, name) for name in names), rows)


def tie_out(result: Result) -> Iterator[Table]:
    """The expected figures of each line beside the computed ones."""
    for line in dict.fromkeys(outcome.line for outcome in result.outcomes):
        kind = line_kind(line)
        columns = (
            Column("period", "", "quarter"),
            Column("value", "Reported", kind),
            Column("got", "Computed", kind),
            Column("band_low", "Band, lowest", kind),
            Column("band_high", "Band, highest", kind),
            Column("difference", "Difference", "share", decimals=3),
            Column("allowed", "Allowed"),
            Column("result", "Result"),
            Column("source", "Source"),
        )
        rows = tuple(
            Row(
                (
                    o.period,
                    *(o.value, o.got, *(o.band or (None, None))),
                    None if o.got is None or not o.value else (o.got - o.value) / abs(o.value),
                    allowance(o),
                    "FAIL" if not o.passed else "input" if o.source_of else "pass",
                    o.source,
                ),
                line=line,
            )
            for o in result.outcomes
            if o.line == line
        )
        yield Table(f"tie_out_{line}", LINES[line].title, columns, rows, currency=result.currency)
