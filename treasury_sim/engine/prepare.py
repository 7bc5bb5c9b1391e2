"""From a scenario to what every pass needs and no pass changes: calendar, prices, lots and sales by asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.holding import Lot, Purchase, Sale
from treasury_sim.domain.prices import DailyPrices, QuarterEndPrice
from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.errors import InputError, Problem
from treasury_sim.engine.coverage import missing_prices
from treasury_sim.market.history import load_history, quarter_end_price
from treasury_sim.market.marks import LowOverride, with_lows
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.schema import AssetPrices
from treasury_sim.treasury.windows import purchase_as_lot


@dataclass(frozen=True)
class PreparedAsset:
    """One asset of a scenario.

    Attributes
    ----------
    history
        Daily prices as they were; they decide at which day's price a window was bought.
    daily
        Daily prices with what the scenario changes in them; they decide what a rule sees.
    lots, sales
        Up to the end of the period.
    lows
        Lows that the scenario states.
    quarter_end
        Price at each quarter end, one for each of the prepared quarters.
    """

    history: DailyPrices
    daily: DailyPrices
    lots: tuple[Lot, ...]
    sales: tuple[Sale, ...]
    lows: Mapping[Quarter, LowOverride]
    quarter_end: tuple[QuarterEndPrice, ...]

    def quarter_end_prices(self, count: int) -> Floats:
        """The first `count` quarter-end prices, (count,) [currency/unit]."""
        return np.array([price.price for price in self.quarter_end[:count]])


@dataclass(frozen=True)
class Prepared:
    """A scenario, ready to be measured.

    Attributes
    ----------
    quarters
        From the first purchase, or the period's start, to the end of the period.
    reported
        Those of the period.
    notes
        What was left out or needs saying.
    """

    scenario: Scenario
    calendar: FiscalCalendar
    quarters: tuple[Quarter, ...]
    reported: tuple[Quarter, ...]
    assets: Mapping[str, PreparedAsset]
    adoption_quarter: int
    notes: tuple[str, ...]


def prepare(scenario: Scenario) -> Prepared:
    """Collect what the passes over `scenario` share.

    Raises
    ------
    InputError
        If prices are missing, or contradict each other.
    """
    spec = scenario.spec
    calendar = spec.calendar
    end = spec.period.end
    names = _assets_of(scenario)
    histories = {name: scenario.price_files.get(name) or load_history(name) for name in names}
    missing = missing_prices(scenario, histories)
    if missing:
        raise InputError(missing)
    used_lots = {name: _lots_of(name, scenario, histories[name]) for name in names}
    used_sales = {
        name: tuple(sale for sale in spec.plan.sales if sale.asset == name and sale.date <= end) for name in names
    }
    first = min([spec.period.start, *(lot.acquired for name in names for lot in used_lots[name])])
    quarters = calendar.quarters(first, end)
    assets = {name: _asset(scenario, histories[name], used_lots[name], used_sales[name], quarters) for name in names}
    unused = {
        "lot": sum(lot.acquired > end for lot in scenario.lots),
        "purchase": sum(purchase.date > end for purchase in spec.plan.purchases),
        "sale": sum(sale.date > end for sale in spec.plan.sales),
    }
    return Prepared(
        scenario=scenario,
        calendar=calendar,
        quarters=quarters,
        reported=calendar.quarters(spec.period.start, end),
        assets=assets,
        adoption_quarter=sum(quarter.start < spec.adoption_date for quarter in quarters),
        notes=(
            *_unused(unused, end),
            *(note for name in names for note in _crossing(used_lots[name], calendar)),
        ),
    )


def _assets_of(scenario: Scenario) -> list[str]:
    plan = scenario.spec.plan
    items: tuple[Lot | Purchase | Sale, ...] = (*scenario.lots, *plan.purchases, *plan.sales)
    return sorted({item.asset for item in items})


def _lots_of(asset: str, scenario: Scenario, history: DailyPrices) -> tuple[Lot, ...]:
    """The lots of `asset` and the plan's purchases of it up to the period's end, in the order in which written."""
    end = scenario.spec.period.end
    owned = [lot for lot in scenario.lots if lot.asset == asset and lot.acquired <= end]
    planned = [
        purchase_as_lot(purchase, number, history)
        for number, purchase in enumerate(scenario.spec.plan.purchases, start=1)
        if purchase.asset == asset and purchase.date <= end
    ]
    return (*owned, *planned)


def _asset(
    scenario: Scenario,
    history: DailyPrices,
    lots: tuple[Lot, ...],
    sales: tuple[Sale, ...],
    quarters: tuple[Quarter, ...],
) -> PreparedAsset:
    asset = history.asset
    stated = scenario.spec.prices.get(asset, AssetPrices())
    prices = []
    for quarter in quarters:
        typed = stated.quarter_end.get(quarter.end)
        prices.append(
            QuarterEndPrice(typed, "stated in the scenario")
            if typed is not None
            else quarter_end_price(asset, quarter.end, scenario.spec.accounting.cutoff, history)
        )
    price_of = dict(zip(quarters, prices, strict=True))
    lows = {
        quarter: LowOverride(stated.quarter_low[quarter.end].price, stated.quarter_low[quarter.end].date)
        for quarter in quarters
        if quarter.end in stated.quarter_low
    }
    problems = [
        _low_above_price(scenario, asset, quarter, price_of[quarter])
        for quarter, low in lows.items()
        if low.price > price_of[quarter].price
    ]
    if problems:
        raise InputError(problems)
    return PreparedAsset(history, with_lows(history, lows), lots, sales, lows, tuple(prices))


def _low_above_price(scenario: Scenario, asset: str, quarter: Quarter, price: QuarterEndPrice) -> Problem:
    return scenario.problem(
        ("prices", asset, "quarter_low", quarter.end, "price"),
        f"a low of {quarter.label} at or below its quarter-end price of {price.price:,.2f} ({price.source})",
        fix=f"Lower the low, or state a higher prices.{asset}.quarter_end.",
    )


def _unused(counts: Mapping[str, int], end: date) -> list[str]:
    what = [f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items() if count]
    return [f"Not used, because after the period ends on {end}: {' and '.join(what)}."] if what else []


def _crossing(lots: tuple[Lot, ...], calendar: FiscalCalendar) -> list[str]:
    """Warn of windows that reach over a quarter end: how their units fall into the quarters is a guess."""
    return [
        f"The window of lot {lot.id} ({lot.acquired} to {lot.last_day}) crosses the end of {quarter.label} on "
        f"{quarter.end}: how its {lot.quantity:,.8g} units fall into the quarters is not known."
        for lot in lots
        if (quarter := calendar.quarter(lot.acquired)).end < lot.last_day
    ]
