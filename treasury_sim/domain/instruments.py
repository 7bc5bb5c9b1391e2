"""Instruments as a scenario states them: notes, loans, preferred stock, and issuance at the market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `holding`
from typing import Literal

Pays = Literal["month", "quarter", "half_year", "year"]
"""Frequency of interest or dividend payments."""


@dataclass(frozen=True, slots=True)
class ConvertibleNote:
    """A convertible note: settled in shares if in the money at maturity, otherwise in cash at the put date or maturity.

    Attributes
    ----------
    name
        Name for people.
    principal
        Outstanding when the period begins [currency of the note].
    maturity, put_date
        Days on which principal falls due and on which its holders may put it; ``None`` for never.
    conversion_price
        Share price at which principal converts [currency of the holder].
    coupon
        Annual rate of interest [1].
    pays
        Frequency of interest payments, counted back from the maturity.
    currency
        Of principal and coupon; empty for that of the holder.
    source
        Source of the terms.
    """

    name: str
    principal: float
    maturity: Date
    conversion_price: float
    coupon: float = 0.0
    put_date: Date | None = None
    pays: Pays = "half_year"
    currency: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Debt:
    """A term loan; secured by coins if it states `collateral`.

    Attributes
    ----------
    name
        Name for people.
    principal
        Outstanding when the period begins [currency of the loan].
    rate
        Annual rate of interest [1].
    maturity
        Day of repayment; ``None`` for after the run.
    collateral
        Coins pledged when the period begins [coins].
    max_ltv
        Loan to value of the collateral at which the lender calls [1]; ``None`` for never.
    restored_ltv
        Loan to value that a call restores [1].
    margin_call
        Response to a call: ``post`` further coins, then sell for any remainder; or ``sell`` at once.
    executed_at
        Price at which coins are sold for a call: the ``trigger`` price, or the ``close`` of the month.
    pays
        Frequency of interest payments, counted back from the maturity.
    currency
        Of the principal; empty for that of the holder.
    source
        Source of the terms.
    """

    name: str
    principal: float
    rate: float
    maturity: Date | None = None
    collateral: float = 0.0
    max_ltv: float | None = None
    restored_ltv: float | None = None
    margin_call: Literal["post", "sell"] = "post"
    executed_at: Literal["trigger", "close"] = "close"
    pays: Pays = "quarter"
    currency: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PreferredStock:
    """A series of perpetual preferred stock.

    Attributes
    ----------
    name
        Name for people.
    notional
        Stated amount of all shares when the period begins [currency of the series].
    rate
        Annual dividend as a share of the notional [1].
    rates
        Rates that apply from later days on, for a variable rate.
    cumulative
        Whether an unpaid dividend stays owed.
    liquidation_preference
        Of all shares; ``None`` for the notional [currency of the series].
    conversion_shares
        Common shares into which all of them convert; 0 if they do not.
    pays
        Frequency of dividends, by the calendar.
    currency
        Of the notional; empty for that of the holder.
    source
        Source of the terms.
    """

    name: str
    notional: float
    rate: float
    rates: Mapping[Date, float] | None = None
    cumulative: bool = True
    liquidation_preference: float | None = None
    conversion_shares: float = 0.0
    pays: Pays = "quarter"
    currency: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Issuance:
    """Common or preferred stock sold at the market, month by month, under a stated rule.

    Attributes
    ----------
    of
        ``common``, or the name of a preferred series.
    per_month
        Gross proceeds per month [currency].
    above_mnav
        Multiple of market capitalisation to the value of the coins above which stock is sold; ``None`` for always.
    up_to
        Gross proceeds of all months [currency]; ``None`` for no limit.
    to_bitcoin
        Share of the net proceeds spent on coins, after claims are paid.
    price
        Price of preferred stock as a share of its stated amount.
    fee
        Share of the gross proceeds kept by the selling agent.
    source
        Source of the programme.
    """

    of: str
    per_month: float
    above_mnav: float | None = None
    up_to: float | None = None
    to_bitcoin: float = 0.0
    price: float = 1.0
    fee: float = 0.0
    source: str = ""
