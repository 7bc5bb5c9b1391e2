"""From held tables to daily prices: alone, after the embedded history, and in another currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np

from treasury_sim.domain.arrays import frozen
from treasury_sim.domain.prices import DailyPrices, PriceRecord, QuarterEndPrice, Rates
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.held.tables import FIX, ONE_DAY, AtCutoff, Bar, Series


def joined(
    series: Series, bars: Sequence[Bar], cutoffs: Sequence[AtCutoff], embedded: DailyPrices | None = None
) -> DailyPrices:
    """Daily prices from held bars, after the embedded history if given; days that both have are the embedded ones.

    Parameters
    ----------
    series
        The series of `bars`.
    bars
        Consecutive days, at least one after `embedded`.
    cutoffs
        Prices at times of day; with an embedded history, those after it, so that the price of an earlier quarter end is
        the same in every run.
    embedded
        The embedded history of the asset, of the same venue and currency.

    Raises
    ------
    InputError
        If a day is missing between the two.
    """
    name = bars[-1].source
    bought = f"as of {bars[-1].date}, downloaded {bars[-1].downloaded}"
    source = f"{name} {series.asset}-{series.currency} daily bars (UTC), price store, {bought}"
    at = {
        (row.date, row.cutoff): QuarterEndPrice(row.price, f"{row.source} at {row.cutoff}, open of the hourly bar")
        for row in cutoffs
        if embedded is None or row.date > embedded.last
    }
    later = [bar for bar in bars if embedded is None or bar.date > embedded.last]
    if embedded is None:
        return _recorded(series.asset, later, source, at)
    if bars[0].date > embedded.last + ONE_DAY:
        expected = f"prices from {embedded.last + ONE_DAY}, the day after the embedded ones"
        raise InputError([Problem(str(series.daily), 2, "date", expected, str(bars[0].date), FIX)])
    held = _recorded(series.asset, later, source, at)
    record = embedded.record or PriceRecord(())
    return DailyPrices(
        series.asset,
        frozen(np.concatenate([embedded.days, held.days])),
        frozen(np.concatenate([embedded.low, held.low])),
        frozen(np.concatenate([embedded.close, held.close])),
        f"{embedded.source}; from {later[0].date} {source}",
        replace(
            record,
            venues=(*record.venues, *(bar.source for bar in later)),
            cutoffs=MappingProxyType({**at, **record.cutoffs}),
        ),
    )


def _recorded(
    asset: str, bars: Sequence[Bar], source: str, cutoffs: dict[tuple[date, str], QuarterEndPrice]
) -> DailyPrices:
    return DailyPrices(
        asset,
        frozen(np.array([bar.date for bar in bars], dtype="datetime64[D]")),
        frozen(np.array([bar.low for bar in bars], dtype=np.float64)),
        frozen(np.array([bar.close for bar in bars], dtype=np.float64)),
        source,
        PriceRecord(tuple(bar.source for bar in bars), MappingProxyType(cutoffs)),
    )


def converted(prices: DailyPrices, rates: Rates, days: np.ndarray) -> DailyPrices:
    """Convert recorded prices: each day's prices times the rate of the day.

    Parameters
    ----------
    prices
        In the second currency of the pair.
    rates, days
        Rates, and the consecutive days they belong to, (days,). Prices on other days are left out.
    """
    first, last = max(prices.days[0], days[0]), min(prices.days[-1], days[-1])
    mine = slice(*((day - prices.days[0]).astype(int) + step for step, day in enumerate((first, last))))
    theirs = slice(*((day - days[0]).astype(int) + step for step, day in enumerate((first, last))))
    rate, published = frozen(rates.rate[theirs]), frozen(rates.published[theirs])
    record = prices.record or PriceRecord((prices.source,) * prices.days.size)
    on_day = dict(zip(days[theirs].astype(object).tolist(), zip(rate, published, strict=True), strict=True))
    cutoffs = {
        (day, cutoff): QuarterEndPrice(
            price.price * on_day[day][0],
            f"{price.source}: {price.price:,.2f} at {on_day[day][0]:,.6g} {rates.pair}, "
            f"{rates.source} of {on_day[day][1]}",
        )
        for (day, cutoff), price in record.cutoffs.items()
        if day in on_day
    }
    return DailyPrices(
        prices.asset,
        frozen(prices.days[mine]),
        frozen(prices.low[mine] * rate),
        frozen(prices.close[mine] * rate),
        f"{prices.source}; in {rates.pair.partition(' ')[0]} at each day's {rates.source} ({rates.pair})",
        replace(
            record,
            venues=record.venues[mine],
            cutoffs=MappingProxyType(cutoffs),
            rates=replace(rates, rate=rate, published=published),
        ),
    )
