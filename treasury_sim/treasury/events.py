"""From the events of a plan to what ledgers know: lots that come, disposals that go, transfers in between.

The order on one day is fixed: what comes (receipts, purchases, the incoming side of swaps, returned loans), transfers,
then sales, payments, swaps and loans, each kind as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from treasury_sim.domain.arrays import DAY
from treasury_sim.domain.holding import (
    Disposal,
    Loan,
    Lot,
    Payment,
    Purchase,
    Receipt,
    Sale,
    Swap,
    Transfer,
)
from treasury_sim.domain.prices import DailyPrices

MeanClose = Callable[[str, date, date | None], float]
"""(asset, first day, last day or ``None``) -> mean UTC close of those days [currency/unit]."""


@dataclass(frozen=True)
class Events:
    """Everything that a holder does besides holding the lots it lists."""

    purchases: Sequence[Purchase] = ()
    receipts: Sequence[Receipt] = ()
    sales: Sequence[Sale] = ()
    payments: Sequence[Payment] = ()
    swaps: Sequence[Swap] = ()
    loans: Sequence[Loan] = ()
    transfers: Sequence[Transfer] = ()


def mean_close(histories: Mapping[str, DailyPrices]) -> MeanClose:
    """Look closes up in `histories`, which cover every day asked for."""

    def look_up(asset: str, first: date, last: date | None) -> float:
        daily = histories[asset]
        days = np.arange(np.datetime64(first, "D"), np.datetime64(last or first, "D") + DAY)
        return float(daily.close[daily.row(days)].mean())

    return look_up


def acquired_lots(events: Events, end: date, close: MeanClose) -> Iterator[Lot]:
    """The lots that come by `end`: receipts, purchases, swaps and returned loans, in this order."""
    for number, receipt in enumerate(events.receipts, start=1):
        if receipt.date <= end:
            yield from _received(receipt, number, end, close)
    for number, purchase in enumerate(events.purchases, start=1):
        if purchase.date <= end:
            yield _purchased(purchase, number, close)
    for number, swap in enumerate(events.swaps, start=1):
        if swap.date <= end:
            yield _swapped_in(swap, number, close)
    for number, loan in enumerate(events.loans, start=1):
        if loan.returned is not None and loan.returned <= end:
            yield Lot(
                acquired=loan.returned,
                quantity=loan.quantity,
                unit_cost=close(loan.asset, loan.returned, None),
                asset=loan.asset,
                id=f"returned-{number}",
                wallet=loan.wallet,
                source=loan.source,
                kind="return",
            )


def _purchased(purchase: Purchase, number: int, close: MeanClose) -> Lot:
    """A purchase as a lot; without a price it is made at the close (the mean of a window's)."""
    unit_cost = purchase.unit_cost
    if unit_cost is None:
        unit_cost = close(purchase.asset, purchase.date, purchase.date_to)
    quantity = purchase.quantity if purchase.quantity is not None else (purchase.amount or 0.0) / unit_cost
    return Lot(
        acquired=purchase.date,
        acquired_to=purchase.date_to,
        quantity=quantity,
        unit_cost=unit_cost,
        asset=purchase.asset,
        id=purchase.id or f"purchase-{number}",
        fee=purchase.fee,
        wallet=purchase.wallet,
        source=purchase.source,
    )


def _received(receipt: Receipt, number: int, end: date, close: MeanClose) -> Iterator[Lot]:
    """The coins of each day as a lot of their own, at the fair value of that day (ASC 606-10-32-21)."""
    name = receipt.id or f"{receipt.kind}-{number}"
    last = receipt.date_to or receipt.date
    days = (last - receipt.date).days + 1
    for offset in range(days):
        day = receipt.date + timedelta(days=offset)
        if day <= end:
            value = receipt.unit_value if receipt.unit_value is not None else close(receipt.asset, day, None)
            yield Lot(
                acquired=day,
                quantity=receipt.quantity / days,
                unit_cost=value,
                asset=receipt.asset,
                id=name if days == 1 else f"{name}/{day}",
                wallet=receipt.wallet,
                source=receipt.source,
                kind="receipt",
            )


def _swapped_in(swap: Swap, number: int, close: MeanClose) -> Lot:
    return Lot(
        acquired=swap.date,
        quantity=swap.for_quantity,
        unit_cost=_swap_value(swap, close) / swap.for_quantity,
        asset=swap.for_asset,
        id=swap.id or f"swap-{number}",
        wallet=swap.wallet,
        source=swap.source,
        kind="swap",
    )


def _swap_value(swap: Swap, close: MeanClose) -> float:
    return swap.value if swap.value is not None else swap.quantity * close(swap.asset, swap.date, None)


def disposals(events: Events, end: date, close: MeanClose) -> Iterator[Disposal]:
    """What leaves by `end`: sales, payments, swaps and loans, in this order, each with what it is worth."""
    for row, sale in enumerate(events.sales):
        if sale.date <= end:
            at_close = sale.proceeds is None
            proceeds = sale.quantity * close(sale.asset, sale.date, sale.date_to) if at_close else sale.proceeds
            yield _disposal("sale", row, sale, proceeds or 0.0, date_to=sale.date_to, fee=sale.fee)
    for row, payment in enumerate(events.payments):
        if payment.date <= end:
            value = payment.value
            if value is None:
                value = payment.quantity * close(payment.asset, payment.date, None)
            yield _disposal("payment", row, payment, value)
    for row, swap in enumerate(events.swaps):
        if swap.date <= end:
            yield _disposal("swap", row, swap, _swap_value(swap, close))
    for row, loan in enumerate(events.loans):
        if loan.date <= end:
            yield _disposal("loan", row, loan, loan.quantity * close(loan.asset, loan.date, None))


def _disposal(
    kind: str,
    row: int,
    event: Sale | Payment | Swap | Loan,
    proceeds: float,
    *,
    date_to: date | None = None,
    fee: float = 0.0,
) -> Disposal:
    return Disposal(
        kind=kind,
        row=row,
        date=event.date,
        date_to=date_to,
        asset=event.asset,
        quantity=event.quantity,
        proceeds=proceeds,
        fee=fee,
        lot_relief=event.lot_relief,
        tax_lot_relief=event.tax_lot_relief,
        lots=event.lots,
        wallet=event.wallet,
        source=event.source,
    )
