"""Triggers on the first path of a run: whether, when and why each occurs, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from treasury_sim.domain.arrays import Bools
from treasury_sim.domain.capital import Trigger
from treasury_sim.domain.limit import Limit, evaluate
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Funded, Prepared

EQUITY = Limit("equity", "below", 0.0)
CARRYING_BELOW_DEBT = Limit("carrying", "below", "debt")
VALUE_BELOW_DEBT = Limit("fair_value", "below", "debt")


def triggers(prepared: Prepared, by_framework: Mapping[str, QuarterlyStatements]) -> Iterator[Trigger]:
    """Every trigger, whether it occurs or not."""
    funded = prepared.funded
    assert funded is not None  # noqa: S101 - checked by the caller
    currency = prepared.case.spec.holder.currency
    yield from _cash(funded, currency)
    yield from _calls(funded)
    yield from _dividends(funded)
    first = next(iter(by_framework.values()))
    yield _limit(VALUE_BELOW_DEBT, "value_below_debt", "", first, "The value of the coins falls below the debt")
    for key, statement in by_framework.items():
        yield _limit(CARRYING_BELOW_DEBT, "carrying_below_debt", key, statement, "Coins are carried below the debt")
        if statement.lines["equity"] is None:
            sentence = f"Equity under {key} needs an opening balance sheet: state capital.opening.equity."
            yield Trigger("equity_negative", key, None, sentence)
        else:
            yield _limit(EQUITY, "equity_negative", key, statement, "Equity turns negative")


def _cash(funded: Funded, currency: str) -> Iterator[Trigger]:
    runway, months = funded.runway, funded.months
    at = _first(runway.unpaid[0] > 0.0)
    if at is None:
        money = (runway.cash + runway.reserve)[0]
        least = int(money.argmin())
        sentence = f"Cash does not run out: the lowest balance is {money[least]:,.0f} {currency}, at {months[least]}."
        if (runway.forced_sold[0] > 0.0).any():
            sentence = "Cash does not run out, because coins are sold to pay what is due."
        yield Trigger("cash_runs_out", "", None, sentence)
    else:
        principal, missing = float(runway.repaid[0, at]), float(runway.unpaid[0, at])
        why = f"{principal:,.0f} of principal falls due" if principal else "payments due exceed the cash available"
        sentence = f"Cash runs out in {months[at]:%B %Y}: {why}, and {missing:,.0f} {currency} cannot be paid."
        yield Trigger("cash_runs_out", "", months[at], sentence)
    yield _put(funded)
    sold = _first(runway.forced_sold[0] > 0.0)
    if sold is None:
        yield Trigger("forced_sale", "", None, "No forced sales of coins.")
    else:
        total, brought = runway.forced_sold[0].sum(), runway.forced_proceeds[0].sum()
        sentence = f"Forced sales of coins begin in {months[sold]:%B %Y}, when cash and reserve are used up: "
        sentence += f"{total:,.6g} coins in total, for {brought:,.0f} {currency}."
        yield Trigger("forced_sale", "", months[sold], sentence)


def _put(funded: Funded) -> Trigger:
    runway, months, claims = funded.runway, funded.months, funded.funding.claims
    not_met = [
        (claim.put, claim.name)
        for number, claim in enumerate(claims)
        if claim.put < len(months) and runway.settled[number, 0] == claim.put and runway.unpaid[0, claim.put] > 0.0
    ]
    if not_met:
        month, name = min(not_met)
        missing = float(runway.unpaid[0, month])
        sentence = f"The put of {name} cannot be met in {months[month]:%B %Y}: {missing:,.0f} is missing."
        return Trigger("put_not_met", "", months[month], sentence)
    names = [claim.name for claim in claims if claim.put < len(months)]
    words = (
        f"Every put in the run is met or not exercised: {', '.join(names)}."
        if names
        else "No put date falls in the run."
    )
    return Trigger("put_not_met", "", None, words)


def _calls(funded: Funded) -> Iterator[Trigger]:
    runway, months = funded.runway, funded.months
    called = _first((runway.posted[0] > 0.0) | (runway.called_sold[0] > 0.0) | runway.under_called[0])
    if called is None:
        yield Trigger("margin_call", "", None, "No margin calls.")
        return
    posted, sold = float(runway.posted[0, called]), float(runway.called_sold[0, called])
    met = [f"{posted:,.6g} coins are pledged"] * (posted > 0.0) + [f"{sold:,.6g} coins are sold"] * (sold > 0.0)
    sentence = f"Margin call in {months[called]:%B %Y}, at a low of {funded.low[0, called]:,.0f}: "
    yield Trigger("margin_call", "", months[called], f"{sentence}{' and '.join(met) or 'nothing is left to meet it'}.")
    broken = _first(runway.under_called[0])
    words = "Every margin call is met."
    if broken is not None:
        words = f"Covenant breached in {months[broken]:%B %Y}: pledging all coins does not restore the loan to value."
    yield Trigger("covenant_breaks", "", None if broken is None else months[broken], words)


def _dividends(funded: Funded) -> Iterator[Trigger]:
    runway, months = funded.runway, funded.months
    missed = _first(runway.arrears[0] > 0.0)
    if missed is None:
        yield Trigger("dividend_missed", "", None, "Every cumulative dividend is paid.")
        return
    owed = float(runway.arrears[0, missed])
    sentence = f"A cumulative dividend is not paid in {months[missed]:%B %Y}: {owed:,.0f} remains in arrears."
    yield Trigger("dividend_missed", "", months[missed], sentence)


def _limit(limit: Limit, name: str, key: str, statement: QuarterlyStatements, words: str) -> Trigger:
    check = evaluate(limit, statement.lines)
    under = f" under {key}" if key else ""
    at = None if check is None else _first(check.fails[0])
    if at is None or check is None:
        return Trigger(name, key, None, f"{words}{under} at no quarter end of the run.")
    quarter = statement.quarters[at]
    figure, bound = float(check.figure[0, at]), float(check.bound[0, at])
    sentence = f"{words}{under} in {quarter.label}: {figure:,.0f}, against {bound:,.0f}."
    return Trigger(name, key, quarter.end, sentence)


def _first(happens: Bools) -> int | None:
    """Index of the first true value; ``None`` if all are false."""
    return int(np.argmax(happens)) if happens.any() else None
