"""Bars as a venue answers, checked: of whole UTC days, without contradiction in themselves or with neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from treasury_sim.errors import InputError, Problem
from treasury_sim.market.held.tables import ONE_DAY, Bar, Series

MOST_STEP = 0.10
"""Most by which a day may open away from the last close, as a share: trading does not stop at midnight."""
SETTLES = timedelta(minutes=10)
"""Time after midnight during which a venue may still change the bar of the day."""
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Source:
    """Who served prices, and when they were downloaded."""

    name: str
    downloaded: str


def last_whole_day(now: datetime) -> date:
    """The last UTC day whose bar is final at `now`."""
    return (now.astimezone(UTC) - SETTLES).date() - ONE_DAY


def checked_bars(answers: Iterable[Sequence[float]], series: Series, source: Source, last: date) -> list[Bar]:
    """Turn a venue's answers into bars up to `last`, in order; a bar that is answered twice must be the same.

    Parameters
    ----------
    answers
        Time [ms since 1970], open, high, low, close of each bar.
    last
        The last whole day; later bars are left out.

    Raises
    ------
    InputError
        If bars are wrong, with each.
    """
    bars: dict[date, Bar] = {}
    problems = []
    for answer in answers:
        bar, problem = _bar(answer, source)
        if bar is None:
            problems.append(_problem(series, *problem))
        elif bar.date <= last and bars.setdefault(bar.date, bar) != bar:
            both = f"two: {_words(bars[bar.date])}; {_words(bar)}"
            problems.append(_problem(series, f"one bar of {bar.date}", both))
    in_order = [bars[day] for day in sorted(bars)]
    for before, bar in pairwise(in_order):
        if bar.date == before.date + ONE_DAY and abs(bar.open / before.close - 1.0) > MOST_STEP:
            expected = f"an open on {bar.date} within {MOST_STEP:.0%} of the close before, {before.close:,.8g}"
            problems.append(_problem(series, expected, f"{bar.open:,.8g}"))
    if problems:
        raise InputError(problems)
    return in_order


def _bar(answer: Sequence[float], source: Source) -> tuple[Bar | None, tuple[str, str]]:
    """The bar of an answer, else what was expected and what was answered."""
    try:
        time, *prices = (float(figure) for figure in answer[:5])
        open_, high, low, close = prices
    except (TypeError, ValueError):
        return None, ("a bar of time, open, high, low, close", str(answer)[:80])
    if not math.isfinite(time) or time % DAY_MS:
        return None, ("a bar that begins at midnight UTC", f"one at {time:.0f} ms")
    day = datetime.fromtimestamp(time / 1000, UTC).date()
    if not all(price > 0.0 and math.isfinite(price) for price in prices):
        return None, (f"prices above 0 on {day}", ", ".join(map(str, prices)))
    bar = Bar(day, open_, high, low, close, source.name, source.downloaded)
    if not low <= min(open_, close) <= max(open_, close) <= high:
        return None, (f"a low at or below, and a high at or above, the open and close of {day}", _words(bar))
    return bar, ("", "")


def _words(bar: Bar) -> str:
    return f"open {bar.open:,.8g}, high {bar.high:,.8g}, low {bar.low:,.8g}, close {bar.close:,.8g}"


def _problem(series: Series, expected: str, actual: str) -> Problem:
    fix = "The venue's answer is not used, and the prices held before are unchanged. Try again later."
    return Problem(str(series), None, "", expected, actual, fix)


def compared(fresh: Sequence[Bar], known: Mapping[date, tuple[float, float]], series: Series, tolerance: float) -> None:
    """Refuse bars that disagree with what is known of the same days by more than `tolerance`, a share of the price.

    Parameters
    ----------
    known
        Low and close by day; if there are any, one of the days must be among `fresh`.

    Raises
    ------
    InputError
        With both figures of each price that differs.
    """
    problems = []
    common = [bar for bar in fresh if bar.date in known]
    if known and fresh and not common:
        expected = f"a bar of a day that is held, to {max(known)}, to compare"
        problems.append(_problem(series, expected, f"bars from {fresh[0].date} only"))
    for bar in common:
        for name, then in zip(("low", "close"), known[bar.date], strict=True):
            now = getattr(bar, name)
            if abs(now / then - 1.0) > tolerance:
                expected = f"the {name} of {bar.date} as it is held, {then:,.8g}, within {tolerance:.2%}"
                fix = (
                    "Nothing is stored. If the one held is wrong, forget it and download it again with "
                    f"--again-from {bar.date}."
                )
                actual = f"{now:,.8g}, {now / then - 1.0:+.2%}"
                problems.append(Problem(str(series), None, "", expected, actual, fix))
    if problems:
        raise InputError(problems)


def without_gap(bars: Sequence[Bar], after: date | None) -> tuple[list[Bar], date | None]:
    """The bars that follow `after` day by day, and the first day that is missing before a later bar.

    Parameters
    ----------
    after
        The last day before the bars; ``None`` if the series begins with them.
    """
    rows: list[Bar] = []
    for bar in bars:
        last = rows[-1].date if rows else after
        if last is not None and bar.date != last + ONE_DAY:
            return rows, last + ONE_DAY
        rows.append(bar)
    return rows, None
