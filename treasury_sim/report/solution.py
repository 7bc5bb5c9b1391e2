"""A solution as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from rich.console import Group
from rich.text import Text

from treasury_sim.analysis.solve import Answer, Solution
from treasury_sim.domain.limit import amount_in_words


def sentence(found: Solution) -> str:
    """The answer in a sentence."""
    if not found.answers:
        return f"Never: at no {found.words} {found.target}. {found.reason}"
    values = " and of ".join(_value(found, answer) for answer in found.answers)
    return f"At {_article(found.words)} of {values} {found.target}."


def _article(words_of_it: str) -> str:
    """A key is named as it is, a price with its article."""
    return words_of_it if "." in words_of_it or "[" in words_of_it else f"a {words_of_it}"


def _value(found: Solution, answer: Answer) -> str:
    first, last = (_written(value) for value in (answer.first, answer.last))
    unit = f" {found.unit}" if found.unit else ""
    return f"{first}{unit}" if answer.first == answer.last else f"{first} to {last}{unit}"


def _written(value: float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,.2f}" if abs(value) >= 100.0 else f"{value:,.6g}"


def solution_report(found: Solution) -> Group:
    """What `treasury-sim solve` prints."""
    lines = [Text(f"{found.title}, {found.framework}", style="dim"), Text(sentence(found), style="bold")]
    for answer in found.answers:
        said = f"Run again at {_value(found, answer)}: {amount_in_words(round(answer.figure, 6))}"
        lines.append(Text(f"{said}, off by {answer.miss:.1e}.", style="dim"))
    low, high = (_written(value) for value in found.searched)
    lines.append(Text(f"Key {found.key}, searched from {low} to {high}; {found.method}.", style="dim"))
    return Group(*lines)


def solution_json(found: Solution) -> str:
    """The solution as JSON."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"
