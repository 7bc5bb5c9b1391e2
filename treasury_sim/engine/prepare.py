"""Prepare a scenario: the calendar, prices, lots and disposals that every pass shares and none changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from treasury_sim.capital.schedule import Instruments
from treasury_sim.case import Case
from treasury_sim.case.sections.plan import Plan
from treasury_sim.case.sections.prices import Historical
from treasury_sim.domain.arrays import Bools, Floats
from treasury_sim.domain.claims import Funding, Runway
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Disposal, Transfer
from treasury_sim.domain.prices import DailyPrices, QuarterEndPrice
from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.engine.inputs.price_coverage import (
    after_the_period,
    assets_of,
    dated_events,
    impossible,
    missing_prices,
    unknown_lots,
    unknown_wallets,
)
from treasury_sim.engine.price_overlay import on_path, overlay_keys
from treasury_sim.engine.price_paths import FutureOf, PricePath, low_overrides, price_paths
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.marks import LowOverride, quarter_low, with_lows
from treasury_sim.treasury.events import Events, acquired_lots, disposals, mean_close


@dataclass(frozen=True)
class PreparedAsset:
    """One asset of a scenario.

    Attributes
    ----------
    path
        Source of the prices.
    history
        Historical daily prices, which price the purchases of windows.
    daily
        Daily prices with the changes of the scenario, which rules observe.
    lots, disposals, transfers
        Up to the end of the period.
    quarter_end
        Quarter-end price of each prepared quarter.
    lowest
        Lowest price of each prepared quarter under the observation policy, and its day.
    stated_lows
        Lows stated in the scenario, by quarter.
    """

    path: PricePath
    history: DailyPrices
    daily: DailyPrices
    lots: tuple[Lot, ...]
    disposals: tuple[Disposal, ...]
    transfers: tuple[Transfer, ...]
    quarter_end: tuple[QuarterEndPrice, ...]
    lowest: tuple[tuple[float, date], ...]
    stated_lows: Mapping[Quarter, LowOverride]

    def quarter_end_prices(self, count: int) -> Floats:
        """The first `count` quarter-end prices, (count,) [currency/unit]."""
        return np.array([price.price for price in self.quarter_end[:count]])


@dataclass(frozen=True)
class Funded:
    """The monthly waterfall of a scenario.

    Attributes
    ----------
    months
        The last day of each month of the period.
    close, low : (paths, months)
        Price at each month end, and the lowest of the month [currency/coin].
    runway
        The balances and flows of each month.
    """

    months: tuple[date, ...]
    instruments: Instruments
    funding: Funding
    close: Floats
    low: Floats
    runway: Runway


@dataclass(frozen=True)
class Prepared:
    """A scenario, ready to be measured.

    Attributes
    ----------
    quarters
        From the first purchase, or the period's start, to the end of the period.
    reported
        The quarters of the period.
    adoption_quarter
        Number of quarters before the adoption of ASU 2023-08.
    permanent : (quarters,)
        Whether a fall in each quarter is judged permanent.
    notes
        Notes for the reader of the figures.
    funded
        The monthly waterfall, where the scenario has one; its purchases and sales are among the lots and disposals.
    """

    case: Case
    quarters: tuple[Quarter, ...]
    reported: tuple[Quarter, ...]
    assets: Mapping[str, PreparedAsset]
    adoption_quarter: int
    permanent: Bools
    notes: tuple[str, ...]
    funded: Funded | None = None

    @property
    def embedded(self) -> set[str]:
        """Assets whose prices begin with the embedded history."""
        records = {name: asset.path.history.record for name, asset in self.assets.items()}
        return {name for name, record in records.items() if record is not None and record.is_embedded}


def prepare(case: Case, future_of: FutureOf | None = None) -> Prepared:
    """Prepare `case` for its passes.

    Parameters
    ----------
    future_of
        Gives one path of each simulated model; required if the scenario has one.

    Raises
    ------
    InputError
        If prices are missing or contradict each other, or an event names an unknown lot.
    """
    spec = case.spec
    calendar, end = spec.calendar, spec.period.end
    names = assets_of(case)
    paths, problems = price_paths(case, names, future_of)
    histories = {name: path.daily for name, path in paths.items()}
    problems += impossible(case)
    problems += missing_prices(case, histories) if not problems else []
    if problems:
        raise InputError(problems)
    events = events_of(spec.plan, spec.period.start)
    close = mean_close(histories)
    lots = [lot for lot in (*case.lots, *acquired_lots(events, end, close)) if lot.enters <= end]
    problems = [*unknown_lots(case, lots), *unknown_wallets(case, lots)]
    if problems:
        raise InputError(problems)
    leaving = tuple(disposals(events, end, close))
    if any(overlay_keys(case, name) for name in names):
        # Sales for an amount are sized at prices without the overlay, then made at prices with it.
        paths = {name: _overlaid(case, path, leaving) for name, path in paths.items()}
        close = mean_close({name: path.daily for name, path in paths.items()})
        lots = [lot for lot in (*case.lots, *acquired_lots(events, end, close)) if lot.enters <= end]
        leaving = tuple(disposals(events, end, close))
    # Start with the fiscal year of the first event, so that every year to date is complete.
    first = calendar.quarter(min([spec.period.start, *(lot.enters for lot in lots)]))
    quarters = calendar.year_from(first, end)
    assets = {
        name: _asset(
            case,
            paths[name],
            quarters,
            lots=tuple(lot for lot in lots if lot.asset == name),
            leaving=tuple(disposal for disposal in leaving if disposal.asset == name),
        )
        for name in names
    }
    return Prepared(
        case=case,
        quarters=quarters,
        reported=calendar.quarters(spec.period.start, end),
        assets=assets,
        adoption_quarter=sum(quarter.start < spec.adoption_date for quarter in quarters),
        permanent=np.array([quarter.label in spec.accounting.permanent for quarter in quarters]),
        notes=(
            *case.notes,
            *(_modelled(case, path) for path in paths.values() if path.is_modelled(end)),
            *_crossing(case, calendar),
            *_cut_short(case),
            *after_the_period(case),
        ),
    )


def _overlaid(case: Case, path: PricePath, leaving: tuple[Disposal, ...]) -> PricePath:
    """The path with its stated lows and its overlay."""
    asset = path.daily.asset
    stated = case.spec.prices.get(asset, Historical())
    quarters = tuple(case.spec.calendar.quarter(day) for day in stated.quarter_low)
    lows = low_overrides(stated, quarters, path.first_day)
    known = replace(path, daily=with_lows(path.daily, lows)) if stated.overlay is not None and lows else path
    return on_path(case, known, [disposal for disposal in leaving if disposal.asset == asset])


def events_of(plan: Plan, start: date) -> Events:
    """The events of a plan; repeated events without a first day begin on `start`."""
    return Events(
        start=start,
        purchases=plan.purchases,
        receipts=plan.receipts,
        sales=plan.sales,
        payments=plan.payments,
        swaps=plan.swaps,
        loans=plan.loans,
        transfers=plan.transfers,
    )


def _asset(
    case: Case,
    path: PricePath,
    quarters: tuple[Quarter, ...],
    *,
    lots: tuple[Lot, ...],
    leaving: tuple[Disposal, ...],
) -> PreparedAsset:
    asset = path.daily.asset
    stated = case.spec.prices.get(asset, Historical())
    cutoff = case.spec.accounting.cutoff
    price_of = {
        quarter: _quarter_end(stated.quarter_end.get(quarter.end), quarter, cutoff, path) for quarter in quarters
    }
    moved = {quarter: path.moved(price, quarter.end) for quarter, price in price_of.items()}
    lows = low_overrides(stated, quarters, path.first_day)
    problems = [
        _low_above_price(case, asset, quarter, price_of[quarter])
        for quarter, low in lows.items()
        if low.price > price_of[quarter].price
    ]
    if problems:
        raise InputError(problems)
    daily = path.daily if path.base is not None else with_lows(path.daily, lows)
    policy = case.spec.accounting.impairment_price
    return PreparedAsset(
        path=path,
        history=path.for_windows,
        daily=daily,
        lots=lots,
        disposals=leaving,
        transfers=tuple(move for move in case.spec.plan.transfers if move.asset == asset),
        quarter_end=tuple(moved.values()),
        lowest=tuple(
            quarter_low(daily, quarter, price.price, policy, lows.get(quarter)) for quarter, price in moved.items()
        ),
        stated_lows=lows,
    )


def _quarter_end(stated: float | None, quarter: Quarter, cutoff: str, path: PricePath) -> QuarterEndPrice:
    """The price stated in the scenario, else the closest available to the cut-off."""
    if stated is not None:
        return QuarterEndPrice(stated, "stated in the scenario")
    return path.quarter_end(quarter.end, cutoff)


def _low_above_price(case: Case, asset: str, quarter: Quarter, price: QuarterEndPrice) -> Problem:
    return case.problem(
        ("prices", asset, "quarter_low", quarter.end, "price"),
        f"a low of {quarter.label} at or below its quarter-end price of {price.price:,.2f} ({price.source})",
        fix=f"Lower the low, or state a higher prices.{asset}.quarter_end.",
    )


def _modelled(case: Case, path: PricePath) -> str:
    """Note from which day prices are modelled, and how many acquisitions since then state a cost."""
    asset, plan = path.daily.asset, case.spec.plan
    if path.stands_still:
        return f"{asset} prices from {path.first_day} on stay at {path.spot:,.2f}, the last price up to as_of."
    days = [lot.acquired for lot in case.lots if lot.asset == asset]
    days += [bought.date for bought in plan.purchases if bought.asset == asset and bought.unit_cost is not None]
    days += [earned.date for earned in plan.receipts if earned.asset == asset and earned.unit_value is not None]
    since = sum(path.is_modelled(day) and day <= case.spec.period.end for day in days)
    stated = f" Lots acquired since then at stated costs, independent of the model: {since}." if since else ""
    return f"{asset} prices from {path.first_day} on come from the price model, not from history.{stated}"


def _cut_short(case: Case) -> list[str]:
    """A note that the last quarter is reported to date."""
    last = case.spec.quarters[-1]
    if case.spec.calendar.elapsed(last) == 1.0:
        return []
    note = f"{last.label} is reported to date, as if it ended on {last.end}: at the close of that day, not at the "
    return [f"{note}cut-off; income and dividends stated by quarter have their share by days."]


def _crossing(case: Case, calendar: FiscalCalendar) -> list[str]:
    """Notes on windows that cross a quarter end: the split of their units between the quarters is estimated."""
    return [
        f"The window of {event.what} ({event.first} to {event.last}) crosses the end of {quarter.label} on "
        f"{quarter.end}: the split of its {event.size} between the quarters is not known."
        for event in dated_events(case)
        if not event.is_repeated
        and event.first <= case.spec.period.end
        and (quarter := calendar.quarter(event.first)).end < event.last
    ]
