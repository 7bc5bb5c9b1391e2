"""What a holder owns and does, as a scenario states it: lots, purchases, sales.

A date may be a *window* (`acquired` to `acquired_to`, both ends included): the filing gives the total and
the average price of the window, not the days in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - a field of these classes is called `date`


@dataclass(frozen=True, slots=True)
class Lot:
    """Units bought together at one price, as a table of lots lists them.

    Attributes
    ----------
    acquired, acquired_to
        First and last UTC day of the purchase; ``acquired_to`` is ``None`` for a single day.
    quantity
        Units [coins], positive.
    unit_cost
        Average price paid for a unit, without fee [currency/coin].
    fee
        Fee paid for the whole lot [currency].
    tax_basis
        Tax basis of a unit [currency/coin]; ``None`` is unit cost plus fee.
    """

    acquired: Date
    quantity: float
    unit_cost: float
    acquired_to: Date | None = None
    asset: str = "BTC"
    id: str = ""
    fee: float = 0.0
    wallet: str = "main"
    tax_basis: float | None = None
    source: str = ""

    @property
    def last_day(self) -> Date:
        """The day on which the purchase is complete."""
        return self.acquired_to or self.acquired


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase in the plan: so many units, or units for so much money, at a price or at the day's close.

    Attributes
    ----------
    quantity, amount
        One of the two: units [coins], or money to spend, without fee [currency].
    unit_cost
        Price of a unit [currency/coin]; ``None`` is the day's UTC close.
    """

    date: Date
    date_to: Date | None = None
    asset: str = "BTC"
    quantity: float | None = None
    amount: float | None = None
    unit_cost: float | None = None
    id: str = ""
    fee: float = 0.0
    wallet: str = "main"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale in the plan.

    Attributes
    ----------
    quantity
        Units sold [coins], positive.
    proceeds
        Consideration for all of them, before the selling fee [currency]; ``None`` is the day's UTC close.
    fee
        Cost of selling [currency].
    lot_relief, tax_lot_relief
        Which lots leave, in the books and for tax; ``None`` is the plan's own.
    """

    date: Date
    quantity: float
    date_to: Date | None = None
    asset: str = "BTC"
    proceeds: float | None = None
    fee: float = 0.0
    lot_relief: str | None = None
    tax_lot_relief: str | None = None
    source: str = ""
