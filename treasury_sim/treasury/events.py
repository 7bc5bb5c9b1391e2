"""From the events of a plan to what ledgers know: lots that come, disposals that go, transfers in between.

The order on one day is fixed: what comes (receipts, purchases, the incoming side of swaps, returned loans), transfers,
then sales, payments, swaps and loans, each kind as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.domain.arrays import DAY
from treasury_sim.domain.holding import Follows, Lot
from treasury_sim.domain.plan import Disposal, Loan, Payment, Purchase, Receipt, Sale, Swap, Taking, Transfer
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.treasury.recurring import occurrences

MeanClose = Callable[[str, date, date | None], float]
"""(asset, first day, last day or ``None``) -> mean UTC close of those days [currency/unit]."""


@dataclass(frozen=True)
class Events:
    """Everything that a holder does besides holding the lots it lists; `start` is when repeated events begin."""

    start: date
    purchases: Sequence[Purchase] = ()
    receipts: Sequence[Receipt] = ()
    sales: Sequence[Sale] = ()
    payments: Sequence[Payment] = ()
    swaps: Sequence[Swap] = ()
    loans: Sequence[Loan] = ()
    transfers: Sequence[Transfer] = ()


def returned_id(row: int) -> str:
    """Name of the lot that comes back from the loan in `row` of the plan."""
    return f"returned-{row + 1}"


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
    for number, row in enumerate(events.purchases, start=1):
        for purchase in occurrences(row, events.start, end):
            name = row.id or f"purchase-{number}"
            yield _purchased(purchase, name if row.every is None else f"{name}/{purchase.date}", close)
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
                id=returned_id(number - 1),
                wallet=loan.wallet,
                source=loan.source,
                kind="return",
                follows="price",
            )


def _purchased(purchase: Purchase, name: str, close: MeanClose) -> Lot:
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
        id=name,
        fee=purchase.fee,
        wallet=purchase.wallet,
        source=purchase.source,
        follows="" if purchase.unit_cost is not None else "price" if purchase.amount is None else "money",
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
                follows="price" if receipt.unit_value is None else "",
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
    for row, written in enumerate(events.sales):
        for sale in occurrences(written, events.start, end):
            yield _sold(row, sale, close)
    for row, payment in enumerate(events.payments):
        if payment.date <= end:
            yield _disposal("payment", row, payment, _worth(payment, payment.quantity, payment.value, close))
    for row, swap in enumerate(events.swaps):
        if swap.date <= end:
            yield _disposal("swap", row, swap, _worth(swap, swap.quantity, swap.value, close))
    for row, loan in enumerate(events.loans):
        if loan.date <= end:
            lent = _disposal("loan", row, loan, _worth(loan, loan.quantity, None, close))
            yield replace(lent, returned=loan.returned)


def _sold(row: int, sale: Sale, close: MeanClose) -> Disposal:
    """A sale of so many units, or of so many as bring the amount at the close (the mean of a window's)."""
    if sale.quantity is None:
        amount = sale.amount or 0.0
        worth = _Worth(amount / close(sale.asset, sale.date, sale.date_to), amount, "money")
    else:
        worth = _worth(sale, sale.quantity, sale.proceeds, close)
    return replace(_disposal("sale", row, sale, worth), date_to=sale.date_to, fee=sale.fee)


@dataclass(frozen=True)
class _Worth:
    """How many units leave [coins], what for [currency], and what of it the close decides."""

    quantity: float
    proceeds: float
    follows: Follows


def _worth(event: Sale | Payment | Swap | Loan, quantity: float, stated: float | None, close: MeanClose) -> _Worth:
    """Units and what is stated for them, else what they are worth at the close."""
    if stated is not None:
        return _Worth(quantity, stated, "")
    return _Worth(quantity, quantity * close(event.asset, event.date, getattr(event, "date_to", None)), "price")


def _disposal(kind: str, row: int, event: Sale | Payment | Swap | Loan, worth: _Worth) -> Disposal:
    taking = {field.name: getattr(event, field.name) for field in fields(Taking)}
    return Disposal(
        kind=kind,
        row=row,
        date=event.date,
        asset=event.asset,
        quantity=worth.quantity,
        proceeds=worth.proceeds,
        follows=worth.follows,
        **taking,
    )
