"""The model of a forecast: its weights, its parameter sets, and its keys as a scenario states them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from treasury_sim.analysis.backtest.candidates import CANDIDATES
from treasury_sim.analysis.backtest.weights import shipped_scores, weights_on
from treasury_sim.analysis.running.chosen_model import SETS, fitted_model
from treasury_sim.analysis.running.under_models import Place, _place
from treasury_sim.case.sections.prices import Ensemble
from treasury_sim.market.history import load_history

DAY = date(2018, 3, 31)
KNOWN = load_history("BTC").up_to(DAY)


def test_rates_above_one_are_written_in_per_cent() -> None:
    """In 2018 the turbulent volatility was above 100 %, which a scenario writes as such."""
    model = fitted_model(KNOWN, "regime")
    spec = Ensemble.model_validate(dict(model.keys))
    assert len(spec.members) == model.sets == 16
    assert all(member.turbulent.volatility > 1.0 for member in spec.members)  # type: ignore[union-attr]
    assert len({member.turbulent.volatility for member in spec.members}) > 8  # type: ignore[union-attr]


def test_the_ensemble_divides_its_sets_by_the_weights_of_ended_quarters() -> None:
    model = fitted_model(KNOWN, "ensemble")
    spec = Ensemble.model_validate(dict(model.keys))
    assert len(spec.members) == SETS
    weights = weights_on(shipped_scores(), DAY, len(CANDIDATES))
    for name in ("gbm", "garch", "regime", "bootstrap"):
        expected = sum(w for w, each in zip(weights, CANDIDATES, strict=True) if each.model == name)
        share = sum(member.model == name for member in spec.members) / SETS
        assert share == pytest.approx(expected, abs=0.05)
    assert "9 quarters of bitcoin to 2018-03-31" in model.words


def test_without_parameter_error_each_candidate_is_there_once_with_its_weight() -> None:
    model = fitted_model(KNOWN, "ensemble", with_error=False)
    spec = Ensemble.model_validate(dict(model.keys))
    assert sum(spec.weights) == pytest.approx(1.0, abs=1e-4)
    assert model.sets == 0
    assert model.words.endswith("without parameter error")


def test_before_any_forecast_the_weights_are_equal() -> None:
    model = fitted_model(load_history("BTC").up_to(date(2015, 12, 31)), "ensemble")
    assert "weighted equally" in model.words


def test_the_place_of_a_price_by_hand() -> None:
    """One of four paths is as low: a stretch of 73 days as deep every 0.2 / 0.25 = 0.8 years; none is never."""
    sample = np.array([0.5, 0.8, 1.0, 1.4])
    assert _place(sample, 0.6, 73).share == 0.25
    assert _place(sample, 0.6, 73).return_period == pytest.approx(0.8)
    assert _place(sample, 0.4, 73) == Place(0.0, None)
    assert _place(sample, 1.4, 73).return_period == pytest.approx(0.8)
