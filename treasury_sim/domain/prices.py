"""Daily prices of one asset, and `Marks`: the prices that a rule may observe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from treasury_sim.domain.arrays import Days, Floats, Ints


@dataclass(frozen=True)
class Rates:
    """The exchange rates at which recorded prices were converted.

    Attributes
    ----------
    pair
        Such as ``JPY per USD``.
    rate : (days,)
        Units of the first currency for a unit of the second.
    published : (days,)
        The day on which each rate was published: on days without one, the day before that had one.
    source
        Such as ``ECB reference rate``.
    """

    pair: str
    rate: Floats
    published: Days
    source: str


@dataclass(frozen=True)
class QuarterEndPrice:
    """The price of one unit at the end of a fiscal quarter, and its source.

    Attributes
    ----------
    price
        [currency/unit]
    source
        In words, such as ``Coinbase at 4 p.m. New York, disclosed in 8-K 2025-10-06``.
    """

    price: float
    source: str


@dataclass(frozen=True)
class PriceRecord:
    """More about recorded prices than their figures.

    Attributes
    ----------
    venues : (days or more,)
        Venue of each day's bar.
    cutoffs
        By day and time of day (``16:00 America/New_York``), the price at it.
    is_embedded
        Whether they begin with the embedded prices.
    rates
        Exchange rates that converted them; ``None`` if they are as quoted.
    """

    venues: tuple[str, ...]
    cutoffs: Mapping[tuple[date, str], QuarterEndPrice] = field(default_factory=lambda: MappingProxyType({}))
    is_embedded: bool = False
    rates: Rates | None = None


@dataclass(frozen=True)
class DailyPrices:
    """Daily bars of one asset on one venue, a row for every UTC day without a gap.

    Attributes
    ----------
    asset
        Such as ``BTC``.
    days : (days,)
        UTC days, increasing by one.
    low, close : (days,)
        Lowest and last price of the day [currency/unit]; low <= close.
    source
        Venue and origin in words.
    record
        More about recorded prices; ``None`` for prices of a model or of a user's file.
    """

    asset: str
    days: Days
    low: Floats
    close: Floats
    source: str
    record: PriceRecord | None = None

    @property
    def first(self) -> date:
        """The first day with a price."""
        first: date = self.days[0].astype(date)
        return first

    @property
    def last(self) -> date:
        """The last day with a price."""
        last: date = self.days[-1].astype(date)
        return last

    def up_to(self, day: date) -> DailyPrices:
        """The bars up to `day`, which must be inside (not checked here)."""
        count = (day - self.first).days + 1
        return replace(self, days=self.days[:count], low=self.low[:count], close=self.close[:count])

    def row(self, days: Days) -> Ints:
        """Row of each of `days`, all of which must be inside (not checked here)."""
        rows: Ints = (days - self.days[0]).astype("timedelta64[D]").astype(np.intp)
        return rows


@dataclass(frozen=True)
class Marks:
    """The prices of one asset that a rule can observe at the marks of a timeline. All prices in [currency/unit].

    The order at a mark: units held before it observe the low since the previous mark; then come the events of the
    day; then, at a quarter end, the units held observe the quarter-end price.

    Attributes
    ----------
    close : (paths, marks)
        Close of the mark's day: the first price that units bought on that day observe.
    low : (paths, marks)
        Lowest price since the previous mark, the mark's day included, under the observation policy; infinite where
        it observes none.
    quarter_end : (paths, quarters)
        Price at the cut-off of each quarter end.
    shared
        One path over the marks at which all paths are still the same, such as history; `close` and `low` then begin
        after it. ``None`` if they cover every mark.
    """

    close: Floats
    low: Floats
    quarter_end: Floats
    shared: Marks | None = None

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self.quarter_end.shape[0])

    @property
    def first(self) -> int:
        """The mark at which `close` and `low` begin."""
        return 0 if self.shared is None else int(self.shared.close.shape[1])

    def close_at(self, mark: int) -> Floats:
        """Close at one mark, (paths,), or (1,) where all paths share it."""
        return (
            self.close[:, mark - self.first]
            if self.shared is None or mark >= self.first
            else self.shared.close[:, mark]
        )

    def low_at(self, mark: int) -> Floats:
        """Low at one mark, (paths,), or (1,) where all paths share it."""
        return self.low[:, mark - self.first] if self.shared is None or mark >= self.first else self.shared.low[:, mark]

    def path(self, number: int) -> Marks:
        """One path alone, over all marks."""
        close, low = self.close[number : number + 1], self.low[number : number + 1]
        if self.shared is not None:
            close = np.concatenate([self.shared.close, close], axis=1)
            low = np.concatenate([self.shared.low, low], axis=1)
        return Marks(close, low, self.quarter_end[number : number + 1])

    def block(self, paths: slice) -> Marks:
        """Some of the paths."""
        return Marks(self.close[paths], self.low[paths], self.quarter_end[paths], self.shared)

    def apart(self, quarter_marks: Ints) -> Marks:
        """The same marks, with the stretch that all paths share kept once."""
        if self.shared is not None:
            return self
        differs = (self.close != self.close[:1]).any(axis=0) | (self.low != self.low[:1]).any(axis=0)
        differs[quarter_marks] |= (self.quarter_end != self.quarter_end[:1]).any(axis=0)
        first = int(np.argmax(differs)) if differs.any() else differs.size
        if not first:
            return self
        shared = Marks(self.close[:1, :first], self.low[:1, :first], self.quarter_end[:1])
        return Marks(self.close[:, first:], self.low[:, first:], self.quarter_end, shared)
