"""Rules that span the keys of `capital`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.domain.lookup import nearest

INSTRUMENTS = ("notes", "loans", "preferred", "issuance")
PER_QUARTER = ("preferred_dividends", "weighted_shares", "weighted_shares_diluted", "operating_cash_flow")
TYPED = ("preferred_dividends", "weighted_shares", "weighted_shares_diluted")


def _check_opening(draft: DraftCase) -> Iterator[Breach]:
    """Instruments need an opening balance, and stated figures exclude it."""
    capital = draft.spec.capital
    for table in INSTRUMENTS:
        if getattr(capital, table) and capital.opening is None:
            fix = "Add opening: {cash: 0, shares: 0} with the opening balances."
            yield Breach(("capital", table), "capital.opening as well", "none", fix)
    for key in TYPED if capital.opening is not None else ():
        if getattr(capital, key) is not None:
            expected = "a stated figure, or capital.opening to compute it from"
            yield Breach(("capital", key), expected, "both")
    if capital.opening is not None and capital.opening.strike is not None and not capital.opening.potential_shares:
        expected = "capital.opening.potential_shares, which the strike is for"
        yield Breach(("capital", "opening", "strike"), expected, "none", "Add `potential_shares`.")


def _check_shares(draft: DraftCase) -> Iterator[Breach]:
    capital = draft.spec.capital
    if capital.weighted_shares_diluted is not None and capital.weighted_shares is None:
        expected = "capital.weighted_shares as well: without it no per-share result is computed"
        yield Breach(("capital", "weighted_shares_diluted"), expected, "none", "Add `weighted_shares`.")


def _check_names(draft: DraftCase) -> Iterator[Breach]:
    seen = {"common"}
    for table in ("loans", "notes", "preferred"):
        for number, row in draft.rows("capital", table):
            if row.name in seen:
                yield Breach(("capital", table, number, "name"), "a unique name", f"{row.name} again")
            seen.add(row.name)


def _check_issuance(draft: DraftCase) -> Iterator[Breach]:
    series = [row.name for _, row in draft.rows("capital", "preferred")]
    opening = draft.spec.capital.opening
    for number, row in draft.rows("capital", "issuance"):
        if row.of not in {"common", *series}:
            expected = "`common` or a series of capital.preferred"
            path = ("capital", "issuance", number, "of")
            yield Breach(path, expected, row.of, partial(nearest, row.of, ["common", *series]))
        if row.of == "common" and (opening is None or not opening.shares):
            expected = "the common shares outstanding, since common stock is issued"
            yield Breach(("capital", "opening", "shares"), expected, "none")


def _check_maturities(draft: DraftCase) -> Iterator[Breach]:
    start = draft.spec.period.start
    for table in ("notes", "loans"):
        for number, row in draft.rows("capital", table):
            if row.maturity is not None and row.maturity < start:
                expected = f"a maturity on or after {start}, the start of the period"
                yield Breach(("capital", table, number, "maturity"), expected, str(row.maturity))


def _check_currencies(draft: DraftCase) -> Iterator[Breach]:
    home = draft.spec.holder.currency
    for table in ("notes", "loans", "preferred"):
        for number, row in draft.rows("capital", table):
            pair = f"{row.currency}{home}"
            if row.currency and row.currency != home and pair not in draft.spec.fx:
                fix = f"Add fx: {{{pair}: {{rate: ...}}}}."
                path = ("capital", table, number, "currency")
                yield Breach(path, f"{home}, or an exchange rate {pair}", row.currency, fix)


def _check_equity(draft: DraftCase) -> Iterator[Breach]:
    opening, chosen = draft.spec.capital.opening, draft.spec.accounting.frameworks
    if opening is None or opening.equity is None:
        return
    path = ("capital", "opening", "equity")
    if not isinstance(opening.equity, Mapping):
        if len(chosen) > 1:
            fix = f"Write equity: {{{chosen[0]}: ...}}."
            yield Breach(path, "equity by framework, since several are run", "", fix)
        return
    for name in opening.equity:
        if name not in chosen:
            yield Breach((*path, name), "one of accounting.frameworks", name, partial(nearest, name, chosen))


def _check_ltv(draft: DraftCase) -> Iterator[Breach]:
    """On the first day a loan may not exceed its collateral, if the scenario states the price."""
    stated = draft.spec.prices.get(draft.spec.capital.asset)
    spot = None if stated is None else stated.spot
    for number, loan in draft.rows("capital", "loans"):
        if spot is not None and loan.collateral > 0 and loan.principal > loan.collateral * spot:
            path = ("capital", "loans", number, "collateral")
            yield Breach(path, *at_most_one(loan.principal / (loan.collateral * spot)))


def at_most_one(ltv: float) -> tuple[str, str, str]:
    """Expected, found and fix for a loan that its collateral does not cover."""
    return (
        "collateral worth at least the loan when the period begins",
        f"a loan to value of {ltv:.0%}",
        "Pledge more coins, or lower the principal.",
    )


_CLAIMS = ("capital.loans[]", "capital.notes[]", "capital.preferred[]")

RULES = (
    CrossCheck(("capital.opening", *(f"capital.{key}" for key in (*INSTRUMENTS, *TYPED))), _check_opening),
    CrossCheck(("capital.weighted_shares", "capital.weighted_shares_diluted"), _check_shares),
    CrossCheck(_CLAIMS, _check_names),
    CrossCheck(("capital.issuance[]", "capital.preferred", "capital.opening"), _check_issuance),
    CrossCheck(("capital.notes[]", "capital.loans[]", "period"), _check_maturities),
    CrossCheck((*_CLAIMS, "holder.currency", "fx"), _check_currencies),
    CrossCheck(("capital.opening", "accounting.frameworks"), _check_equity),
    CrossCheck(("capital.loans[]", "capital.asset", "prices"), _check_ltv),
)
