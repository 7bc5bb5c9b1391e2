"""The monthly waterfall of a scenario: its funding, its prices, and its purchases and sales of coins.

On one path its purchases and sales become ordinary lots and disposals, so that the ledgers compute realised results,
tax and remaining lots as for any other event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.capital.schedule import Instruments, covered_by, month_ends
from treasury_sim.case import Case
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.domain.claims import CashTax, Funding, ReliefOrder, Runway
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.engine.funding.inputs import (
    Coins,
    cash_tax_of,
    funding_of,
    instruments_of,
    planned,
    relief_order,
    under_water,
)
from treasury_sim.engine.one_pass import activity_of, tax_books
from treasury_sim.engine.prepare import Funded, Prepared, prepare
from treasury_sim.engine.price_paths import FutureOf
from treasury_sim.errors import InputError, Problem
from treasury_sim.treasury.lot_relief import unnamed
from treasury_sim.treasury.waterfall import run_waterfall
from treasury_sim.treasury.waterfall_state import DUST
from treasury_sim.treasury.windows import TimingOf


def prepare_funded(case: Case, future_of: FutureOf | None = None) -> Prepared:
    """Prepare one path of a scenario, including its waterfall.

    Parameters
    ----------
    future_of
        Gives one path of each simulated model, see `prepare`.

    Raises
    ------
    InputError
        If the scenario contradicts itself or its prices.
    """
    timing = case.spec.plan.window_timing
    return with_waterfall(prepare(case, future_of), lambda _: timing)


@dataclass(frozen=True)
class Waterfall:
    """The waterfall of a scenario, ready for any prices.

    Attributes
    ----------
    months
        The last day of every month of the period.
    basis
        Cumulative tax basis in the order in which coins are sold.
    """

    prepared: Prepared
    months: tuple[date, ...]
    instruments: Instruments
    funding: Funding
    cash_tax: CashTax
    basis: ReliefOrder

    @classmethod
    def of(cls, prepared: Prepared, timing_of: TimingOf) -> Waterfall:
        """Prepare the waterfall of a scenario with `capital.opening`.

        Raises
        ------
        InputError
            If the asset is not held, a loan is not covered at the start, or a quarter ends within a month.
        """
        spec = prepared.case.spec
        asset = prepared.assets.get(spec.capital.asset)
        if asset is None:
            path = ("capital", "asset")
            expected, fix = "an asset the holder has or buys", "Add lots, or remove capital.opening."
            raise InputError([prepared.case.problem(path, expected, spec.capital.asset, fix)])
        months = month_ends(spec.period.start, spec.period.end, spec.calendar.cut)
        books = tax_books(prepared, asset, timing_of)
        ends = [replace(spec.calendar, cut=None).quarter(quarter.start).end for quarter in prepared.reported]
        inside = [end for end in ends if covered_by(end) < 1.0]
        if inside:
            path = ("holder", "fiscal_year_end")
            expected = "a fiscal year whose quarters end with a month, because capital.opening works by month"
            raise InputError([prepared.case.problem(path, expected, f"a quarter to {inside[0]}")])
        instruments = instruments_of(spec)
        by_plan = planned(activity_of(asset, timing_of), spec.period.start, months)
        first = len(prepared.quarters) - len(prepared.reported)
        spot = asset.quarter_end[first - 1].price if first else _first_close(asset.daily, spec.period.start)
        funding = funding_of(prepared, months, Coins(books.opening_units, spot, *by_plan), instruments)
        problems = list(under_water(prepared, funding))
        if problems:
            raise InputError(problems)
        return cls(prepared, months, instruments, funding, cash_tax_of(prepared, books), relief_order(spec, books))

    def run(self, close: Floats, low: Floats) -> Funded:
        """Run the waterfall at month-end prices and monthly lows, each (paths, months) [currency/coin]."""
        runway = run_waterfall(self.funding, close, low, cash_tax=self.cash_tax, basis=self.basis)
        return Funded(self.months, self.instruments, self.funding, close, low, runway)


def with_waterfall(prepared: Prepared, timing_of: TimingOf) -> Prepared:
    """Run the waterfall on one path and add its purchases and sales; without a waterfall, returns `prepared`."""
    spec = prepared.case.spec
    if spec.capital.opening is None:
        return prepared
    waterfall = Waterfall.of(prepared, timing_of)
    asset = prepared.assets[spec.capital.asset]
    funded = waterfall.run(*monthly_prices(prepared, spec.capital.asset, waterfall.months))
    problems = list(_oversold(prepared, funded))
    if problems:
        raise InputError(problems)
    bought, sold = _events(spec, waterfall.months, funded.close[0], funded.runway)
    changed = replace(asset, lots=(*asset.lots, *bought), disposals=(*asset.disposals, *sold))
    return replace(prepared, assets={**prepared.assets, spec.capital.asset: changed}, funded=funded)


def monthly_prices(prepared: Prepared, asset: str, months: Sequence[date]) -> tuple[Floats, Floats]:
    """Close and lowest price of each month on the path of `prepared`, each (1, months) [currency/coin]."""
    held = prepared.assets[asset]
    ends = {q.end: p.price for q, p in zip(prepared.quarters, held.quarter_end, strict=True)}
    return _monthly(held.daily, months, ends)


def _first_close(daily: DailyPrices, start: date) -> float:
    """Close on the day before the period, or on the first day with a price."""
    day = max(start - timedelta(days=1), daily.first)
    return float(daily.close[daily.row(_days([day]))[0]])


def _monthly(daily: DailyPrices, months: Sequence[date], ends: Mapping[date, float]) -> tuple[Floats, Floats]:
    """Close of each month, and the lowest price of its days, each (1, months) [currency/coin].

    At a quarter end the close is the quarter-end price at the cut-off, as in the books.
    """
    last = daily.row(_days(months))
    first = np.maximum(daily.row(_days([day.replace(day=1) for day in months])), 0)
    close = [ends.get(day, float(daily.close[row])) for day, row in zip(months, last, strict=True)]
    low = [min(daily.low[a : b + 1].min(), c) for a, b, c in zip(first, last, close, strict=True)]
    return np.array([close]), np.array([low])


def _days(days: Sequence[date]) -> Days:
    return np.array(days, dtype="datetime64[D]")


def _oversold(prepared: Prepared, funded: Funded) -> Iterator[Problem]:
    """The first month in which the plan disposes of coins that are pledged or already sold by the waterfall."""
    units, pledged = funded.runway.units[0], funded.runway.pledged[0]
    short = pledged - units > DUST * (1.0 + funded.funding.units)
    if not short.any():
        return
    month = int(short.argmax())
    already_sold = float((funded.runway.called_sold + funded.runway.forced_sold)[0, : month + 1].sum())
    expected = f"no more coins disposed of by {funded.months[month]} than are free then"
    excess = f"{pledged[month] - units[month]:,.8g} too many: {pledged[month]:,.8g} pledged"
    excess += f", {already_sold:,.8g} in forced sales"
    yield prepared.case.problem(("plan",), expected, excess, "Sell fewer, pledge fewer, or state more cash.")


def _events(
    spec: ScenarioSpec, months: Sequence[date], close: Floats, runway: Runway
) -> tuple[list[Lot], list[Disposal]]:
    """Purchases and sales of the waterfall on one path, as lots and disposals at month ends."""
    asset = spec.capital.asset
    bought: list[Lot] = []
    sold: list[Disposal] = []
    for number, day in enumerate(months):
        if runway.bought[0, number] > 0.0:
            lot = Lot(
                acquired=day,
                quantity=float(runway.bought[0, number]),
                unit_cost=float(close[number]),
                asset=asset,
                id=f"raised-{day:%Y-%m}",
                source="bought with the proceeds of issuance",
            )
            bought.append(lot)
        for quantity, proceeds, why in (
            (runway.called_sold, runway.called_proceeds, "sold to meet a margin call"),
            (runway.forced_sold, runway.forced_proceeds, "sold to pay what was due"),
        ):
            if quantity[0, number] > 0.0:
                disposal = Disposal(
                    kind="sale",
                    row=len(spec.plan.sales) + len(sold),
                    date=day,
                    asset=asset,
                    quantity=float(quantity[0, number]),
                    proceeds=float(proceeds[0, number]),
                    wallet="",
                    lot_relief=unnamed(spec.plan.lot_relief),
                    tax_lot_relief=unnamed(spec.plan.tax_lot_relief or spec.plan.lot_relief),
                    source=why,
                )
                sold.append(disposal)
    return bought, sold
