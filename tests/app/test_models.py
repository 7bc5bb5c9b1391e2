"""The models that the app offers: each has words and values that a scenario accepts."""

from __future__ import annotations

import pytest

from treasury_sim import load
from treasury_sim.app import models

HOLDERS = {"BTC": "strategy_2025q4", "ETH": "bitmine_2026q1"}


@pytest.mark.parametrize(
    ("asset", "name"), [(asset, name) for asset in HOLDERS for name in models.choices(asset, "gbm")]
)
def test_a_model_offered_has_words_and_runs(asset: str, name: str) -> None:
    assert models.WORDS[name]
    chosen = load(HOLDERS[asset]).what_if({f"prices.{asset}": models.values(name)})
    assert models.name_of(chosen.spec.prices[asset]) == name  # type: ignore[arg-type]


def test_ether_may_follow_bitcoin_and_bitcoin_nothing() -> None:
    assert "follows" in models.choices("ETH", "gbm")
    assert "follows" not in models.choices("BTC", "gbm")
    fitted = load("bitmine_2026q1").what_if({"prices.ETH": models.values("follows")})
    assert models.source(fitted, "ETH") == "Fitted to ether beside bitcoin, 2018 to 2023."
    assert models.source(fitted.what_if({"prices.ETH.beta": 1.0}), "ETH") == ""
