"""The journal of a quarter: entries in whole cents that balance exactly, and account balances that tie.

Entries are one for each kind of event and asset, dated the quarter end (the adoption of a standard: the first day),
with the lots behind them. Cash shows only the movements of these entries: the funding of purchases is not modelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.accounts import ACCOUNTS
from treasury_sim.report.close.asset_books import GROSS, AssetQuarter
from treasury_sim.report.close.asset_entries import Draft, asset_drafts
from treasury_sim.report.close.checks import MONEY_TIES, Check, money_tie
from treasury_sim.report.close.close import Close, once
from treasury_sim.report.close.holder_entries import HolderQuarter, holder_drafts, swap_drafts
from treasury_sim.report.close.postings import Entry, cents

Journal = tuple[Entry, ...]
Account = tuple[str, str]
"""Key of the account, and the asset; empty for an account of the holder."""

CENTS_OF_ROUNDING = 0.05
"""How far the activity of an income account may be from its line: entries are rounded, one cent each."""

_ORDER = (
    ("opening", "adoption", "adoption_tax"),
    ("purchase", "receipt", "return", "sale", "payment", "swap", "loan"),
    ("remeasurement", "revaluation", "surplus_release", "loan_remeasurement"),
    (
        "other_operating_income",
        "interest",
        "current_tax",
        "deferred_tax",
        "deferred_tax_other",
        "preferred_dividends",
    ),
)
_PLACE = {kind: number for number, kind in enumerate(kind for group in _ORDER for kind in group)}


@once
def journal(close: Close) -> Journal:
    """The entries of the quarter.

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    """
    assets = [AssetQuarter(close, asset) for asset in close.result.holdings]
    drafts: list[Draft] = [draft for books in assets for draft in asset_drafts(books)]
    drafts += swap_drafts(assets)
    drafts += holder_drafts(HolderQuarter(close))
    drafts.sort(key=lambda draft: (draft.day, _PLACE[draft.kind]))
    return tuple(
        Entry(
            number=f"{close.label}-{number:02}",
            day=draft.day,
            kind=draft.kind,
            asset=draft.asset,
            rule=draft.rule.key,
            narration=draft.narration,
            citation=draft.citation,
            # Debits first, as journals are read.
            postings=tuple(sorted(draft.postings, key=lambda posting: posting.cents < 0)),
            details=draft.details,
        )
        for number, draft in enumerate(drafts, start=1)
    )


def journals(close: Close) -> dict[str, Journal]:
    """The journals of every quarter from the first purchase to this one, by label."""
    return {each.label: journal(each) for each in close.so_far}


def activity(entries: Sequence[Entry]) -> dict[Account, Decimal]:
    """The movement of each account, a debit positive [currency]."""
    moved: dict[Account, int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            moved[posting.account, posting.asset] += posting.cents
    return {account: Decimal(amount).scaleb(-2) for account, amount in moved.items()}


def balances(books: Mapping[str, Journal]) -> dict[Account, Decimal]:
    """The balance of each account after all of `books`, a debit positive [currency]."""
    return activity([entry for entries in books.values() for entry in entries])


_LINE_TIES = {
    "remeasurement_pl": ("remeasurement_gain", "remeasurement_loss"),
    "realised_pl": ("disposal_gain", "disposal_loss"),
    "fee_expense": ("transaction_fees",),
    "coin_revenue": ("coin_revenue",),
    "coin_expense": ("coin_expense",),
    "loan_remeasurement": ("loan_gain", "loan_loss"),
    "other_operating_income": ("other_operating_income", "other_operating_expense"),
    "interest": ("interest_income", "interest_expense"),
    "deferred_tax_on_holdings": ("deferred_tax",),
    "deferred_tax_other": ("deferred_tax_other",),
    "income_tax": ("current_tax", "deferred_tax", "deferred_tax_other"),
    "preferred_dividends": ("preferred_dividends",),
}
"""Line of the statement -> accounts whose activity gives it."""

_BALANCE_TIES = {
    "carrying": (("digital_assets", "accumulated_impairment"), 1),
    "loan_receivable": (("loan_receivable",), 1),
    "revaluation_surplus": (("revaluation_surplus",), -1),
    "deferred_tax_asset": (("deferred_tax_asset",), 1),
    "valuation_allowance": (("valuation_allowance",), -1),
    "deferred_tax_liability": (("deferred_tax_liability",), -1),
    "minimum_tax_credit": (("minimum_tax_credit",), 1),
}
"""Line of the statement -> accounts whose balance gives it, and its sign as a debit."""


def engine_balances(close: Close) -> dict[Account, Decimal]:
    """Balances of the accounts of assets and of deferred tax, a debit positive.

    Taken from the statements, not from entries, so that a balance assertion proves something [currency].
    """
    quarter = close.quarter
    held: dict[Account, int] = {}
    for asset, statement in close.statements.assets.items():
        line = {
            name: cents(float(np.nan_to_num(values[0, quarter], nan=0.0))) for name, values in statement.lines.items()
        }
        is_gross = close.rule(asset).key in GROSS
        cost = line["cost_basis"] if is_gross else line["carrying"]
        held["digital_assets", asset] = cost
        held["accumulated_impairment", asset] = line["carrying"] - cost
        held["loan_receivable", asset] = line["loan_receivable"]
        held["revaluation_surplus", asset] = -line["revaluation_surplus"]
    period = Period(close.label, (quarter,))
    for name, sign in (("deferred_tax_asset", 1), ("valuation_allowance", -1), ("deferred_tax_liability", -1)):
        held[name, ""] = sign * cents(single(period, name, close.statements.lines) or 0.0)
    return {account: Decimal(amount).scaleb(-2) for account, amount in held.items()}


def journal_checks(close: Close) -> list[Check]:
    """Whether the entries of the quarter give the lines of its statement, and all entries so far its balances."""
    period = close.periods.quarter
    lines = close.statements.lines
    kept = money_tie(close.money_scale())
    rounding, half_cents = max(CENTS_OF_ROUNDING, kept), max(_half_cents(close), kept)

    def check(title: str, line: str, computed: Decimal, tolerance: float) -> list[Check]:
        expected = single(period, line, lines)
        return [] if expected is None else [Check(f"Journal: {title}", float(computed), expected, tolerance)]

    moved = activity(journal(close))
    checks = [Check("Journal: every entry balances", _largest_imbalance(journal(close)), 0.0, 0.0)]
    for line, accounts in _LINE_TIES.items():
        computed = -_of(moved, accounts)
        checks += check(line, line, computed, rounding)
    if single(period, "net_income", lines) is not None:
        income = [account for account, a in ACCOUNTS.items() if a.category in {"Income", "Expenses"}]
        checks += check("net_income", "net_income", -_of(moved, income), 2 * rounding)
    owed = balances(journals(close))
    for line, (accounts, sign) in _BALANCE_TIES.items():
        checks += check(f"balance of {line}", line, sign * _of(owed, accounts), half_cents)
    for asset, statement in close.statements.assets.items():
        # To the cent: the carrying amount is rounded once, and the account has to be that.
        expected = cents(float(statement.lines["carrying"][0, period.quarters[0]])) / 100.0
        computed = _of(owed, ("digital_assets", "accumulated_impairment"), asset)
        checks.append(Check(f"Journal: balance of {asset}, to the cent", float(computed), expected, 0.0))
    return checks


def _half_cents(close: Close) -> float:
    """Largest effect of rounding the assets' balances, half a cent each."""
    return 1.001 * MONEY_TIES * len(close.result.holdings)


def _of(moved: Mapping[Account, Decimal], accounts: Sequence[str], asset: str | None = None) -> Decimal:
    return sum(
        (amount for (key, of), amount in moved.items() if key in accounts and asset in {None, of}),
        Decimal(0),
    )


def _largest_imbalance(entries: Sequence[Entry]) -> float:
    return max((abs(sum(p.cents for p in entry.postings)) / 100.0 for entry in entries), default=0.0)
