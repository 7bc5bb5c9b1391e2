"""Lots from a file exported by another tool, read through a mapping file.

A mapping gives the meaning of the columns and selects the rows that are purchases. The other rows are counted by kind
in a note: the plan has to state those events.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from treasury_sim.case.rows import OWN_ID, repeated_ids
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.importers.header import check_names, from_header
from treasury_sim.scenario.importers.left_out import LeftOut, nothing_taken
from treasury_sim.scenario.importers.lots_table import LotTable
from treasury_sim.scenario.importers.mapping import Columns, Cost, ExportMapping, read_mapping
from treasury_sim.scenario.importers.purchase import Reading
from treasury_sim.scenario.importers.table import Record, Table, csv_records

__all__ = ["Columns", "Cost", "ExportMapping", "read_export", "read_export_records", "read_mapping"]


def read_export(
    text: str, where: str, mapping: ExportMapping, *, currency: str, assets: Collection[str] = ()
) -> LotTable:
    """Read the lots of a CSV export; see `read_export_records`."""
    records = csv_records(text, where, mapping.delimiter)
    return read_export_records(records, where, mapping, currency=currency, assets=assets)


def read_export_records(
    records: Iterable[Record],
    where: str,
    mapping: ExportMapping,
    *,
    currency: str,
    assets: Collection[str] = (),
    is_sheet: bool = False,
) -> LotTable:
    """Read the lots of an export.

    Parameters
    ----------
    records
        The whole file; lines above the header row are skipped.
    where
        Name of the file, for messages.
    mapping
        Meaning of its columns.
    currency
        Currency of the holder.
    assets
        Assets to import; those of the mapping if empty.
    is_sheet
        Whether it is a sheet: dates may have any format, and messages name cells as a spreadsheet does.

    Raises
    ------
    InputError
        With every wrong cell in a purchase row: file, line, column. Also if no row is a purchase.
    """
    left = LeftOut()
    rows = from_header(list(records), mapping, left)
    check_names(rows[:1], where, mapping)
    table = Table(rows, where, required=mapping.needed, is_sheet=is_sheet, check_rows=False)
    wanted = tuple(assets) or mapping.assets
    reading = Reading(table, mapping, currency, wanted, is_sheet=is_sheet)
    taken = [row for row in table.rows if reading.takes(row, left)]
    lots = [lot for row in taken if (lot := reading.lot(row)) is not None]
    id_column = mapping.columns.id or ""
    ids = [row.cells.get(id_column, "") for row in taken]
    for position, name in repeated_ids(enumerate(ids)):
        table.tell(taken[position], id_column, OWN_ID, found=f"{name} again")
    table.finish()
    if not taken:
        raise InputError([nothing_taken(table, mapping, wanted, left)])

    def problem(position: int, column: str, expected: str, actual: str, fix: str) -> Problem:
        return Problem(where, taken[position].line, table.key(taken[position].line, column), expected, actual, fix)

    return LotTable(tuple(lots), problem, left.note(where, len(lots)))
