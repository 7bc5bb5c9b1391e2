"""Which lot reliefs and named lots go together, and what inventory forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.row_checks import RELIEFS
from treasury_sim.case.rows import DISPOSALS
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import frameworks
from treasury_sim.scenario.source.tree import Tree


def check_reliefs(tree: Tree) -> Iterator[Problem]:
    """Yield breaches of the rules of lot relief."""
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
        yield tree.problem(path, "fifo or average under ifrs_inventory (IAS 2.25)", "", _SEPARATE_SCENARIO)


_SEPARATE_SCENARIO = (
    "Coins are interchangeable, so lots cannot be identified (IAS 2.23 and 2.24). Run ifrs_inventory in a separate "
    "scenario if other frameworks need this."
)


def _check_named_lots(tree: Tree, path: KeyPath, row: Mapping[Any, Any], books: object) -> Iterator[Problem]:
    """Inventory must not name lots; with average cost in the books they are named for tax only."""
    if row.get("lots") is not None and books != "average" and row.get("lot_relief") != "specific":
        yield tree.problem((*path, "lots"), "no lots under ifrs_inventory (IAS 2.25)", "lots", _SEPARATE_SCENARIO)


def _check_relief(tree: Tree, path: KeyPath, row: Mapping[Any, Any], plan: Mapping[str, object]) -> Iterator[Problem]:
    for key in RELIEFS:
        if plan[key] == "average" and row.get(key) in ("fifo", "lifo", "hifo", "specific"):
            expected = "no relief here: the plan uses average cost"
            yield tree.problem((*path, key), expected, "", f"Remove {key}, or choose another plan.{key}.")
    if row.get("lots") is not None:
        if plan["lot_relief"] == plan["tax_lot_relief"] == "average":
            yield tree.problem((*path, "lots"), "no lots: the plan uses average cost", "lots", "Remove them.")
    elif any(row.get(key) is None and plan[key] == "specific" for key in RELIEFS):
        fix = "Add lots: {lot id: quantity}."
        yield tree.problem((*path, "lots"), "the lots disposed of: the plan uses `specific`", "no lots", fix)
