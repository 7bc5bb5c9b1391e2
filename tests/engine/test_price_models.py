"""Models of prices in a run: what cannot be run is told, with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cases import run_case
from treasury_sim.errors import InputError

LOTS = [{"acquired": date(2025, 1, 2), "quantity": 1, "unit_cost": 100}]


def test_a_model_that_cannot_be_run_yet_is_told(tmp_path: Path) -> None:
    prices = {"BTC": {"model": "gbm", "volatility": 0.5}}
    with pytest.raises(InputError, match=r"scenario.yaml:\d+: prices.BTC.model: expected .* not run yet, found gbm"):
        run_case(tmp_path, {date(2025, 1, 1): 100.0}, LOTS, prices=prices)
