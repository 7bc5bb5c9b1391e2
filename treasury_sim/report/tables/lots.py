"""The lots of a `Result`: one by one, and in a few figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.prices import QuarterEndPrice
from treasury_sim.domain.result import AssetHolding, Result
from treasury_sim.report import words
from treasury_sim.report.tables.table import Column, Row, Table


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
        One for each framework [currency]; ``None`` where it carries no single lots.
    """

    asset: str
    id: str
    acquired: str
    units: float
    unit_cost: float
    cost: float
    fair_value: float
    carrying: tuple[float | None, ...]
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
    by_framework = [result.measurements[key, asset].lot_carrying for key in result.statements]
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
                carrying=tuple(None if by_lot is None else float(by_lot[number, index]) for by_lot in by_framework),
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
    opening, acquired, disposed, closing
        Units [coins]: held before, acquired and disposed of in the quarter in any way, held at its end.
    lots
        Lots held at the end.
    average_cost, cheapest, dearest
        Unit cost of what is held at the end [currency/coin].
    below_cost
        Lots whose unit cost is above the quarter-end price.
    """

    asset: str
    opening: float
    acquired: float
    disposed: float
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
    is_acquired = (ledger.acquired > before) & (ledger.acquired <= mark)
    is_disposed = (ledger.release_mark > before) & (ledger.release_mark <= mark)
    opening, closing = ledger.units(before), ledger.units(mark)
    acquired, disposed = ledger.grain.exact(
        np.array([ledger.quantity[is_acquired].sum(), ledger.release_quantity[is_disposed].sum()])
    ).tolist()
    quoted = _quoted(result, asset, index)
    return LotSummary(
        asset=asset,
        opening=opening,
        acquired=acquired,
        disposed=disposed,
        closing=closing,
        lots=len(rows),
        average_cost=sum(row.cost for row in rows) / closing if closing else None,
        cheapest=min((row.unit_cost for row in rows), default=None),
        dearest=max((row.unit_cost for row in rows), default=None),
        below_cost=sum(row.unit_cost > quoted.price for row in rows),
        price_source=quoted.source,
    )


def lots_table(result: Result, label: str) -> Table:
    """The lots held at the end of one quarter, in acquisition order."""
    columns = (
        Column("asset", "Asset"),
        Column("id", "Lot"),
        Column("acquired", "Acquired (UTC)"),
        Column("units", LINES["units"].title, "units"),
        Column("unit_cost", "Unit cost", "price"),
        Column("cost", "Cost", "money"),
        Column("fair_value", LINES["fair_value"].title, "money"),
        *(Column(f"carrying_{key}", f"Carrying amount, {FRAMEWORKS[key].title}", "money") for key in result.statements),
        Column("source", "Source"),
    )
    rows = tuple(
        Row(
            (
                *(row.asset, row.id, row.acquired, row.units, row.unit_cost, row.cost, row.fair_value),
                *row.carrying,
                row.source,
            )
        )
        for row in lot_rows(result, label)
    )
    return Table("lots", f"Lots at the end of {label}", columns, rows, currency=result.currency, in_full=True)


def summary_table(result: Result, label: str) -> Table:
    """The lots of each asset in a few figures."""
    columns = (
        Column("asset", "Asset"),
        Column("opening", "Opening", "units"),
        Column("acquired", "Acquired", "units"),
        Column("disposed", "Disposed", "units"),
        Column("closing", "Closing", "units"),
        Column("lots", "Lots", "count"),
        Column("average_cost", "Average cost", "price"),
        Column("cheapest", "Lowest cost", "price"),
        Column("dearest", "Highest cost", "price"),
        Column("below_cost", "Cost above price", "count"),
    )
    summaries = lot_summaries(result, label)
    rows = tuple(Row(tuple(getattr(lots, column.name) for column in columns)) for lots in summaries)
    return Table("lot_summary", f"Lots, {label}", columns, rows, tuple(price_sources(result, label)), result.currency)


def lots_sentence(result: Result, label: str) -> str:
    """Sum the lots up in words."""
    return " ".join(
        f"{words.units(lots.closing)} {lots.asset} in {lots.lots} lots at an average cost of "
        f"{words.price(lots.average_cost)} {result.currency}; {lots.below_cost} of them cost more than the "
        f"quarter-end price. In the quarter {words.units(lots.acquired)} were acquired and "
        f"{words.units(lots.disposed)} disposed of."
        for lots in lot_summaries(result, label)
    )


def price_sources(result: Result, label: str) -> list[str]:
    """Where the prices are from, a sentence for each asset; names the as-of day of embedded data."""
    return [
        f"{lots.asset} price at the end of {label}: {lots.price_source}. "
        f"Daily prices: {result.holdings[lots.asset].daily.source}."
        for lots in lot_summaries(result, label)
    ]
