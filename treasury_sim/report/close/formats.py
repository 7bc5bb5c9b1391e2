"""The tables of a close as text for a terminal, CSV, JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from treasury_sim.report import words
from treasury_sim.report.close.grid import Table, Verdict, cell_text, check_table, kind_of, shown_text
from treasury_sim.report.close.pack import ClosePack
from treasury_sim.report.csv_out import csv_text

Json = dict[str, object]

ON_SCREEN = {"flash": (1, 2, 3), "roll_forward": (0, 1, 2, 3), "journal": (0, 4, 5, 6, 3)}
"""Columns that a screen shows; files have all of them."""
_SAID_ONCE = {"roll_forward": (0,), "journal": (0, 4)}
"""Of these, the ones that are said in the first of the rows that share the first."""


def text_report(packs: Sequence[ClosePack]) -> Group:
    """What `treasury-sim close` prints: flash, roll-forward and journal of each framework, the checks and doubts."""
    parts: list[RenderableType] = []
    for pack in packs:
        parts.append(Text(f"{pack.holder}: close of {pack.quarter} at {pack.end}, {pack.framework}\n", style="bold"))
        parts += [_shown(table, pack.currency) for table in (pack.flash, pack.roll_forward, pack.journal)]
        parts.append(verdict_text(Verdict.of(pack.checks)))
    notes = dict.fromkeys(note for pack in packs for note in pack.notes)
    return Group(*parts, Text("\n".join(notes), style="dim"))


def _shown(table: Table, currency: str) -> RenderableType:
    chosen = ON_SCREEN[table.name]
    scale = _scale(table)
    unit = scale.label(currency)
    columns = [table.columns[n].title for n in chosen]
    shown = RichTable(
        title=f"{table.title} ({unit})",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for n, title in zip(chosen, columns, strict=True):
        is_text = table.columns[n].kind == "text"
        shown.add_column(title, justify="left" if is_text else "right", no_wrap=True)
    before: object = None
    for row in table.rows:
        cells = [shown_text(table, row, n, scale) for n in chosen]
        first = cells[0]
        if first == before and table.name in _SAID_ONCE:
            for n in _SAID_ONCE[table.name]:
                cells[n] = ""
        before = first
        blank = ["" if cell == words.MISSING and table.name == "journal" else cell for cell in cells]
        shown.add_row(*blank, style="bold" if row.is_total else None)
    return Padding(shown, (0, 0, 1, 0))


def _scale(table: Table) -> words.Scale:
    if table.name == "journal":
        return words.UNITS
    return words.scale_for(
        cell
        for row in table.rows
        for n, cell in enumerate(row.cells)
        if isinstance(cell, float) and kind_of(table, row, n) == "money"
    )


def verdict_text(verdict: Verdict) -> Text:
    """How many checks tie, and each that does not."""
    text = Text(f"{verdict.words()}\n", style="bold red" if verdict.failed else "green")
    for check in verdict.failed:
        text.append(f"  {check.title}: {check.computed:,.8g} against {check.expected:,.8g}\n", style="red")
    return text


def csv_files(pack: ClosePack) -> dict[str, str]:
    """Every table as CSV, by file name; money is not rounded, entries are in cents."""
    tables = (*pack.tables(), check_table(pack.checks))
    return {f"{prefix(pack)}_{table.name}.csv": _csv(table) for table in tables}


def prefix(pack: ClosePack) -> str:
    """What the names of its files begin with."""
    return f"close_{pack.quarter}_{pack.framework}"


def _csv(table: Table) -> str:
    return csv_text([column.name for column in table.columns], (row.cells for row in table.rows))


def json_text(packs: Sequence[ClosePack]) -> str:
    """Every close as JSON, ``schema: 1``; what was not computed is null, never 0."""
    found: Json = {"schema": 1, "close": [_as_json(pack) for pack in packs]}
    return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


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
        "tables": {
            table.name: [
                dict(zip((column.name for column in table.columns), row.cells, strict=True)) for row in table.rows
            ]
            for table in (*pack.tables(), check_table(pack.checks))
        },
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
        lines = [f"## {table.title}", "", "| " + " | ".join(column.title or " " for column in table.columns) + " |"]
        lines.append("|" + "|".join("---" if column.kind == "text" else "---:" for column in table.columns) + "|")
        for row in table.rows:
            cells = [
                cell_text(cell, kind_of(table, row, n)).strip().replace("|", "\\|") for n, cell in enumerate(row.cells)
            ]
            lines.append("| " + " | ".join(f"**{cell}**" if row.is_total else cell for cell in cells) + " |")
        blocks += ["\n".join(lines), *table.notes]
    return "\n\n".join(blocks) + "\n"
