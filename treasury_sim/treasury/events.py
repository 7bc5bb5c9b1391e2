"""From the events of a plan to the lots and disposals that ledgers record.

The order on one day is fixed: acquisitions (receipts, purchases, coins received in swaps, returned loans), transfers,
then sales, payments, swaps and loans, each kind as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import DAY
from treasury_sim.domain.holding import Follows, Lot
from treasury_sim.domain.plan import Disposal, Loan, LotSelection, Payment, Purchase, Receipt, Sale, Swap, Transfer
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.treasury.recurring import occurrences

MeanClose = Callable[[str, date, date | None], float]
"""(asset, first day, last day or ``None``) -> mean UTC close of those days [currency/unit]."""


@dataclass(frozen=True)
class Events:
    """All events besides the listed lots; `start` is the day on which repeated events begin."""

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
    """Return a function that averages closes of `histories`, which must cover every day requested."""

    def look_up(asset: str, first: date, last: date | None) -> float:
        daily = histories[asset]
        days = np.arange(np.datetime64(first, "D"), np.datetime64(last or first, "D") + DAY)
        return float(daily.close[daily.row(days)].mean())

    return look_up


def acquired_lots(events: Events, end: date, close: MeanClose) -> Iterator[Lot]:
    """The lots acquired by `end`: receipts, purchases, swaps and returned loans, in this order."""
    for number, receipt in enumerate(events.receipts, start=1):
        name = receipt.id or f"{receipt.kind}-{number}"
        for each in occurrences(receipt, events.start, end):
            yield _acquired(each, name if receipt.every is None else f"{name}/{each.date}", close)
    for number, purchase in enumerate(events.purchases, start=1):
        name = purchase.id or f"purchase-{number}"
        for bought in occurrences(purchase, events.start, end):
            yield _acquired(bought, name if purchase.every is None else f"{name}/{bought.date}", close)
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


def _acquired(event: Purchase | Receipt, name: str, close: MeanClose) -> Lot:
    """The lot of a purchase or receipt; a window is split into days like any other.

    Coins received are income at the fair value of their day, which becomes their cost (ASC 606-10-32-21).
    """
    if isinstance(event, Purchase):
        kind, stated, fee = "purchase", event.unit_cost, event.fee
    else:
        kind, stated, fee = "receipt", event.unit_value, 0.0
    unit_cost = close(event.asset, event.date, event.date_to) if stated is None else stated
    return Lot(
        acquired=event.date,
        acquired_to=event.date_to,
        quantity=event.quantity if event.quantity is not None else (event.amount or 0.0) / unit_cost,
        unit_cost=unit_cost,
        asset=event.asset,
        id=name,
        fee=fee,
        wallet=event.wallet,
        source=event.source,
        kind=kind,
        follows="" if stated is not None else "price" if event.amount is None else "money",
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
    """The disposals by `end`: sales, payments, swaps and loans, in this order, each with its value."""
    for row, planned_sale in enumerate(events.sales):
        for sale in occurrences(planned_sale, events.start, end):
            out = _disposal("sale", row, sale, _leaving(sale, sale.proceeds, close))
            yield replace(out, date_to=sale.date_to, fee=sale.fee)
    for row, planned_payment in enumerate(events.payments):
        for payment in occurrences(planned_payment, events.start, end):
            out = _disposal("payment", row, payment, _leaving(payment, payment.value, close))
            yield replace(out, date_to=payment.date_to)
    for row, swap in enumerate(events.swaps):
        if swap.date <= end:
            yield _disposal("swap", row, swap, _worth(swap, swap.quantity, swap.value, close))
    for row, loan in enumerate(events.loans):
        if loan.date <= end:
            lent = _disposal("loan", row, loan, _worth(loan, loan.quantity, None, close))
            yield replace(lent, returned=loan.returned)


def _leaving(event: Sale | Payment, stated: float | None, close: MeanClose) -> _Worth:
    """A number of units, or the units worth an amount at the close (the mean close of a window)."""
    if event.quantity is not None:
        return _worth(event, event.quantity, stated, close)
    amount = event.amount or 0.0
    return _Worth(amount / close(event.asset, event.date, event.date_to), amount, "money")


@dataclass(frozen=True)
class _Worth:
    """Units that leave [coins], their value [currency], and which of these the close determines."""

    quantity: float
    proceeds: float
    follows: Follows


def _worth(event: Sale | Payment | Swap | Loan, quantity: float, stated: float | None, close: MeanClose) -> _Worth:
    """Units and their stated value, or else their value at the close."""
    if stated is not None:
        return _Worth(quantity, stated, "")
    return _Worth(quantity, quantity * close(event.asset, event.date, getattr(event, "date_to", None)), "price")


def _disposal(kind: str, row: int, event: Sale | Payment | Swap | Loan, worth: _Worth) -> Disposal:
    selection = {field.name: getattr(event, field.name) for field in fields(LotSelection)}
    return Disposal(
        kind=kind,
        row=row,
        date=event.date,
        asset=event.asset,
        quantity=worth.quantity,
        proceeds=worth.proceeds,
        follows=worth.follows,
        **selection,
    )
