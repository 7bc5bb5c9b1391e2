"""What a holder does, as a scenario states it: the events of the plan, and what ledgers see of those that take lots.

A date may be a window, as that of a lot. On one day the order is: receipts, purchases (also what a swap brings in and
what a borrower returns), transfers, sales, payments, swaps, loans; within a kind, as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - a field of these classes is called `date`
from typing import Literal

from treasury_sim.domain.holding import Follows

Every = Literal["day", "week", "month", "quarter"]
"""How often an event is repeated."""

BEGINNING = Date.min
"""The date of a repeated event that begins with the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Which lots an event takes.

    Attributes
    ----------
    lot_relief, tax_lot_relief
        Which lots leave, in the books and for tax; ``None`` is the plan's own.
    lots
        Units taken from each lot by its id, which identifies them specifically, in the books and for tax.
    wallet
        Whose lots it takes; empty is any.
    source
        Where the event is from.
    """

    lot_relief: str | None = None
    tax_lot_relief: str | None = None
    lots: Mapping[str, float] | None = None
    wallet: str = "main"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase in the plan: so many units, or units for so much money, at a price or at the day's close.

    Attributes
    ----------
    every, until
        How often it is repeated, from `date` (`BEGINNING` is the start of the period) to `until` (``None`` is its end).
    quantity, amount
        One of the two: units [coins], or money to spend, without fee [currency].
    unit_cost
        Price of a unit [currency/coin]; ``None`` is the day's UTC close.
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
    """Coins received as income: mined, staking rewards, or from customers. A window falls into days as a purchase's.

    Attributes
    ----------
    every, until
        How often it is repeated, see `Purchase`.
    quantity, amount
        One of the two: units received over the whole window [coins], or the money that they are worth [currency].
    unit_value
        Fair value of a unit at contract inception, of a window the average; it is the cost and the revenue
        [currency/coin]. ``None`` is the close of each day. Later price moves are never revenue (ASC 606-10-32-21).
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
class Sale(Taking):
    """A sale in the plan: so many units, or units for so much money at the day's close.

    Attributes
    ----------
    every, until
        How often it is repeated, see `Purchase`.
    quantity, amount
        One of the two: units sold [coins], or the proceeds wanted, before the selling fee [currency]; positive.
    proceeds
        Consideration for all of them, before the selling fee [currency]; ``None`` is the day's UTC close.
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
class Payment(Taking):
    """Coins paid for goods, services or salaries: a disposal at fair value and an expense of the same amount.

    Attributes
    ----------
    every, until
        How often it is repeated, see `Purchase`.
    quantity, amount
        One of the two: units paid [coins], or the money that they settle at the day's close [currency].
    value
        Fair value of all of them [currency]; ``None`` is the day's UTC close.
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
class Swap(Taking):
    """Coins exchanged for other coins, a deposit into a receipt token among them: a disposal and an acquisition.

    Attributes
    ----------
    asset, quantity
        What is given [coins].
    for_asset, for_quantity
        What is received [coins].
    value
        Fair value of what is given, which is the cost of what is received [currency]; ``None`` is the UTC close of
        what is given.
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
    """Coins moved between wallets of the holder: no disposal; lots keep their dates and costs.

    Attributes
    ----------
    quantity
        Units moved [coins].
    from_wallet, to_wallet
        Where from and where to.
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
class Loan(Taking):
    """Coins lent to a borrower who may sell or pledge them on: they leave the books, a receivable at fair value comes.

    Attributes
    ----------
    quantity
        Units lent [coins].
    returned
        Day on which they come back, at that day's UTC close; ``None`` is not in the run.
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
        What it is and when it lapses, in words.
    """

    date: Date
    quantity: float
    asset: str = "BTC"
    until: Date | None = None
    kind: str = "pledged"
    nature: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Disposal(Taking):
    """Units that leave, whatever the event: what the ledgers see of a sale, payment, swap or loan.

    Attributes
    ----------
    kind
        ``sale``, ``payment``, ``swap`` or ``loan``.
    row
        Position of the event among those of its kind in the plan.
    proceeds
        What is received or settled for all of them, before selling costs [currency].
    follows
        What the close of its day decides: ``price`` is the proceeds, ``money`` how many units leave for them.
    returned
        Day on which coins lent come back; ``None`` where they do not.
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
