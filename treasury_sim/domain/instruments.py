"""What a holder owes and issues, as a scenario states it: notes, loans, preferred stock, and issuance at the market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `holding`
from typing import Literal

Pays = Literal["month", "quarter", "half_year", "year"]
"""How often interest or a dividend is paid."""


@dataclass(frozen=True, slots=True)
class ConvertibleNote:
    """A convertible note: in the money at its maturity it is settled in shares, otherwise in cash at the put or then.

    Attributes
    ----------
    name
        What it is called.
    principal
        Outstanding when the period begins [currency of the note].
    maturity, put_date
        When it falls due, and when its holders may ask for it; ``None`` is never.
    conversion_price
        Price of a share at which principal converts [currency of the holder].
    coupon
        Rate of interest a year [1].
    pays
        How often interest is paid, counted back from the maturity.
    currency
        Of principal and coupon; empty is that of the holder.
    source
        Where the terms are from.
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
        What it is called.
    principal
        Outstanding when the period begins [currency of the loan].
    rate
        Rate of interest a year [1].
    maturity
        When it is repaid; ``None`` is not in the run.
    collateral
        Coins pledged when the period begins [coins].
    max_ltv
        Loan to value of the collateral at which the lender calls [1]; ``None`` is never.
    restored_ltv
        Loan to value to which a call is met [1].
    margin_call
        How a call is met: ``post`` further coins, then sell what is still missing; or ``sell`` at once.
    executed_at
        Price at which a call is met: that of the ``trigger``, or the ``close`` of the month.
    pays
        How often interest is paid, counted back from the maturity.
    currency
        Of the principal; empty is that of the holder.
    source
        Where the terms are from.
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
        What it is called.
    notional
        Stated amount of all shares when the period begins [currency of the series].
    rate
        Dividend a year as a share of it [1].
    rates
        Rates from later days on, for a variable rate.
    cumulative
        Whether a dividend that is not paid is owed.
    liquidation_preference
        Of all shares; ``None`` is the notional [currency of the series].
    conversion_shares
        Common shares for all of them; 0 where they do not convert.
    pays
        How often dividends are paid, by the calendar.
    currency
        Of the notional; empty is that of the holder.
    source
        Where the terms are from.
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
        Gross proceeds of a month [currency].
    above_mnav
        Market capitalisation over the value of the coins above which it is done; ``None`` is always.
    up_to
        Gross proceeds of all months [currency]; ``None`` is without limit.
    to_bitcoin
        Share of the net proceeds spent on coins, once what is owed is paid.
    price
        Price of preferred stock as a share of its stated amount.
    fee
        Share of the gross proceeds that the seller keeps.
    source
        Where the programme is from.
    """

    of: str
    per_month: float
    above_mnav: float | None = None
    up_to: float | None = None
    to_bitcoin: float = 0.0
    price: float = 1.0
    fee: float = 0.0
    source: str = ""
