"""The monthly waterfall of a scenario: what funds it, at which prices, and what it buys and sells.

On one path its purchases and sales become ordinary lots and disposals, so that realised results, tax and what remains
follow in the ledgers like those of any other event.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.capital.schedule import Instruments, claims, programs
from treasury_sim.capital.share_price import mnav_path
from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.domain.claims import CashTax, Funding, ReliefOrder, Runway
from treasury_sim.domain.holding import Disposal, Lot
from treasury_sim.domain.ledger import sum_by_quarter
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.engine.measure import TaxBooks, activity_of, tax_books
from treasury_sim.engine.prepare import Funded, Prepared, prepare
from treasury_sim.engine.price_paths import FutureOf
from treasury_sim.engine.statements_tax import cash_tax
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.check_capital import at_most_one
from treasury_sim.scenario.fields import in_quarter
from treasury_sim.scenario.schema import ScenarioSpec
from treasury_sim.treasury.ledgers import Activity
from treasury_sim.treasury.lot_relief import LOT_RELIEF
from treasury_sim.treasury.waterfall import run_waterfall
from treasury_sim.treasury.windows import TimingOf


def prepare_funded(scenario: Scenario, future_of: FutureOf | None = None) -> Prepared:
    """Prepare a scenario, its waterfall included.

    Parameters
    ----------
    future_of
        One path of each model that is sampled, see `prepare`.

    Raises
    ------
    InputError
        If the scenario contradicts itself or its prices.
    """
    timing = scenario.spec.plan.window_timing
    return with_waterfall(prepare(scenario, future_of), lambda _: timing)


def with_waterfall(prepared: Prepared, timing_of: TimingOf) -> Prepared:
    """Run the waterfall, and add what it buys and sells to the lots and disposals; nothing to do without one.

    Raises
    ------
    InputError
        If nothing of the asset is held, or a loan is not covered by its collateral when the period begins.
    """
    spec = prepared.scenario.spec
    if spec.capital.opening is None:
        return prepared
    asset = prepared.assets.get(spec.capital.asset)
    if asset is None:
        path = ("capital", "asset")
        expected, fix = "an asset that the holder has or buys", "Add lots, or remove capital.opening."
        raise InputError([prepared.scenario.problem(path, expected, spec.capital.asset, fix)])
    months = month_ends(spec.period.start, spec.period.end)
    books = tax_books(prepared, asset, timing_of)
    instruments = instruments_of(spec)
    planned = _planned(activity_of(asset, timing_of), spec.period.start, months)
    first = len(prepared.quarters) - len(prepared.reported)
    ends = {q.end: p.price for q, p in zip(prepared.quarters, asset.quarter_end, strict=True)}
    spot = ends[prepared.quarters[first - 1].end] if first else _first_close(asset.daily, spec.period.start)
    funding = _funding(prepared, months, _Coins(books.opening_units, spot, *planned), instruments)
    problems = list(_under_water(prepared, funding))
    if problems:
        raise InputError(problems)
    close, low = _monthly(asset.daily, months, ends)
    runway = run_waterfall(
        funding,
        close,
        low,
        cash_tax=_cash_tax(prepared, books),
        basis=_relief_order(spec, books),
    )
    bought, sold = _events(spec, months, close[0], runway)
    changed = replace(asset, lots=(*asset.lots, *bought), disposals=(*asset.disposals, *sold))
    return replace(
        prepared,
        assets={**prepared.assets, spec.capital.asset: changed},
        funded=Funded(months, instruments, funding, close, low, runway),
    )


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """The last day of every month from that of `first` to that of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(date(n // 12, n % 12 + 1, monthrange(n // 12, n % 12 + 1)[1]) for n in numbers)


def instruments_of(spec: ScenarioSpec) -> Instruments:
    """The instruments of a scenario."""
    capital, home = spec.capital, spec.holder.currency
    return Instruments(
        loans=tuple(row.instrument for row in capital.loans),
        notes=tuple(row.instrument for row in capital.notes),
        preferred=tuple(row.instrument for row in capital.preferred),
        issuance=tuple(row.instrument for row in capital.issuance),
        fx={pair.removesuffix(home): stated.rate for pair, stated in spec.fx.items() if pair.endswith(home)},
    )


@dataclass(frozen=True)
class _Coins:
    """Coins and their price when the period begins, and what the plan brings, see `Funding`."""

    units: float
    spot: float
    cash: Floats
    in_less_out: Floats
    sold: Floats
    proceeds: Floats


def _funding(prepared: Prepared, months: Sequence[date], coins: _Coins, instruments: Instruments) -> Funding:
    spec, opening = prepared.scenario.spec, prepared.scenario.spec.capital.opening
    assert opening is not None  # noqa: S101 - asked before
    owed = claims(instruments, months)
    share = spec.capital.share_price
    worth = coins.units * coins.spot
    implied = opening.shares * (opening.share_price or 0.0) / worth if worth else 0.0
    first = share.mnav or implied or 1.0
    by_beta = share.model == "beta"
    speed = share.speed if share.model == "mean_reverting" else 0.0
    mean = share.mean if share.model == "mean_reverting" else first
    ends = [quarter.end for quarter in prepared.reported]
    return Funding(
        claims=owed,
        programs=programs(instruments, owed),
        cash=opening.cash,
        reserve=opening.reserve,
        shares=opening.shares,
        units=coins.units,
        operating=_operating(prepared, months),
        planned_cash=coins.cash,
        planned_units=coins.in_less_out,
        planned_sold=coins.sold,
        planned_proceeds=coins.proceeds,
        mnav=np.full(len(months), np.nan) if by_beta else mnav_path(first, mean, speed, len(months)),
        beta=share.beta,
        share_price=opening.share_price or (first * worth / opening.shares if opening.shares else 0.0),
        spot=coins.spot,
        sells=spec.capital.sell_coins,
        sells_for_dividends=spec.capital.sell_coins_for_dividends,
        quarter_ends=tuple(number for number, day in enumerate(months) if day in ends),
    )


def _under_water(prepared: Prepared, funding: Funding) -> Iterator[Problem]:
    loans = [claim for claim in funding.claims if claim.kind == "loan"]
    for number, loan in enumerate(loans):
        ltv = loan.amount / (loan.collateral * funding.spot) if loan.collateral else 0.0
        if ltv > 1.0:
            yield prepared.scenario.problem(("capital", "loans", number, "collateral"), *at_most_one(ltv))
    pledged = sum(loan.collateral for loan in loans)
    if pledged > funding.units * (1.0 + 1e-12):
        expected = f"at most the {funding.units:,.8g} coins held when the period begins"
        yield prepared.scenario.problem(("capital", "loans"), expected, f"{pledged:,.8g} pledged")


def _operating(prepared: Prepared, months: Sequence[date]) -> Floats:
    """A third of the operating cash flow of its quarter in each month, (months,)."""
    stated, spec = prepared.scenario.spec.capital.operating_cash_flow, prepared.scenario.spec
    labels = [spec.calendar.quarter(day).label for day in months]
    return np.array([(in_quarter(stated, label) or 0.0) / labels.count(label) for label in labels])


def _first_close(daily: DailyPrices, start: date) -> float:
    """Close of the day before the period, or of its first day where prices begin with it."""
    day = max(start - timedelta(days=1), daily.first)
    return float(daily.close[daily.row(_days([day]))[0]])


def _monthly(daily: DailyPrices, months: Sequence[date], ends: Mapping[date, float]) -> tuple[Floats, Floats]:
    """Close of each month, and the lowest price of its days, each (1, months) [currency/coin].

    At a quarter end the close is the price at the cut-off, as in the books.
    """
    last = daily.row(_days(months))
    first = np.maximum(daily.row(_days([day.replace(day=1) for day in months])), 0)
    close = [ends.get(day, float(daily.close[row])) for day, row in zip(months, last, strict=True)]
    low = [min(daily.low[a : b + 1].min(), c) for a, b, c in zip(first, last, close, strict=True)]
    return np.array([close]), np.array([low])


def _days(days: Sequence[date]) -> Days:
    return np.array(days, dtype="datetime64[D]")


def _planned(activity: Activity, start: date, months: Sequence[date]) -> tuple[Floats, Floats, Floats, Floats]:
    """What the plan brings by month: cash, coins in less out, coins sold, and their proceeds, each (months,)."""
    ends, count = _days(months), len(months)

    def by_month(days: Days, amounts: Floats) -> Floats:
        inside = (days >= np.datetime64(start)) & (days <= ends[-1])
        return np.bincount(np.searchsorted(ends, days[inside]), weights=amounts[inside], minlength=count).astype(float)

    bought, sold = activity.bought, activity.sold
    lots, out = activity.lots, activity.disposals
    paid = np.array([lot.unit_cost if lot.kind == "purchase" else 0.0 for lot in lots])
    fee = np.array([lot.fee / lot.quantity if lot.kind == "purchase" else 0.0 for lot in lots])
    cost = bought.quantity * (paid[bought.row] * bought.price_factor + fee[bought.row])
    unit = np.array([gone.proceeds / gone.quantity for gone in out])
    selling = np.array([gone.fee / gone.quantity for gone in out])
    is_sale = np.array([gone.kind == "sale" for gone in out], dtype=float)
    net = sold.quantity * (unit[sold.row] * sold.price_factor - selling[sold.row])
    taxed = np.array([gone.kind != "loan" for gone in out], dtype=float)[sold.row]
    return (
        by_month(sold.day, net * is_sale[sold.row]) - by_month(bought.day, cost),
        by_month(bought.day, bought.quantity) - by_month(sold.day, sold.quantity),
        by_month(sold.day, sold.quantity * taxed),
        by_month(sold.day, net * taxed),
    )


def _relief_order(spec: ScenarioSpec, books: TaxBooks) -> ReliefOrder:
    """Lots in the order in which they are sold for tax: those held when the period begins, and those of the plan.

    Between sales and purchases of one period this is exact for first-in first-out; otherwise only the time at which tax
    is paid is an estimate, never the tax in the statements.
    """
    relief = spec.plan.tax_lot_relief or spec.plan.lot_relief
    key = LOT_RELIEF["fifo" if relief == "specific" else relief]
    mark = books.opening_mark
    held = books.ledger.held(mark) if mark >= 0 else np.zeros(books.ledger.quantity.size)
    quantity = np.where(books.ledger.acquired > mark, books.ledger.quantity, held)
    order = sorted(
        np.flatnonzero(quantity).tolist(),
        key=lambda part: key(int(books.ledger.acquired[part]), part, float(books.ledger.unit_cost[part])),
    )
    return ReliefOrder.of(quantity[order], books.ledger.unit_cost[order])


def _cash_tax(prepared: Prepared, books: TaxBooks) -> CashTax:
    """Tax on coins sold, given the gains of the quarters of the period so far; those before it are in the ledger."""
    ledger, timeline = books.ledger, books.timeline
    first = len(prepared.quarters) - len(prepared.reported)
    before = sum_by_quarter(ledger.release_net - ledger.release_cost, ledger.release_mark, timeline)[:first]

    def tax(gains: Floats) -> Floats:
        past = np.broadcast_to(before, (gains.shape[0], first))
        return cash_tax(prepared.scenario.spec, prepared.quarters, np.concatenate([past, gains], axis=1))

    return tax


def _events(
    spec: ScenarioSpec, months: Sequence[date], close: Floats, runway: Runway
) -> tuple[list[Lot], list[Disposal]]:
    """What the waterfall bought and sold on its one path, as lots and disposals at month ends."""
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
                source="bought with what was raised",
            )
            bought.append(lot)
        for quantity, proceeds, why in (
            (runway.called_sold, runway.called_proceeds, "sold to meet a margin call"),
            (runway.forced_sold, runway.forced_proceeds, "sold for what was due"),
        ):
            if quantity[0, number] > 0.0:
                gone = Disposal(
                    kind="sale",
                    row=len(spec.plan.sales) + len(sold),
                    date=day,
                    asset=asset,
                    quantity=float(quantity[0, number]),
                    proceeds=float(proceeds[0, number]),
                    wallet="",
                    source=why,
                )
                sold.append(gone)
    return bought, sold
