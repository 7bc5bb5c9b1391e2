"""Lots from a table, CSV or spreadsheet, one lot per row, under the same rules as lots in YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from pydantic import ValidationError

from treasury_sim.case.rows import OWN_ID, read_lot, repeated_ids
from treasury_sim.case.strict import TOTALS, written_fields
from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.errors import Problem
from treasury_sim.scenario.importers.table import Record, Table, TableRow, csv_records, from_columns
from treasury_sim.scenario.source.problems import in_words

REQUIRED = ("acquired", "quantity")
PRICED = ("unit_cost", TOTALS["unit_cost"])
"""Each row has a value in one of these columns."""
_OPENING = {f"opening_{field.name}": field.name for field in fields(Opening)}
_OPENING_REQUIRED = ("opening_date", "opening_framework", "opening_carrying")
_DAYS = ("acquired", "acquired_to", "opening_date")
_NUMBERS = ("quantity", *PRICED, "fee", "tax_basis", "opening_carrying", "opening_surplus")
_OPTIONAL = (*(name for name in written_fields(Lot) if name not in {*REQUIRED, *PRICED, "opening"}), *_OPENING)


@dataclass(frozen=True)
class LotTable:
    """Lots read from a file.

    Attributes
    ----------
    lots
        One for each row.
    problem
        Makes the problem of a row from its position, column, expected, found and fix.
    note
        A note on rows that are not lots, for readers of the figures; empty if there are none.
    """

    lots: tuple[Lot, ...]
    problem: Callable[[int, str, str, str, str], Problem]
    note: str = ""


def read_lots(records: Iterable[Record], where: str, *, is_sheet: bool = False) -> LotTable:
    """Read a table of lots.

    Parameters
    ----------
    records
        Columns ``acquired, quantity``, one of ``unit_cost`` and ``total_cost``, and optionally ``id, acquired_to,
        asset, fee, wallet, tax_basis, source`` and ``opening_date, opening_framework, opening_carrying,
        opening_surplus``. A blank cell means the
        default. Money is in currency units whatever the scenario's `holder.units`, since a table is a separate file.
    where
        Name of the file, for messages.
    is_sheet
        Whether messages name cells as a spreadsheet does.

    Raises
    ------
    InputError
        With every wrong cell: file, line, column.
    """
    rows = from_columns(records, _names_columns)
    given = [name for name in PRICED if rows and name in map(str.strip, rows[0].cells)]
    # With both columns, each row fills in one of them.
    required = (*REQUIRED, *(() if len(given) > 1 else given or PRICED[:1]))
    table = Table(rows, where, required=required, optional=(*PRICED, *_OPTIONAL), is_sheet=is_sheet)
    lots = [lot for row in table.rows if (lot := _lot(table, row)) is not None]
    for position, name in repeated_ids((number, row.cells.get("id", "")) for number, row in enumerate(table.rows)):
        table.tell(table.rows[position], "id", OWN_ID, found=f"{name} again")
    table.finish()

    def problem(position: int, column: str, expected: str, actual: str, fix: str) -> Problem:
        line = table.rows[position].line
        return Problem(where, line, table.key(line, column), expected, actual, fix)

    return LotTable(tuple(lots), problem)


def _names_columns(record: Record) -> bool:
    return set(REQUIRED) <= set(map(str.strip, record.cells))


def read_lots_csv(text: str, where: str) -> LotTable:
    """Read a table of lots from the text of a CSV file."""
    return read_lots(csv_records(text, where), where)


def _lot(table: Table, row: TableRow) -> Lot | None:
    values: dict[str, object] = {column: cell for column, cell in row.cells.items() if cell}
    values |= {column: table.day(row, column) for column in _DAYS}
    values |= {column: table.number(row, column) for column in _NUMBERS}
    opening = {name: values.pop(column, None) for column, name in _OPENING.items()}
    if any(row.cells.get(column) for column in _OPENING):
        values["opening"] = {name: value for name, value in opening.items() if value is not None}
        for column in _OPENING_REQUIRED:
            if not row.cells.get(column):
                table.tell(row, column, "a value, since the row has an opening", "Fill in all of them, or none.")
    try:
        return read_lot({column: value for column, value in values.items() if value is not None})
    except ValidationError as error:
        for details in error.errors(include_url=False):
            expected, actual, fix = in_words(details)
            table.tell(row, "_".join(map(str, details["loc"])), expected, fix, actual)
        return None
