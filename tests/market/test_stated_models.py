"""Models that state one path: a window once more, a target, a shock. All figures by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from treasury_sim.domain.arrays import DAY, Days
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.history import Window, load_history, named_windows
from treasury_sim.market.models.historical import replay_levels, replay_returns, source_day
from treasury_sim.market.models.shock import SHAPES, shock_path, shocked_price
from treasury_sim.market.models.target import target_path


def days_from(first: str, count: int) -> Days:
    return np.datetime64(first) + np.arange(count) * DAY


PAST = DailyPrices(
    "BTC", days_from("2020-01-01", 5), np.array([90.0, 80, 110, 40, 60]), np.array([100.0, 80, 120, 60, 66]), "past"
)
WINDOW = Window(date(2020, 1, 2), date(2020, 1, 4))
"""Returns 0.8, 1.5 and 0.5; lows of 1, 11/12 and 2/3 of the close."""


def test_returns_of_a_window_are_applied_to_the_spot_and_begin_again() -> None:
    path = replay_returns(PAST, WINDOW, days_from("2030-01-01", 4), 1000.0)
    assert path.close == pytest.approx([800, 1200, 600, 480])
    assert path.low == pytest.approx([800, 1100, 400, 480])
    assert path.source == "model: 2020-01-02 to 2020-01-04 replayed from spot 1,000"


def test_levels_of_a_window_are_as_they_were() -> None:
    path = replay_levels(PAST, WINDOW, days_from("2030-01-01", 4))
    assert path.close.tolist() == [80, 120, 60, 80]
    assert path.low.tolist() == [80, 110, 40, 80]
    assert [source_day(WINDOW, date(2030, 1, 1), date(2030, 1, day)).day for day in (1, 3, 4)] == [2, 4, 2]


@pytest.mark.parametrize("name", named_windows())
def test_a_shipped_window_begins_the_day_after_the_highest_close_and_holds_the_low(name: str) -> None:
    window, daily = named_windows()[name], load_history("BTC")
    around = daily.row(np.array([window.first, window.last], dtype="datetime64[D]"))
    before = daily.close[around[0] - 1]
    assert before >= daily.close[around[0] - 60 : around[1] + 1].max()
    low = {"2018 winter": 3_128.89, "2022 Terra and FTX": 15_460.0, "October 2025 to February 2026": 60_001.0}
    assert daily.low[around[0] : around[1] + 1].min() == low[name]


def test_a_target_is_straight_in_logs_between_its_knots() -> None:
    # 16 to 4 in two days (a factor of 1/2 a day), then 4 to 32 in three (a factor of 2).
    path = target_path("BTC", days_from("2030-01-01", 5), 16.0, {date(2030, 1, 5): 32.0}, {date(2030, 1, 2): 4.0})
    assert path.close == pytest.approx([8, 4, 8, 16, 32])
    assert path.low is path.close


def test_a_low_on_the_day_of_the_quarter_end_leaves_the_close_alone() -> None:
    path = target_path("BTC", days_from("2030-01-01", 2), 1.0, {date(2030, 1, 2): 4.0}, {date(2030, 1, 2): 3.0})
    assert path.close == pytest.approx([2, 4])


@pytest.mark.parametrize(
    ("shape", "close"),
    [
        ("instant", [100, 40, 40, 40, 40, 40, 40, 40]),
        ("linear", [100, 88, 76, 64, 52, 40, 40, 40]),
        ("l", [100, 70, 40, 40, 40, 40, 40, 40]),
        ("v", [100, 70, 40, 60, 80, 100, 100, 100]),
    ],
)
def test_the_shapes_of_a_shock(shape: str, close: list[float]) -> None:
    """A fall of 60 from 100 that begins on the second day, with the trough on the third and the end on the sixth."""
    days = days_from("2030-01-01", 8)
    path = shock_path("BTC", days, 100.0, 40.0, shape, timing=(days[1], days[2], days[5]))
    assert path.close == pytest.approx(close)
    words = {
        "instant": "at once on 2030-01-02",
        "linear": "evenly from 2030-01-02 to 2030-01-06",
        "l": "evenly from 2030-01-02 to 2030-01-03",
        "v": "evenly from 2030-01-02 to 2030-01-03 and back by 2030-01-06",
    }
    assert path.source == f"model: shock of 100 to 40, {words[shape]}"
    assert set(SHAPES) == {"instant", "linear", "l", "v"}


def test_the_sizes_of_a_shock() -> None:
    none = {"absolute": None, "relative": None, "equal_to": None}
    assert shocked_price(200.0, **{**none, "absolute": -50.0}) == 150.0
    assert shocked_price(200.0, **{**none, "relative": -0.4}) == pytest.approx(120.0)
    assert shocked_price(200.0, **{**none, "equal_to": 60.0}) == 60.0
