"""Fits against closed forms, other programs and known truths; the test against history against simple cases."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from arch import arch_model
from arch.bootstrap import optimal_block_length
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from treasury_sim.domain.arrays import DAY, Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration import FITTERS, Fit, fit, window_returns
from treasury_sim.market.calibration.blocks import best_block_length
from treasury_sim.market.drawdowns import QUARTER, drawdown_test, keys_of, real_falls
from treasury_sim.market.history import Window, load_history
from treasury_sim.market.models import SAMPLED_MODELS
from treasury_sim.market.sampling import Sample

WINDOW = Window(date(2022, 1, 1), date(2024, 12, 31))
FIRST = date(2020, 1, 1)


def made_up(returns: Floats) -> tuple[DailyPrices, Window]:
    """A history with these daily log returns, and the window that holds them."""
    days = np.datetime64(FIRST) + np.arange(returns.size + 1) * DAY
    close = np.exp(np.concatenate([[0.0], np.cumsum(returns)]))
    history = DailyPrices("BTC", days, close * 0.99, close, "made up")
    return history, Window(days[1].astype(date), history.last)


def simulated(model: str, count: int, **keys: object) -> tuple[DailyPrices, Window]:
    """One long path of a model as a history."""
    drawn = SAMPLED_MODELS[model]("BTC", SimpleNamespace(**keys), load_history("BTC"))
    nodes = np.datetime64(FIRST) + np.arange(1, count + 1) * DAY
    noise = Sample(5, 1, "pseudorandom", ("BTC",), np.eye(1)).noise(0)
    logs = np.log(drawn.draw(nodes, FIRST, 1.0, noise).close[0])
    return made_up(np.diff(logs, prepend=0.0))


def within(fitted: Fit, **truth: float) -> None:
    for key, value in truth.items():
        parameter = next(one for one in fitted.parameters if one.key == key.replace("__", "."))
        assert 0.0 < parameter.error < math.inf
        assert abs(parameter.value - value) < 4.0 * parameter.error, parameter


@pytest.fixture(scope="module")
def fits() -> dict[str, Fit]:
    return {model: fit(model, load_history("BTC"), WINDOW) for model in FITTERS}


def test_gbm_by_closed_form(fits: dict[str, Fit]) -> None:
    daily = load_history("BTC")
    rows = daily.row(np.array([WINDOW.first, WINDOW.last], dtype="datetime64[D]"))
    returns = np.diff(np.log(daily.close[rows[0] - 1 : rows[1] + 1]))
    assert returns.size == fits["gbm"].returns == WINDOW.days
    assert fits["gbm"].value("volatility") == pytest.approx(returns.std() * math.sqrt(365))
    assert fits["gbm"].value("drift") == pytest.approx((returns.mean() + returns.var() / 2) * 365)
    normal = -0.5 * (np.log(2 * np.pi * returns.var()) + (returns - returns.mean()) ** 2 / returns.var())
    assert fits["gbm"].log_likelihood == pytest.approx(normal.sum())


def test_fatter_models_fit_better_and_real_days_better_than_that(fits: dict[str, Fit]) -> None:
    assert fits["gbm"].akaike > fits["jump_diffusion"].akaike > fits["garch"].akaike
    assert fits["gbm"].akaike > fits["regime"].akaike
    assert math.isnan(fits["bootstrap"].log_likelihood)


def test_jumps_are_found_where_they_were_put() -> None:
    truth = {"drift": 0.3, "volatility": 0.4, "jumps_per_year": 25.0, "jump_mean": -0.05, "jump_volatility": 0.08}
    within(fit("jump_diffusion", *simulated("jump_diffusion", 3_000, **truth)), **truth)


def test_regimes_are_found_where_they_were_put() -> None:
    calm = SimpleNamespace(volatility=0.3, leave=0.03, relative_drift=0.0)
    turbulent = SimpleNamespace(volatility=1.0, leave=0.08, relative_drift=0.0)
    keys = {"drift": 0.2, "calm": calm, "turbulent": turbulent, "first_state": "stationary", "turbulent_first": None}
    fitted = fit("regime", *simulated("regime", 2_500, **keys))
    within(fitted, calm__volatility=0.3, calm__leave=0.03, turbulent__volatility=1.0, turbulent__leave=0.08)


def test_garch_is_found_where_it_was_put() -> None:
    keys = {"alpha": 0.08, "gamma": 0.05, "beta": 0.85, "degrees_of_freedom": 6.0, "volatility": 0.6}
    fitted = fit("garch", *simulated("garch", 3_000, drift=0.2, initial_volatility=None, **keys))
    within(fitted, **keys)


def test_the_likelihood_of_regimes_is_that_of_statsmodels(fits: dict[str, Fit]) -> None:
    daily, fitted = load_history("BTC"), fits["regime"]
    first = (WINDOW.first - daily.first).days
    returns = np.diff(np.log(daily.close[first - 1 : first + WINDOW.days]))
    other = MarkovRegression(returns, k_regimes=2, switching_variance=True)
    leaves = [fitted.value(f"{state}.leave") for state in ("calm", "turbulent")]
    variances = [fitted.value(f"{state}.volatility") ** 2 / 365 for state in ("calm", "turbulent")]
    means = [
        fitted.value(f"{state}.relative_drift") / 365 - variance / 2
        for state, variance in zip(("calm", "turbulent"), variances, strict=True)
    ]
    parameters = [1 - leaves[0], leaves[1], *means, *variances]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert fitted.log_likelihood == pytest.approx(other.loglike(parameters), abs=1e-3)
        assert fitted.log_likelihood >= other.fit(disp=False).llf - 0.01


def test_a_variance_without_long_run_gets_that_of_the_window() -> None:
    fitted = fit("garch", load_history("BTC"), Window(date(2020, 1, 1), date(2025, 12, 31)))
    assert any("does not identify a long-run variance" in note for note in fitted.notes)
    assert fitted.value("alpha") + fitted.value("gamma") / 2 + fitted.value("beta") < 1.0
    gbm = fit("gbm", load_history("BTC"), fitted.window)
    assert fitted.value("volatility") == pytest.approx(gbm.value("volatility"))


@pytest.mark.parametrize("last", [date(2019, 6, 30), date(2026, 6, 30)])
def test_garch_is_that_of_the_arch_package(last: date) -> None:
    fitted = fit("garch", load_history("BTC"), Window(last - timedelta(days=1824), last))
    returns = window_returns(load_history("BTC"), fitted.window)
    model = arch_model(100.0 * returns, mean="Constant", vol="GARCH", o=1, dist="studentst", rescale=False)
    other = model.fit(disp="off", show_warning=False)
    assert fitted.log_likelihood == pytest.approx(other.loglikelihood + returns.size * math.log(100.0), abs=0.01)
    assert fitted.log_likelihood >= other.loglikelihood + returns.size * math.log(100.0) - 0.01
    for key, name in {"alpha": "alpha[1]", "gamma": "gamma[1]", "degrees_of_freedom": "nu"}.items():
        assert fitted.value(key) == pytest.approx(other.params[name], rel=0.01, abs=0.001)
    ahead = float(other.forecast(horizon=1, reindex=False).variance.to_numpy(dtype=float)[-1, 0])
    assert fitted.value("initial_volatility") == pytest.approx(math.sqrt(ahead * 365.0) / 100.0, rel=1e-3)


@pytest.mark.parametrize("size", [300, 1_095, 1_825])
def test_block_lengths_are_those_of_the_arch_package(size: int) -> None:
    history = load_history("BTC")
    for end in (2_000, 3_000, history.close.size):
        returns = np.diff(np.log(history.close[end - size - 1 : end]))
        for data in (returns, np.abs(returns)):
            expected = float(optimal_block_length(data)["stationary"].iloc[0])
            assert best_block_length(data) == pytest.approx(max(expected, 1.0), rel=1e-9)


@pytest.mark.parametrize("model", ["gbm", "garch", "regime", "jump_diffusion"])
def test_parameters_are_drawn_about_their_estimates(model: str, fits: dict[str, Fit]) -> None:
    """Half of the draws or more lie within two standard errors, and they differ by about as much."""
    drawn = fits[model].draw(64, np.random.default_rng(1))
    assert np.array_equal(drawn, fits[model].draw(64, np.random.default_rng(1)))
    for column, parameter in zip(drawn.T, fits[model].parameters, strict=True):
        if 0.0 < parameter.error < abs(parameter.value):
            assert (np.abs(column - parameter.value) < 3.0 * parameter.error).mean() > 0.5, parameter
            assert 0.2 < column.std() / parameter.error < 8.0, parameter


def test_the_filter_in_pairs_is_the_filter_day_by_day(fits: dict[str, Fit]) -> None:
    """Hamilton's filter as a plain loop gives the same likelihood and the same chance of turbulence."""
    fitted = fits["regime"]
    returns = window_returns(load_history("BTC"), WINDOW)
    assert fitted.free_parameters is not None
    means = returns.mean() + fitted.free_parameters[:2] * returns.std()
    deviations = np.exp(fitted.free_parameters[2:4]) * returns.std()
    leave = 1.0 / (1.0 + np.exp(-fitted.free_parameters[4:]))
    share, total = leave[0] / leave.sum(), 0.0
    for value in returns.tolist():
        densities = np.exp(-0.5 * ((value - means) / deviations) ** 2) / deviations / math.sqrt(2.0 * math.pi)
        both = (1.0 - share) * densities[0] + share * densities[1]
        total += math.log(both)
        turbulent = share * densities[1] / both
        share = turbulent * (1.0 - leave[1]) + (1.0 - turbulent) * leave[0]
    assert fitted.log_likelihood == pytest.approx(total, abs=1e-6)
    assert fitted.value("turbulent_first") == pytest.approx(share, abs=1e-9)


def test_the_correlation_that_the_documentation_tells() -> None:
    returns = []
    for asset in ("BTC", "ETH"):
        daily = load_history(asset)
        rows = daily.row(np.array(["2020-12-31", "2025-12-31"], dtype="datetime64[D]"))
        returns.append(np.diff(np.log(daily.close[rows[0] : rows[1] + 1])))
    assert np.corrcoef(np.array(returns))[0, 1] == pytest.approx(0.815, abs=0.0005)


def test_the_falls_of_real_quarters_by_hand() -> None:
    """Two quarters from the end backwards: a fall to half of the close before, and none."""
    close = np.concatenate([np.full(11, 100.0), np.full(QUARTER, 80.0), np.full(QUARTER, 90.0)])
    low = close.copy()
    low[50] = 50.0
    days = np.datetime64(FIRST) + np.arange(close.size) * DAY
    history = DailyPrices("BTC", days, low, close, "made up")
    window = Window(days[1].astype(date), history.last)
    fitted = fit("gbm", history, window)
    assert real_falls(history, fitted) == pytest.approx([0.0, 0.5])


def test_the_verdict_is_yes_for_the_truth_and_no_for_a_model_that_is_far_off() -> None:
    history, window = simulated("gbm", 40 * QUARTER, drift=0.1, volatility=0.6)
    low = np.exp(np.log(history.close) - 0.01)
    history = DailyPrices("BTC", history.days, low, history.close, "made up")
    fitted = fit("gbm", history, window)
    test = drawdown_test(history, fitted, seed=1)
    assert test.verdict.startswith("Yes")
    assert test.p_value > 0.1
    scale = {"volatility": 3.0}
    wild = replace(
        fitted, parameters=tuple(replace(one, value=one.value * scale.get(one.key, 1.0)) for one in fitted.parameters)
    )
    off = drawdown_test(history, wild, seed=1)
    assert (
        off.verdict
        == "No: simulated quarterly falls differ clearly from observed ones; the median simulated fall is deeper."
    )
    assert off.p_value < 0.01


@pytest.mark.parametrize("model", FITTERS)
def test_every_fit_can_be_simulated_and_is_put_to_the_test(model: str, fits: dict[str, Fit]) -> None:
    test = drawdown_test(load_history("BTC"), fits[model], seed=3)
    assert test.real.size == WINDOW.days // QUARTER
    assert 0.0 < test.distance < 1.0
    assert 0.0 <= test.p_value <= 1.0
    assert (np.diff(test.simulated_quantiles) > 0.0).all()
    assert np.array_equal(
        test.simulated_quantiles, drawdown_test(load_history("BTC"), fits[model], 3).simulated_quantiles
    )
    assert hasattr(keys_of(fits[model]), "window")
