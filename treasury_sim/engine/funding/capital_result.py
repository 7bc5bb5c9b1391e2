"""The capital part of a result: instruments, triggers, break-even prices and key figures, with their descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.capital.break_even import BooksByPrice, allowance_appears, equity_is_nothing
from treasury_sim.capital.kpis import Position, kpis
from treasury_sim.capital.schedule import Instruments, rate_on
from treasury_sim.capital.share_price import ASSUMPTION
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.capital import BreakEven, CapitalResult, Instrument, Kpi
from treasury_sim.domain.claims import Funding
from treasury_sim.domain.statements import Measurement, QuarterlyStatements
from treasury_sim.engine.funding.inputs import first_mnav
from treasury_sim.engine.funding.triggers import triggers
from treasury_sim.engine.one_pass import Pass, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.tax_lines import enacted_rates, support_at_end


def capital_result(
    prepared: Prepared, measured: Pass, by_framework: Mapping[str, QuarterlyStatements]
) -> CapitalResult | None:
    """Assemble the capital part of a result; ``None`` if the scenario has no waterfall."""
    funded, spec = prepared.funded, prepared.case.spec
    if funded is None:
        return None
    start = spec.period.start
    return CapitalResult(
        asset=spec.capital.asset,
        months=funded.months,
        funding=funded.funding,
        runway=funded.runway,
        close=funded.close,
        instruments=tuple(_instruments(funded.instruments, start)),
        assumptions=assumptions(spec, funded.funding),
        interest_a_year=funded.instruments.interest_a_year,
        dividends_a_year=funded.instruments.dividends_a_year(start),
        triggers=tuple(triggers(prepared, by_framework)),
        break_evens=(*_market(prepared), *_books(prepared, measured, by_framework)),
        kpis=_kpis(prepared),
    )


_ASSUMPTIONS = (
    "Events of a month fall on its last day, in this order: margin calls, payments due, issuance, the reserve, sales.",
    "Notes in the money at maturity are settled in shares; others are repaid at the put date or at maturity.",
    "Operating cash flow is after taxes on other income; tax on coins sold is paid in the month after its quarter.",
)


def assumptions(spec: ScenarioSpec, funding: Funding) -> tuple[str, ...]:
    """The assumptions to state beside every figure of a waterfall."""
    return (_share_price(spec, funding), *_ASSUMPTIONS)


def _share_price(spec: ScenarioSpec, funding: Funding) -> str:
    stated = spec.capital.share_price
    if not funding.shares:
        return "No common shares are stated, so no figure depends on a share price."
    units = {"mnav": 0.0, "mean": stated.mean, "beta": stated.beta, "price": funding.share_price}
    if stated.model != "beta":
        units["mnav"] = first_mnav(spec.capital, funding.units * funding.spot)
    return ASSUMPTION[stated.model].format(**units, closed=1.0 - np.exp(-stated.speed))


# --------------------------------------------------------------------------------- instruments


def _instruments(held: Instruments, day: date) -> Iterator[Instrument]:
    for loan in held.loans:
        amount = held.in_home(loan.currency, loan.principal)
        terms = f"{loan.rate:.3%} a year"
        terms += f", matures {loan.maturity}" if loan.maturity else ""
        if loan.collateral:
            terms += f", {loan.collateral:,.8g} coins pledged"
        if loan.max_ltv is not None and loan.restored_ltv is not None:
            terms += f", called at {loan.max_ltv:.0%} loan to value, restored to {loan.restored_ltv:.0%}"
        yield Instrument(loan.name, "loan", amount, amount * loan.rate, terms, loan.source)
    for note in held.notes:
        amount = held.in_home(note.currency, note.principal)
        put = f", put date {note.put_date}" if note.put_date else ""
        terms = f"{note.coupon:.3%} coupon{put}, matures {note.maturity}, converts at {note.conversion_price:,.2f}"
        yield Instrument(note.name, "note", amount, amount * note.coupon, terms, note.source)
    for series in held.preferred:
        amount, rate = held.in_home(series.currency, series.notional), rate_on(series, day)
        kind = "cumulative" if series.cumulative else "not cumulative"
        variable = ", variable" if series.rates else ""
        terms = f"{rate:.2%} a year{variable}, {kind}, paid every {series.pays.replace('_', ' ')}"
        terms += f", {series.currency} {series.notional:,.0f}" if series.currency else ""
        yield Instrument(series.name, "preferred", amount, amount * rate, terms, series.source)
    for program in held.issuance:
        rule = (
            "always" if program.above_mnav is None else f"above {program.above_mnav:.3g} times the value of the coins"
        )
        terms = f"at the market each month, {rule}; {program.to_bitcoin:.0%} of the proceeds buy coins"
        yield Instrument(program.of, "issuance", program.per_month, 0.0, terms, program.source)


# --------------------------------------------------------------------------------- break-even prices


def _market(prepared: Prepared) -> Iterator[BreakEven]:
    """Break-even prices that need no accounting framework, with the balances on the day before the period."""
    funded = prepared.funded
    assert funded is not None  # noqa: S101 - checked by the caller
    held, funding = funded.instruments, funded.funding
    day = prepared.case.spec.period.start - timedelta(days=1)
    debt, cash = held.loan_principal + held.note_principal, funding.cash + funding.reserve
    coins = funding.units
    rows = (
        ("net_debt", debt - cash, "(Debt - cash with the reserve) / coins: net debt equals the value of the coins."),
        (
            "net_debt_and_preferred",
            debt + held.preference - cash,
            "(Debt + liquidation preference - cash with the reserve) / coins.",
        ),
        (
            "notes_less_reserve",
            held.note_principal - funding.reserve,
            "(Principal of convertible notes - reserve) / coins, as published.",
        ),
    )
    for name, amount, words in rows:
        if amount > 0.0:
            yield BreakEven(name, "", day, amount / coins if coins else None, words)


def _books(prepared: Prepared, measured: Pass, by_framework: Mapping[str, QuarterlyStatements]) -> Iterator[BreakEven]:
    """Break-even prices of the balance sheet at the end of the last quarter."""
    spec = prepared.case.spec
    day = prepared.reported[-1].end
    for key in by_framework:
        books = books_at_end(prepared, measured, key, by_framework[key])
        price = allowance_appears(books)
        words = "Below this price the deferred tax asset is not fully supported, so an allowance is needed."
        if not spec.tax.is_computed or spec.tax.support is None:
            words = "Support for the deferred tax asset is not tested: state tax.support."
            price = None
        elif price is None:
            words = "No such price: the deferred tax asset no longer depends on the price."
        yield BreakEven("allowance_appears", key, day, price, words)
        equity = by_framework[key].lines["equity"]
        if equity is None or np.isnan(equity[0, -1]):
            words = "Needs an opening balance sheet: state capital.opening.equity, and a tax rate."
            yield BreakEven("equity_zero", key, day, None, words)
            continue
        zero = equity_is_nothing(books)
        words = "Book equity is zero, deferred tax and its allowance included."
        if zero is None:
            words = "No such price: the other assets and liabilities decide the sign of book equity."
        yield BreakEven("equity_zero", key, day, zero, words)


def books_at_end(prepared: Prepared, measured: Pass, key: str, statement: QuarterlyStatements) -> BooksByPrice:
    """Book values of the coins under one framework at the end of the run, as a function of the price."""
    spec = prepared.case.spec
    asset = spec.capital.asset
    measurement = measured.measurements[key, asset]
    rule = FRAMEWORKS[applied_to(spec, key, asset)].rule
    ledger, mark = measured.assets[asset].books, int(measured.timeline.quarter_marks[-1])
    units = ledger.units_by_lot(mark)
    held = units > 0.0
    last = {name: 0.0 if line is None else float(line[0, -1]) for name, line in statement.lines.items()}
    support, losses = np.inf, 0.0
    if spec.tax.is_computed:
        of_assets = [asset_statement.lines for asset_statement in statement.assets.values()]
        support, losses = support_at_end(spec, statement.quarters, key, of_assets)
    books = BooksByPrice(
        units=units[held],
        ceiling=_ceiling(rule.ceiling_at_cost, rule.price, measurement, ledger.cost_by_lot(mark), units)[held],
        kept=1.0 - spec.accounting.disposal_costs * rule.less_disposal_costs,
        tax_basis=sum(
            float(asset_statement.lines["deferred_tax_basis"][0, -1]) for asset_statement in statement.assets.values()
        ),
        rate=float(enacted_rates(spec.tax, prepared.quarters, key)[-1]) if spec.tax.is_computed else 0.0,
        support=support,
        losses=losses,
        appreciation_supports=spec.tax.appreciation_supports,
        other_equity=0.0,
    )
    price = float(measured.assets[asset].marks.quarter_end[0, -1])
    # Other assets and coins lent keep their carrying amounts.
    elsewhere = last["carrying"] + last["loan_receivable"] - books.carrying(price)
    books = replace(books, tax_basis=books.tax_basis - elsewhere)
    return replace(books, other_equity=last["equity"] - books.equity(price))


def _ceiling(at_cost: bool, price: str, measurement: Measurement, cost: Floats, units: Floats) -> Floats:
    """Highest carrying amount of a coin of each lot, (lots,) [currency/coin]."""
    if not at_cost:
        return np.full(units.size, np.inf)
    amount = cost if price == "reporting_date" or measurement.lot_carrying is None else measurement.lot_carrying[:, -1]
    return np.divide(amount, units, out=np.zeros_like(units), where=units > 0.0)


# --------------------------------------------------------------------------------- key figures


def _kpis(prepared: Prepared) -> dict[date, tuple[Kpi, ...]]:
    """Key figures at the start of the period and at every quarter end, for the first path."""
    funded, spec = prepared.funded, prepared.case.spec
    assert funded is not None  # noqa: S101 - checked by the caller
    assert spec.capital.opening is not None  # noqa: S101
    held, funding, runway = funded.instruments, funded.funding, funded.runway
    awards = spec.capital.opening.potential_shares
    day = spec.period.start - timedelta(days=1)
    start = Position(
        units=funding.units,
        price=funding.spot,
        shares=funding.shares,
        share_price=funding.share_price if funding.shares else None,
        potential_shares=held.note_shares + held.preferred_shares + awards,
        debt=held.loan_principal + held.note_principal,
        preferred=held.preference,
        cash=funding.cash + funding.reserve,
        reserve=funding.reserve,
        dividends=held.dividends_a_year(spec.period.start),
        interest=held.interest_a_year,
    )
    by_day = {day: kpis(start)}
    for month in funding.quarter_ends:
        when = funded.months[month]
        standing = [(claim, month < int(runway.settled[number, 0])) for number, claim in enumerate(funding.claims)]
        note_shares = sum(
            claim.amount / claim.conversion_price for claim, stands in standing if claim.kind == "note" and stands
        )
        interest = sum(
            claim.amount * claim.accrues[month] * 12
            for claim, stands in standing
            if claim.kind != "preferred" and stands
        )
        at_start = held.notional or 1.0
        issued = float(runway.preferred[0, month]) / at_start
        by_day[when] = kpis(
            Position(
                units=float(runway.units[0, month]),
                price=float(funded.close[0, month]),
                shares=float(runway.shares[0, month]),
                share_price=float(runway.share_price[0, month]) if funding.shares else None,
                potential_shares=note_shares + held.preferred_shares + awards,
                debt=float(runway.debt[0, month]),
                preferred=held.preference * issued,
                cash=float(runway.cash[0, month] + runway.reserve[0, month]),
                reserve=float(runway.reserve[0, month]),
                dividends=held.dividends_a_year(when) * issued,
                interest=interest,
                opening_units=start.units,
                opening_diluted=start.diluted,
            )
        )
    return by_day
