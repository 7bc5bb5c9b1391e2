"""Rules that span the keys of `capital`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from treasury_sim.case.fields import is_number
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import day_at, frameworks, usable
from treasury_sim.scenario.source.tree import Tree

INSTRUMENTS = ("notes", "loans", "preferred", "issuance")
PER_QUARTER = ("preferred_dividends", "weighted_shares", "weighted_shares_diluted", "operating_cash_flow")
TYPED = ("preferred_dividends", "weighted_shares", "weighted_shares_diluted")


def check_capital(tree: Tree) -> Iterator[Problem]:
    """Yield every breach."""
    has_opening = isinstance(tree.get("capital", "opening"), dict)
    for table in INSTRUMENTS:
        if tree.rows("capital", table) and not has_opening:
            fix = "Add opening: {cash: 0, shares: 0} with the opening balances."
            yield tree.problem(("capital", table), "capital.opening as well", "none", fix)
    for key in TYPED if has_opening else ():
        if tree.get("capital", key) is not None:
            expected = "a stated figure, or capital.opening to compute it from"
            yield tree.problem(("capital", key), expected, "both")
    if tree.get("capital", "opening", "strike") is not None and not tree.get("capital", "opening", "potential_shares"):
        expected = "capital.opening.potential_shares, which the strike is for"
        yield tree.problem(("capital", "opening", "strike"), expected, "none", "Add `potential_shares`.")
    yield from _check_names(tree)
    yield from _check_dates(tree)
    yield from _check_currencies(tree)
    yield from _check_equity(tree)
    yield from _check_ltv(tree)


def _check_names(tree: Tree) -> Iterator[Problem]:
    seen: set[str] = {"common"}
    for table in ("loans", "notes", "preferred"):
        for number, row in tree.rows("capital", table):
            name = row.get("name")
            if isinstance(name, str) and name in seen:
                yield tree.problem(("capital", table, number, "name"), "a unique name", f"{name} again")
            seen.add(str(name))
    series = [str(row.get("name")) for _, row in tree.rows("capital", "preferred")]
    for number, row in tree.rows("capital", "issuance"):
        of = row.get("of")
        if isinstance(of, str) and of not in {"common", *series}:
            expected = "`common` or a series of capital.preferred"
            path: KeyPath = ("capital", "issuance", number, "of")
            yield tree.problem(path, expected, of, nearest(of, ["common", *series]))
        if of == "common" and tree.get("capital", "opening", "shares") in (None, 0):
            path = ("capital", "opening", "shares")
            yield tree.problem(path, "the common shares outstanding, since common stock is issued", "none")


def _check_dates(tree: Tree) -> Iterator[Problem]:
    start = day_at(tree, "period", "start")
    for table in ("notes", "loans"):
        for number, row in tree.rows("capital", table):
            day = usable(row.get("maturity"))
            if start is not None and day is not None and day < start:
                expected = f"a maturity on or after {start}, the start of the period"
                yield tree.problem(("capital", table, number, "maturity"), expected, str(day))


def _check_currencies(tree: Tree) -> Iterator[Problem]:
    home = tree.get("holder", "currency") or "USD"
    for table in ("notes", "loans", "preferred"):
        for number, row in tree.rows("capital", table):
            currency = row.get("currency")
            if isinstance(currency, str) and currency != home and tree.get("fx", f"{currency}{home}", "rate") is None:
                fix = f"Add fx: {{{currency}{home}: {{rate: ...}}}}."
                path: KeyPath = ("capital", table, number, "currency")
                yield tree.problem(path, f"{home}, or an exchange rate {currency}{home}", currency, fix)


def _check_equity(tree: Tree) -> Iterator[Problem]:
    equity, chosen = tree.get("capital", "opening", "equity"), frameworks(tree)
    path: KeyPath = ("capital", "opening", "equity")
    if is_number(equity) and len(chosen) > 1:
        fix = f"Write equity: {{{chosen[0]}: ...}}."
        yield tree.problem(path, "equity by framework, since several are run", str(equity), fix)
    for name, _ in tree.items(*path):
        if name not in chosen:
            fix = nearest(str(name), [str(key) for key in chosen])
            yield tree.problem((*path, name), "one of accounting.frameworks", str(name), fix)


def _check_ltv(tree: Tree) -> Iterator[Problem]:
    """On the first day a loan may not exceed its collateral, if the scenario states the price."""
    spot = tree.get("prices", str(tree.get("capital", "asset") or "BTC"), "spot")
    for number, row in tree.rows("capital", "loans"):
        principal: Any = row.get("principal")
        coins: Any = row.get("collateral")
        known = all(is_number(value) and float(value) > 0 for value in (spot, principal, coins))
        if known and float(principal) > float(coins) * float(spot):
            path: KeyPath = ("capital", "loans", number, "collateral")
            yield tree.problem(path, *at_most_one(float(principal) / (float(coins) * float(spot))))


def at_most_one(ltv: float) -> tuple[str, str, str]:
    """Expected, found and fix for a loan that its collateral does not cover."""
    return (
        "collateral worth at least the loan when the period begins",
        f"a loan to value of {ltv:.0%}",
        "Pledge more coins, or lower the principal.",
    )
