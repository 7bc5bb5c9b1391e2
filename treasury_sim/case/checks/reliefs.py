"""Which lot reliefs and named lots go together, and what inventory forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.row_checks import RELIEFS
from treasury_sim.case.rows import DISPOSALS
from treasury_sim.domain.plan import LotSelection

_ROWS = tuple(f"plan.{table}[]" for table in DISPOSALS)


def _disposals(draft: DraftCase) -> Iterator[tuple[KeyPath, LotSelection]]:
    for table in DISPOSALS:
        for number, row in draft.rows("plan", table):
            yield ("plan", table, number), row


def _check_inventory(draft: DraftCase) -> Iterator[Breach]:
    """Inventory identifies no lots; with average cost in the books they may be named for tax."""
    if "ifrs_inventory" not in draft.spec.accounting.frameworks:
        return
    books = draft.spec.plan.lot_relief
    reliefs: dict[KeyPath, str | None] = {("plan", "lot_relief"): books}
    reliefs |= {(*path, "lot_relief"): row.lot_relief for path, row in _disposals(draft)}
    for path, relief in reliefs.items():
        if relief in ("lifo", "hifo", "specific"):
            yield Breach(path, "fifo or average under ifrs_inventory (IAS 2.25)", "", _SEPARATE_SCENARIO)
    for path, row in _disposals(draft):
        if row.lots is not None and books != "average" and row.lot_relief != "specific":
            yield Breach((*path, "lots"), "no lots under ifrs_inventory (IAS 2.25)", "lots", _SEPARATE_SCENARIO)


_SEPARATE_SCENARIO = (
    "Coins are interchangeable, so lots cannot be identified (IAS 2.23 and 2.24). Run ifrs_inventory in a separate "
    "scenario if other frameworks need this."
)


def _check_reliefs(draft: DraftCase) -> Iterator[Breach]:
    books = draft.spec.plan.lot_relief
    plan = {"lot_relief": books, "tax_lot_relief": draft.spec.plan.tax_lot_relief or books}
    for path, row in _disposals(draft):
        yield from _check_relief(path, row, plan)


def _check_relief(path: KeyPath, row: LotSelection, plan: Mapping[str, str]) -> Iterator[Breach]:
    for key in RELIEFS:
        if plan[key] == "average" and getattr(row, key) is not None:
            expected = "no relief here: the plan uses average cost"
            yield Breach((*path, key), expected, "", f"Remove {key}, or choose another plan.{key}.")
    if row.lots is not None:
        if plan["lot_relief"] == plan["tax_lot_relief"] == "average":
            yield Breach((*path, "lots"), "no lots: the plan uses average cost", "lots", "Remove them.")
    elif any(getattr(row, key) is None and plan[key] == "specific" for key in RELIEFS):
        fix = "Add lots: {lot id: quantity}."
        yield Breach((*path, "lots"), "the lots disposed of: the plan uses `specific`", "no lots", fix)


RULES = (
    CrossCheck(("plan.lot_relief", "accounting.frameworks", *_ROWS), _check_inventory),
    CrossCheck(("plan.lot_relief", "plan.tax_lot_relief", *_ROWS), _check_reliefs),
)
