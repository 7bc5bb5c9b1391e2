"""What every table of the note needs, and the tables that every framework's note has."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.periods import single
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.movements import COMES_IN, GOES_OUT
from treasury_sim.report.close.periods import summed
from treasury_sim.report.tables.table import Column, Row, Table


def asset_amount(close: Close, asset: str, line: str) -> float:
    """One line of an asset's statement in the quarter; 0 where it was not computed."""
    period = close.periods.quarter
    return single(period, line, dict(close.statements.assets[asset].lines)) or 0.0


def period_columns(close: Close, first: str) -> tuple[Column, ...]:
    """Words, quarter and year to date."""
    quarter, year_to_date = close.periods.titles()
    return (
        Column("line", first),
        Column("quarter", quarter, "money"),
        Column("year_to_date", year_to_date, "money"),
    )


def nature(close: Close) -> Table:
    """Nature of additions and of dispositions, in money, over all assets."""
    periods = close.periods.each()
    moved = [close.movements(asset) for asset in close.result.holdings]
    quarters = close.periods.known_quarters()
    none = np.zeros(len(close.result.timeline.quarters))
    flows = {
        f"Additions: {title.lower()}": sum((m.cost_in[kind] + m.entered[kind] for m in moved), none)
        for kind, title in COMES_IN.items()
    } | {
        f"Dispositions: {title.lower()}": sum((-m.carrying_out[kind] for m in moved), none)
        for kind, title in GOES_OUT.items()
    }
    rows = tuple(
        Row((title, *(summed(amounts, period) for period in periods)))
        for title, amounts in flows.items()
        if np.any(amounts[quarters])
    )
    title = "Nature of additions and dispositions (amounts that enter and leave the books)"
    return Table("nature", title, period_columns(close, ""), rows)


def restrictions(close: Close) -> list[Table]:
    """Coins restricted at the quarter end: fair value, nature, and when the restriction lapses."""
    index = close.quarter
    end = close.result.timeline.quarters[index].end
    rows = []
    for asset, holding in close.result.holdings.items():
        price = close.statements.assets[asset].prices[index].price
        for restricted in holding.restrictions:
            if restricted.date <= end and (restricted.until is None or restricted.until >= end):
                lapse = "no end is stated" if restricted.until is None else f"lapses after {restricted.until}"
                nature = restricted.nature or "not stated"
                rows.append(
                    Row((asset, restricted.quantity, restricted.quantity * price, restricted.kind, nature, lapse))
                )
    columns = (
        Column("asset", "Crypto asset"),
        Column("units", "Units", "units"),
        Column("fair_value", "Fair value", "money"),
        Column("kind", "Kind"),
        Column("nature", "Nature"),
        Column("lapse", "Lapse"),
    )
    title = "Restricted coins, still on the balance sheet"
    return [Table("restrictions", title, columns, tuple(rows))] if rows else []
