"""How much a sale of the holder's coins would fetch: impact by the square-root law, beside the fair value.

Never a figure of the books: ASC 820-10-35-36B forbids a discount for the size of a block, so level 1 fair value stays
units times price.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from treasury_sim.domain.lookup import check_name
from treasury_sim.domain.result import Result
from treasury_sim.engine.run import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS, SquareRootImpact
from treasury_sim.market.flows.volatility import FIRST_DAYS, known_volatility
from treasury_sim.scenario import Scenario

SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Shares of the coins that are sold."""


@dataclass(frozen=True)
class BlockSale:
    """A sale of a share of the coins.

    Attributes
    ----------
    share, units
        Share of the coins held, and their number [coins].
    fair_value
        Units times the quarter-end price, before any sale [currency].
    fetched, least, most
        Proceeds at the coefficient of impact stated, and over the published ones [currency].
    of_volume
        Coins sold a day as a share of the volume of a day.
    price_risk
        One standard deviation of the proceeds, from the price while selling evenly [currency].
    """

    share: float
    units: float
    fair_value: float
    fetched: float
    least: float
    most: float
    of_volume: float
    price_risk: float


@dataclass(frozen=True)
class Block:
    """Sales of several sizes at the end of a quarter.

    Attributes
    ----------
    price, volatility
        Quarter-end price [currency/coin], and daily volatility by then.
    days
        Days over which a sale is spread evenly.
    """

    title: str
    asset: str
    quarter: str
    currency: str
    price: float
    volatility: float
    days: float
    impact: SquareRootImpact
    sales: tuple[BlockSale, ...]


def block(
    scenario: Scenario,
    *,
    days: float = 1.0,
    shares: Sequence[float] = SHARES,
    quarter: str | None = None,
    asset: str | None = None,
    impact: SquareRootImpact | None = None,
) -> Block:
    """Compute what sales of the holder's coins would fetch at a quarter end.

    Parameters
    ----------
    scenario
        A scenario of one price path.
    days
        Days over which each sale is spread.
    shares
        Shares of the coins held, each above 0 and at most 1.
    quarter, asset
        A reported quarter, by default the last; an asset held, by default the first.

    Raises
    ------
    InputError
        If the quarter or asset is unknown, nothing is held, a share or the number of days is impossible, or the
        scenario is a simulation.
    """
    law, result = impact or SquareRootImpact(), run(scenario)
    _check(result, days, shares)
    name = check_name(asset or next(iter(result.holdings)), result.holdings, "asset", "an asset that is held")
    period = result.period(quarter)
    held = result.statements[result.framework()].assets[name]
    last = period.quarters[-1]
    units, price = float(held.lines["units"][0, last]), held.prices[last].price
    daily = result.holdings[name].daily
    end = int((result.timeline.quarters[last].end - daily.first).days)
    if not units or end < FIRST_DAYS:
        expected = f"a quarter at whose end coins are held, with {FIRST_DAYS} days of prices before it"
        raise InputError([Problem("", None, "quarter", expected, period.label)])
    volatility = float(known_volatility(daily.close[: end + 1])[-1])

    def sale(share: float) -> BlockSale:
        value = share * units * price

        def fetches(coefficient: float) -> float:
            return SquareRootImpact(coefficient, law.volume).proceeds(value, value, volatility, days=days)

        return BlockSale(
            share,
            share * units,
            value,
            fetched=fetches(law.coefficient),
            least=fetches(PUBLISHED_COEFFICIENTS[1]),
            most=fetches(PUBLISHED_COEFFICIENTS[0]),
            of_volume=value / (law.volume * days),
            # The mean of a Brownian motion over its time has a third of its variance.
            price_risk=value * volatility * math.sqrt(days / 3.0),
        )

    return Block(
        title=result.title,
        asset=name,
        quarter=period.label,
        currency=result.currency,
        price=price,
        volatility=volatility,
        days=days,
        impact=law,
        sales=tuple(map(sale, shares)),
    )


def _check(result: Result, days: float, shares: Sequence[float]) -> None:
    problems = []
    if result.basis != "replay":
        fix = "Open a path of it, or use a scenario of one price path."
        problems.append(Problem("", None, "scenario", "one price path", "a simulation, which has many", fix))
    elif not result.holdings:
        problems.append(Problem("", None, "scenario", "a holder of coins", "none"))
    if not days > 0.0 or math.isinf(days):
        problems.append(Problem("", None, "days", "a number above 0", f"{days:g}"))
    wrong = [f"{share:g}" for share in shares if not 0.0 < share <= 1.0]
    if wrong or not shares:
        problems.append(Problem("", None, "share", "above 0% and at most 100%", ", ".join(wrong) or "none"))
    if problems:
        raise InputError(problems)
