"""The table of holders checked: pairs that tie or not, and the age of every figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from treasury_sim.analysis.holder_check import SHOWN, Latest, Pair
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table


def pairs_table(pairs: Sequence[Pair]) -> Table:
    """Computed against reported, those that do not tie first."""
    columns = (
        Column("holder", "Holder"),
        Column("as_of", "As of"),
        Column("what", "Computed"),
        Column("computed", "Computed figure", "shares"),
        Column("reported", "Reported", "shares"),
        Column("difference", "Difference", "share"),
        Column("verdict", "Verdict"),
        Column("confidence", "Confidence"),
        Column("line", "Line", "count"),
        Column("explanation", "Explanation"),
    )
    order = {"does not tie": 0, "explained": 1, "ties": 2}
    rows = tuple(
        Row(
            (
                *(pair.holder, pair.as_of.isoformat(), pair.what, pair.computed, pair.reported, pair.difference),
                *(pair.verdict, pair.confidence, pair.line, pair.explanation),
            )
        )
        for pair in sorted(pairs, key=lambda pair: (order[pair.verdict], -abs(pair.difference)))
    )
    notes = ("Amounts are in the currency of each holder.",) if rows else ()
    return Table("pairs", "Computed against reported", columns, rows, notes, most=len(columns))


def ages_table(latest: Sequence[Latest], today: date) -> Table:
    """The latest figures of each holder, with their day, age and confidence."""
    columns = (
        Column("holder", "Holder", shown_once=True),
        Column("key", "Figure"),
        Column("value", "Value", "units"),
        Column("unit", "Unit"),
        Column("as_of", "As of"),
        Column("age", "Age in days", "count"),
        Column("confidence", "Confidence"),
        Column("source", "Source"),
    )
    rows = tuple(
        Row(
            (
                *(each.fact.holder, each.fact.key, each.fact.number, each.fact.unit, each.fact.as_of.isoformat()),
                *(each.age, each.fact.confidence, each.fact.source),
            )
        )
        for each in latest
    )
    note = f"Keys shown: {', '.join(SHOWN)}. A figure that is not listed is not known."
    return Table("ages", f"Latest figures on {today}", columns, rows, (note,), most=len(columns))


def counts(pairs: Sequence[Pair]) -> str:
    """How many pairs tie, in a sentence."""
    by = {verdict: sum(pair.verdict == verdict for pair in pairs) for verdict in ("ties", "explained", "does not tie")}
    return (
        f"{words.counted(len(pairs), 'pair')} compared: {by['ties']} within 1 %, {by['explained']} explained, "
        f"{by['does not tie']} do not tie."
    )


def check_page(pairs: Sequence[Pair], latest: Sequence[Latest], today: date) -> Page:
    """What `treasury-sim holders check` prints."""
    return Page(
        (Words("The table of holders", "title"), Words(counts(pairs)), pairs_table(pairs), ages_table(latest, today))
    )


def check_json(pairs: Sequence[Pair], latest: Sequence[Latest], today: date) -> str:
    """The check as JSON."""
    content = {
        "schema": 1,
        "today": today.isoformat(),
        "pairs": records(pairs_table(pairs)),
        "ages": records(ages_table(latest, today)),
    }
    return json_text(content)
