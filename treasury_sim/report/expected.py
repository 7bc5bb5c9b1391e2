"""What a run says of the figures that its scenario expects: how many were met, and what they were compared with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from treasury_sim.domain.result import Outcome
from treasury_sim.report import words

_FILINGS = re.compile(r"\b(10-K|10-Q|8-K|20-F|40-F|6-K|S-1|XBRL)\b")
_BY_HAND = re.compile(r"\bby hand\b|\barithmetic\b", re.IGNORECASE)


def verdict(outcomes: Sequence[Outcome]) -> str:
    """Say how many of the expected figures were met, and from where those are.

    A figure from which an input was taken agrees by construction: it is named, and is no evidence.
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
        f"{sentence} ({', '.join(sources)}). By construction: an input was taken from the figure itself, so that it "
        f"agrees is no evidence ({', '.join(inputs)})."
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


def missed(outcome: Outcome) -> str:
    """What an expectation that was not met expected, and what there is."""
    expected = f"expected {words.money(outcome.value)} within {allowance(outcome)}"
    source = f" ({outcome.source})" if outcome.source else ""
    return f"{outcome.framework} {outcome.period} {outcome.line}: {expected}, got {words.money(outcome.got)}{source}"


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
