"""The rules again, as a plain loop over days and lots on Python floats: slow, and the oracle of the kernels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tests.histories import History


@dataclass
class PlainLot:
    quantity: float
    cost: float
    basis: float
    row: int
    bought: int


@dataclass
class PlainQuarters:
    carrying: list[float] = field(default_factory=list)
    charge: list[float] = field(default_factory=list)
    disposed: list[float] = field(default_factory=list)
    realised: list[float] = field(default_factory=list)


def impairment(history: History) -> PlainQuarters:
    """ASC 350-30, day by day: the low first, then purchases, then sales, then the quarter-end price."""
    daily = history.daily
    ends = {quarter.end: index for index, quarter in enumerate(history.timeline().quarters)}
    held: list[PlainLot] = []
    found = PlainQuarters()
    charge = disposed = realised = 0.0
    bought = history.activity().bought
    sold = history.activity().sold
    for row, date_ in enumerate(daily.days):
        charge += _impair(held, float(daily.low[row]))
        for part in np.flatnonzero(bought.day == date_):
            lot = history.lots[bought.row[part]]
            cost = (lot.unit_cost + lot.fee / lot.quantity) * float(bought.price_factor[part])
            new = PlainLot(float(bought.quantity[part]), cost, cost, int(part), row)
            charge += _impair([new], float(daily.close[row]))
            held.append(new)
        for part in np.flatnonzero(sold.day == date_):
            sale = history.sales[sold.row[part]]
            carrying = _sell(held, float(sold.quantity[part]), history.relief)
            share = float(sold.quantity[part]) / sale.quantity * float(sold.price_factor[part])
            assert sale.proceeds is not None
            net = sale.proceeds * share - sale.fee * float(sold.quantity[part]) / sale.quantity
            disposed += carrying
            realised += net - carrying
        if date_.astype(object) in ends:
            charge += _impair(held, float(history.quarter_end[ends[date_.astype(object)]]))
            found.carrying.append(sum(lot.quantity * lot.basis for lot in held))
            found.charge.append(-charge)
            found.disposed.append(disposed)
            found.realised.append(realised)
            charge = disposed = realised = 0.0
    return found


def _impair(lots: list[PlainLot], price: float) -> float:
    charge = 0.0
    for lot in lots:
        if lot.basis > price:
            charge += lot.quantity * (lot.basis - price)
            lot.basis = price
    return charge


def _sell(held: list[PlainLot], quantity: float, relief: str) -> float:
    orders = {
        "fifo": lambda lot: (lot.bought, lot.row),
        "lifo": lambda lot: (-lot.bought, -lot.row),
        "hifo": lambda lot: (-lot.cost, lot.bought, lot.row),
    }
    carrying = 0.0
    for lot in sorted(held, key=orders[relief]):
        amount = min(lot.quantity, quantity)
        lot.quantity -= amount
        quantity -= amount
        carrying += amount * lot.basis
        if quantity <= 0.0:
            break
    return carrying
