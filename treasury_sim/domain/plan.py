"""Events of the plan as a scenario states them, and `Disposal`, the form in which ledgers receive those that take lots.

A date may be a window, as for a lot. On one day the order is: receipts, purchases (also coins received in a swap or
returned by a borrower), transfers, sales, payments, swaps, loans; within a kind, as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - a field of these classes is called `date`
from typing import Literal

from treasury_sim.domain.holding import Follows

Every = Literal["day", "week", "month", "quarter"]
"""Frequency of a repeated event."""

BEGINNING = Date.min
"""The date of a repeated event that begins with the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSelection:
    """Selection of the lots that an event takes.

    Attributes
    ----------
    lot_relief, tax_lot_relief
        Lot relief in the books and for tax; ``None`` for that of the plan.
    lots
        Units taken from each lot by its id, which identifies them specifically, in the books and for tax.
    wallet
        Wallet whose lots it takes; empty for any.
    source
        Source of the event.
    """

    lot_relief: str | None = None
    tax_lot_relief: str | None = None
    lots: Mapping[str, float] | None = None
    wallet: str = "main"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase in the plan: a number of units, or units for an amount of money, at a price or the day's close.

    Attributes
    ----------
    every, until
        Frequency, from `date` (`BEGINNING` for the start of the period) to `until` (``None`` for its end).
    quantity, amount
        One of the two: units [coins], or money to spend, without fee [currency].
    unit_cost
        Price of a unit [currency/coin]; ``None`` for the day's UTC close.
    """

    date: Date = BEGINNING
    date_to: Date | None = None
    every: Every | None = None
    until: Date | None = None
    asset: str = "BTC"
    quantity: float | None = None
    amount: float | None = None
    unit_cost: float | None = None
    id: str = ""
    fee: float = 0.0
    wallet: str = "main"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Coins received as income: mined, staking rewards, or from customers. A window is split into days, as a purchase.

    Attributes
    ----------
    every, until
        Frequency of a repeated event, see `Purchase`.
    quantity, amount
        One of the two: units received over the whole window [coins], or their value [currency].
    unit_value
        Fair value of a unit at contract inception, for a window the average; it is both cost and revenue
        [currency/coin]. ``None`` for the close of each day. Later price moves are never revenue (ASC 606-10-32-21).
    kind
        ``mined``, ``reward`` or ``customer``.
    """

    date: Date = BEGINNING
    quantity: float | None = None
    date_to: Date | None = None
    every: Every | None = None
    until: Date | None = None
    asset: str = "BTC"
    amount: float | None = None
    unit_value: float | None = None
    kind: str = "mined"
    id: str = ""
    wallet: str = "main"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sale(LotSelection):
    """A sale in the plan: a number of units, or units for an amount of money at the day's close.

    Attributes
    ----------
    every, until
        Frequency of a repeated event, see `Purchase`.
    quantity, amount
        One of the two: units sold [coins], or the proceeds wanted, before the selling fee [currency]; positive.
    proceeds
        Consideration for all units, before the selling fee [currency]; ``None`` for the day's UTC close.
    fee
        Cost of selling [currency].
    """

    date: Date = BEGINNING
    quantity: float | None = None
    date_to: Date | None = None
    every: Every | None = None
    until: Date | None = None
    asset: str = "BTC"
    amount: float | None = None
    proceeds: float | None = None
    fee: float = 0.0


@dataclass(frozen=True, slots=True)
class Payment(LotSelection):
    """Coins paid for goods, services or salaries: a disposal at fair value and an expense of the same amount.

    Attributes
    ----------
    every, until
        Frequency of a repeated event, see `Purchase`.
    quantity, amount
        One of the two: units paid [coins], or the amount settled at the day's close [currency].
    value
        Fair value of all units [currency]; ``None`` for the day's UTC close.
    """

    date: Date = BEGINNING
    quantity: float | None = None
    date_to: Date | None = None
    every: Every | None = None
    until: Date | None = None
    asset: str = "BTC"
    amount: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Swap(LotSelection):
    """Coins exchanged for other coins, a deposit into a receipt token among them: a disposal and an acquisition.

    Attributes
    ----------
    asset, quantity
        Coins given.
    for_asset, for_quantity
        Coins received.
    value
        Fair value of the coins given, which is the cost of the coins received [currency]; ``None`` for the UTC close
        of the coins given.
    id
        Name of the lot received.
    """

    date: Date
    quantity: float
    for_asset: str
    for_quantity: float
    asset: str = "BTC"
    value: float | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Coins moved between wallets of the holder: not a disposal; lots keep their dates and costs.

    Attributes
    ----------
    quantity
        Units moved [coins].
    from_wallet, to_wallet
        Wallet that gives, and wallet that receives.
    lots
        Units of each lot by its id; ``None`` moves the oldest first.
    """

    date: Date
    quantity: float
    from_wallet: str
    to_wallet: str
    asset: str = "BTC"
    lots: Mapping[str, float] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Loan(LotSelection):
    """Coins lent to a borrower who may sell or pledge them: they leave the books for a receivable at fair value.

    Attributes
    ----------
    quantity
        Units lent [coins].
    returned
        Day on which they come back, at that day's UTC close; ``None`` for after the run.
    """

    date: Date
    quantity: float
    asset: str = "BTC"
    returned: Date | None = None
    borrower: str = ""


@dataclass(frozen=True, slots=True)
class Restriction:
    """Coins that the holder cannot freely sell; they stay on the balance sheet and are disclosed (ASC 350-60-50).

    Attributes
    ----------
    quantity
        Units restricted [coins].
    date, until
        First and last day; ``until`` is ``None`` if the restriction does not lapse in the run.
    kind
        ``pledged``, ``staked``, ``locked`` or ``contractual``.
    nature
        Nature of the restriction and when it lapses, in words.
    """

    date: Date
    quantity: float
    asset: str = "BTC"
    until: Date | None = None
    kind: str = "pledged"
    nature: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Disposal(LotSelection):
    """Units that leave by any event: a sale, payment, swap or loan as the ledgers receive it.

    Attributes
    ----------
    kind
        ``sale``, ``payment``, ``swap`` or ``loan``.
    row
        Position of the event among those of its kind in the plan.
    proceeds
        Amount received or settled for all units, before selling costs [currency].
    follows
        The figure that the close of its day determines: ``price`` for the proceeds, ``money`` for the units.
    returned
        Day on which coins lent come back; ``None`` if they do not.
    """

    kind: str
    row: int
    date: Date
    asset: str
    quantity: float
    proceeds: float
    date_to: Date | None = None
    follows: Follows = ""
    fee: float = 0.0
    returned: Date | None = None
