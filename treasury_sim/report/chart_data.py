"""What the charts show, as plain rows in whole currency units and ISO days (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.periods import single
from treasury_sim.domain.prices import QuarterEndPrice
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report.finding import bottom_line, short_name
from treasury_sim.report.tables import period_of, remeasurement_name
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


def waterfall(result: Result, key: str, label: str) -> list[Step]:
    """Split the bottom line of one quarter into what made it, in the order of the income statement."""
    period, lines = period_of(result, label), result.statements[key].lines
    amount = single(period, "remeasurement_pl", lines) or 0.0
    name = remeasurement_name(result, key, label, amount)
    tax = single(period, "income_tax", lines)
    found: list[tuple[str, float | None]] = [
        (short_name(name), amount),
        ("Gain or loss on sale", single(period, "realised_pl", lines) or None),
        ("Purchase fees", single(period, "fee_expense", lines) or None),
        ("Other operating", single(period, "other_operating_income", lines)),
        ("Interest, net", single(period, "interest", lines)),
        ("Tax benefit" if tax is not None and tax > 0.0 else "Income tax", tax),
    ]
    steps, level = [], 0.0
    for title, value in found:
        if value is not None:
            steps.append(Step(title, level, level + value, value))
            level += value
    title, bottom = bottom_line(result, key, label)
    return [*steps, Step(sentence(title), 0.0, bottom, bottom, is_total=True)]


@dataclass(frozen=True)
class QuarterBar:
    """The remeasurement of one quarter under one framework.

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
    """The remeasurement of every computed quarter, from the first purchase on, under every framework."""
    bars = []
    for key, statement in result.statements.items():
        amounts = statement.lines["remeasurement_pl"]
        for index, quarter in enumerate(statement.quarters if amounts is not None else ()):
            amount = float(amounts[0, index]) if amounts is not None else 0.0
            in_force = FRAMEWORKS[key].in_force(adopted=result.adopted[quarter.label])
            name = remeasurement_name(result, key, quarter.label, amount)
            bars.append(QuarterBar(FRAMEWORKS[key].title, quarter.label, name, amount, in_force.rule.is_cost_model))
    return bars


@dataclass(frozen=True)
class QuarterPrice:
    """The prices of one asset in one quarter. All prices in [currency/unit].

    Attributes
    ----------
    end
        Price at the cut-off of the quarter's last day, and its source.
    low, low_day
        Lowest price of any day (UTC) of the quarter, whatever the observation policy sees; without the price
        at the cut-off.
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
        held = ledger.held(mark)
        units = float(held.sum())
        if units > 0.0:
            steps.append((str(max(days[mark], first)), float(held @ ledger.unit_cost) / units))
    if steps and steps[-1][0] != str(last):
        steps.append((str(last), steps[-1][1]))
    return tuple(steps)
