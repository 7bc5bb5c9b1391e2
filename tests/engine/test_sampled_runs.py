"""Every sampled model through the whole engine: what follows from its law, and from what a rule sees of it."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases import run_case
from treasury_sim import Result
from treasury_sim.market.models import SAMPLED_MODELS

FROM = date(2025, 7, 1)
LOT = {"acquired": date(2025, 1, 2), "quantity": 1, "unit_cost": 100}
STATES = {"calm": {"volatility": 0.3, "leave": 0.05}, "turbulent": {"volatility": 0.9, "leave": 0.2}}
KEYS: dict[str, dict[str, Any]] = {
    "gbm": {"volatility": 0.5},
    "jump_diffusion": {"volatility": 0.4, "jumps_per_year": 10, "jump_mean": -0.05, "jump_volatility": 0.1},
    "garch": {"volatility": 0.6, "alpha": 0.06, "gamma": 0.04, "beta": 0.9, "degrees_of_freedom": 5},
    "regime": STATES,
    "ensemble": {
        "members": [{"model": "gbm", "volatility": 0.4}, {"model": "regime", **STATES}],
        "weights": [3.0, 1.0],
    },
    "bootstrap": {"window": [date(2025, 1, 3), date(2025, 6, 30)], "block_length": 5, "drift": 0.0},
}


def past() -> dict[date, Any]:
    """Half a year in which the price moves and every day has a low: something to draw from."""
    generator = np.random.default_rng(4)
    logs = np.cumsum(generator.normal(0.0, 0.03, 180))
    closes = 100.0 * np.exp(logs - logs[-1])
    days = [date.fromordinal(date(2025, 1, 2).toordinal() + number) for number in range(180)]
    return {day: (float(close * 0.98), float(close)) for day, close in zip(days, closes, strict=True)}


def simulated(folder: Path, model: str, policy: str = "intraday_low") -> Result:
    prices = {"file": "prices.csv", "model": model, "from": FROM, **KEYS[model]}
    steps = {date(2025, 1, 1): 100.0, **past()}
    period = {"start": FROM, "end": date(2025, 12, 31)}
    return run_case(
        folder,
        steps,
        [LOT],
        prices={"BTC": prices},
        period=period,
        accounting={"impairment_price": policy},
        simulation={"paths": 4_096, "seed": 3},
    )


@pytest.mark.parametrize("model", SAMPLED_MODELS)
def test_without_drift_fair_value_neither_gains_nor_loses_on_average(model: str, tmp_path: Path) -> None:
    result = simulated(tmp_path, model)
    gain = result.statements["us_gaap_fair_value"].lines["remeasurement_pl"]
    assert gain is not None
    total = gain[:, -2:].sum(axis=1)
    assert abs(total.mean()) < 4.0 * total.std() / math.sqrt(total.size)


@pytest.mark.parametrize("model", SAMPLED_MODELS)
def test_looking_more_often_never_gives_a_smaller_expected_charge(model: str, tmp_path: Path) -> None:
    charges = []
    for policy in ("period_end", "month_end", "daily_close", "intraday_low"):
        accumulated = (
            simulated(tmp_path, model, policy).statements["us_gaap_impairment"].lines["accumulated_impairment"]
        )
        assert accumulated is not None
        charges.append(float(accumulated[:, -1].mean()))
    assert charges == sorted(charges)
    assert charges[0] < charges[-1]
