"""The inputs of the waterfall, from the scenario, its ledgers and its plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.capital.schedule import Instruments, claims, covered_by, programs
from treasury_sim.capital.share_price import mnav_path
from treasury_sim.case.checks.capital import at_most_one
from treasury_sim.case.fields import in_quarter
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.sections.capital import Capital
from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.domain.claims import CashTax, Funding, ReliefOrder
from treasury_sim.domain.ledger import sum_by_quarter
from treasury_sim.engine.one_pass import TaxBooks
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.tax_lines import cash_tax
from treasury_sim.errors import Problem
from treasury_sim.treasury.ledgers import Activity
from treasury_sim.treasury.lot_relief import LOT_RELIEF, unnamed


def instruments_of(spec: ScenarioSpec) -> Instruments:
    """The instruments of a scenario."""
    capital, home = spec.capital, spec.holder.currency
    return Instruments(
        loans=capital.loans,
        notes=capital.notes,
        preferred=capital.preferred,
        issuance=capital.issuance,
        fx={pair.removesuffix(home): stated.rate for pair, stated in spec.fx.items() if pair.endswith(home)},
    )


@dataclass(frozen=True)
class Coins:
    """Coins and their price when the period begins, and the monthly flows of the plan, see `Funding`."""

    units: float
    spot: float
    cash: Floats
    in_less_out: Floats
    sold: Floats
    proceeds: Floats


def funding_of(prepared: Prepared, months: Sequence[date], coins: Coins, instruments: Instruments) -> Funding:
    """Every input of the waterfall except prices; requires `capital.opening`."""
    spec, opening = prepared.case.spec, prepared.case.spec.capital.opening
    assert opening is not None  # noqa: S101 - checked by the caller
    owed = claims(instruments, months)
    share = spec.capital.share_price
    worth = coins.units * coins.spot
    first = first_mnav(spec.capital, worth)
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
        restricted=_restricted(spec, months),
        part_month=len(months) - 1 if covered_by(months[-1]) < 1.0 else -1,
    )


def _restricted(spec: ScenarioSpec, months: Sequence[date]) -> Floats:
    """Coins that a restriction ties up at each month end, (months,); staked coins can be unstaked and sold."""
    rows = [row for row in spec.plan.restrictions if row.asset == spec.capital.asset and row.kind != "staked"]
    tied_up = [sum(row.quantity for row in rows if row.date <= day <= (row.until or day)) for day in months]
    return np.array(tied_up, dtype=float)


def first_mnav(capital: Capital, worth: float) -> float:
    """Market capitalisation over the `worth` of the coins at the start: stated, else from the share price, else 1."""
    opening = capital.opening
    implied = opening.shares * (opening.share_price or 0.0) / worth if opening is not None and worth else 0.0
    return capital.share_price.mnav or implied or 1.0


def under_water(prepared: Prepared, funding: Funding) -> Iterator[Problem]:
    """Loans not covered by their collateral when the period begins, and pledges beyond the coins held."""
    loans = [claim for claim in funding.claims if claim.kind == "loan"]
    for number, loan in enumerate(loans):
        ltv = loan.amount / (loan.collateral * funding.spot) if loan.collateral else 0.0
        if ltv > 1.0:
            yield prepared.case.problem(("capital", "loans", number, "collateral"), *at_most_one(ltv))
    pledged = sum(loan.collateral for loan in loans)
    if pledged > funding.units * (1.0 + 1e-12):
        expected = f"at most the {funding.units:,.8g} coins held when the period begins"
        yield prepared.case.problem(("capital", "loans"), expected, f"{pledged:,.8g} pledged")


def _operating(prepared: Prepared, months: Sequence[date]) -> Floats:
    """Operating cash flow of each month, its share of the quarter, (months,) [currency]."""
    stated, spec = prepared.case.spec.capital.operating_cash_flow, prepared.case.spec
    labels = [spec.calendar.quarter(day).label for day in months]
    # Cash comes in on the last day of a month, so none in a month that is cut short.
    whole = np.array([covered_by(day) == 1.0 for day in months])
    received: Floats = np.array([(in_quarter(stated, label) or 0.0) / MONTHS_OF_A_QUARTER for label in labels]) * whole
    return received


MONTHS_OF_A_QUARTER = 3


def planned(activity: Activity, start: date, months: Sequence[date]) -> tuple[Floats, Floats, Floats, Floats]:
    """Flows of the plan by month: cash, coins in less out, coins sold, and their proceeds, each (months,)."""
    ends, count = np.array(months, dtype="datetime64[D]"), len(months)

    def by_month(days: Days, amounts: Floats) -> Floats:
        inside = (days >= np.datetime64(start)) & (days <= ends[-1])
        return np.bincount(np.searchsorted(ends, days[inside]), weights=amounts[inside], minlength=count).astype(float)

    bought, sold = activity.bought, activity.sold
    lots, out = activity.lots, activity.disposals
    paid = np.array([lot.unit_cost if lot.kind == "purchase" else 0.0 for lot in lots])
    fee = np.array([lot.fee / lot.quantity if lot.kind == "purchase" else 0.0 for lot in lots])
    cost = bought.quantity * (paid[bought.row] * bought.price_factor + fee[bought.row])
    unit = np.array([disposal.proceeds / disposal.quantity for disposal in out])
    selling = np.array([disposal.fee / disposal.quantity for disposal in out])
    is_sale = np.array([disposal.kind == "sale" for disposal in out], dtype=float)
    net = sold.quantity * (unit[sold.row] * sold.price_factor - selling[sold.row])
    taxed = np.array([disposal.kind != "loan" for disposal in out], dtype=float)[sold.row]
    return (
        by_month(sold.day, net * is_sale[sold.row]) - by_month(bought.day, cost),
        by_month(bought.day, bought.quantity) - by_month(sold.day, sold.quantity),
        by_month(sold.day, sold.quantity * taxed),
        by_month(sold.day, net * taxed),
    )


def relief_order(spec: ScenarioSpec, books: TaxBooks) -> ReliefOrder:
    """The lots held at the start and those of the plan, in the order in which they are sold for tax.

    For sales and purchases of the same period this is exact for first-in first-out. For other methods it only estimates
    when tax is paid; the tax in the statements is always exact.
    """
    relief = unnamed(spec.plan.tax_lot_relief or spec.plan.lot_relief)
    key = LOT_RELIEF[relief]
    mark = books.opening_mark
    held = books.ledger.free(mark) if mark >= 0 else np.zeros(books.ledger.quantity.size)
    quantity = np.where(books.ledger.acquired > mark, books.ledger.quantity, held)
    order = sorted(
        np.flatnonzero(quantity).tolist(),
        key=lambda part: key(int(books.ledger.acquired[part]), part, float(books.ledger.unit_cost[part])),
    )
    quantity, unit_cost = quantity[order], books.ledger.unit_cost[order]
    if relief == "average" and quantity.size:
        unit_cost = np.full(quantity.size, quantity @ unit_cost / quantity.sum())
    return ReliefOrder.of(quantity, unit_cost)


def cash_tax_of(prepared: Prepared, books: TaxBooks) -> CashTax:
    """Cash tax on coins sold, as a function of the gains of the period so far; earlier gains come from the ledger."""
    ledger, timeline = books.ledger, books.timeline
    first = len(prepared.quarters) - len(prepared.reported)
    before = sum_by_quarter(ledger.release_net - ledger.release_cost, ledger.release_mark, timeline)[:first]

    def tax(gains: Floats) -> Floats:
        past = np.broadcast_to(before, (gains.shape[0], first))
        return cash_tax(prepared.case.spec, prepared.quarters, np.concatenate([past, gains], axis=1))

    return tax
