"""Finds the header row of an export: below a preamble, and perhaps repeated further down."""

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
    """Begin at the header row: the first with every column needed, else the one with the most.

    A later header row gives a new order of the columns below it; those rows are put back into the first
    order. Rows above the header that may belong to a table are counted.
    """
    needed = set(mapping.needed)
    names = [numbered([plain_signs(cell) for cell in record.cells]) for record in records]
    known = [len(needed & set(given)) for given in names]
    start = known.index(max(known)) if any(known) else 0
    for record in records[:start]:
        if _may_be_row(record, mapping):
            left.count("above the header")
    first: list[str] = []
    now: list[str] = []
    rows = []
    for record, given in zip(records[start:], names[start:], strict=True):
        if not first:
            first = now = given
            rows.append(replace(record, cells=given))
        elif needed <= set(given):
            now = given
            left.count("repeated header")
        else:
            rows.append(record if now == first else _in_order(record, now, first))
    return rows


def _may_be_row(record: Record, mapping: ExportMapping) -> bool:
    """Whether a line may be data, not a title: it has a value of a purchase row, or almost as many cells as columns."""
    cells = [cell.strip() for cell in record.cells]
    values = {value for values in mapping.take.values() for value in values if value}
    columns = len(mapping.needed)
    return bool(values & set(cells)) or (len(cells) >= columns and 2 * sum(map(bool, cells)) > columns)


def check_names(header: Sequence[Record], where: str, mapping: ExportMapping) -> None:
    """Report a name shared by several columns, and one cell that contains other separators."""
    problems = []
    for row in header:
        sign = next((sign for sign in ",;\t|" if sign in "".join(row.cells)), "")
        if len(row.cells) == 1 and sign:
            line = f"'{row.cells[0]}'".replace("\t", "<tab>")
            fix = f"State delimiter: {json.dumps(sign)} in the mapping."
            raise InputError([Problem(where, row.line, "", f"cells separated by {mapping.delimiter}", line, fix)])
        for name in mapping.needed:
            same = [cell for cell in row.cells if re.fullmatch(rf"{re.escape(name)} \([0-9]+\)", cell)]
            if name not in row.cells and same:
                fix = f"Name the one you mean: {', '.join(same)}."
                problems.append(Problem(where, row.line, name, "one column of this name", f"{len(same)}", fix))
    if problems:
        raise InputError(problems)


def _in_order(record: Record, now: Sequence[str], first: Sequence[str]) -> Record:
    at = {name: position for position, name in enumerate(now)}
    cells = [record.cells[at[name]] if at.get(name, len(record.cells)) < len(record.cells) else "" for name in first]
    faults = {first.index(now[position]): fault for position, fault in record.faults.items() if now[position] in first}
    return Record(record.line, [*cells, *record.cells[len(now) :]], faults)
