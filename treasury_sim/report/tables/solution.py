"""The answer of a reverse stress test in sentences, and as JSON."""

from __future__ import annotations

from datetime import date

from treasury_sim.analysis.solve.solve import Answer, Solution
from treasury_sim.domain.limit import amount_in_words
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.words import in_titles, stated


def sentence(solution: Solution) -> str:
    """The answer in a sentence."""
    if not solution.answers:
        return f"Never: at no {solution.words} {solution.target}. {solution.reason}"
    values = " and of ".join(_value(solution, answer) for answer in solution.answers)
    article = "a " if solution.kind in {"price", "share", "coins"} else ""
    return f"At {article}{solution.words} of {values} {solution.target}."


def _value(solution: Solution, answer: Answer) -> str:
    first, last = (_written(solution, value) for value in (answer.first, answer.last))
    unit = f" {solution.unit}" if solution.unit else ""
    return f"{first}{unit}" if answer.first == answer.last else f"{first} to {last}{unit}"


def _written(solution: Solution, value: float | date) -> str:
    return stated(value, solution.kind, decimals=4)


def proof(solution: Solution) -> list[str]:
    """The figure of an ordinary run at each answer, and how the answer was searched for."""
    runs = [
        f"Check: a run at {_value(solution, answer)} gives {amount_in_words(round(answer.figure, 6))}, "
        f"off by {answer.miss:.1e}."
        for answer in solution.answers
    ]
    low, high = (_written(solution, value) for value in solution.searched)
    return [*runs, f"Key {solution.key}, searched from {low} to {high}; {solution.method}."]


def solution_report(solution: Solution) -> Page:
    """What `treasury-sim solve` prints."""
    head = Words(f"{solution.title}, {in_titles(solution.framework)}", "note")
    return Page((head, Words(sentence(solution), "title"), Words("\n".join(proof(solution)), "note")))


def solution_json(solution: Solution) -> str:
    """The solution as JSON."""
    return json_text(solution)
