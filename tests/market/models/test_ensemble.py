"""A mixture of models: each member's paths are its own, in the share of its weight."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_sim.domain.arrays import DAY
from treasury_sim.market.history import Window, load_history
from treasury_sim.market.models import SAMPLED_MODELS, NodePrices, SampledModel
from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.models.ensemble import Ensemble, stacked
from treasury_sim.market.models.garch import Garch
from treasury_sim.market.models.gbm import Gbm
from treasury_sim.market.models.regime import Regime, State
from treasury_sim.market.sampling import CHUNK, REPLICATES, Sample

START = date(2025, 12, 31)
NODES = np.datetime64(START) + np.array([1, 30, 91]) * DAY
WINDOW = Window(date(2023, 1, 1), date(2025, 12, 31))


def drawn(model: SampledModel, chunks: int = 1) -> NodePrices:
    sample = Sample(3, chunks * CHUNK, "pseudorandom", ("BTC",), np.eye(1))
    every = [model.draw(NODES, START, 100.0, sample.noise(chunk)) for chunk in range(chunks)]
    return NodePrices(np.concatenate([each.close for each in every]), np.concatenate([each.low for each in every]))


def garch(volatility: float, freedom: float) -> Garch:
    return Garch("BTC", 0.1, volatility, 0.06, 0.04, 0.9, freedom, volatility)


def regime(first: float, drift: float) -> Regime:
    return Regime("BTC", drift, State(0.3, 0.1, 0.2), State(0.9, 0.2, -0.3), first)


def bootstrap(spread: float, drift: float) -> Bootstrap:
    keys = SimpleNamespace(window=WINDOW, block_length=20.0, drift=drift, spread=spread)
    return Bootstrap.of("BTC", keys, load_history("BTC"))


def test_an_ensemble_of_one_is_that_model() -> None:
    model = Gbm("BTC", 0.1, 0.6)
    alone, ensemble = drawn(model), drawn(Ensemble("BTC", (model,)))
    assert np.array_equal(alone.close, ensemble.close)
    assert np.array_equal(alone.low, ensemble.low)


@given(st.lists(st.floats(0.05, 1.0), min_size=1, max_size=8))
def test_paths_are_divided_by_weight_in_every_replicate_alike(weights: list[float]) -> None:
    ensemble = Ensemble("BTC", (Gbm("BTC", 0.0, 0.5),) * len(weights), tuple(weights))
    followed = ensemble.member_of(CHUNK).reshape(-1, REPLICATES)
    assert (followed == followed[:, :1]).all()
    shares = np.bincount(followed[:, 0], minlength=len(weights)) / len(followed)
    assert shares == pytest.approx(np.array(weights) / sum(weights), abs=0.015)


@pytest.mark.parametrize(
    "pair",
    [
        (Gbm("BTC", 0.1, 0.3), Gbm("BTC", -0.2, 0.9)),
        (garch(0.4, 4.0), garch(0.8, 4.0)),
        (regime(0.1, 0.0), regime(0.9, 0.3)),
        (bootstrap(0.75, 0.0), bootstrap(1.5, 0.2)),
    ],
    ids=["gbm", "garch", "regime", "bootstrap"],
)
def test_members_drawn_together_have_the_prices_that_each_has_alone(pair: tuple[Any, Any]) -> None:
    """With the same random numbers, path p of the stack is path p of its own member."""
    which = np.arange(CHUNK) % 2
    together = drawn(stacked(pair, which))
    for number, member in enumerate(pair):
        alone = drawn(member)
        own = which == number
        assert together.close[own] == pytest.approx(alone.close[own], rel=1e-12)
        assert together.low[own] == pytest.approx(alone.low[own], rel=1e-12)


@pytest.mark.parametrize("name", ["gbm", "garch", "regime", "bootstrap"])
def test_every_member_keeps_its_expected_price(name: str) -> None:
    pairs: dict[str, tuple[SampledModel, ...]] = {
        "gbm": (Gbm("BTC", 0.3, 0.4), Gbm("BTC", 0.3, 0.8)),
        "garch": (Garch("BTC", 0.3, 0.5, 0.06, 0.04, 0.9, 4.0, 0.5), Garch("BTC", 0.3, 0.7, 0.05, 0.0, 0.9, 6.0, 0.4)),
        "regime": (regime(0.2, 0.3), regime(0.8, 0.3)),
        "bootstrap": (bootstrap(0.75, 0.3), bootstrap(1.25, 0.3)),
    }
    prices = drawn(Ensemble("BTC", pairs[name]), chunks=8).close
    expected = 100.0 * np.exp(0.3 * np.array([1, 30, 91]) / 365.0)
    error = prices.std(axis=0) / math.sqrt(len(prices))
    assert (np.abs(prices.mean(axis=0) - expected) < 4.0 * error).all()


@settings(max_examples=10)
@given(st.permutations(["gbm", "jump_diffusion", "garch"]))
def test_a_low_is_never_above_its_close(names: list[str]) -> None:
    own: dict[str, SampledModel] = {
        "gbm": Gbm("BTC", 0.0, 0.5),
        "garch": garch(0.5, 4.0),
        "jump_diffusion": SAMPLED_MODELS["jump_diffusion"](
            "BTC",
            SimpleNamespace(drift=0.0, volatility=0.4, jumps_per_year=10.0, jump_mean=-0.03, jump_volatility=0.05),
            load_history("BTC"),
        ),
    }
    prices = drawn(Ensemble("BTC", tuple(own[name] for name in names), (3.0, 2.0, 1.0)))
    assert (prices.low <= prices.close).all()
    assert (prices.low > 0.0).all()
