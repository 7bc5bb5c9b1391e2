"""The first sheet of the workbook: do its formulas give the figures of the run, and which values are not formulas."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.report.close.checks import MISSED, Check, Verdict
from treasury_sim.report.close.live.sheets import LiveSheets
from treasury_sim.report.tables.table import Column, Row, Table


def summary_tables(checks: Sequence[Check], live: LiveSheets) -> list[Table]:
    """Counts; formulas that do not give the figure of the run, if any; values that are not formulas."""
    close, book = Verdict.of(checks), Verdict.of(live.checks)
    tables = [
        Table(
            "summary",
            "Summary: does this book reproduce the run?",
            (Column("what", ""), Column("count", "Count", "units")),
            (
                Row(("Checks of the close that tie", float(close.ties))),
                Row(("Checks of the close with nothing to compare (0 against 0)", float(close.empty))),
                Row(("Checks of the close that do not tie", float(len(close.failed))), is_total=bool(close.failed)),
                Row(("Formulas that give the figure of the run", float(book.ties + book.empty))),
                Row(("Formulas that do not", float(len(book.failed))), is_total=bool(book.failed)),
            ),
        )
    ]
    if close.failed or book.failed:
        tables.append(_failed((*close.failed, *book.failed)))
    tables.append(_from_run(live))
    return tables


def _failed(failed: Sequence[Check]) -> Table:
    columns = (
        Column("check", "Check"),
        Column("computed", "Calculated", "money"),
        Column("run", "Run", "money"),
        Column("result", "Result"),
    )
    rows = tuple(Row((c.title, c.computed, c.expected, f"{MISSED}{c.computed - c.expected:,.8g}")) for c in failed)
    return Table("not_reproduced", "Figures that do not tie", columns, rows)


def _from_run(live: LiveSheets) -> Table:
    columns = (
        Column("line", "Line"),
        Column("sheet", "Sheet"),
        Column("amount", "Amount", "money"),
        Column("why", "Reason"),
    )
    rows = tuple(
        Row((value.line, value.sheet, value.amount, value.why)) for value in live.from_run if value.amount != 0
    )
    note = "Zero amounts are left out. A value without an amount stands in every row of its column."
    title = "Values from the run: figures that this book does not calculate"
    return Table("from_run", title, columns, rows, (note,))
