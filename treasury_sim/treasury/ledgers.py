"""The books and the tax ledger of one asset, from the same lots and sales, each with its own relief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.holding import Lot, Sale
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.timeline import Timeline
from treasury_sim.errors import TreasurySimError
from treasury_sim.treasury.lot_relief import NotEnoughUnitsError, Releases, relieve
from treasury_sim.treasury.windows import Parts, sale_proceeds


class OversoldError(TreasurySimError):
    """A sale asks for more than is held.

    Attributes
    ----------
    sale
        The sale.
    wanted, held
        Units asked for, and held when it was made [coins].
    """

    def __init__(self, sale: Sale, wanted: float, held: float) -> None:
        super().__init__(f"the sale of {wanted:,.8g} {sale.asset} on {sale.date} exceeds the {held:,.8g} held")
        self.sale = sale
        self.wanted = wanted
        self.held = held


@dataclass(frozen=True)
class Activity:
    """What was bought and sold of one asset, by day.

    Attributes
    ----------
    lots, bought
        The lots, and the days on which they were bought.
    sales, sold
        The sales, and the days on which they were made.
    """

    lots: Sequence[Lot]
    bought: Parts
    sales: Sequence[Sale]
    sold: Parts


@dataclass(frozen=True)
class LedgerPolicy:
    """How the two ledgers are kept.

    Attributes
    ----------
    lot_relief, tax_lot_relief
        Relief of sales that name none.
    capitalise_fees
        Whether purchase fees are part of the book cost; the tax basis always includes them.
    """

    lot_relief: str
    tax_lot_relief: str
    capitalise_fees: bool


def book_ledger(activity: Activity, timeline: Timeline, daily: DailyPrices, policy: LedgerPolicy) -> Ledger:
    """Build the ledger of the books."""
    cost = [lot.unit_cost + policy.capitalise_fees * lot.fee / lot.quantity for lot in activity.lots]
    reliefs = [sale.lot_relief or policy.lot_relief for sale in activity.sales]
    return _ledger(activity, timeline, daily, np.array(cost), reliefs)


def tax_ledger(activity: Activity, timeline: Timeline, daily: DailyPrices, policy: LedgerPolicy) -> Ledger:
    """Build the ledger for tax; its unit cost is the tax basis, by default unit cost plus fee."""
    basis = [
        lot.unit_cost + lot.fee / lot.quantity if lot.tax_basis is None else lot.tax_basis for lot in activity.lots
    ]
    reliefs = [sale.tax_lot_relief or policy.tax_lot_relief for sale in activity.sales]
    return _ledger(activity, timeline, daily, np.array(basis), reliefs)


def _ledger(
    activity: Activity, timeline: Timeline, daily: DailyPrices, lot_cost: Floats, reliefs: Sequence[str]
) -> Ledger:
    bought, sold = _until(activity.bought, timeline), _until(activity.sold, timeline)
    acquired = timeline.mark_of(bought.day)
    unit_cost = lot_cost[bought.row] * bought.price_factor if lot_cost.size else np.empty(0)
    marks = timeline.mark_of(sold.day)
    asked = [
        (int(mark), float(quantity), reliefs[row])
        for mark, quantity, row in zip(marks, sold.quantity, sold.row, strict=True)
    ]
    try:
        releases = relieve(acquired, bought.quantity, unit_cost, asked)
    except NotEnoughUnitsError as error:
        raise OversoldError(activity.sales[int(sold.row[error.sale])], asked[error.sale][1], error.held) from error
    gross, net = _proceeds(activity, sold, releases, daily)
    return Ledger(
        acquired=acquired,
        quantity=frozen(bought.quantity),
        unit_cost=frozen(unit_cost),
        lot=frozen(bought.row),
        lot_ids=tuple(lot.id for lot in activity.lots),
        release_part=frozen(releases.part),
        release_mark=frozen(marks[releases.sale]),
        release_quantity=frozen(releases.quantity),
        release_gross=frozen(gross),
        release_net=frozen(net),
    )


def _until(parts: Parts, timeline: Timeline) -> Parts:
    """The parts up to the end of the timeline."""
    inside = parts.day <= timeline.days[-1]
    return Parts(parts.row[inside], parts.day[inside], parts.quantity[inside], parts.price_factor[inside])


def _proceeds(activity: Activity, sold: Parts, releases: Releases, daily: DailyPrices) -> tuple[Floats, Floats]:
    """Proceeds of each release before and after selling costs [currency]."""
    per_unit = np.array([sale_proceeds(sale, daily) / sale.quantity for sale in activity.sales])
    fee_per_unit = np.array([sale.fee / sale.quantity for sale in activity.sales])
    row = sold.row[releases.sale]
    if not row.size:
        return np.empty(0), np.empty(0)
    gross = per_unit[row] * sold.price_factor[releases.sale] * releases.quantity
    return gross, gross - fee_per_unit[row] * releases.quantity
