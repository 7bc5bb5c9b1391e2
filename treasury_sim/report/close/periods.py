"""The columns of a close: the quarter, and the fiscal year to date, which is the fiscal year in its fourth quarter."""

from __future__ import annotations

from dataclasses import dataclass

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lookup import nearest
from treasury_sim.domain.periods import Period, fiscal_years, year_to_date
from treasury_sim.domain.result import Result
from treasury_sim.domain.timeline import Quarter
from treasury_sim.errors import TreasurySimError


@dataclass(frozen=True)
class ClosePeriods:
    """The periods of a close.

    Attributes
    ----------
    is_year_known
        Whether all of the year is: not where lots enter with a typed balance in the middle of it.
    """

    quarter: Period
    year_to_date: Period
    is_year_known: bool = True

    def each(self) -> tuple[Period, Period | None]:
        """Quarter and year to date; ``None`` where that is not known."""
        return self.quarter, self.year_to_date if self.is_year_known else None

    def known_quarters(self) -> list[int]:
        """The quarters of the longest column that is known."""
        return list((self.year_to_date if self.is_year_known else self.quarter).quarters)

    def titles(self) -> tuple[str, str]:
        """The headings of the columns."""
        return self.quarter.label, self.year_to_date.label


def close_periods(result: Result, label: str) -> ClosePeriods:
    """The periods that end with quarter `label`."""
    quarters = result.timeline.quarters
    index = result.timeline.index_of(label)
    last = [quarters[index]]
    # A year that is over is called by its name: FY2025, not 2025 YTD Q4.
    this_year = (fiscal_years(quarters, last) or year_to_date(quarters, last))[0]
    begins = quarters[this_year.quarters[0]].start
    typed = [lot.enters for held in result.holdings.values() for lot in held.lots if lot.opening is not None]
    is_year_known = all(day < begins for day in typed)
    return ClosePeriods(Period(label, (index,)), this_year, is_year_known)


def summed(by_quarter: Floats, period: Period | None) -> float | None:
    """Add flows up over a period, (quarters,)."""
    return None if period is None else float(by_quarter[list(period.quarters)].sum())


def opening(balance: Floats, period: Period | None) -> float | None:
    """The balance before a period, 0 before the first quarter, (quarters,)."""
    if period is None:
        return None
    first = period.quarters[0]
    return float(balance[first - 1]) if first else 0.0


def closing(balance: Floats, period: Period | None) -> float | None:
    """The balance at the end of a period, (quarters,)."""
    return None if period is None else float(balance[period.quarters[-1]])


class UnknownQuarterError(TreasurySimError):
    """A quarter that is not in the scenario's period."""


def quarter_to_close(result: Result, label: str | None) -> Quarter:
    """The quarter called `label`; the last reported one by default.

    Raises
    ------
    UnknownQuarterError
        If it is not a reported quarter.
    """
    if label is None:
        return result.reported[-1]
    known = {quarter.label: quarter for quarter in result.reported}
    if label not in known:
        message = f"The scenario's period has no quarter {label!r}. {nearest(label, list(known))}"
        raise UnknownQuarterError(message)
    return known[label]


class UnknownFrameworkError(TreasurySimError):
    """A framework that the scenario does not run."""


def frameworks_to_close(result: Result, key: str | None) -> tuple[str, ...]:
    """The framework called `key`; all that the scenario runs by default.

    Raises
    ------
    UnknownFrameworkError
        If the scenario does not run it.
    """
    if key is None:
        return tuple(result.statements)
    if key not in result.statements:
        message = f"The scenario does not run {key!r}. {nearest(key, list(result.statements))}"
        raise UnknownFrameworkError(f"{message} Add it to accounting.frameworks.")
    return (key,)
