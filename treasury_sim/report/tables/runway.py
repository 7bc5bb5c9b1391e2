"""How long the money lasts: the funding of a result, month by month or by quarter."""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.capital import CapitalResult
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem
from treasury_sim.report.tables.table import Column, Kind, Row, Table

RUNWAY: dict[str, str] = {
    "price": "Price of the coin",
    "units": "Coins held",
    "pledged": "  of them pledged",
    "cash": "Cash",
    "reserve": "Reserve",
    "interest_due": "Interest due",
    "dividends_paid": "Dividends paid",
    "repaid": "Principal due",
    "converted": "Principal converted",
    "tax_due": "Tax on coins sold",
    "raised": "Raised",
    "spent": "Spent on coins",
    "sold": "Coins sold",
    "proceeds": "Proceeds of coins sold",
    "unpaid": LINES["unpaid"].title,
    "debt": LINES["debt"].title,
    "preferred": LINES["preferred_stock"].title,
    "arrears": "Dividends in arrears",
    "shares": LINES["shares_outstanding"].title,
    "share_price": "Share price",
}
"""Line of the runway -> its words."""

_FLOWS = {
    *("interest_due", "dividends_paid", "repaid", "converted", "tax_due", "raised", "spent", "sold", "proceeds"),
}
_ALWAYS = {"price", "units", "cash", "interest_due", "debt"}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("units", "pledged", "sold", "shares"), "shares"),
    **dict.fromkeys(("price", "share_price"), "price"),
}
"""Kind of the lines that do not hold money; coins are shown whole."""


NOT_STATED = (
    "what the holder has and owes",
    "nothing",
    "Add capital: {opening: {cash: ..., shares: ...}}, see docs/capital.md.",
)
"""Words for a scenario without funding: expected, found, fix."""


def capital_of(result: Result) -> CapitalResult:
    """The funding of a result.

    Raises
    ------
    InputError
        If the scenario states none.
    """
    if result.capital is None:
        raise InputError([Problem("", None, "capital.opening", *NOT_STATED)])
    return result.capital


def runway_table(result: Result, *, by_month: bool = True) -> Table:
    """The runway of the first path, a column for each month or quarter; lines of nothing are left out.

    Flows are added up, balances are those of the last month.

    Raises
    ------
    InputError
        If the scenario states no funding.
    """
    funded = capital_of(result)
    months = list(range(len(funded.months)))
    groups = [[month] for month in months]
    if not by_month:
        ends = list(funded.funding.quarter_ends)
        groups = [[m for m in months if first < m <= last] for first, last in zip([-1, *ends], ends, strict=False)]
    labels = [f"{funded.months[group[-1]]:%Y-%m}" for group in groups]
    rows = []
    for line, title in RUNWAY.items():
        amounts = _line(funded, line)
        if line in _ALWAYS or np.nan_to_num(amounts).any():
            picked = (float(amounts[g].sum() if line in _FLOWS else amounts[g[-1]]) for g in groups)
            rows.append(Row((title, *picked), _KINDS.get(line, "money"), line=line))
    columns = (Column("line", ""), *(Column(label, label, "money") for label in labels))
    return Table("runway", "Runway", columns, tuple(rows), currency=result.currency, most=len(labels))


def _line(funded: CapitalResult, line: str) -> Floats:
    """A line of the runway on the first path, (months,)."""
    runway = funded.runway
    computed = {
        "price": funded.close,
        "sold": runway.forced_sold + runway.called_sold,
        "proceeds": runway.forced_proceeds + runway.called_proceeds,
    }
    amounts: Floats = (computed[line] if line in computed else getattr(runway, line))[0]
    return amounts
