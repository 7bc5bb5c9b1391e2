"""An attribution as text, as JSON and as the bars of a waterfall."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from rich.console import Group
from rich.text import Text

from treasury_sim.analysis.attribution.steps import CAUSES, Attribution
from treasury_sim.analysis.attribution.steps import Step as Cause
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.bars import Step
from treasury_sim.report.text_table import Column, TextTable


def bars(found: Attribution) -> Iterator[Step]:
    """The attribution as a waterfall: the first amount if there is one, a bar for each cause, the last amount.

    Steps of one cause that follow each other are one bar; those between two frameworks are all of one cause and keep
    their own.
    """
    at = found.first
    if at:
        yield Step(words.sentence(found.first_words), 0.0, at, at, is_total=True)
    for title, steps in groupby(found.steps, _title):
        amount = sum(step.amount for step in steps)
        yield Step(title, at, at + amount, amount)
        at += amount
    yield Step(words.sentence(found.last_words), 0.0, found.last, found.last, is_total=True)


def _title(step: Cause) -> str:
    return step.words.split(":")[0].rstrip(".") if step.cause == "framework" else CAUSES[step.cause]


def attribution_report(found: Attribution) -> Group:
    """What `treasury-sim attribute` prints."""
    amounts = [found.first, found.last, *(step.amount for step in found.steps)]
    is_money = LINES[found.line].is_money
    scale = words.scale_for(amounts) if is_money else words.UNITS
    unit = f" ({scale.label(found.currency)})" if is_money else ""
    table = TextTable(f"{found.title}{unit}", (Column("", is_text=True), Column("amount"), Column("why", is_text=True)))
    table.add("From", words.money(found.first, scale), words.sentence(found.first_words), style="bold")
    for step in found.steps:
        table.add(f"  {CAUSES[step.cause]}", words.money(step.amount, scale), step.words)
    table.add("To", words.money(found.last, scale), words.sentence(found.last_words), style="bold")
    return Group(table, Text("The steps add up exactly: one thing is changed at a time.", style="dim"))


def attribution_json(found: Attribution) -> str:
    """The attribution as JSON, with the bars of its waterfall; amounts in whole currency units."""
    return (
        json.dumps(
            {
                "title": found.title,
                "line": found.line,
                "currency": found.currency,
                "first": {"words": found.first_words, "amount": found.first},
                "steps": [{"cause": s.cause, "words": s.words, "amount": s.amount} for s in found.steps],
                "last": {"words": found.last_words, "amount": found.last},
                "waterfall": [
                    {"title": b.title, "start": b.start, "end": b.end, "amount": b.amount, "is_total": b.is_total}
                    for b in bars(found)
                ],
            },
            indent=2,
            ensure_ascii=False,
            allow_nan=False,
        )
        + "\n"
    )
