"""The lots of a `Result` as tables: one by one, and in a few figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.prices import QuarterEndPrice
from treasury_sim.domain.result import AssetHolding, Result


@dataclass(frozen=True)
class LotRow:
    """One lot at the end of a quarter.

    Attributes
    ----------
    units
        Still held [coins].
    unit_cost
        Book cost of a unit, capitalised fees included; the average of all where the books are a pool
        [currency/coin].
    cost, fair_value
        Of the units still held [currency].
    carrying
        One for each framework [currency].
    """

    asset: str
    id: str
    acquired: str
    units: float
    unit_cost: float
    cost: float
    fair_value: float
    carrying: tuple[float, ...]
    source: str


def lot_rows(result: Result, label: str) -> list[LotRow]:
    """The lots held at the end of one quarter, in acquisition order."""
    index = result.timeline.index_of(label)
    return [row for asset in result.holdings for row in _lots_of(result, asset, index)]


def _lots_of(result: Result, asset: str, index: int) -> list[LotRow]:
    """The lots of one asset at the end of quarter `index`."""
    holding = result.holdings[asset]
    mark = int(result.timeline.quarter_marks[index])
    units_by_lot = holding.ledger.units_by_lot(mark)
    cost = holding.ledger.cost_by_lot(mark)
    price = _quoted(result, asset, index).price
    by_framework = [
        by_lot for key in result.statements if (by_lot := result.measurements[key, asset].lot_carrying) is not None
    ]
    rows = []
    for number in np.flatnonzero(units_by_lot > 0.0):
        lot = holding.lots[number]
        quantity = float(units_by_lot[number])
        rows.append(
            LotRow(
                asset=asset,
                id=lot.id,
                acquired=f"{lot.acquired}" if lot.last_day == lot.acquired else f"{lot.acquired} to {lot.last_day}",
                units=quantity,
                unit_cost=float(cost[number]) / quantity,
                cost=float(cost[number]),
                fair_value=quantity * price,
                carrying=tuple(float(by_lot[number, index]) for by_lot in by_framework),
                source=lot.source,
            )
        )
    return rows


def _quoted(result: Result, asset: str, index: int) -> QuarterEndPrice:
    return next(iter(result.statements.values())).assets[asset].prices[index]


@dataclass(frozen=True)
class LotSummary:
    """The lots of one asset in a few figures.

    Attributes
    ----------
    opening, came, gone, closing
        Units [coins]: held before, what came in and what went out in the quarter in any way, held at its end.
    lots
        Lots held at the end.
    average_cost, cheapest, dearest
        Unit cost of what is held at the end [currency/coin].
    below_cost
        Lots whose unit cost is above the quarter-end price.
    """

    asset: str
    opening: float
    came: float
    gone: float
    closing: float
    lots: int
    average_cost: float | None
    cheapest: float | None
    dearest: float | None
    below_cost: int
    price_source: str


def lot_summaries(result: Result, label: str) -> list[LotSummary]:
    """Sum the lots of each asset up for one quarter."""
    index = result.timeline.index_of(label)
    return [_summary(result, asset, holding, index) for asset, holding in result.holdings.items()]


def _summary(result: Result, asset: str, holding: AssetHolding, index: int) -> LotSummary:
    mark = int(result.timeline.quarter_marks[index])
    before = int(result.timeline.quarter_marks[index - 1]) if index else -1
    ledger = holding.ledger
    rows = _lots_of(result, asset, index)
    came_in = (ledger.acquired > before) & (ledger.acquired <= mark)
    went_out = (ledger.release_mark > before) & (ledger.release_mark <= mark)
    opening, closing = ledger.units(before), ledger.units(mark)
    came, gone = ledger.grain.exact(
        np.array([ledger.quantity[came_in].sum(), ledger.release_quantity[went_out].sum()])
    ).tolist()
    quoted = _quoted(result, asset, index)
    return LotSummary(
        asset=asset,
        opening=opening,
        came=came,
        gone=gone,
        closing=closing,
        lots=len(rows),
        average_cost=sum(row.cost for row in rows) / closing if closing else None,
        cheapest=min((row.unit_cost for row in rows), default=None),
        dearest=max((row.unit_cost for row in rows), default=None),
        below_cost=sum(row.unit_cost > quoted.price for row in rows),
        price_source=quoted.source,
    )
