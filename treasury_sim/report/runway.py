"""How long the money lasts: the funding of a result, month by month or by quarter, as rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.capital import CapitalResult
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError, Problem

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
    "unpaid": "Due and not paid",
    "debt": "Debt",
    "preferred": "Preferred stock",
    "arrears": "Dividends owed",
    "shares": "Common shares",
    "share_price": "Share price",
}
"""Line of the runway -> its words."""

_FLOWS = {
    *("interest_due", "dividends_paid", "repaid", "converted", "tax_due", "raised", "spent", "sold", "proceeds"),
}
_ALWAYS = {"price", "units", "cash", "interest_due", "debt"}
NOT_MONEY = {"units", "pledged", "sold", "shares"}
PRICES = {"price", "share_price"}


@dataclass(frozen=True)
class RunwayRow:
    """One line of the runway.

    Attributes
    ----------
    amounts
        By month or by quarter; flows are added up, balances are those of the last month.
    """

    line: str
    title: str
    amounts: tuple[float, ...]


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


def runway_rows(found: CapitalResult, *, by_month: bool = True) -> tuple[list[str], list[RunwayRow]]:
    """The runway of the first path: names of the columns, and a row for each line; lines of nothing are left out."""
    months = list(range(len(found.months)))
    groups = [[month] for month in months]
    if not by_month:
        ends = list(found.funding.quarter_ends)
        groups = [[m for m in months if first < m <= last] for first, last in zip([-1, *ends], ends, strict=False)]
    labels = [f"{found.months[group[-1]]:%Y-%m}" for group in groups]
    rows = []
    for line, title in RUNWAY.items():
        amounts = _line(found, line)
        if line in _ALWAYS or np.nan_to_num(amounts).any():
            picked = [float(amounts[g].sum() if line in _FLOWS else amounts[g[-1]]) for g in groups]
            rows.append(RunwayRow(line, title, tuple(picked)))
    return labels, rows


def _line(found: CapitalResult, line: str) -> Floats:
    """A line of the runway on the first path, (months,)."""
    runway = found.runway
    of_its_own = {
        "price": found.close,
        "sold": runway.forced_sold + runway.called_sold,
        "proceeds": runway.forced_proceeds + runway.called_proceeds,
    }
    amounts: Floats = (of_its_own[line] if line in of_its_own else getattr(runway, line))[0]
    return amounts
