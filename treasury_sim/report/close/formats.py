"""The tables of a close as text for a terminal, CSV, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from treasury_sim.report.close.checks import Verdict, check_table
from treasury_sim.report.close.pack import ClosePack
from treasury_sim.report.render.csv import table_csv
from treasury_sim.report.render.json import Json, json_text, records
from treasury_sim.report.render.markdown import markdown
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.page import Page, Part, Words


def text_report(packs: Sequence[ClosePack]) -> Page:
    """What `treasury-sim close` prints: flash, roll-forward and journal of each framework, the checks and doubts."""
    parts: list[Part] = []
    for pack in packs:
        parts.append(Words(f"{pack.holder}: close of {pack.quarter} at {pack.end}, {pack.framework}\n", "title"))
        parts += [replace(table, currency=pack.currency) for table in (pack.flash, pack.roll_forward, pack.journal)]
        parts += verdict_words(Verdict.of(pack.checks))
    return Page(tuple(parts)).with_notes(list(dict.fromkeys(note for pack in packs for note in pack.notes)))


def verdict_words(verdict: Verdict) -> list[Words]:
    """How many checks tie, and each that does not."""
    failed = [
        Words(f"  {check.title}: {check.computed:,.8g} against {check.expected:,.8g}", "bad")
        for check in verdict.failed
    ]
    return [Words(verdict.words(), "bad" if failed else "good"), *failed, Words("")]


def csv_files(pack: ClosePack) -> dict[str, str]:
    """Every table as CSV, by file name; money is not rounded, entries are in cents."""
    tables = (*pack.tables(), check_table(pack.checks))
    return {f"{prefix(pack)}_{table.name}.csv": table_csv(table) for table in tables}


def prefix(pack: ClosePack) -> str:
    """Beginning of the names of its files."""
    return f"close_{pack.quarter}_{pack.framework}"


def close_json(packs: Sequence[ClosePack]) -> str:
    """Every close as JSON, ``schema: 1``; a figure that was not computed is null, never 0."""
    return json_text({"schema": 1, "close": [_as_json(pack) for pack in packs]})


def _as_json(pack: ClosePack) -> Json:
    return {
        "title": pack.title,
        "holder": pack.holder,
        "currency": pack.currency,
        "framework": pack.framework,
        "quarter": pack.quarter,
        "end": pack.end.isoformat(),
        "ties": pack.ties,
        "notes": list(pack.notes),
        "disclosure": {"title": pack.disclosure.title, "paragraphs": list(pack.disclosure.paragraphs)},
        "tables": {table.name: records(table) for table in (*pack.tables(), check_table(pack.checks))},
    }


def disclosure_markdown(pack: ClosePack) -> str:
    """The draft note as Markdown."""
    note = pack.disclosure
    blocks = [
        f"# {note.title}",
        f"{pack.holder}; {pack.currency}; {pack.framework}, {pack.quarter}. A draft.",
        *note.paragraphs,
    ]
    for table in note.tables:
        blocks += [markdown(printed(replace(table, currency=pack.currency, in_full=True))), *table.notes]
    return "\n\n".join(blocks) + "\n"
