"""A crash day by day: what was liquidated, what it can have moved, and the lows without forced sellers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.flows.counterfactual import FlowPaths, FlowSetting, counterfactual
from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS, SquareRootImpact
from treasury_sim.market.flows.liquidations import MOST_COINS, BookSetting, liquidated_by_rule
from treasury_sim.market.flows.volatility import known_volatility
from treasury_sim.market.sentiment import index_from_prices

WARM_UP = 60
"""Days before the first one shown, in which the book of positions fills."""
TWICE = 2.0


@dataclass(frozen=True)
class CrashDay:
    """One day.

    Attributes
    ----------
    day
        UTC.
    low, close
        [currency/coin]
    fall
        Fall from the last close to the low, a share.
    by_rule, by_book
        Long positions liquidated [coins].
    impact
        Part of the fall that liquidations explain, as a share of the price, at the coefficient of the setting.
    impact_range
        The same at the least and the greatest published coefficient.
    low_without, low_with_twice
        The low without forced sellers, and with twice the leverage [currency/coin].
    sentiment
        The Fear and Greed index as prices give it, 0 to 100; NaN without a year of prices.
    """

    day: date
    low: float
    close: float
    fall: float
    by_rule: float
    by_book: float
    impact: float
    impact_range: tuple[float, float]
    low_without: float
    low_with_twice: float
    sentiment: float


@dataclass(frozen=True)
class Crash:
    """A window of days, and the assumptions.

    Attributes
    ----------
    open_interest
        [coins]
    impact
        The law of impact.
    source
        Source of the prices.
    """

    days: tuple[CrashDay, ...]
    open_interest: float
    impact: SquareRootImpact
    source: str

    @property
    def worst(self) -> CrashDay:
        """The day of the deepest fall to the low."""
        return max(self.days, key=lambda each: each.fall)


def crash(
    history: DailyPrices, first: date, last: date, *, open_interest: float, impact: SquareRootImpact | None = None
) -> Crash:
    """Take a fall apart: liquidations, their impact, and the lows with other leverage.

    Parameters
    ----------
    first, last
        UTC days of the window.
    open_interest
        Open positions of all venues, the same on every day [coins].

    Raises
    ------
    InputError
        If the window is not within history with 60 days before it, or the open interest is above all coins.
    """
    _check(history, first, last, open_interest)
    law = impact or SquareRootImpact()
    start, end = ((day - history.first).days for day in (first - timedelta(days=WARM_UP), last))
    low, close = history.low[start : end + 1], history.close[start : end + 1]
    volatility = known_volatility(history.close[: end + 1])[start:]
    sentiment = index_from_prices(history.close[: end + 1])[start:]
    book = BookSetting(open_interest)
    leveraged = replace(book, leverage=book.leverage.times(TWICE))

    def paths(setting: BookSetting | None) -> FlowPaths:
        return counterfactual(
            low[None],
            close[None],
            volatility[None],
            setting=FlowSetting(setting),
            as_was=FlowSetting(book),
            impact=law,
        )

    as_was, without, twice = paths(book), paths(None), paths(leveraged)
    least, most = (coefficient / law.coefficient for coefficient in PUBLISHED_COEFFICIENTS)
    days = []
    for row in range(WARM_UP, low.size):
        fall = float(as_was.impact[0, row])
        days.append(
            CrashDay(
                day=first + timedelta(days=row - WARM_UP),
                low=float(low[row]),
                close=float(close[row]),
                fall=float(1.0 - low[row] / close[row - 1]),
                by_rule=float(liquidated_by_rule(open_interest, close[row - 1], low[row])),
                by_book=float(as_was.liquidated[0, row]),
                impact=float(-np.expm1(-fall)),
                impact_range=(float(-np.expm1(-fall * least)), float(-np.expm1(-fall * most))),
                low_without=float(without.low[0, row]),
                low_with_twice=float(twice.low[0, row]),
                sentiment=float(sentiment[row]),
            )
        )
    return Crash(tuple(days), open_interest, law, history.source)


def _check(history: DailyPrices, first: date, last: date, open_interest: float) -> None:
    problems = []
    earliest = history.first + timedelta(days=WARM_UP)
    for key, day in (("first day", first), ("last day", last)):
        if not earliest <= day <= history.last:
            problems.append(Problem("", None, key, f"a day from {earliest} to {history.last}", str(day)))
    if last < first:
        problems.append(Problem("", None, "last day", f"a day on or after {first}", str(last)))
    if not 0.0 < open_interest <= MOST_COINS:
        expected = "coins, above 0 and at most the 21m that can exist"
        problems.append(Problem("", None, "open interest", expected, f"{open_interest:,.0f}", "Such as 700k."))
    if problems:
        raise InputError(problems)
