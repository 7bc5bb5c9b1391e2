"""Random holders: prices, lots and sales, and the pieces that measure them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from hypothesis import strategies as st

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.plan import Sale
from treasury_sim.domain.prices import DailyPrices, Marks
from treasury_sim.domain.timeline import FiscalCalendar, Timeline
from treasury_sim.market.marks import observe
from treasury_sim.treasury.events import Events, disposals, mean_close
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, book_cost, build_ledger
from treasury_sim.treasury.lot_relief import LOT_RELIEF
from treasury_sim.treasury.windows import split

START = date(2024, 1, 1)
DAYS = 366


@dataclass(frozen=True, repr=False)
class History:
    """A holder's year."""

    daily: DailyPrices
    lots: tuple[Lot, ...]
    sales: tuple[Sale, ...]
    relief: str
    quarter_end: Floats
    pooled: bool = False

    def __repr__(self) -> str:
        return f"<{self.relief}, pooled {self.pooled}, {self.lots}, {self.sales}>"

    def timeline(self) -> Timeline:
        return self._timeline

    @cached_property
    def _timeline(self) -> Timeline:
        quarters = FiscalCalendar().quarters(START, START + timedelta(days=DAYS - 1))
        activity = self.activity()
        return Timeline.of(np.concatenate([activity.bought.day, activity.sold.day]), quarters)

    def activity(self) -> Activity:
        return self._activity

    @cached_property
    def _activity(self) -> Activity:
        lots = [(lot.acquired, lot.acquired_to, lot.quantity) for lot in self.lots]
        leaving = tuple(disposals(Events(START, sales=self.sales), date.max, mean_close({"BTC": self.daily})))
        sold = [(out.date, out.date_to, out.quantity) for out in leaving]
        bought = split(lots, lambda _: "even", self.daily)
        return Activity(self.lots, bought, leaving, split(sold, lambda _: "even", self.daily))

    def ledger(self) -> Ledger:
        return self._ledger

    @cached_property
    def _ledger(self) -> Ledger:
        policy = LedgerPolicy(
            relief=self.relief,
            relief_of=lambda disposal: disposal.lot_relief,
            cost_of=lambda lot: book_cost(lot, capitalise_fees=True),
            pooled=self.pooled or self.relief == "average",
        )
        return build_ledger(self.activity(), self.timeline(), policy)

    def marks(self, policy: str = "intraday_low") -> Marks:
        return observe(self.daily, self.timeline(), self.quarter_end, policy)


def day(offset: int) -> date:
    return START + timedelta(days=offset)


_SHARES = st.floats(0.01, 1.0)


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    max_lots: int = 6,
    max_sales: int = 5,
    reliefs: tuple[str, ...] = tuple(sorted(LOT_RELIEF)),
    pooled: tuple[bool, ...] = (False, False, True),
) -> History:
    seed = draw(st.integers(0, 2**32 - 1))
    generator = np.random.default_rng(seed)
    volatility = draw(st.sampled_from([0.001, 0.03, 0.1]))
    close = 100.0 * np.exp(np.cumsum(generator.normal(0.0, volatility, DAYS)))
    low = close * np.exp(-np.abs(generator.normal(0.0, volatility, DAYS)))
    days = np.arange(np.datetime64(START), np.datetime64(day(DAYS)))
    daily = DailyPrices("BTC", days, low, close, "made up")
    lots = tuple(draw(st.lists(_lots(daily), min_size=1, max_size=max_lots)))
    sales = _sales(draw, lots, close, draw(st.integers(0, max_sales)))
    ends = [daily.row(np.array([q.end], "datetime64[D]"))[0] for q in FiscalCalendar().quarters(START, day(DAYS - 1))]
    quarter_end = close[ends] * np.exp(generator.normal(0.0, volatility, len(ends)))
    relief = draw(st.sampled_from(reliefs))
    return History(daily, lots, sales, relief, quarter_end, pooled=draw(st.sampled_from(pooled)))


@st.composite
def _lots(draw: st.DrawFn, daily: DailyPrices) -> Lot:
    first = draw(st.integers(0, DAYS - 40))
    length = draw(st.sampled_from([0, 0, 1, 7, 30]))
    return Lot(
        acquired=day(first),
        acquired_to=day(first + length) if length else None,
        quantity=draw(st.sampled_from([1.0, 2.5, 1000.0, 0.3])),
        unit_cost=float(daily.close[first]) * draw(st.floats(0.5, 2.0)),
        fee=draw(st.sampled_from([0.0, 1.0])),
        id=f"lot-{draw(st.integers(0, 10**6))}",
    )


def _sales(draw: st.DrawFn, lots: tuple[Lot, ...], close: Floats, count: int) -> tuple[Sale, ...]:
    """Sales of what is held for certain, in the order of their days."""
    sales: list[Sale] = []
    for offset in sorted(draw(st.lists(st.integers(0, DAYS - 1), min_size=count, max_size=count))):
        complete = sum(lot.quantity for lot in lots if lot.last_day <= day(offset))
        held = complete - sum(sale.quantity or 0.0 for sale in sales)
        if held > 1e-6:
            quantity = held * draw(st.one_of(st.just(1.0), _SHARES))
            price = float(close[offset]) * draw(st.floats(0.8, 1.2))
            sales.append(Sale(day(offset), quantity, proceeds=quantity * price, fee=draw(st.sampled_from([0.0, 0.5]))))
    return tuple(sales)
