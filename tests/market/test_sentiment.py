"""The index from prices: a plain loop, its bounds, and the days of February 2026."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.market import sentiment
from treasury_sim.market.history import load_history
from treasury_sim.market.sentiment import COEFFICIENTS, ERROR, index_from_prices

BTC = load_history("BTC")
PUBLISHED = {
    date(2026, 2, 5): 12,
    date(2026, 2, 6): 9,
    date(2026, 2, 7): 6,
    date(2026, 2, 8): 8,
    date(2026, 2, 12): 5,
    date(2026, 2, 23): 5,
}
"""alternative.me; 10.0 on average in February 2026."""


def at(day: date) -> float:
    return float(index_from_prices(BTC.close)[(day - BTC.first).days])


def february() -> float:
    return float(np.mean([at(date(2026, 2, 1) + timedelta(days=day)) for day in range(28)]))


def test_it_equals_a_plain_loop() -> None:
    close = BTC.close[-800:]
    index = index_from_prices(close)
    assert np.isnan(index[:365]).all()
    rise = fall = 0.0
    for day in range(1, close.size - 1):
        change = close[day] - close[day - 1]
        rise, fall = rise + (max(change, 0.0) - rise) / 14.0, fall + (max(-change, 0.0) - fall) / 14.0
        if day < 364:
            continue
        features = (
            1.0,
            rise / (rise + fall) - 0.5,
            math.log(close[day] / close[day - 89 : day + 1].mean()),
            math.log(close[day] / close[day - 199 : day + 1].mean()),
            close[day] / close[day - 364 : day + 1].max() - 1.0,
        )
        logit = sum(weight * feature for weight, feature in zip(COEFFICIENTS, features, strict=True))
        assert index[day + 1] == pytest.approx(100.0 / (1.0 + math.exp(-logit)), rel=1e-9)


@given(st.integers(0, 1_000), st.floats(0.001, 0.3))
def test_it_lies_between_0_and_100_and_knows_no_later_day(seed: int, size: float) -> None:
    close = 1e4 * np.exp(np.cumsum(size * np.random.default_rng(seed).standard_normal(500)))
    index = index_from_prices(close)
    assert ((index[365:] >= 0.0) & (index[365:] <= 100.0)).all()
    later = close.copy()
    later[450:] *= 2.0
    assert index_from_prices(later)[:451].tobytes() == index[:451].tobytes()


def test_few_days_and_days_without_a_change_are_no_error() -> None:
    assert np.isnan(index_from_prices(np.full(100, 1.0))).all()
    assert np.isfinite(index_from_prices(np.full(400, 1.0))[365:]).all()


def test_february_2026_is_predicted_within_4_points() -> None:
    """The mean was 10.0; 12.7 from prices."""
    assert february() == pytest.approx(12.7, abs=0.1)
    off = [at(day) - value for day, value in PUBLISHED.items()]
    assert float(np.sqrt(np.mean(np.square(off)))) < ERROR


@pytest.mark.xfail(reason="The index drifts: a fit to 2018 to 2023 gives 20.6 for February 2026, where it was 10.0")
def test_an_old_fit_predicts_february_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentiment, "COEFFICIENTS", (-0.008, 2.089, 1.753, 0.505, 0.870))
    assert february() == pytest.approx(10.0, abs=4.0)
