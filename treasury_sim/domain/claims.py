"""Inputs and results of the monthly waterfall, in numbers by month; `capital` prepares claims, `treasury` pays them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints

NEVER = 1 << 30
"""A month after every run."""

ClaimKind = Literal["loan", "note", "preferred"]

CashTax = Callable[[Floats], Floats]
"""(gains on coins sold in each quarter so far, (paths, quarters)) -> tax of the last of them, (paths,), positive."""


@dataclass(frozen=True)
class ReliefOrder:
    """Lots in the order in which they are sold, with running totals of units and cost.

    Attributes
    ----------
    units, cost : (lots + 1,)
        Totals of the first lots, beginning with 0 [coins, currency].
    """

    units: Floats
    cost: Floats

    @classmethod
    def of(cls, quantity: Floats, unit_cost: Floats) -> ReliefOrder:
        """Lots of `quantity` at `unit_cost`, both (lots,), the first to be sold first."""
        return cls(*(np.concatenate([[0.0], np.cumsum(a)]) for a in (quantity, quantity * unit_cost)))

    def __call__(self, sold: Floats) -> Floats:
        """Cost of the first `sold` units [currency]; of all units if `sold` exceeds them."""
        return np.interp(sold, self.units, self.cost)


@dataclass(frozen=True)
class Claim:
    """One instrument, month by month. Money in the currency of the holder.

    Attributes
    ----------
    amount
        Principal or stated amount when the period begins.
    accrues : (months,)
        Share of the amount that accrues in a month.
    pays : (months,)
        Whether the accrued amount falls due at the end of the month.
    accrued
        Accrued and not yet due when the period begins [currency].
    due, put
        Month in which principal falls due, and in which its holders may put it; `NEVER` otherwise.
    conversion_price
        Share price at which it converts; 0 if it does not.
    collateral, max_ltv, restored_ltv
        Coins pledged, the loan to value at which the lender calls, and the one that a call restores; infinite if never.
    posts, at_trigger
        Whether a call is first met with further coins, and whether coins are sold at the trigger price.
    cumulative
        Whether an unpaid dividend stays owed.
    """

    name: str
    kind: ClaimKind
    amount: float
    accrues: Floats
    pays: Bools
    accrued: float
    due: int = NEVER
    put: int = NEVER
    conversion_price: float = 0.0
    collateral: float = 0.0
    max_ltv: float = float("inf")
    restored_ltv: float = float("inf")
    posts: bool = True
    at_trigger: bool = False
    cumulative: bool = True


@dataclass(frozen=True)
class Program:
    """Stock sold at the market, see `Issuance`; `of` is a position among the claims, -1 for common stock."""

    of: int
    per_month: float
    above_mnav: float
    up_to: float
    to_bitcoin: float
    price: float
    fee: float


@dataclass(frozen=True)
class Funding:
    """The funding and planned cash flows of a holder, by month.

    Attributes
    ----------
    claims
        In order of seniority, the first paid first.
    programs
        In the order in which they are used.
    cash, reserve, shares, units
        At the beginning of the period [currency, currency, shares, coins]; units include pledged coins.
    operating : (months,)
        Operating cash flow.
    planned_cash, planned_units, planned_sold : (months,)
        From the plan: cash, coins in less coins out, and coins sold, which are part of the latter.
    planned_proceeds : (months,)
        Proceeds of coins sold by the plan.
    mnav : (months,)
        Market capitalisation as a multiple of the value of the coins, which gives the share price. Not a number where
        the share price follows `beta`.
    beta, share_price, spot
        Elasticity of the share price to the coin price, and both prices when the period begins.
    sells, sells_for_dividends
        Whether coins are sold for claims that cannot be paid otherwise, and for dividends.
    quarter_ends
        Months that end a fiscal quarter.
    restricted : (months,)
        Coins that cannot be sold or pledged at the end of each month, besides the collateral of loans; all can if not
        given.
    part_month
        The month that is cut short, where the period is reported to date: stock is sold on the last day of a month, so
        none in this one; -1 if all are whole.
    """

    claims: tuple[Claim, ...]
    programs: tuple[Program, ...]
    cash: float
    reserve: float
    shares: float
    units: float
    operating: Floats
    planned_cash: Floats
    planned_units: Floats
    planned_sold: Floats
    planned_proceeds: Floats
    mnav: Floats
    beta: float
    share_price: float
    spot: float
    sells: bool
    sells_for_dividends: bool
    quarter_ends: tuple[int, ...]
    part_month: int = -1
    restricted: Floats | None = None


@dataclass(frozen=True)
class Runway:
    """Results of the waterfall, month by month, each (paths, months). Amounts are positive in the sense of their name.

    Attributes
    ----------
    cash, reserve
        At the month end.
    units, pledged
        Coins held, and pledged coins among them.
    shares, share_price
        Common shares, and the share price before the issuance of the month.
    loans, notes, preferred, arrears, accrued, tax_payable
        Claims at the month end, among them dividends in arrears, accrued amounts, and tax on coins sold.
    interest, dividends
        Accrued in the month; on a series that is not cumulative, declared in the month.
    interest_due, dividends_paid, repaid, tax_due
        Fell due in the month; all paid except `unpaid`.
    raised, issued_preferred, issued_shares
        Net proceeds of issuance, stated amount and common shares issued.
    spent, bought
        Money spent on coins, and coins bought.
    called_sold, called_proceeds
        Coins sold to meet margin calls, and their proceeds.
    forced_sold, forced_proceeds
        Coins sold for claims that could not be paid otherwise, and their proceeds.
    posted
        Further coins pledged.
    converted, converted_shares
        Principal settled in shares, and the shares issued for it.
    released_basis
        Tax basis of all coins sold, sales of the plan included.
    unpaid
        Due and not paid, except dividends; carried forward and due again in the next month.
    under_called : (paths, months)
        Whether a margin call could not be met: the loan to value stays above the level at which the lender calls.
    settled : (claims, paths)
        Month in which the principal of a claim ended; `NEVER` if it did not.
    declared : (series, paths, months)
        Dividends declared on each preferred series that is not cumulative, in the order of the claims.
    """

    cash: Floats
    reserve: Floats
    units: Floats
    pledged: Floats
    shares: Floats
    share_price: Floats
    loans: Floats
    notes: Floats
    preferred: Floats
    arrears: Floats
    accrued: Floats
    tax_payable: Floats
    interest: Floats
    dividends: Floats
    interest_due: Floats
    dividends_paid: Floats
    repaid: Floats
    tax_due: Floats
    raised: Floats
    issued_preferred: Floats
    issued_shares: Floats
    spent: Floats
    bought: Floats
    called_sold: Floats
    called_proceeds: Floats
    forced_sold: Floats
    forced_proceeds: Floats
    posted: Floats
    converted: Floats
    converted_shares: Floats
    released_basis: Floats
    unpaid: Floats
    under_called: Bools
    settled: Ints
    declared: Floats

    @property
    def debt(self) -> Floats:
        """Principal of loans and notes not yet due; amounts due and not paid are in `unpaid`."""
        return self.loans + self.notes
