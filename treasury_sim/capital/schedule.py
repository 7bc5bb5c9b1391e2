"""Convert instruments to claims: when each accrues, pays and falls due, by calendar month.

The month is the unit of time: events fall on its last day, and interest accrues in twelve equal parts a year. Interest
dates of notes and loans count back from the maturity; preferred dividends are paid by the calendar. Interest accrued
before the period is a liability from its first day. A month that is cut short, because the period is reported to date,
accrues its share by days and has no events.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Bools
from treasury_sim.domain.claims import NEVER, Claim, Program
from treasury_sim.domain.instruments import ConvertibleNote, Debt, Issuance, PreferredStock

EVERY = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Payment frequency -> months between payments."""

Fx = Mapping[str, float]
"""Currency -> value of one unit in the holder's currency."""


@dataclass(frozen=True)
class Instruments:
    """The instruments of a holder.

    Attributes
    ----------
    fx
        Exchange rates of currencies other than the holder's.
    """

    loans: tuple[Debt, ...] = ()
    notes: tuple[ConvertibleNote, ...] = ()
    preferred: tuple[PreferredStock, ...] = ()
    issuance: tuple[Issuance, ...] = ()
    fx: Fx | None = None

    def in_home(self, currency: str, amount: float) -> float:
        """Convert `amount` to the holder's currency; an empty `currency` is already the holder's."""
        return amount * (self.fx or {}).get(currency, 1.0)

    @property
    def interest_a_year(self) -> float:
        """Annual coupons and interest on debt outstanding when the period begins, positive [currency]."""
        loans = sum(self.in_home(loan.currency, loan.principal) * loan.rate for loan in self.loans)
        return loans + sum(self.in_home(note.currency, note.principal) * note.coupon for note in self.notes)

    def dividends_a_year(self, day: date) -> float:
        """Annual dividends on preferred stock outstanding when the period begins, at the rates of `day` [currency]."""
        return sum(self.in_home(series.currency, series.notional) * rate_on(series, day) for series in self.preferred)

    @property
    def note_principal(self) -> float:
        """Principal of all notes when the period begins [currency]."""
        return sum(self.in_home(note.currency, note.principal) for note in self.notes)

    @property
    def loan_principal(self) -> float:
        """Principal of all loans when the period begins [currency]."""
        return sum(self.in_home(loan.currency, loan.principal) for loan in self.loans)

    @property
    def preference(self) -> float:
        """Liquidation preference of all preferred stock [currency]."""
        return sum(
            self.in_home(series.currency, series.liquidation_preference or series.notional) for series in self.preferred
        )

    @property
    def notional(self) -> float:
        """Stated amount of all preferred stock, when the period begins [currency]."""
        return sum(self.in_home(series.currency, series.notional) for series in self.preferred)

    @property
    def note_shares(self) -> float:
        """Common shares into which all notes convert."""
        return sum(self.in_home(note.currency, note.principal) / note.conversion_price for note in self.notes)

    @property
    def preferred_shares(self) -> float:
        """Common shares into which preferred stock converts."""
        return sum(series.conversion_shares for series in self.preferred)


def rate_on(series: PreferredStock, day: date) -> float:
    """The dividend rate in force on `day`."""
    known = [(since, rate) for since, rate in (series.rates or {}).items() if since <= day]
    return max(known)[1] if known else series.rate


def claims(held: Instruments, months: Sequence[date]) -> tuple[Claim, ...]:
    """The claims in order of seniority: loans, notes, preferred stock, each in the order listed.

    Parameters
    ----------
    months
        The last day of every month of the run; the last month may end early.
    """
    return tuple(_claims(held, months))


def _claims(held: Instruments, months: Sequence[date]) -> Iterator[Claim]:
    covered = np.array([covered_by(day) for day in months])
    for loan in held.loans:
        amount, step = held.in_home(loan.currency, loan.principal), EVERY[loan.pays]
        pays, before = _calendar(months, step, loan.maturity)
        yield Claim(
            name=loan.name,
            kind="loan",
            amount=amount,
            accrues=loan.rate / 12 * covered,
            pays=pays,
            accrued=amount * loan.rate / 12 * before,
            due=_month_of(loan.maturity, months),
            collateral=loan.collateral,
            max_ltv=loan.max_ltv or float("inf"),
            restored_ltv=loan.restored_ltv or float("inf"),
            posts=loan.margin_call == "post",
            at_trigger=loan.executed_at == "trigger",
        )
    for note in held.notes:
        amount, step = held.in_home(note.currency, note.principal), EVERY[note.pays]
        pays, before = _calendar(months, step, note.maturity)
        yield Claim(
            name=note.name,
            kind="note",
            amount=amount,
            accrues=note.coupon / 12 * covered,
            pays=pays,
            accrued=amount * note.coupon / 12 * before,
            due=_month_of(note.maturity, months),
            put=_month_of(note.put_date, months),
            conversion_price=note.conversion_price,
        )
    for series in held.preferred:
        amount, step = held.in_home(series.currency, series.notional), EVERY[series.pays]
        pays, before = _calendar(months, step, None)
        yield Claim(
            name=series.name,
            kind="preferred",
            amount=amount,
            accrues=np.array([rate_on(series, day) / 12 for day in months]) * covered,
            pays=pays,
            accrued=amount * series.rate / 12 * before,
            cumulative=series.cumulative,
        )


def programs(held: Instruments, owed: Sequence[Claim]) -> tuple[Program, ...]:
    """At-the-market issuance programs; `owed` are the claims they may add to."""
    position = {claim.name: number for number, claim in enumerate(owed)}
    return tuple(
        Program(
            of=position.get(row.of, -1),
            per_month=row.per_month,
            above_mnav=-1.0 if row.above_mnav is None else row.above_mnav,
            up_to=float("inf") if row.up_to is None else row.up_to,
            to_bitcoin=row.to_bitcoin,
            price=row.price,
            fee=row.fee,
        )
        for row in held.issuance
    )


def month_ends(first: date, last: date, cut: date | None = None) -> tuple[date, ...]:
    """The last day of every month from that of `first` to that of `last`; the month of `cut` ends on it."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ends = (date(n // 12, n % 12 + 1, monthrange(n // 12, n % 12 + 1)[1]) for n in numbers)
    return tuple(cut if cut is not None and cut.replace(day=1) == end.replace(day=1) else end for end in ends)


def covered_by(day: date) -> float:
    """The share of its month that has passed at the end of `day`, from 0 to 1."""
    return day.day / monthrange(day.year, day.month)[1]


def _number(day: date) -> int:
    return day.year * 12 + day.month


def _calendar(months: Sequence[date], step: int, maturity: date | None) -> tuple[Bools, int]:
    """Whether each month pays, and how many months had accrued before the first."""
    anchor = 12 if maturity is None else _number(maturity)
    numbers = np.array([_number(day) for day in months])
    is_whole = np.array([covered_by(day) == 1.0 for day in months])
    return ((numbers - anchor) % step == 0) & is_whole, int((numbers[0] - 1 - anchor) % step)


def _month_of(day: date | None, months: Sequence[date]) -> int:
    """Index of the month of `day`; `NEVER` if outside the run."""
    if day is None:
        return NEVER
    number = _number(day) - _number(months[0])
    return number if 0 <= number < len(months) and covered_by(months[number]) == 1.0 else NEVER
