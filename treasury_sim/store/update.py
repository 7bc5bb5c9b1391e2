"""Bring the prices of a venue's market up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from treasury_sim.case.prices_needed import DEFAULT_VENUE
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.market.held.tables import ONE_DAY, AtCutoff, Series
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, load_history
from treasury_sim.store.bars import checked_bars, compared, without_gap
from treasury_sim.store.cutoffs import DEFAULT_CUTOFFS, download_at_cutoffs
from treasury_sim.store.folder import Table, read_table, write_table
from treasury_sim.store.market import Market
from treasury_sim.store.venues import Exchange, Line, Venue, connect, venue_of

OVERLAP = 7
"""Days that are downloaded again and compared with those held."""
TOLERANCE = 0.0005
"""Most by which a price may differ from the one held of the same day, as a share."""
EARLIEST = date(2014, 1, 1)
"""First day of a new series, where the venue serves it."""
CUTOFFS_FROM = date(2020, 1, 1)
"""First month end whose price at a time of day is downloaded."""


@dataclass(frozen=True)
class Options:
    """How prices are updated.

    Attributes
    ----------
    cutoffs
        Times of day whose prices are stored at month ends.
    first
        First day of a new series.
    again_from
        Day from which rows held are forgotten and downloaded again.
    tolerance
        See `TOLERANCE`.
    """

    cutoffs: tuple[str, ...] = DEFAULT_CUTOFFS
    first: date = EARLIEST
    again_from: date | None = None
    tolerance: float = TOLERANCE


DEFAULT = Options()


@dataclass(frozen=True)
class Updated:
    """The outcome of an update of a series.

    Attributes
    ----------
    bars, cutoffs
        Number of new days, and of new prices at times of day.
    last
        The last day with a price now; ``None`` if there is none.
    notes
        Sentences about what is missing.
    """

    series: Series
    bars: int
    cutoffs: int
    last: date | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outside:
    """The outside world: the time, waiting, and the connection to a venue."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    connect: Callable[[Venue], Exchange] = connect


def update(
    series: Series, folder: Path, outside: Outside, options: Options = DEFAULT, progress: Progress = silent
) -> Updated:
    """Download the days of a series that are not held, and the prices at times of day; store what is whole and agrees.

    The days up to a gap are stored; the running day never is. Nothing is written unless everything that is written
    agrees with what is held.

    Raises
    ------
    InputError
        If venue, asset or currency is unknown, the store is damaged, or answers contradict each other or what is held.
    TreasurySimError
        If the venue cannot be reached, a clock is wrong, or the store cannot be written.
    """
    venue = venue_of(series.venue)
    held, base = _without(read_table(folder, series), options.again_from), _embedded(series)
    market = Market.of(series, Line(venue, outside.connect(venue), outside.sleep), outside.now())
    before = held.bars[-1].date if held.bars else base.last if base else None
    market.check_clock(before)
    first = options.first if before is None else before - (OVERLAP - 1) * ONE_DAY
    fresh = checked_bars(_answers(market, first, progress), series, market.source, market.last)
    compared(fresh, _known(held, base), series, options.tolerance)
    new, gap = without_gap([bar for bar in fresh if before is None or bar.date > before], before)
    table = Table((*held.bars, *new), held.cutoffs)
    at, notes = _at_cutoffs(market, table, base, options.cutoffs)
    if new or at or options.again_from is not None:
        write_table(folder, series, Table(table.bars, (*held.cutoffs, *at)))
    reached = new[-1].date if new else before
    return Updated(series, len(new), len(at), reached, (*_missing_days(market, series, reached, gap), *notes))


def _embedded(series: Series) -> DailyPrices | None:
    is_embedded = series.asset in EMBEDDED and (series.venue, series.currency) == (DEFAULT_VENUE, EMBEDDED_CURRENCY)
    return load_history(series.asset) if is_embedded else None


def _without(table: Table, day: date | None) -> Table:
    """The rows before `day`."""
    if day is None:
        return table
    bars, cutoffs = ([row for row in rows if row.date < day] for rows in (table.bars, table.cutoffs))
    return Table(tuple(bars), tuple(cutoffs))  # type: ignore[arg-type]


def _known(held: Table, base: DailyPrices | None) -> dict[date, tuple[float, float]]:
    """Low and close of each day that is held or embedded; of both, those embedded."""
    known = {bar.date: (bar.low, bar.close) for bar in held.bars}
    if base is not None:
        tail = slice(-OVERLAP - len(held.bars), None)
        days = base.days[tail].astype(object).tolist()
        known |= dict(zip(days, zip(base.low[tail].tolist(), base.close[tail].tolist(), strict=True), strict=True))
    return known


def _answers(market: Market, first: date, progress: Progress) -> list[list[float]]:
    """The bars from `first` to the last whole day, page by page."""
    answers: list[list[float]] = []
    start, last, line = first, market.last, market.line
    whole = (last - first).days + 1
    while start <= last:
        page = line.bars(market.symbol, ONE_DAY, datetime.combine(start, time(), UTC), (last - start).days + 1)
        answers += page
        progress(min((start - first).days, whole), whole)
        if line.venue.newest_only:
            break
        days = [day for row in page if (day := _day(row)) is not None and start <= day <= last]
        # An empty page may lie before the first day of trading.
        start = max(days) + ONE_DAY if days else start + line.venue.page * ONE_DAY
    progress(whole, whole)
    return answers


def _day(row: Sequence[float]) -> date | None:
    """The day of an answer; ``None`` if it has none."""
    try:
        return datetime.fromtimestamp(row[0] / 1000, UTC).date()
    except (TypeError, ValueError, OverflowError, OSError, LookupError):
        return None


def _at_cutoffs(
    market: Market, table: Table, base: DailyPrices | None, cutoffs: Sequence[str]
) -> tuple[list[AtCutoff], list[str]]:
    """Prices at times of day; before the embedded history ends, its own stand."""
    if not table.bars:
        return [], []
    first = max(CUTOFFS_FROM, table.bars[0].date, base.last + ONE_DAY if base else CUTOFFS_FROM)
    return download_at_cutoffs(market, table, first, cutoffs)


def _missing_days(market: Market, series: Series, reached: date | None, gap: date | None) -> Iterator[str]:
    """Sentences about days that the venue did not serve."""
    name, pair = market.line.venue.name, f"{series.asset}-{series.currency}"
    if gap is not None:
        yield (
            f"{name} serves no bar of {gap} for {pair}, but later ones: prices end the day before. Update again later."
        )
    elif reached is None:
        yield f"{name} serves no daily bars of {pair}."
    elif reached < market.last:
        why = "" if market.is_traded else f" {pair} is not traded there any more."
        yield f"{name} serves no bar after {reached}, though {market.last} is over.{why}"
