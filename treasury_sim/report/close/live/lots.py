"""The sheet Lots: the cost of each lot, in the books and for tax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.holding import Lot
from treasury_sim.report.close.live.block import Block, Given, Live, Written
from treasury_sim.report.close.live.terms import ZERO, Term
from treasury_sim.report.close.live.workings import AssetWorkings, Workings
from treasury_sim.report.tables.table import Column
from treasury_sim.treasury.ledgers import book_cost, tax_cost


@dataclass(frozen=True)
class Lots:
    """The sheet, and the row of each lot in it by asset and id."""

    block: Block
    row_of: Mapping[tuple[str, str], int]


def write_lots(of: Workings) -> Lots:
    """Write every lot held at some time in the quarter, in the books or for tax."""
    block, row_of = _block(), dict[tuple[str, str], int]()
    for asset in of.assets.values():
        _add(block, row_of, of, asset)
    return Lots(block, row_of)


def _block() -> Block:
    columns = (
        Column("n", "No.", "units"),
        Column("asset", "Asset"),
        Column("lot", "Lot"),
        Column("acquired", "Acquired"),
        Column("quantity", "Units", "units"),
        Column("unit_cost", "Unit cost, without fee", "price"),
        Column("fee", "Fee", "money"),
        Column("book_cost", "Unit cost in the books", "price"),
        Column("tax_basis", "Tax basis of a unit", "price"),
        Column("paid", "Price paid for a unit", "price"),
        Column("tax_opening", "Units for tax, opening", "units"),
        Column("tax_came", "Units for tax, acquired", "units"),
        Column("tax_bought", "Units for tax, purchased", "units"),
        Column("tax_gone", "Units for tax, disposed of", "units"),
        Column("tax_closing", "Units for tax, closing", "units"),
        Column("fee_share", "Share acquired in the quarter", "share"),
        Column("fee_expense", "Fee expensed", "money"),
    )
    block = Block("Lots", "live_lots", "Lots: the cost of each", columns)
    block.notes.append("Units for tax: a day of a window counts by its price over the average of the window.")
    return block


def _add(block: Block, row_of: dict[tuple[str, str], int], of: Workings, asset: AssetWorkings) -> None:
    expensed = of.scenario.spec.accounting.fees == "expense"
    weights = asset.tax_weights()
    ledger, came = asset.ledger, asset.came
    quantity_in = np.bincount(ledger.lot[came], weights=ledger.quantity[came], minlength=len(ledger.lot_ids))
    held = set(ledger.lot[asset.parts].tolist())
    for number, lot in enumerate(of.prepared.assets[asset.name].lots):
        of_lot = [weights[name].get(lot.id, 0.0) for name in ("opening", "came", "gone", "closing")]
        opening, came_for_tax, disposed, closing = of_lot
        if number not in held and not any(of_lot):
            continue
        row = block.size
        row_of[asset.name, lot.id] = row
        share = 0.0 if lot.opening else float(quantity_in[number] / lot.quantity)
        cost, fee = Term(block.here("unit_cost", row), lot.unit_cost), Term(block.here("fee", row), lot.fee)
        with_fee = cost + fee / Term(block.here("quantity", row), lot.quantity)
        basis: Written = Live(with_fee, tax_cost(lot)) if lot.tax_basis is None else Given(lot.tax_basis)
        book = Live(cost if expensed else with_fee, book_cost(lot, capitalise_fees=not expensed))
        charge = -(fee * Term(block.here("fee_share", row), share)) if expensed else ZERO
        block.add(
            (
                float(row),
                asset.name,
                lot.id,
                _days(lot),
                lot.quantity,
                Given(lot.unit_cost),
                Given(lot.fee),
                book,
                basis,
                with_fee,
                opening,
                came_for_tax,
                came_for_tax if lot.opening is None else 0.0,
                disposed,
                closing,
                share,
                charge,
            )
        )


def _days(lot: Lot) -> str:
    return f"{lot.acquired}" if lot.last_day == lot.acquired else f"{lot.acquired} to {lot.last_day}"
