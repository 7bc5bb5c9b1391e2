from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.prices import DailyPrices
from treasury_sim.treasury.windows import split

DAYS = np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-04-11"))
CLOSE = np.linspace(50.0, 149.0, DAYS.size)
DAILY = DailyPrices("BTC", DAYS, CLOSE - 1.0, CLOSE, "made up")


def test_an_even_window_is_one_part_for_each_day_both_ends_included() -> None:
    parts = split([(date(2025, 1, 1), date(2025, 1, 4), 8.0)], lambda _: "even", DAILY)
    assert parts.day.tolist() == [date(2025, 1, day) for day in (1, 2, 3, 4)]
    assert parts.quantity.tolist() == [2.0, 2.0, 2.0, 2.0]
    np.testing.assert_allclose(parts.price_factor, np.array([50, 51, 52, 53]) / 51.5)


@pytest.mark.parametrize(("timing", "day"), [("start", date(2025, 1, 1)), ("end", date(2025, 1, 4))])
def test_start_and_end_put_all_of_it_on_one_day_at_the_average(timing: str, day: date) -> None:
    parts = split([(date(2025, 1, 1), date(2025, 1, 4), 8.0)], lambda _: timing, DAILY)  # type: ignore[arg-type,return-value]
    assert (parts.day.tolist(), parts.quantity.tolist(), parts.price_factor.tolist()) == ([day], [8.0], [1.0])


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30), st.floats(1e-8, 1e6)), max_size=8))
def test_units_and_money_tie_and_parts_are_in_order(windows: list[tuple[int, int, float]]) -> None:
    dated = [
        (DAYS[first].astype(date), DAYS[first + length].astype(date) if length else None, quantity)
        for first, length, quantity in windows
    ]
    parts = split(dated, lambda _: "even", DAILY)
    assert (np.diff(parts.day.astype(int)) >= 0).all()
    for row, (_, _, quantity) in enumerate(windows):
        own = parts.row == row
        assert parts.quantity[own].sum() == pytest.approx(quantity, rel=1e-12)
        assert (parts.quantity[own] * parts.price_factor[own]).sum() == pytest.approx(quantity, rel=1e-12)
