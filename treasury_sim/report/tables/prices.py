"""The prices of one asset in one quarter, as a result has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.prices import QuarterEndPrice
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.report.tables.table import Column, Row, Table


@dataclass(frozen=True)
class QuarterPrice:
    """The prices of one asset in one quarter. All prices in [currency/unit].

    Attributes
    ----------
    end
        Price at the cut-off of the quarter's last day, and its source.
    low, low_day
        Lowest price of any day (UTC) of the quarter, whatever the observation policy sees; without the price
        at the cut-off; not a number in a quarter before the first price.
    """

    asset: str
    quarter: Quarter
    end: QuarterEndPrice
    low: float
    low_day: date


def quarter_price(result: Result, asset: str, label: str) -> QuarterPrice:
    """Find the prices of one asset in one quarter."""
    index = result.timeline.index_of(label)
    quarter = result.timeline.quarters[index]
    end = next(iter(result.statements.values())).assets[asset].prices[index]
    daily = result.holdings[asset].daily
    inside = (daily.days >= np.datetime64(quarter.start)) & (daily.days <= np.datetime64(quarter.end))
    if not inside.any():
        return QuarterPrice(asset, quarter, end, np.nan, quarter.end)
    lowest = int(np.argmin(np.where(inside, daily.low, np.inf)))
    day: date = daily.days[lowest].astype(date)
    return QuarterPrice(asset, quarter, end, float(daily.low[lowest]), day)


def prices_table(result: Result) -> Table:
    """The quarter-end prices that were used, each with its source."""
    columns = (
        Column("asset", "Asset"),
        Column("quarter", "Quarter", "quarter"),
        Column("end", "Last day (UTC)"),
        Column("price", "Price", "price"),
        Column("source", "Source"),
    )
    statement = next(iter(result.statements.values()))
    rows = tuple(
        Row((asset, quarter.label, f"{quarter.end}", held.prices[index].price, held.prices[index].source))
        for asset, held in statement.assets.items()
        for index, quarter in enumerate(statement.quarters)
        if quarter in result.reported
    )
    return Table("prices", "Quarter-end prices that were used", columns, rows, currency=result.currency)
