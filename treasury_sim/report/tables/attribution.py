"""The causes of a figure as a table, the bars of a waterfall, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from treasury_sim.analysis.attribution.between_frameworks import Bridge
from treasury_sim.analysis.attribution.steps import CAUSES, Attribution
from treasury_sim.analysis.attribution.steps import Step as Cause
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.comparison import differences_table
from treasury_sim.report.tables.framework_bridge import bridge_table
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.statement import line_kind
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.scenario.differences import Difference


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall.

    Attributes
    ----------
    title
        Words.
    start, end
        Where the bar begins and ends [currency]; a total begins at 0.
    amount
        What the bar adds, signed [currency].
    is_total
        Whether it is the sum of the ones before.
    """

    title: str
    start: float
    end: float
    amount: float
    is_total: bool = False


def bars(attribution: Attribution) -> Iterator[Step]:
    """The attribution as a waterfall: the first amount if there is one, a bar for each cause, the last amount.

    Steps of one cause that follow each other are one bar; those between two frameworks are all of one cause and keep
    their own.
    """
    at = attribution.first
    if at:
        yield Step(words.sentence(attribution.first_words), 0.0, at, at, is_total=True)
    for title, steps in groupby(attribution.steps, _title):
        amount = sum(step.amount for step in steps)
        yield Step(title, at, at + amount, amount)
        at += amount
    last = attribution.last
    yield Step(words.sentence(attribution.last_words), 0.0, last, last, is_total=True)


def _title(step: Cause) -> str:
    return step.words.split(":")[0].rstrip(".") if step.cause == "framework" else CAUSES[step.cause]


def attribution_table(attribution: Attribution, title: str) -> Table:
    """From the first amount to the last, one cause at a time."""
    columns = (
        Column("cause", ""),
        Column("amount", "Amount", line_kind(attribution.line)),
        Column("words", "Why"),
    )
    rows = (
        Row(("From", attribution.first, words.sentence(attribution.first_words)), is_total=True),
        *(Row((f"  {CAUSES[step.cause]}", step.amount, step.words)) for step in attribution.steps),
        Row(("To", attribution.last, words.sentence(attribution.last_words)), is_total=True),
    )
    notes = ("The steps add up exactly: one thing is changed at a time.",)
    return Table("attribution", title, columns, rows, notes, currency=attribution.currency)


def attribution_report(
    attribution: Attribution, inputs: Sequence[Difference] | None = None, rules: Bridge | None = None
) -> Page:
    """The page of `treasury-sim attribute`.

    Parameters
    ----------
    inputs
        The inputs that differ, if two scenarios were compared.
    rules
        The steps from one rule to the other, if two frameworks were compared.
    """
    parts: list[Part] = [attribution_table(attribution, words.in_titles(attribution.title))]
    if inputs is not None:
        table = differences_table({"Second": inputs}, base="First")
        parts.append(table if table.rows else Words("No assumption differs.\n"))
    if rules is not None:
        parts.append(bridge_table(rules, *rules.frameworks, attribution.currency))
    return Page(tuple(parts))


def attribution_json(
    attribution: Attribution, inputs: Sequence[Difference] | None = None, rules: Bridge | None = None
) -> str:
    """The attribution as JSON, with the bars of its waterfall; amounts in whole currency units."""
    more: dict[str, object] = {}
    if inputs is not None:
        more["inputs"] = [{"key": each.key, "first": each.first, "second": each.second} for each in inputs]
    if rules is not None:
        more["rules"] = {"first": rules.first, "steps": rules.steps, "second": rules.second}
    return json_text(
        {
            **more,
            "title": attribution.title,
            "line": attribution.line,
            "currency": attribution.currency,
            "first": {"words": attribution.first_words, "amount": attribution.first},
            "steps": attribution.steps,
            "last": {"words": attribution.last_words, "amount": attribution.last},
            "waterfall": list(bars(attribution)),
        }
    )
