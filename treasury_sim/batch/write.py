"""The reports of a batch as files: CSV, and a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from treasury_sim.batch.folder import TABLE, Folder
from treasury_sim.batch.summary import (
    FAILURE_COLUMNS,
    NOTE_COLUMNS,
    RANKED_COLUMNS,
    TOTAL_COLUMNS,
    Summary,
    failure_rows,
    ranked_rows,
    total_rows,
)
from treasury_sim.batch.workbook import FILE, workbook
from treasury_sim.report.render.csv import csv_text

NOTES = "notes.csv"
"""Notes on the files of scenarios; not written if there are none."""


def write_reports(folder: Folder, summary: Summary, keys: Sequence[str], *, xlsx: bool) -> list[Path]:
    """Write the summary, the failures, the control totals and the notes, and concatenate a CSV table.

    Return the files written.

    A table or workbook of an earlier run that this one does not write is removed: it would hold other figures.
    """
    tables = {
        "summary.csv": csv_text(RANKED_COLUMNS, ranked_rows(summary)),
        "failures.csv": csv_text(FAILURE_COLUMNS, failure_rows(summary)),
        "totals.csv": csv_text(TOTAL_COLUMNS, total_rows(summary)),
    }
    if summary.notes:
        tables[NOTES] = csv_text(NOTE_COLUMNS, summary.notes)
    for name, text in tables.items():
        folder.write(folder.path / name, text)
    written = [folder.path / name for name in tables]
    if folder.table == "csv":
        written.append(folder.write_table(keys))
    if xlsx:
        written.append(folder.path / FILE)
        folder.write(folder.path / FILE, workbook(folder, summary, keys))
    for name in (TABLE, FILE, NOTES):
        if folder.path / name not in written:
            folder.remove(folder.path / name)
    return written
