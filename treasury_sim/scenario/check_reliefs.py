"""Which reliefs and named lots go together, and what inventory forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from treasury_sim.errors import Problem
from treasury_sim.scenario.as_read import frameworks
from treasury_sim.scenario.row_checks import RELIEFS
from treasury_sim.scenario.rows import DISPOSALS
from treasury_sim.scenario.tree import KeyPath, Tree


def check_reliefs(tree: Tree) -> Iterator[Problem]:
    """Breaches of the rules of lot relief."""
    books = tree.get("plan", "lot_relief") or "fifo"
    plan = {"lot_relief": books, "tax_lot_relief": tree.get("plan", "tax_lot_relief") or books}
    if "ifrs_inventory" in frameworks(tree):
        yield from _check_inventory(tree, ("plan", "lot_relief"))
    for table in DISPOSALS:
        for number, row in tree.rows("plan", table):
            path: KeyPath = ("plan", table, number)
            if "ifrs_inventory" in frameworks(tree):
                yield from _check_inventory(tree, (*path, "lot_relief"))
                yield from _check_named_lots(tree, path, row, books)
            yield from _check_relief(tree, path, row, plan)


def _check_inventory(tree: Tree, path: KeyPath) -> Iterator[Problem]:
    if tree.get(*path) in ("lifo", "hifo", "specific"):
        yield tree.problem(path, "fifo or average under ifrs_inventory (IAS 2.25)", "", _OF_ITS_OWN)


_OF_ITS_OWN = (
    "Coins are interchangeable, so none is identified (IAS 2.23 and 2.24). Run ifrs_inventory in a scenario of its "
    "own if other frameworks need this."
)


def _check_named_lots(tree: Tree, path: KeyPath, row: Mapping[Any, Any], books: object) -> Iterator[Problem]:
    """Lots that inventory must not name; beside an average they are those for tax."""
    if row.get("lots") is not None and books != "average" and row.get("lot_relief") != "specific":
        yield tree.problem((*path, "lots"), "no lots under ifrs_inventory (IAS 2.25)", "lots", _OF_ITS_OWN)


def _check_relief(tree: Tree, path: KeyPath, row: Mapping[Any, Any], plan: Mapping[str, object]) -> Iterator[Problem]:
    for key in RELIEFS:
        if plan[key] == "average" and row.get(key) in ("fifo", "lifo", "hifo", "specific"):
            expected = "no relief of its own, since that of the plan is average"
            yield tree.problem((*path, key), expected, "", f"Remove {key}, or choose another plan.{key}.")
    if row.get("lots") is not None:
        if plan["lot_relief"] == plan["tax_lot_relief"] == "average":
            yield tree.problem(
                (*path, "lots"), "no lots, since the relief of the plan is average", "lots", "Remove them."
            )
    elif any(row.get(key) is None and plan[key] == "specific" for key in RELIEFS):
        fix = "Add lots: {lot id: quantity}."
        yield tree.problem((*path, "lots"), "the lots that leave, since the plan says `specific`", "no lots", fix)
