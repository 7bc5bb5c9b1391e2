"""Repeated events, expanded into single ones."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from treasury_sim.domain.plan import BEGINNING, Every, Payment, Purchase, Receipt, Sale

Recurring = Purchase | Receipt | Sale | Payment
"""Events that may be repeated, or extend over a window of days."""
Repeated = TypeVar("Repeated", bound=Recurring)

DAYS: dict[Every, int] = {"day": 1, "week": 7}
MONTHS: dict[Every, int] = {"month": 1, "quarter": 3}


def occurrences(event: Repeated, start: date, end: date) -> Iterator[Repeated]:
    """Every occurrence of `event` by `end`; an event without `every` occurs once, on its date.

    Parameters
    ----------
    start
        First day of a repeated event that states no date.
    """
    for day in days_of(event, start, end):
        yield event if event.every is None else replace(event, date=day, every=None, until=None)


def days_of(event: Recurring, start: date, end: date) -> list[date]:
    """Days of the occurrences of `event`, see `occurrences`."""
    if event.every is None:
        return [event.date] if event.date <= end else []
    first = start if event.date == BEGINNING else event.date
    last = end if event.until is None else min(event.until, end)
    days = [first]
    while days[-1] <= last:
        days.append(_step(first, event.every, len(days)))
    return days[:-1]


def _step(first: date, every: Every, number: int) -> date:
    """The day after `number` steps; monthly steps keep the day of the month, or its last day in a shorter month."""
    if every in DAYS:
        return first + timedelta(days=number * DAYS[every])
    months = first.year * 12 + first.month - 1 + number * MONTHS[every]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))
