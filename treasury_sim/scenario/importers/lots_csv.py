"""Lots from a CSV table, one lot a row, under the rules that lots in YAML obey."""

from __future__ import annotations

from dataclasses import fields

from pydantic import ValidationError

from treasury_sim.domain.holding import Lot
from treasury_sim.scenario.importers.table import Table, TableRow
from treasury_sim.scenario.problems import in_words
from treasury_sim.scenario.rows import OWN_ID, read_lot, repeated_ids

REQUIRED = ("acquired", "quantity", "unit_cost")
_DAYS = ("acquired", "acquired_to")
_NUMBERS = ("quantity", "unit_cost", "fee", "tax_basis")
_OPTIONAL = tuple(field.name for field in fields(Lot) if field.name not in REQUIRED)


def read_lots(text: str, where: str) -> tuple[Lot, ...]:
    """Read a table of lots.

    Parameters
    ----------
    text
        Columns ``acquired, quantity, unit_cost`` and, if wanted, ``id, acquired_to, asset, fee, wallet,
        tax_basis, source``. A blank cell is the default. Money is in currency units, whatever `holder.units`
        of the scenario is: a table is a file of its own.
    where
        Name of the file, for messages.

    Raises
    ------
    InputError
        With every wrong cell: file, line, column.
    """
    table = Table(text, where, required=REQUIRED, optional=_OPTIONAL)
    lots = [lot for row in table.rows if (lot := _lot(table, row)) is not None]
    for position, name in repeated_ids((number, row.cells.get("id", "")) for number, row in enumerate(table.rows)):
        table.tell(table.rows[position], "id", OWN_ID, found=f"{name} again")
    table.finish()
    return tuple(lots)


def _lot(table: Table, row: TableRow) -> Lot | None:
    values: dict[str, object] = {column: cell for column, cell in row.cells.items() if cell}
    told = len(table.problems)
    values |= {column: table.day(row, column) for column in _DAYS}
    values |= {column: table.number(row, column) for column in _NUMBERS}
    wrong = {problem.key for problem in table.problems[told:]}
    try:
        return read_lot({column: value for column, value in values.items() if value is not None})
    except ValidationError as error:
        for details in error.errors(include_url=False):
            column = str(details["loc"][0])
            if column not in wrong:
                expected, found, fix = in_words(details)
                table.tell(row, column, expected, fix, found)
        return None
