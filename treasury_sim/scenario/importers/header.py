"""The row that names the columns of an export: below a preamble, perhaps again further down."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.importers.amount_text import plain_signs
from treasury_sim.scenario.importers.companions import numbered
from treasury_sim.scenario.importers.left_out import LeftOut
from treasury_sim.scenario.importers.mapping import ExportMapping
from treasury_sim.scenario.importers.table import Record


def from_header(records: Sequence[Record], mapping: ExportMapping, left: LeftOut) -> list[Record]:
    """Begin at the row that names the columns: the first that has them all, else the one that has the most.

    A later row that names them all again says the order of the columns below it; what follows is put in the first
    order. What stands above and may be a row of a table is counted.
    """
    needed = set(mapping.needed)
    names = [numbered([plain_signs(cell) for cell in record.cells]) for record in records]
    known = [len(needed & set(given)) for given in names]
    start = known.index(max(known)) if any(known) else 0
    for record in records[:start]:
        if _may_be_row(record, mapping):
            left.count("above the row of columns")
    first: list[str] = []
    now: list[str] = []
    rows = []
    for record, given in zip(records[start:], names[start:], strict=True):
        if not first:
            first = now = given
            rows.append(replace(record, cells=given))
        elif needed <= set(given):
            now = given
            left.count("row of columns again")
        else:
            rows.append(record if now == first else _in_order(record, now, first))
    return rows


def _may_be_row(record: Record, mapping: ExportMapping) -> bool:
    """Whether a line is no title: it has a value that makes a row a purchase, or about as many cells as columns."""
    cells = [cell.strip() for cell in record.cells]
    values = {value for values in mapping.take.values() for value in values if value}
    columns = len(mapping.needed)
    return bool(values & set(cells)) or (len(cells) >= columns and 2 * sum(map(bool, cells)) > columns)


def check_names(header: Sequence[Record], where: str, mapping: ExportMapping) -> None:
    """A name that several columns have means none of them; one cell that holds other separators is no row."""
    problems = []
    for row in header:
        sign = next((sign for sign in ",;\t|" if sign in "".join(row.cells)), "")
        if len(row.cells) == 1 and sign:
            found = f"'{row.cells[0]}'".replace("\t", "<tab>")
            fix = f"State delimiter: {json.dumps(sign)} in the mapping."
            raise InputError([Problem(where, row.line, "", f"cells separated by {mapping.delimiter}", found, fix)])
        for name in mapping.needed:
            same = [cell for cell in row.cells if re.fullmatch(rf"{re.escape(name)} \([0-9]+\)", cell)]
            if name not in row.cells and same:
                fix = f"Name the one that is meant: {', '.join(same)}."
                problems.append(Problem(where, row.line, name, "one column of this name", f"{len(same)}", fix))
    if problems:
        raise InputError(problems)


def _in_order(record: Record, now: Sequence[str], first: Sequence[str]) -> Record:
    at = {name: position for position, name in enumerate(now)}
    cells = [record.cells[at[name]] if at.get(name, len(record.cells)) < len(record.cells) else "" for name in first]
    faults = {first.index(now[position]): fault for position, fault in record.faults.items() if now[position] in first}
    return Record(record.line, [*cells, *record.cells[len(now) :]], faults)
