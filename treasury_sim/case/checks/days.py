"""Days of the fiscal calendar near a day that is wrong, for the fix of a message."""

from __future__ import annotations

from datetime import date, timedelta

from treasury_sim.domain.timeline import FiscalCalendar, Quarter


def near(day: date, *choices: date) -> date:
    """The day in `choices` that is nearest to `day`."""
    return min(choices, key=lambda choice: (abs((choice - day).days), choice))


def next_quarter(fiscal: FiscalCalendar, quarter: Quarter) -> Quarter:
    """The quarter after `quarter`."""
    return fiscal.quarter(quarter.end + timedelta(days=1))


def near_end(fiscal: FiscalCalendar, day: date) -> date:
    """The quarter end that is nearest to `day`."""
    quarter = fiscal.quarter(day)
    return near(day, quarter.end, quarter.start - timedelta(days=1))
