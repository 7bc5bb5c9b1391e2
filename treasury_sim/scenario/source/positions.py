"""Positions written out: `holder.position` as lots and events.

A position states units and cost where the lots are not known. It enters as one lot, on the day it was reported or, if
the period begins earlier, on the day before the period: a holder can be laid on any price path. Pledged coins become a
restriction, and coins lent out, or posted with a right of re-use, a receivable at fair value (a loan).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from treasury_sim.case.fields import is_number
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.scenario.source.tree import Place, Tree, Values

POSITION = ("holder", "position")
_TABLES = {"lots": ("holder", "lots"), **{name: ("plan", name) for name in ("purchases", "loans", "restrictions")}}


def with_positions(tree: Tree) -> Tree:
    """Write out the positions of `tree`; rows that are wrong stay for the checks that report them."""
    rows = tree.rows(*POSITION)
    if not rows:
        return tree
    if isinstance(tree.get("holder", "lots"), (str, dict)):
        fix = "Write the lots as a list, or state the position only."
        problem = tree.problem(POSITION, "no table of lots beside a position", fix=fix)
        return replace(tree, problems=(*tree.problems, problem))
    start = tree.get("period", "start")
    last = start - timedelta(days=1) if isinstance(start, date) else None
    tables: dict[str, list[Any]] = {name: list(tree.get(*path) or []) for name, path in _TABLES.items()}
    places: dict[KeyPath, Place] = {}
    for number, row in rows:
        if isinstance(row.get("as_of"), date) and is_number(row.get("quantity")):
            for name, written in _written(number, row, last):
                path: KeyPath = (*_TABLES[name], len(tables[name]))
                tables[name].append(written)
                places |= {(*path, key): tree.place((*POSITION, number, _STATED.get(str(key), key))) for key in written}
                places[path] = tree.place((*POSITION, number))
    values: Values = tree.values
    for name, table in tables.items():
        if table:
            section, key = _TABLES[name]
            below: Values = {**(values.get(section) or {}), key: table}
            values = {**values, section: below}
    return Tree(values, {**places, **tree.places}, tree.problems)


_STATED = {
    "acquired": "as_of",
    "date": "as_of",
    "borrower": "held",
    "kind": "held",
    "nature": "held",
    "lots": "quantity",
}
"""Key of a row that is written out -> key of the position that states it."""


def _written(number: int, row: Values, last: date | None) -> Iterator[tuple[str, Values]]:
    """Rows that stand for a position: its lot, and what ties up its coins; `last` is the day before the period."""
    as_of, name = row["as_of"], f"position-{number + 1}"
    day = as_of if last is None else min(as_of, last)
    since = row.get("since")
    common: Values = {key: row[key] for key in ("asset", "quantity", "source") if row.get(key) is not None}
    lot: Values = {**common, "id": name}
    cost: Values = {key: row[key] for key in ("unit_cost", "total_cost") if row.get(key) is not None}
    if cost:
        yield "lots", {**lot, **cost, "acquired": [since, day] if isinstance(since, date) and since < day else day}
    else:
        yield "purchases", {**lot, "date": day}
    match row.get("held"):
        case "pledged" | "staked" as kind:
            yield "restrictions", {**common, "date": day, "kind": kind}
        case "receivable":
            yield "loans", {**common, "date": day, "lots": {name: row["quantity"]}, "borrower": "not named"}
