"""Prices at a time of day: the open of the venue's hourly bar that begins at that time."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from treasury_sim.errors import InputError, Problem
from treasury_sim.market.held.tables import ONE_DAY, AtCutoff
from treasury_sim.market.history.loader import FOUR_PM_NEW_YORK
from treasury_sim.store.folder import Table
from treasury_sim.store.market import Market

DEFAULT_CUTOFFS = (FOUR_PM_NEW_YORK,)
"""Times of day that are stored unless others are named; midnight UTC is the close of the daily bar."""
HOUR = timedelta(hours=1)
_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d) ([A-Za-z0-9_+\-/]+)")


def instant(cutoff: str, day: date) -> datetime:
    """The instant of a time of day such as ``15:00 Asia/Tokyo`` on `day`.

    Raises
    ------
    InputError
        If it is not a time of day in a known zone, or no hourly bar begins at it.
    """
    form = _FORM.fullmatch(cutoff.strip())
    fix = 'Write it as "15:00 Asia/Tokyo".'
    if form is None:
        raise InputError([Problem("", None, "--cutoff", "a time of day and a time zone", cutoff, fix)])
    try:
        zone = ZoneInfo(form[3])
    except (KeyError, ValueError, OSError):
        raise InputError([Problem("", None, "--cutoff", "a known time zone", form[3], fix)]) from None
    moment = datetime.combine(day, time(int(form[1]), int(form[2])), zone).astimezone(UTC)
    if moment.minute:
        expected = "a time at which an hour begins in UTC, since venues serve hourly bars"
        raise InputError([Problem("", None, "--cutoff", expected, cutoff)])
    return moment


def month_ends(first: date, last: date) -> Iterator[date]:
    """The last day of each month within the days `first` to `last`: every fiscal quarter ends on one of them."""
    day = first.replace(day=monthrange(first.year, first.month)[1])
    while day <= last:
        yield day
        following = day + ONE_DAY
        day = following.replace(day=monthrange(following.year, following.month)[1])


def missing(
    cutoffs: Iterable[str], days: Iterable[date], held: Iterable[tuple[date, str]], now: datetime
) -> list[tuple[date, str, datetime]]:
    """Day, time of day and instant of each price that is not held and whose hour has passed."""
    known, every = set(held), list(days)
    wanted = [(day, cutoff, instant(cutoff, day)) for cutoff in cutoffs for day in every if (day, cutoff) not in known]
    return [each for each in wanted if each[2] + HOUR <= now]


def download_at_cutoffs(
    market: Market, table: Table, first: date, cutoffs: Sequence[str]
) -> tuple[list[AtCutoff], list[str]]:
    """The prices at times of day of the month ends from `first` on that are not held, and notes on those missing."""
    venue, by_day = market.line.venue, {bar.date: bar for bar in table.bars}
    held = ((row.date, row.cutoff) for row in table.cutoffs)
    rows: list[AtCutoff] = []
    without, late = [], 0
    for day, cutoff, moment in missing(cutoffs, month_ends(first, table.bars[-1].date), held, market.now):
        if venue.newest_only and market.now - moment > venue.page * HOUR:
            late += 1
            continue
        price = _open_of_hour(market.line.bars(market.symbol, HOUR, moment, 2), moment)
        bar = by_day.get(moment.date())
        if price is None or (bar is not None and not bar.low <= price <= bar.high):
            without.append(f"{day} {cutoff}")
        else:
            rows.append(AtCutoff(day, cutoff, price, market.source.name, market.source.downloaded))
    notes = []
    if late:
        kept = f"{venue.name} serves hourly bars of the last {venue.page // 24} days only"
        notes.append(f"{kept}: {late} earlier prices at month ends are left out.")
    if without:
        at = ", ".join(without)
        notes.append(f"{venue.name} has no hourly bar within the day's prices at {at}: the UTC close stands in.")
    return rows, notes


def _open_of_hour(answers: Sequence[Sequence[float]], moment: datetime) -> float | None:
    """The open of the bar that begins at `moment`; ``None`` without one."""
    wanted = moment.timestamp() * 1000
    opens = [float(answer[1]) for answer in answers if len(answer) > 1 and answer[0] == wanted and answer[1]]
    return opens[0] if opens and opens[0] > 0.0 else None
