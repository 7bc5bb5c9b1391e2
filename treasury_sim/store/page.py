"""The prices that are held, and the outcome of updates, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.store.status import HeldSeries
from treasury_sim.store.update import Updated


def held_table(rows: Sequence[HeldSeries]) -> Table:
    """A row for each series: first and last day, and source."""
    columns = (
        *(Column("asset", "Asset"), Column("currency", "Currency"), Column("venue", "Venue")),
        *(Column("first", "From"), Column("last", "As of"), Column("at_times", "Prices at a time of day", "count")),
        *(Column("source", "Source"), Column("problem", "Problem")),
    )
    shown = []
    for row in rows:
        first, last = ("" if day is None else day.isoformat() for day in (row.first, row.last))
        problem = " ".join(row.problem.split())
        shown.append(Row((row.asset, row.currency, row.venue, first, last, row.at_times, row.source, problem)))
    return Table("prices", "Prices held", columns, tuple(shown), most=len(columns))


def status_page(rows: Sequence[HeldSeries], folder: str) -> Page:
    """The page of `treasury-sim prices status`."""
    return Page((held_table(rows), Words(f"Price store: {folder}", "note")))


def status_json(rows: Sequence[HeldSeries], folder: str) -> str:
    """The same as JSON."""
    return json_text({"schema": 1, "folder": folder, "prices": records(held_table(rows))})


def sentences(updated: Updated) -> Iterator[str]:
    """The outcome of an update, a line each."""
    last = "none" if updated.last is None else updated.last.isoformat()
    yield f"{updated.series}: {updated.bars} new days, {updated.cutoffs} new prices at a time of day; as of {last}."
    yield from updated.notes
