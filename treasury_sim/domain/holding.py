"""Holdings as a scenario states them: lots, and balances that are typed in.

A date may be a *window* (`acquired` to `acquired_to`, both ends included): the filing gives the total and
the average price of the window, not the days in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - a field of these classes is called `date`
from typing import Literal

Follows = Literal["", "price", "money"]
"""The figure of an event that the close of its day determines, see `Lot` and `domain.plan.Disposal`."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A carrying amount that is typed in instead of replayed from the purchase.

    Attributes
    ----------
    date
        The quarter end at which the lot enters, at `carrying`.
    framework
        The framework under which the carrying amount was reported.
    carrying
        Carrying amount of a unit [currency/coin].
    surplus
        Revaluation surplus of a unit within it [currency/coin].
    """

    date: Date
    framework: str
    carrying: float
    surplus: float = 0.0


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
    opening
        Balance with which the lot enters, if it is not replayed from its purchase.
    kind
        How it was acquired: ``purchase``, ``receipt``, ``swap`` or ``return``; not a key of scenarios.
    follows
        The figure that the close of its day determines: ``price`` for the unit cost, ``money`` also for the number of
        units bought; empty for none. Not a key of scenarios.
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
    opening: Opening | None = None
    kind: str = "purchase"
    follows: Follows = ""

    @property
    def enters(self) -> Date:
        """The day on which the ledgers begin to hold it: that of a typed balance, otherwise of the purchase."""
        return self.acquired if self.opening is None else self.opening.date

    @property
    def last_day(self) -> Date:
        """The day on which the purchase is complete."""
        return self.acquired_to or self.acquired
