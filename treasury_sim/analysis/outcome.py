"""One holder under one price path: what a sector compares, from the result of an ordinary run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from treasury_sim.case import Case
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.capital import CapitalResult, Trigger
from treasury_sim.domain.outcome import NEVER, HolderOutcome, packed
from treasury_sim.domain.plan import Payment, Purchase, Receipt, Sale
from treasury_sim.domain.result import Result
from treasury_sim.engine.funding.inputs import instruments_of
from treasury_sim.engine.prepare import events_of
from treasury_sim.treasury.events import acquired_lots

ONE_DAY = timedelta(days=1)
CASH, OPERATING = "capital.opening.cash", "capital.operating_cash_flow"
DOLLAR = "USD"
CONFIDENCE = ("high", "medium", "low")
DISTRESS = (
    *("cash_runs_out", "put_not_met", "covenant_breaks", "forced_sale", "margin_call", "dividend_missed"),
    *("value_below_debt", "carrying_below_debt", "equity_negative"),
)
"""Events of distress; of several on one day the first counts."""
_COINS = ("remeasurement_pl", "remeasurement_oci", "realised_pl", "loan_remeasurement")


def outcome_of(name: str, path: str, case: Case, result: Result) -> HolderOutcome:
    """Sum up a run.

    Parameters
    ----------
    name, path
        Name of the scenario, and of the price path that was laid over it.

    Returns
    -------
    HolderOutcome
        Money in the currency of the holder, signed by its effect on income; what is not known is ``None``.
    """
    spec, funded = case.spec, result.capital
    units = _units(case)
    restricted = [row for row in spec.plan.restrictions if row.date < spec.period.start and row.kind != "staked"]
    breach = _first_breach(funded)
    is_known = bool(units) and spec.capital.opening is not None and CASH not in spec.missing
    sales = _first_sales(result) if is_known and result.basis == "sample" else None
    as_of, confidence = _stated(case)
    sold, first_sale = _sold(funded) if funded is not None else (_mean_sold(result, sales), "")
    shown = breach if is_known else None
    coverage, lasts = _coverage(case) if is_known else (None, False)
    return HolderOutcome(
        scenario=name,
        holder=spec.holder.name,
        path=path,
        currency=spec.holder.currency,
        rate=_dollars(case),
        as_of="" if as_of is None else as_of.isoformat(),
        confidence=confidence,
        age=None if as_of is None else (spec.period.start - as_of).days,
        units=units,
        available=_available(case, units),
        pledged=sum(row.quantity for row in restricted) + sum(loan.collateral for loan in spec.capital.loans),
        receivable=sum(loan.quantity for loan in spec.plan.loans if loan.date < spec.period.start),
        cost=_cost(case),
        value=_value(result, units),
        result=_sum(result, _COINS) if units else None,
        net_income=_sum(result, ("net_income",)),
        equity=_last(result, "equity"),
        loan_to_value=_loan_to_value(result) if is_known else None,
        coverage=coverage,
        lasts=lasts,
        mnav=_mnav(case, result),
        to_sell=sold if is_known else None,
        first_sale=first_sale if is_known else "",
        breach="" if shown is None else shown.name,
        breach_day="" if shown is None or shown.when is None else shown.when.isoformat(),
        reason="" if shown is None else shown.sentence,
        break_prices=dict(_break_prices(case, funded)) if is_known else {},
        chance=None if sales is None else float((sales < NEVER).mean()),
        sales="" if sales is None else packed(sales),
        missing=tuple(spec.missing.items()),
        consolidated_in=spec.holder.consolidated_in or "",
    )


def _units(case: Case) -> dict[str, float]:
    """Coins owned on the day before the period, by asset, that of the funding first."""
    spec, start = case.spec, case.spec.period.start
    units: dict[str, float] = {}
    plan = spec.plan
    bought: tuple[Purchase | Receipt, ...] = (*plan.purchases, *plan.receipts)
    sold: tuple[Sale | Payment, ...] = (*plan.sales, *plan.payments)
    into = [(lot.asset, lot.quantity) for lot in case.lots if lot.enters < start]
    into += [(row.asset, row.quantity or 0.0) for row in bought if row.date < start and row.every is None]
    outof = [(row.asset, row.quantity or 0.0) for row in sold if row.date < start]
    outof += [(loan.asset, loan.quantity) for loan in plan.loans if loan.date < start]
    for asset, quantity in (*into, *((asset, -quantity) for asset, quantity in outof)):
        units[asset] = units.get(asset, 0.0) + quantity
    held = {asset: quantity for asset, quantity in units.items() if quantity > 0.0}
    return dict(sorted(held.items(), key=lambda pair: (pair[0] != spec.capital.asset, pair[0])))


def _available(case: Case, units: dict[str, float]) -> float:
    """Coins of the main asset owned when the period begins, and those that the plan brings in it."""
    if not units:
        return 0.0
    spec, (asset, owned) = case.spec, next(iter(units.items()))
    events = events_of(spec.plan, spec.period.start)
    later = acquired_lots(events, spec.period.end, lambda *_: 1.0)
    return owned + sum(lot.quantity for lot in later if lot.asset == asset and lot.enters >= spec.period.start)


def _cost(case: Case) -> float | None:
    """Cost of the coins owned when the period begins; ``None`` if a position has none, or coins have been sold."""
    spec, start = case.spec, case.spec.period.start
    owned = [row for row in spec.holder.position if row.held != "receivable"]
    is_unknown = any(row.unit_cost is None and row.total_cost is None for row in owned)
    sold: tuple[Sale | Payment, ...] = (*spec.plan.sales, *spec.plan.payments)
    is_reduced = any(row.date < start for row in sold)
    if is_unknown or is_reduced or not case.lots:
        return None
    lent = {name for loan in spec.plan.loans if loan.date < start for name in loan.lots or {}}
    lots = [lot for lot in case.lots if lot.enters < start and lot.id not in lent]
    return sum(lot.quantity * lot.unit_cost + lot.fee for lot in lots)


def _value(result: Result, units: dict[str, float]) -> float | None:
    """Fair value of the coins owned when the period begins."""
    statement = next(iter(result.statements.values()))
    first = len(result.timeline.quarters) - len(result.reported)
    total = 0.0
    for asset, quantity in units.items():
        held = statement.assets.get(asset)
        if held is None or first == 0 or len(held.prices) < first:
            funded = result.capital
            return None if funded is None else units[funded.asset] * funded.funding.spot
        total += quantity * held.prices[first - 1].price
    return total if units else None


def _stated(case: Case) -> tuple[date | None, str]:
    """The latest day on which coins were reported, and the lowest confidence in them."""
    rows, lots = case.spec.holder.position, case.spec.sources.get("holder.lots")
    days = [row.as_of for row in rows] + ([lots.as_of] if lots is not None and lots.as_of is not None else [])
    ranks = [CONFIDENCE.index(row.confidence) for row in rows if row.confidence]
    ranks += [CONFIDENCE.index(lots.confidence)] if lots is not None and lots.confidence else []
    return max(days, default=None), CONFIDENCE[max(ranks)] if ranks else ""


def _dollars(case: Case) -> float | None:
    """US dollars for one unit of the currency of the holder."""
    home = case.spec.holder.currency
    pair = case.spec.fx.get(f"{DOLLAR}{home}")
    return 1.0 if home == DOLLAR else None if pair is None else 1.0 / pair.rate


def _line(result: Result, name: str) -> Floats | None:
    """A line of the reported quarters under the first framework, (paths, quarters)."""
    line = next(iter(result.statements.values())).lines[name]
    return None if line is None else line[:, len(result.timeline.quarters) - len(result.reported) :]


def _sum(result: Result, names: tuple[str, ...]) -> float | None:
    lines = [line for name in names if (line := _line(result, name)) is not None]
    total = float(np.sum([line.sum(axis=1).mean() for line in lines])) if lines else np.nan
    return None if np.isnan(total) else total


def _last(result: Result, name: str) -> float | None:
    line = _line(result, name)
    mean = None if line is None else float(line[:, -1].mean())
    return None if mean is None or np.isnan(mean) else mean


def _loan_to_value(result: Result) -> float | None:
    funded = result.capital
    if funded is None:
        debt, value = _line(result, "debt"), _line(result, "fair_value")
        if debt is None or value is None:
            return None
        debts, values = debt.mean(axis=0), value.mean(axis=0)
    else:
        debts, values = funded.runway.debt[0], funded.runway.units[0] * funded.close[0]
    shares = np.divide(debts, values, out=np.zeros_like(debts), where=values > 0.0)
    return float(shares.max())


def _coverage(case: Case) -> tuple[float | None, bool]:
    """Months for which cash and reserve last at the outflow of the first month, and whether they last for good."""
    spec, opening = case.spec, case.spec.capital.opening
    assert opening is not None  # noqa: S101 - checked by the caller
    held = instruments_of(spec)
    stated = spec.capital.operating_cash_flow
    operating = stated if isinstance(stated, (int, float)) else next(iter(stated.values()), 0.0)
    outflow = (held.interest_a_year + held.dividends_a_year(spec.period.start)) / 12.0 - operating / 3.0
    if outflow <= 0.0:
        return None, OPERATING not in spec.missing
    return ((opening.cash + opening.reserve) / outflow, False)


def _mnav(case: Case, result: Result) -> float | None:
    """Only where the scenario states a share price or an mNAV: nothing is made up."""
    capital = case.spec.capital
    is_stated = capital.share_price.mnav is not None or (capital.opening is not None and capital.opening.share_price)
    if result.capital is None or not is_stated:
        return None
    last = list(result.capital.kpis.values())[-1]
    return next(each.value for each in last if each.name == "mnav_market_cap")


def _sold(funded: CapitalResult) -> tuple[float, str]:
    sold = funded.runway.forced_sold[0] + funded.runway.called_sold[0]
    first = np.flatnonzero(sold > 0.0)
    return float(sold.sum()), funded.months[first[0]].isoformat() if first.size else ""


def _first_sales(result: Result) -> Ints:
    """Quarter of the first sale on each path, (paths,): sales of the plan are not among those of a sector."""
    proceeds = _line(result, "net_proceeds")
    if proceeds is None:
        return np.full(result.paths, NEVER)
    sells = np.broadcast_to(proceeds > 0.0, (result.paths, proceeds.shape[1]))
    return np.where(sells.any(axis=1), sells.argmax(axis=1), NEVER)


def _mean_sold(result: Result, sales: Ints | None) -> float:
    units = _line(result, "units")
    if sales is None or units is None:
        return 0.0
    steps = np.diff(units, axis=1)
    return float(np.maximum(-steps, 0.0).sum(axis=1).mean())


def _first_breach(funded: CapitalResult | None) -> Trigger | None:
    happens = [each for each in funded.triggers if each.when is not None and each.name in DISTRESS] if funded else []
    return min(happens, key=lambda each: (str(each.when), DISTRESS.index(each.name)), default=None)


def _break_prices(case: Case, funded: CapitalResult | None) -> Iterator[tuple[str, float]]:
    prices = {each.name: each.price for each in funded.break_evens} if funded is not None else {}
    net_debt, with_preferred = prices.get("net_debt"), prices.get("net_debt_and_preferred")
    if net_debt is not None:
        yield "net_debt", net_debt
    if with_preferred is not None and with_preferred != net_debt:
        yield "net_debt_and_preferred", with_preferred
    calls = [
        loan.principal / (loan.max_ltv * loan.collateral)
        for loan in case.spec.capital.loans
        if loan.max_ltv is not None and loan.collateral
    ]
    if calls:
        yield "lender_calls", max(calls)
