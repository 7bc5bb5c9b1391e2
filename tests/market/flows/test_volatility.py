"""The volatility known before a day, against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from treasury_sim.market.flows.volatility import FIRST_DAYS, FORGETTING, known_volatility


def test_it_equals_a_plain_loop_on_every_path() -> None:
    close = 60_000.0 * np.exp(np.cumsum(0.04 * np.random.default_rng(3).standard_normal((4, 90)), axis=1))
    for path, computed in zip(close, known_volatility(close), strict=True):
        returns = np.diff(np.log(path), prepend=np.log(path[0]))
        variance = float(returns[: FIRST_DAYS + 1].var())
        assert computed[:2] == pytest.approx(variance**0.5)
        for day in range(2, path.size):
            variance = (1.0 - FORGETTING) * variance + FORGETTING * returns[day - 1] ** 2
            assert computed[day] == pytest.approx(variance**0.5, rel=1e-12)


def test_a_day_does_not_change_its_own_volatility() -> None:
    close = np.full(100, 60_000.0) * np.exp(0.02 * np.sin(np.arange(100.0)))
    fallen = close.copy()
    fallen[80:] *= 0.7
    calm, crash = known_volatility(close), known_volatility(fallen)
    assert crash[:81].tobytes() == calm[:81].tobytes()
    assert crash[81] > 2.0 * calm[81]
