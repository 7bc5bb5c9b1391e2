"""What the monthly waterfall needs of each instrument, in numbers by month: made in `capital`, paid in `treasury`."""

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
    """Lots in the order in which they are sold: what the first so many units cost.

    Attributes
    ----------
    units, cost : (lots + 1,)
        Of the first lots together, beginning with 0 [coins, currency].
    """

    units: Floats
    cost: Floats

    @classmethod
    def of(cls, quantity: Floats, unit_cost: Floats) -> ReliefOrder:
        """Lots of `quantity` at `unit_cost`, both (lots,), the first to be sold first."""
        return cls(*(np.concatenate([[0.0], np.cumsum(a)]) for a in (quantity, quantity * unit_cost)))

    def __call__(self, sold: Floats) -> Floats:
        """Cost of the first `sold` units [currency]; of all where more are asked for."""
        return np.interp(sold, self.units, self.cost)


@dataclass(frozen=True)
class Claim:
    """One instrument, month by month. Money in the currency of the holder.

    Attributes
    ----------
    amount
        Principal or stated amount when the period begins.
    accrues : (months,)
        Share of the amount that a month accrues.
    pays : (months,)
        Whether what has accrued falls due at the end of the month.
    accrued
        What has accrued and is not due when the period begins [currency].
    due, put
        Month in which principal falls due, and in which its holders may ask for it; `NEVER` otherwise.
    conversion_price
        Price of a share at which it converts; 0 where it does not.
    collateral, max_ltv, restored_ltv
        Coins pledged, and the loan to value at which the lender calls and to which a call is met; infinite where not.
    posts, at_trigger
        Whether a call is met with further coins first, and whether at the price of the trigger.
    cumulative
        Whether a dividend that is not paid is owed.
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
    """How a holder is funded and what it does, by month.

    Attributes
    ----------
    claims
        In order of seniority: what is first is paid first.
    programs
        In the order in which they are used.
    cash, reserve, shares, units
        When the period begins [currency, currency, shares, coins]; pledged coins are among the units.
    operating : (months,)
        Operating cash flow.
    planned_cash, planned_units, planned_sold : (months,)
        What the plan brings: cash, coins in less coins out, and coins sold among the latter.
    planned_proceeds : (months,)
        Of the coins sold by plan.
    mnav : (months,)
        Market capitalisation over the value of the coins; a share is worth it times value over shares. Not a number
        where the share follows `beta`.
    beta, share_price, spot
        Elasticity of the share price to the coin's, and both prices when the period begins.
    sells, sells_for_dividends
        Whether coins are sold for what else cannot be paid, and for dividends.
    quarter_ends
        Months that end a fiscal quarter.
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


@dataclass(frozen=True)
class Runway:
    """What came of it, month by month, each (paths, months). Money positive in the sense of its name.

    Attributes
    ----------
    cash, reserve
        At the month end.
    units, pledged
        Coins held, and those of them pledged.
    shares, share_price
        Common shares, and the price of one before what is issued in the month.
    loans, notes, preferred, arrears, accrued, tax_payable
        Claims at the month end: dividends of earlier months, what has accrued, and tax on coins sold among them.
    interest, dividends
        Accrued in the month; of a series that is not cumulative, what is declared.
    interest_due, dividends_paid, repaid, tax_due
        What fell due in the month; all of it was paid but for `unpaid`.
    raised, issued_preferred, issued_shares
        Net proceeds of issuance, stated amount and common shares issued.
    spent, bought
        On coins, and how many.
    called_sold, called_proceeds
        Coins sold to meet margin calls, and what they brought.
    forced_sold, forced_proceeds
        Coins sold for what could not be paid otherwise.
    posted
        Coins pledged further.
    converted, converted_shares
        Principal settled in shares, and the shares.
    released_basis
        Tax basis of coins sold, those of the plan among them.
    unpaid
        What fell due, dividends apart, and could not be paid: it is owed on, and due again in the next month.
    under_called : (paths, months)
        Whether a margin call could not be met: the loan to value stays above the one that calls.
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
        """Principal of loans and notes that is not due yet; what fell due and is owed on is `unpaid`."""
        return self.loans + self.notes
