"""Entries in whole cents: a posting, an entry that balances, and rounding that leaves a stated total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from treasury_sim.report.close.accounts import ACCOUNTS
from treasury_sim.report.close.lot_details import Detail


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry.

    Attributes
    ----------
    account
        Key of the account.
    asset
        Whose account it is; empty where the holder has only one.
    cents
        Amount, a debit positive [1/100 currency].
    """

    account: str
    asset: str
    cents: int

    @property
    def amount(self) -> Decimal:
        """Amount, a debit positive [currency]."""
        return Decimal(self.cents).scaleb(-2)


@dataclass(frozen=True)
class Entry:
    """One entry of the journal; its postings add up to zero.

    Attributes
    ----------
    number
        Such as ``2025Q4-03``.
    kind
        What it books, such as ``purchase`` or ``remeasurement``.
    asset
        Of which asset; empty for the holder.
    rule
        Key of the framework whose words name its accounts.
    citation
        Where the rule stands.
    details
        The lots behind it, with the amount of each in the account of the asset.
    """

    number: str
    day: date
    kind: str
    asset: str
    rule: str
    narration: str
    citation: str
    postings: tuple[Posting, ...]
    details: tuple[Detail, ...] = ()


def cents(amount: float) -> int:
    """Round to whole cents."""
    return round(amount * 100.0)


def spread(
    amounts: Mapping[str, float], total: int, fixed: Mapping[str, int] | None = None, rest: str = "remeasurement"
) -> dict[str, int]:
    """Round `amounts` to cents so that they add up to `total`.

    Each is rounded on its own; cents that are then left over go, one each, to the amounts that rounding moved the
    furthest the other way, and to `rest` if all amounts are zero or fixed.

    Parameters
    ----------
    total
        What all have to add up to, the fixed ones included [cents].
    fixed
        Amounts that are decided elsewhere [cents].
    """
    rounded = {name: cents(amount) for name, amount in amounts.items()} | dict(fixed or {})
    left = total - sum(rounded.values())
    step = 1 if left > 0 else -1
    free = [name for name, amount in amounts.items() if cents(amount) and name not in (fixed or {})]
    free.sort(key=lambda name: (rounded[name] - amounts[name] * 100.0) * step)
    names = free or [rest]
    whole, more = divmod(abs(left), len(names))
    for place, name in enumerate(names if left else ()):
        rounded[name] = rounded.get(name, 0) + step * (whole + (place < more))
    return rounded


def balancing(account: str, asset: str, postings: Iterable[Posting]) -> Posting:
    """The posting that brings `postings` to zero."""
    return Posting(account, asset, -sum(posting.cents for posting in postings))


def result_of(gain: str, loss: str, asset: str, postings: Iterable[Posting]) -> Posting:
    """The gain or loss that brings `postings` to zero, on the account of its sign."""
    posting = balancing(gain, asset, postings)
    return posting if posting.cents <= 0 else balancing(loss, asset, postings)


def side(account: str) -> int:
    """+1 for an account that debits increase, -1 for one that credits increase."""
    return ACCOUNTS[account].debit_sign
