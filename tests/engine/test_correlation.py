"""How prices that are drawn together are correlated: measured, reported, and solved for."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_simulation import FIRST, LOTS, scenario
from treasury_sim import load, run, to_json
from treasury_sim.engine.paths.correlation import _root, moved_together, of_prices
from treasury_sim.engine.paths.simulation_plan import SimulationPlan
from treasury_sim.errors import InputError
from treasury_sim.market.models import NodePrices

GBM = {"model": "gbm", "volatility": 0.6}
GARCH = {"model": "garch", "volatility": 0.6, "alpha": 0.1, "gamma": 0.0, "beta": 0.87, "degrees_of_freedom": 4.0}
JUMPS = {
    "model": "jump_diffusion",
    "volatility": 0.4,
    "jumps_per_year": 20.0,
    "jump_mean": -0.02,
    "jump_volatility": 0.08,
}
MODELS = {"gbm": GBM, "garch": GARCH, "jumps": JUMPS}


def joint(folder: Path, models: list[dict[str, Any]], simulation: dict[str, Any]) -> Path:
    """A holder of BTC, ETH and SOL, as many as there are models."""
    assets = ("BTC", "ETH", "SOL")[: len(models)]
    lots = [{**LOTS[0], "id": asset, "asset": asset} for asset in assets]
    prices = {name: {"file": "prices.csv", "from": FIRST, **model} for name, model in zip(assets, models, strict=True)}
    return scenario(
        folder,
        ["us_gaap_fair_value"],
        holder={"lots": lots},
        plan={},
        prices=prices,
        simulation={"paths": 4_096, "seed": 3, **simulation},
    )


def test_by_hand() -> None:
    """Two paths, two nodes: returns ±1 and ±2 of one asset, ±1 and ∓1 of the other, so (1 - 2) / sqrt(5 * 2)."""
    one = np.cumsum([[1.0, 2.0], [-1.0, -2.0]], axis=1) + 0.3
    other = np.cumsum([[1.0, -1.0], [-1.0, 1.0]], axis=1) - 0.1
    prices = {"A": NodePrices(np.exp(one), np.exp(one)), "B": NodePrices(np.exp(other), np.exp(other))}
    moved = moved_together(prices, {"A": 1.0, "B": 1.0})
    np.testing.assert_allclose(moved, 2.0 * np.array([[5.0, -1.0], [-1.0, 2.0]]), atol=1e-12)
    assert of_prices(moved)[0, 1] == pytest.approx(-1.0 / np.sqrt(10.0))


@pytest.mark.parametrize("model", MODELS)
def test_a_correlation_of_prices_is_reached_on_the_paths_that_are_drawn(tmp_path: Path, model: str) -> None:
    goal = 0.5
    loaded = load(joint(tmp_path, [MODELS[model]] * 2, {"price_correlation": {"ETH/BTC": goal}}))
    result = run(loaded)
    assert result.sampling is not None
    (pair,) = result.sampling.correlations
    assert pair.pair == "BTC/ETH"
    assert pair.prices == pytest.approx(goal, abs=2e-6)
    # The oracle draws the paths again, and asks NumPy.
    simulation = SimulationPlan.of(loaded.case)
    close = {name: drawn.close for name, drawn in simulation.prices(0).items()}
    returns = [np.diff(np.log(close[name]), axis=1) for name in ("BTC", "ETH")]
    assert np.corrcoef([one.ravel() for one in returns])[0, 1] == pytest.approx(goal, abs=0.02)
    assert pair.shocks is not None
    assert pair.shocks >= goal - 0.01
    if model != "gbm":
        assert pair.shocks > goal + 0.03


def test_the_correlation_is_in_the_notes_and_in_json(tmp_path: Path) -> None:
    result = run(load(joint(tmp_path, [GARCH, GARCH], {"correlation": {"BTC/ETH": 0.8}})))
    assert result.sampling is not None
    (pair,) = result.sampling.correlations
    assert pair.shocks == pytest.approx(0.8)
    assert pair.prices < 0.75
    words = f"Prices of BTC/ETH are correlated by {pair.prices:.2f} on these paths"
    assert any(note.startswith(words) and "their shocks by 0.80" in note for note in result.notes)
    assert json.loads(to_json(result))["sampling"]["correlations"] == {
        "BTC/ETH": {"shocks": pair.shocks, "prices": pair.prices}
    }


def test_what_cannot_be_reached_says_what_can(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"simulation\.price_correlation\.BTC/ETH: expected from -0\.\d+ to (0\.\d{4})"
    ) as raised:
        run(load(joint(tmp_path, [JUMPS, JUMPS], {"price_correlation": {"BTC/ETH": 0.99}})))
    most = float(str(raised.value).split(" to ")[1].split(",")[0])
    reached = run(load(joint(tmp_path, [JUMPS, JUMPS], {"price_correlation": {"BTC/ETH": most}})))
    assert reached.sampling is not None
    assert reached.sampling.correlations[0].prices == pytest.approx(most, abs=2e-6)


def test_days_of_the_past_cannot_be_correlated_otherwise(tmp_path: Path) -> None:
    past = {
        "model": "bootstrap",
        "window": [date(2025, 1, 2), FIRST - timedelta(days=1)],
        "block_length": 5,
    }
    with pytest.raises(InputError, match="whose models draw normals"):
        run(load(joint(tmp_path, [past, GARCH], {"price_correlation": {"BTC/ETH": 0.5}})))


def test_a_pair_stands_in_one_of_the_two(tmp_path: Path) -> None:
    both = {"correlation": {"BTC/ETH": 0.5}, "price_correlation": {"ETH/BTC": 0.5}}
    with pytest.raises(InputError, match="each pair in one of correlation and price_correlation, found both"):
        load(joint(tmp_path, [GBM, GBM], both))


def test_three_assets_each_pair_apart(tmp_path: Path) -> None:
    goals = {"BTC/ETH": 0.5, "ETH/SOL": 0.3}
    result = run(load(joint(tmp_path, [GARCH, JUMPS, GBM], {"price_correlation": goals})))
    assert result.sampling is not None
    prices = {pair.pair: pair.prices for pair in result.sampling.correlations}
    assert prices["BTC/ETH"] == pytest.approx(0.5, abs=0.01)
    assert prices["ETH/SOL"] == pytest.approx(0.3, abs=0.01)
    assert prices["BTC/SOL"] == pytest.approx(0.0, abs=0.01)


@given(st.floats(0.2, 1.0), st.floats(-0.3, 0.3), st.floats(-0.99, 0.99))
def test_a_growing_function_is_solved_or_its_ends_are_given(slope: float, bend: float, goal: float) -> None:
    def off(x: float) -> float:
        return slope * (x + bend * (x * x - 1.0)) - goal

    root = _root(off)
    if isinstance(root, tuple):
        assert root == (off(-1.0), off(1.0))
        assert abs(goal) > slope
    else:
        assert abs(off(root)) <= 1e-6
