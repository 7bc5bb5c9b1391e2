"""Forced selling along the prices of a run: by quarter, and its worst day with the range of its impact."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from treasury_sim.domain.flows import FlowRecord
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS
from treasury_sim.report import words
from treasury_sim.report.render.json import Json, records
from treasury_sim.report.tables.table import Column, Row, Table

COLUMNS = (
    Column("quarter", "Quarter", "quarter"),
    Column("liquidated", "Coins liquidated", "count"),
    Column("liquidated_by_rule", "by the rule", "count"),
    Column("value", "Value at the low", "money"),
    Column("worst_day", "Worst day"),
    Column("worst_liquidated", "Coins that day", "count"),
    Column("share_of_book", "of the book", "share", decimals=1),
    Column("impact", "Impact at its low", "share", decimals=2),
    Column("impact_least", "at least", "share", decimals=2),
    Column("impact_most", "at most", "share", decimals=2),
    Column("low", "Low that day", "price"),
    Column("low_without_overlay", "without the overlay", "price"),
)


def flow_tables(result: Result) -> Iterator[Table]:
    """A table for each asset whose scenario states flows."""
    for asset, flows in result.flows.items():
        yield flow_table(result, asset, flows)


def flow_table(result: Result, asset: str, flows: FlowRecord) -> Table:
    """A row for each reported quarter with flows."""
    rows = [row for quarter in result.reported if (row := _row(flows, quarter)) is not None]
    return Table(
        f"flows_{asset}", f"Forced selling, {asset}", COLUMNS, tuple(rows), _notes(result, flows), result.currency
    )


def flows_json(result: Result) -> Json:
    """By asset: the rows of the table, each day, and liquidations at risk."""
    return {
        asset: {
            "mode": "counterfactual" if flows.is_counterfactual else "observe",
            "in_prices": flows.in_prices,
            "coefficient": flows.coefficient,
            "liquidations_at_risk_95": flows.at_risk,
            "quarters": records(flow_table(result, asset, flows)),
            "days": [_day(flows, row) for row in range(flows.days.size)],
        }
        for asset, flows in result.flows.items()
    }


def _row(flows: FlowRecord, quarter: Quarter) -> Row | None:
    inside = (flows.days >= np.datetime64(quarter.start)) & (flows.days <= np.datetime64(quarter.end))
    if not inside.any():
        return None
    rows = np.flatnonzero(inside)
    worst = int(rows[np.argmax(flows.impact[rows])])
    least, most = (float(flows.impact_at(coefficient)[worst]) for coefficient in PUBLISHED_COEFFICIENTS)
    return Row(
        (
            quarter.label,
            float(flows.liquidated[rows].sum()),
            float(flows.by_rule[rows].sum()),
            float(flows.value[rows].sum()),
            str(flows.days[worst]),
            float(flows.liquidated[worst]),
            _share(flows, worst),
            float(flows.impact_at(flows.coefficient)[worst]),
            least,
            most,
            float(flows.low[worst]),
            float(flows.base_low[worst]),
        )
    )


def _share(flows: FlowRecord, row: int) -> float | None:
    return float(flows.liquidated[row] / flows.book[row]) if flows.book[row] else None


def _day(flows: FlowRecord, row: int) -> Json:
    return {
        "day": str(flows.days[row]),
        "liquidated": float(flows.liquidated[row]),
        "liquidated_by_rule": float(flows.by_rule[row]),
        "value": float(flows.value[row]),
        "share_of_book": _share(flows, row),
        "sold_by_others": float(flows.sold[row]),
        "impact": float(flows.impact_at(flows.coefficient)[row]),
        "low": float(flows.low[row]),
        "low_without_overlay": float(flows.base_low[row]),
        "close": float(flows.close[row]),
        "close_without_overlay": float(flows.base_close[row]),
    }


def _notes(result: Result, flows: FlowRecord) -> tuple[str, ...]:
    least, most = PUBLISHED_COEFFICIENTS
    at_risk = words.spoken(flows.at_risk, result.currency)
    many = "the period's total on 95 % of the paths" if result.paths > 1 else "the value on 95 % of the days"
    moved = "Prices are those with these flows." if flows.is_counterfactual else "Prices are as they were."
    return (
        f"{moved} Coefficient of impact {flows.coefficient:g}; published range {least:g} to {most:g}, same flows.",
        f"Liquidations at risk: {many} is at most {at_risk}.",
        *(("Coins and prices are means over the paths.",) if result.paths > 1 else ()),
    )
