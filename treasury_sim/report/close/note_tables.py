"""What every table of the note needs, and the tables that every framework's note has."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.periods import single
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import Column, Row, Table
from treasury_sim.report.close.movements import COMES_IN, GOES_OUT, movements
from treasury_sim.report.close.periods import close_periods, summed


def asset_amount(result: Result, key: str, asset: str, label: str, line: str) -> float:
    """One line of an asset's statement in quarter `label`; 0 where it was not computed."""
    period = close_periods(result, label).quarter
    return single(period, line, dict(result.statements[key].assets[asset].lines)) or 0.0


def period_columns(result: Result, label: str, first: str) -> tuple[Column, ...]:
    """Words, quarter and year to date."""
    quarter, year_to_date = close_periods(result, label).titles()
    return (
        Column("line", first),
        Column("quarter", quarter, "money"),
        Column("year_to_date", year_to_date, "money"),
    )


def nature(result: Result, key: str, label: str) -> Table:
    """Nature of additions and of dispositions, in money, over all assets."""
    periods = close_periods(result, label).each()
    moved = [movements(result, key, asset) for asset in result.holdings]
    quarters = close_periods(result, label).known_quarters()
    none = np.zeros(len(result.timeline.quarters))
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
    return Table("nature", title, period_columns(result, label, ""), rows)


def restrictions(result: Result, key: str, label: str) -> list[Table]:
    """Coins restricted at the quarter end: fair value, nature, and when the restriction lapses."""
    index = result.timeline.index_of(label)
    end = result.timeline.quarters[index].end
    rows = []
    for asset, holding in result.holdings.items():
        price = result.statements[key].assets[asset].prices[index].price
        for found in holding.restrictions:
            if found.date <= end and (found.until is None or found.until >= end):
                lapse = "no end is stated" if found.until is None else f"lapses after {found.until}"
                nature = found.nature or "not stated"
                rows.append(Row((asset, found.quantity, found.quantity * price, found.kind, nature, lapse)))
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
