"""The test price of a lot, the day on which it was observed, and its source.

The engine measures; this finds the day again by the engine's conventions: units bought on a day are first tested at
the close of that day (or the carrying amount they enter with), then at every later day by the observation policy, and
at the price of every quarter end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.accounting.rule import Rule
from treasury_sim.domain.arrays import Floats
from treasury_sim.market.history import venue_on
from treasury_sim.market.marks import observed
from treasury_sim.report.close.close import Close


@dataclass(frozen=True, slots=True)
class TestPrice:
    """A price of one unit, the day on which it was observed, and its source."""

    __test__ = False  # for pytest: not a test

    price: float
    day: date
    source: str


class Observer:
    """The test prices of one asset up to the end of one quarter."""

    def __init__(self, close: Close, asset: str) -> None:
        holding = close.result.holdings[asset]
        self._daily = holding.daily
        self._quarters = close.result.timeline.quarters
        self._prices = close.statements.assets[asset].prices
        self._quarter = close.quarter
        self._policy = close.result.policies["impairment_price"]
        self._seen: Floats = observed(holding.daily, self._policy)
        self._answers: dict[tuple[object, ...], TestPrice] = {}

    def at_reporting_date(self) -> TestPrice:
        """The price of the quarter end."""
        quoted = self._prices[self._quarter]
        return TestPrice(quoted.price, self._quarters[self._quarter].end, quoted.source)

    def of_rule(self, rule: Rule, acquired: date, opening: float | None, left: date | None) -> TestPrice:
        """The price at which `rule` tests a lot.

        Parameters
        ----------
        acquired
            Its first day.
        opening
            Carrying amount of a unit with which it entered, if it did [currency/coin].
        left
            The day on which the last of it left, if it did.
        """
        # Lots of one day share their price, and many lots share few days.
        key = (rule.price, acquired, opening, left)
        if key not in self._answers:
            self._answers[key] = self._of_rule(rule, acquired, opening, left)
        return self._answers[key]

    def _of_rule(self, rule: Rule, acquired: date, opening: float | None, left: date | None) -> TestPrice:
        if rule.price == "lowest_since_acquisition":
            return self._lowest(acquired, opening, left)
        if rule.price == "lowest_reporting_date":
            return self._lowest_reporting_date(acquired, opening)
        return self.at_reporting_date()

    def _first(self, acquired: date, opening: float | None) -> TestPrice:
        if opening is not None:
            return TestPrice(opening, acquired, "balance with which the lot entered")
        row = int(self._daily.row(np.array([acquired], dtype="datetime64[D]"))[0])
        return TestPrice(float(self._daily.close[row]), acquired, self._at("close of the purchase day", acquired))

    def _at(self, what: str, day: date) -> str:
        """The observation, its venue and the table it is from."""
        venue = venue_on(self._daily, day)
        return f"{what}{f' on {venue}' if venue else ''}; {self._daily.source}"

    def _lowest(self, acquired: date, opening: float | None, left: date | None) -> TestPrice:
        candidates = [self._first(acquired, opening)]
        until = min(left or self._quarters[self._quarter].end, self._quarters[self._quarter].end)
        days = np.array([acquired, until], dtype="datetime64[D]")
        after, last = (int(row) for row in self._daily.row(days))
        if last > after:
            row = after + 1 + int(np.argmin(self._seen[after + 1 : last + 1]))
            if np.isfinite(self._seen[row]):
                what = "low of the UTC day" if self._policy == "intraday_low" else "close of the UTC day"
                day: date = self._daily.days[row].astype(date)
                candidates.append(TestPrice(float(self._seen[row]), day, self._at(what, day)))
        # Units disposed of on a quarter end leave before its price is observed.
        candidates += self._quarter_ends(acquired, until, with_last=left is None)
        return min(candidates, key=lambda seen: seen.price)

    def _quarter_ends(self, acquired: date, until: date, *, with_last: bool) -> list[TestPrice]:
        return [
            TestPrice(quoted.price, quarter.end, f"quarter end; {quoted.source}")
            for quarter, quoted in zip(self._quarters, self._prices, strict=True)
            if acquired <= quarter.end and (quarter.end < until or (with_last and quarter.end == until))
        ]

    def _lowest_reporting_date(self, acquired: date, opening: float | None) -> TestPrice:
        end = self._quarters[self._quarter].end
        candidates = self._quarter_ends(acquired, end, with_last=True)
        if opening is not None:
            # The balance stands for the reporting date at which the lot enters.
            candidates = [self._first(acquired, opening), *(seen for seen in candidates if seen.day > acquired)]
        return min(candidates, key=lambda seen: seen.price)
