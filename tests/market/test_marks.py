from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given

from tests.histories import History, day, histories
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.timeline import FiscalCalendar
from treasury_sim.market.marks import OBSERVED_DAYS, LowOverride, observed, with_lows
from treasury_sim.measure.running_low import RunningLow

DAYS = np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-07-01"))
DAILY = DailyPrices("BTC", DAYS, np.full(DAYS.size, 80.0), np.full(DAYS.size, 90.0), "made up")
Q1 = FiscalCalendar().quarter(date(2025, 1, 1))


@pytest.mark.parametrize("price", [70.0, 85.0, 95.0])
def test_a_stated_low_is_the_lowest_price_of_its_quarter_and_of_no_other(price: float) -> None:
    changed = with_lows(DAILY, {Q1: LowOverride(price, date(2025, 2, 14))})
    inside = DAYS <= np.datetime64(Q1.end)
    assert changed.low[inside].min() == changed.low[DAYS == np.datetime64("2025-02-14")] == price
    assert changed.close[inside].min() == max(price, 90.0)
    assert (changed.low <= changed.close).all()
    np.testing.assert_array_equal(changed.low[~inside], DAILY.low[~inside])


def test_which_days_each_policy_sees() -> None:
    seen = {name: DAYS[np.isfinite(observed(DAILY, name))] for name in OBSERVED_DAYS}
    assert seen["intraday_low"].size == seen["daily_close"].size == DAYS.size
    assert seen["period_end"].size == 0
    assert seen["month_end"].astype(str).tolist()[:2] == ["2025-01-31", "2025-02-28"]
    assert {each.astype(date).isoweekday() for each in seen["weekly"]} == {7}


@given(histories())
def test_the_running_low_is_the_smallest_of_what_was_seen_since(history: History) -> None:
    timeline, marks = history.timeline(), history.marks()
    low = RunningLow(marks, timeline)
    count = timeline.days.size
    rows = history.daily.row(timeline.days)
    ends = timeline.quarter_marks.tolist()
    for acquired in range(0, count, max(1, count // 7)):
        for mark in range(acquired, count, max(1, count // 5)):
            seen = [np.inf, *history.daily.low[rows[acquired] + 1 : rows[mark] + 1]]
            seen += [price for end, price in zip(ends, history.quarter_end, strict=True) if acquired <= end < mark]
            found = low.before_events(np.array([acquired]), np.array([mark]))
            assert found.tolist() == [[min(seen)]]
    assert timeline.days[0] >= np.datetime64(day(0))
