"""A solution as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from rich.console import Group
from rich.text import Text

from treasury_sim.analysis.solve.solve import Answer, Solution
from treasury_sim.domain.limit import amount_in_words
from treasury_sim.report.words import stated


def sentence(found: Solution) -> str:
    """The answer in a sentence."""
    if not found.answers:
        return f"Never: at no {found.words} {found.target}. {found.reason}"
    values = " and of ".join(_value(found, answer) for answer in found.answers)
    article = "a " if found.kind in {"price", "share", "coins"} else ""
    return f"At {article}{found.words} of {values} {found.target}."


def _value(found: Solution, answer: Answer) -> str:
    first, last = (_written(found, value) for value in (answer.first, answer.last))
    unit = f" {found.unit}" if found.unit else ""
    return f"{first}{unit}" if answer.first == answer.last else f"{first} to {last}{unit}"


def _written(found: Solution, value: float | date) -> str:
    return stated(value, found.kind, decimals=4)


def solution_report(found: Solution) -> Group:
    """What `treasury-sim solve` prints."""
    lines = [Text(f"{found.title}, {found.framework}", style="dim"), Text(sentence(found), style="bold")]
    return Group(*lines, *(Text(line, style="dim") for line in proof(found)))


def proof(found: Solution) -> list[str]:
    """What an ordinary run finds at each answer, and how it was looked for."""
    runs = [
        f"Run again at {_value(found, one)}: {amount_in_words(round(one.figure, 6))}, off by {one.miss:.1e}."
        for one in found.answers
    ]
    low, high = (_written(found, value) for value in found.searched)
    return [*runs, f"Key {found.key}, searched from {low} to {high}; {found.method}."]


def solution_json(found: Solution) -> str:
    """The solution as JSON."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"
