"""Fiscal quarters, and the marks: the dates on which something can happen, fixed before any price is known."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np

from treasury_sim.domain.arrays import Bools, Days, Ints, frozen

LAST_QUARTER = 4
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A fiscal quarter, named by the fiscal year in which it ends: ``2025Q4``."""

    start: date
    end: date
    fiscal_year: int
    number: int

    @property
    def label(self) -> str:
        """The name of the quarter, such as ``2025Q4``."""
        return f"{self.fiscal_year}Q{self.number}"

    @property
    def is_of_calendar(self) -> bool:
        """Whether it ends in the same month as the calendar quarter of that number."""
        return (self.end.year, self.end.month) == (self.fiscal_year, 3 * self.number)


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """The fiscal year of a holder.

    Attributes
    ----------
    month, day
        Its last day. A day beyond the end of its month means the last day of it (``02-29``, ``02-30``).
    cut
        A day inside a quarter on which that quarter ends early, to be reported to date; ``None`` for whole quarters.
    """

    month: int = 12
    day: int = 31
    cut: date | None = None

    def quarter_end(self, year: int, months_back: int) -> date:
        """The end of the quarter that closes `months_back` months before the end of the fiscal year `year`."""
        index = year * 12 + self.month - 1 - months_back
        year, month = index // 12, index % 12 + 1
        last = monthrange(year, month)[1]
        # If the fiscal year ends on the last day of a month, so do its quarters.
        whole_months = self.day >= 28 and self.day >= monthrange(2023, self.month)[1]
        return date(year, month, last if whole_months else min(self.day, last))

    def quarter(self, day: date) -> Quarter:
        """The fiscal quarter that holds `day`."""
        quarter = _quarter(replace(self, cut=None), day)
        if self.cut is None or not quarter.start <= self.cut < quarter.end:
            return quarter
        # What is left of the quarter is the next one, so that quarters follow each other without a gap.
        return replace(quarter, end=self.cut) if day <= self.cut else replace(quarter, start=self.cut + _ONE_DAY)

    def elapsed(self, quarter: Quarter) -> float:
        """The share of the days of its whole quarter that `quarter` covers, from 0 to 1."""
        whole = _quarter(replace(self, cut=None), quarter.start)
        return ((quarter.end - quarter.start).days + 1) / ((whole.end - whole.start).days + 1)

    def year_from(self, first: Quarter, last: date) -> tuple[Quarter, ...]:
        """The fiscal quarters from the beginning of the fiscal year of `first` to the one that holds `last`."""
        while first.number > 1:
            first = self.quarter(first.start - timedelta(days=1))
        return self.quarters(first.start, last)

    def quarters(self, first: date, last: date) -> tuple[Quarter, ...]:
        """The fiscal quarters from the one that holds `first` to the one that holds `last`."""
        quarters = [self.quarter(first)]
        while quarters[-1].end < last:
            quarters.append(self.quarter(quarters[-1].end + timedelta(days=1)))
        return tuple(quarters)


@lru_cache(maxsize=10_000)
def _quarter(calendar: FiscalCalendar, day: date) -> Quarter:
    for year in (day.year, day.year + 1):
        ends = [calendar.quarter_end(year, back) for back in (12, 9, 6, 3, 0)]
        for number in range(1, 5):
            if ends[number - 1] < day <= ends[number]:
                return Quarter(ends[number - 1] + timedelta(days=1), ends[number], year, number)
    message = f"no fiscal quarter holds {day}"
    raise AssertionError(message)


@dataclass(frozen=True)
class Timeline:
    """The marks of a run and the fiscal quarters they fall into.

    Attributes
    ----------
    days : (marks,)
        Dates of the marks, increasing; every quarter end is one.
    quarters
        Every fiscal quarter from the first mark to the last, without a gap.
    """

    days: Days
    quarters: tuple[Quarter, ...]

    @classmethod
    def of(cls, events: Days, quarters: tuple[Quarter, ...]) -> Timeline:
        """Put a mark at every event inside `quarters` and at every quarter end."""
        ends = np.array([quarter.end for quarter in quarters], dtype="datetime64[D]")
        inside = events[(events >= np.datetime64(quarters[0].start)) & (events <= ends[-1])]
        return cls(frozen(np.unique(np.concatenate([inside, ends]))), quarters)

    @cached_property
    def quarter_marks(self) -> Ints:
        """The mark at each quarter end, (quarters,)."""
        return self.mark_of(np.array([quarter.end for quarter in self.quarters], dtype="datetime64[D]"))

    @cached_property
    def quarter_of_mark(self) -> Ints:
        """The quarter of each mark, (marks,)."""
        return frozen(np.searchsorted(self.quarter_marks, np.arange(self.days.size)))

    @cached_property
    def is_year_end(self) -> Bools:
        """Whether each quarter is the last of its fiscal year, (quarters,)."""
        return frozen(np.array([quarter.number == LAST_QUARTER for quarter in self.quarters]))

    @cached_property
    def before_year(self) -> Ints:
        """For each quarter, the last quarter of the previous fiscal year; -1 if there is none, (quarters,)."""
        years = [quarter.fiscal_year for quarter in self.quarters]
        return frozen(np.array([years.index(year) - 1 for year in years], dtype=np.intp))

    def mark_of(self, days: Days) -> Ints:
        """The mark at each of `days`."""
        return frozen(np.searchsorted(self.days, days))

    def index_of(self, label: str) -> int:
        """The position of the quarter called `label`."""
        return [quarter.label for quarter in self.quarters].index(label)
