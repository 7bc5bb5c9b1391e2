"""An attribution as text, as JSON and as the bars of a waterfall."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group
from rich.text import Text

from treasury_sim.analysis.attribution import CAUSES, Attribution
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.text_table import Column, TextTable


@dataclass(frozen=True)
class Bar:
    """One bar of a waterfall: from `start` to `end`, both running totals [unit of the line]."""

    title: str
    start: float
    end: float
    amount: float
    is_total: bool


def bars(found: Attribution) -> Iterator[Bar]:
    """The attribution as a waterfall: the first amount if there is one, the steps, the last amount."""
    at = found.first
    if at:
        yield Bar(words.sentence(found.first_words), 0.0, at, at, is_total=True)
    for step in found.steps:
        yield Bar(CAUSES[step.cause], at, at + step.amount, step.amount, is_total=False)
        at += step.amount
    yield Bar(words.sentence(found.last_words), 0.0, found.last, found.last, is_total=True)


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
