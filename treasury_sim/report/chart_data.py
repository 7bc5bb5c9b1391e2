"""What the charts show, as plain rows in whole currency units and ISO days (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period
from treasury_sim.domain.prices import QuarterEndPrice
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report.finding import bottom_line, short_name
from treasury_sim.report.tables import StatementRow, income_bridge, remeasured
from treasury_sim.report.words import sentence

DAYS_BEFORE = 184
"""Days shown before the quarter: about two quarters."""


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall.

    Attributes
    ----------
    title
        Words.
    start, end
        Where the bar begins and ends [currency]; a total begins at 0.
    amount
        What the bar adds, signed [currency].
    is_total
        Whether it is the sum of the ones before.
    """

    title: str
    start: float
    end: float
    amount: float
    is_total: bool = False


_SHORT = {
    "fee_expense": "Purchase fees",
    "loan_remeasurement": "Coins lent",
    "coin_revenue": "Revenue in coins",
    "coin_expense": "Paid in coins",
    "other_operating_income": "Other operating",
}
"""Titles for a narrow place; other lines keep theirs."""
_ALWAYS = ("remeasurement_pl", "other_operating_income", "interest", "income_tax")
"""Lines whose bar is drawn even if it is nothing."""


def waterfall(result: Result, key: str, label: str) -> list[Step]:
    """Split the bottom line of one quarter into what made it: the rows of the income bridge down to that line."""
    column = list(result.statements).index(key)
    name, title, bottom = bottom_line(result, key, label)
    rows = income_bridge(result, label)
    last = next(number for number, row in enumerate(rows) if row.line == name)
    steps, level = [], 0.0
    for row in rows[:last]:
        amount = row.amounts[column]
        is_part = row.is_total or row.line == "deferred_tax_on_holdings"
        if amount is None or is_part or not (amount or row.line in _ALWAYS):
            continue
        steps.append(Step(_step_title(row, amount), level, level + amount, amount))
        level += amount
    return [*steps, Step(sentence(title), 0.0, bottom, bottom, is_total=True)]


def _step_title(row: StatementRow, amount: float) -> str:
    if row.line == "remeasurement_pl":
        return short_name(row.title)
    if row.line == "income_tax":
        return "Tax benefit" if amount > 0.0 else "Income tax"
    return _SHORT.get(row.line, LINES[row.line].title)


@dataclass(frozen=True)
class QuarterBar:
    """The remeasurement of one quarter under one framework, by the rule for some of its assets or all.

    Attributes
    ----------
    framework
        Its title.
    label
        ``2025Q4``.
    name
        What the rule in force calls it.
    amount
        In profit or loss, signed [currency].
    at_cost
        Whether the rule in force is cost less impairment or write-down, not fair value.
    """

    framework: str
    label: str
    name: str
    amount: float
    at_cost: bool


def remeasurement_bars(result: Result) -> list[QuarterBar]:
    """The remeasurement of every computed quarter, from the first purchase on, under every framework and rule."""
    marks = [int(held.ledger.acquired.min()) for held in result.holdings.values() if held.ledger.acquired.size]
    first = int(result.timeline.quarter_of_mark[min(marks)]) if marks else 0
    return [
        QuarterBar(FRAMEWORKS[key].title, quarter.label, found.name, found.amount, found.framework.rule.ceiling_at_cost)
        for key, statement in result.statements.items()
        for index, quarter in enumerate(statement.quarters)
        if index >= first
        for found in remeasured(result, key, Period(quarter.label, (index,)))
    ]


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


@dataclass(frozen=True)
class PricePath:
    """Daily prices around a quarter, and the average cost of what was held.

    Attributes
    ----------
    prices
        Those of the quarter.
    daily
        UTC day, low, close [currency/unit].
    average_cost
        UTC day and average book cost of a unit held from then on [currency/unit].
    """

    prices: QuarterPrice
    daily: tuple[tuple[str, float, float], ...]
    average_cost: tuple[tuple[str, float], ...]


def price_path(result: Result, asset: str, label: str) -> PricePath:
    """Daily prices of the quarter and the two before, with the average cost basis."""
    prices = quarter_price(result, asset, label)
    holding = result.holdings[asset]
    daily = holding.daily
    first = max(np.datetime64(prices.quarter.start) - np.timedelta64(DAYS_BEFORE, "D"), daily.days[0])
    last = np.datetime64(prices.quarter.end)
    shown = (daily.days >= first) & (daily.days <= last)
    rows = zip(
        daily.days[shown].astype(str).tolist(), daily.low[shown].tolist(), daily.close[shown].tolist(), strict=True
    )
    return PricePath(prices, tuple(rows), _average_cost(holding.ledger, result.timeline.days, first, last))


def _average_cost(
    ledger: Ledger, days: np.ndarray, first: np.datetime64, last: np.datetime64
) -> tuple[tuple[str, float], ...]:
    """Average cost at `first`, after every mark up to `last`, and at `last`; empty while nothing is held."""
    before = int(np.searchsorted(days, first, side="right")) - 1
    until = int(np.searchsorted(days, last, side="right"))
    steps = []
    for mark in range(max(before, 0), until):
        units = float(ledger.held(mark).sum())
        if units > 0.0:
            steps.append((str(max(days[mark], first)), ledger.cost_basis(mark) / units))
    if steps and steps[-1][0] != str(last):
        steps.append((str(last), steps[-1][1]))
    return tuple(steps)
