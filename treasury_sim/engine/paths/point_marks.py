"""The prices observed of one asset at the points of a sweep of prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Quarter, Timeline
from treasury_sim.engine.prepare import Prepared
from treasury_sim.market.marks import LowOverride, observe

Points = Mapping[KeyPath, Floats]
"""Key path that varies -> its values, (points,) [currency/unit]."""


def price_key(path: KeyPath) -> tuple[str, str, date] | None:
    """Asset, table and quarter end of a price that points may vary; ``None`` for any other key."""
    if len(path) < 4 or path[0] != "prices" or not isinstance(path[3], date):
        return None
    if (path[2], *path[4:]) not in {("quarter_end",), ("quarter_low", "price")}:
        return None
    return str(path[1]), str(path[2]), path[3]


def count_of(points: Points) -> int:
    """The number of points."""
    return len(next(iter(points.values())))


class VariedAsset:
    """One asset whose quarter-end prices or lows vary."""

    def __init__(
        self, name: str, prepared: Prepared, timeline: Timeline, price_quarters: set[int], low_quarters: set[int]
    ) -> None:
        self._name, self._prepared, self._timeline = name, prepared, timeline
        self._asset = prepared.assets[name]
        self._prices, self._lows = sorted(price_quarters), sorted(low_quarters)
        policy = prepared.case.spec.accounting.impairment_price
        prices = self._asset.quarter_end_prices(len(timeline.quarters))
        self._marks = observe(self._asset.daily, timeline, prices, policy)
        self._as_it_was = observe(self._asset.history, timeline, prices, policy)
        self._policy = policy
        first = [int(timeline.quarter_marks[quarter]) for quarter in self._prices]
        first += [int(np.argmax(timeline.quarter_of_mark == quarter)) for quarter in self._lows]
        self._first = min(first)

    def _key(self, table: str, quarter: int) -> KeyPath:
        rest = ("price",) if table == "quarter_low" else ()
        return ("prices", self._name, table, self._prepared.quarters[quarter].end, *rest)

    def _low_of(self, quarter: Quarter) -> LowOverride | None:
        """The low that the scenario states for a quarter."""
        return self._asset.stated_lows.get(quarter)

    def lows_and_prices(self, points: Points) -> Iterator[tuple[Floats | float, Floats | float]]:
        """Low and quarter-end price of every quarter with a stated low in which either varies."""
        for index in sorted({*self._prices, *self._lows}):
            low = self._low_of(self._prepared.quarters[index])
            price = points.get(self._key("quarter_end", index), self._asset.quarter_end[index].price)
            if low is not None:
                yield np.asarray(points.get(self._key("quarter_low", index), low.price)), np.asarray(price)

    def marks(self, points: Points) -> Marks:
        """Marks at the points: shared up to the first price that varies, separate after it."""
        count, first = count_of(points), self._first
        at_end = np.repeat(self._marks.quarter_end, count, axis=0)
        for quarter in self._prices:
            at_end[:, quarter] = points[self._key("quarter_end", quarter)]
        shape = (count, self._timeline.days.size - first)
        close = np.broadcast_to(self._marks.close[:, first:], shape)
        low = np.broadcast_to(self._marks.low[:, first:], shape)
        for quarter in self._lows:
            close, low = self._raised(close, low, quarter, points)
        shared = None
        if first:
            shared = Marks(self._marks.close[:, :first], self._marks.low[:, :first], self._marks.quarter_end)
        marks = Marks(close, low, at_end, shared)
        return marks.path(0) if count == 1 else marks

    def _raised(self, close: Floats, low: Floats, quarter: int, points: Points) -> tuple[Floats, Floats]:
        """Apply the low of a quarter to its marks, as `with_lows` applies one to daily prices."""
        stated = self._low_of(self._prepared.quarters[quarter])
        if stated is None:
            return close, low
        inside = np.flatnonzero(self._timeline.quarter_of_mark == quarter)
        columns = inside - self._first
        price = np.asarray(points[self._key("quarter_low", quarter)], dtype=float)[:, None]
        close, low = close.copy(), low.copy()
        close[:, columns] = np.maximum(self._as_it_was.close[:, inside], price)
        low[:, columns] = np.maximum(self._as_it_was.low[:, inside], price)
        if self._policy == "intraday_low":
            day = np.datetime64(stated.day, "D")
            low[:, int(np.searchsorted(self._timeline.days, day)) - self._first] = price[:, 0]
        return close, low
