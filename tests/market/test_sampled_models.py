"""Sampled models against closed forms, exact recursions and plain loops; four standard errors where it is chance."""

from __future__ import annotations

import math
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from treasury_sim.domain.arrays import DAY, Days, Floats
from treasury_sim.market.history import Window, load_history
from treasury_sim.market.models import SAMPLED_MODELS, NodePrices, SampledModel
from treasury_sim.market.models.bootstrap import Bootstrap
from treasury_sim.market.models.capped_t import MOST_VOLATILE_DAY
from treasury_sim.market.models.garch import Garch
from treasury_sim.market.models.jump_diffusion import JumpDiffusion
from treasury_sim.market.models.regime import Regime
from treasury_sim.market.sampling import CHUNK, Sample

START = date(2025, 12, 31)
WINDOW = Window(date(2021, 1, 1), date(2025, 12, 31))
CALM = SimpleNamespace(volatility=0.35, leave=0.05, relative_drift=0.4)
TURBULENT = SimpleNamespace(volatility=0.95, leave=0.15, relative_drift=-0.6)
KEYS: dict[str, dict[str, Any]] = {
    "jump_diffusion": {
        "drift": 0.2, "volatility": 0.5, "jumps_per_year": 15.0, "jump_mean": -0.04, "jump_volatility": 0.08},
    "garch": {
        "drift": 0.2, "volatility": 0.6, "alpha": 0.06, "gamma": 0.04, "beta": 0.9, "degrees_of_freedom": 4.0,
        "initial_volatility": 0.8},
    "regime": {"drift": 0.2, "calm": CALM, "turbulent": TURBULENT, "first_state": "turbulent", "turbulent_first": None},
    "bootstrap": {"drift": 0.2, "window": WINDOW, "block_length": 15.0, "spread": 1.0},
}  # fmt: skip


def model(name: str, asset: str = "BTC", **changes: Any) -> Any:
    return SAMPLED_MODELS[name](asset, SimpleNamespace(**{**KEYS[name], **changes}), load_history(asset))


def days(*offsets: int) -> Days:
    return np.datetime64(START) + np.array(offsets) * DAY


def draw(drawn: SampledModel, nodes: Days, chunks: int = 8, seed: int = 1, sample: Sample | None = None) -> NodePrices:
    sample = sample or Sample(seed, chunks * CHUNK, "pseudorandom", (drawn.asset,), np.eye(1))
    found = [drawn.draw(nodes, START, 100.0, sample.noise(chunk)) for chunk in range(sample.chunks)]
    return NodePrices(np.concatenate([one.close for one in found]), np.concatenate([one.low for one in found]))


def errors_off(values: Floats, expected: float) -> float:
    """How many standard errors the mean is off."""
    return abs(float(values.mean()) - expected) / (float(values.std()) / math.sqrt(values.size))


@pytest.mark.parametrize("name", KEYS)
def test_the_expected_price_grows_with_the_drift(name: str) -> None:
    nodes = days(1, 30, 91, 182, 365)
    found = draw(model(name), nodes)
    for column, node in enumerate((1, 30, 91, 182, 365)):
        assert errors_off(found.close[:, column], 100.0 * math.exp(0.2 * node / 365.0)) < 4.0


@pytest.mark.parametrize("name", KEYS)
def test_prices_are_numbers_and_lows_are_low(name: str) -> None:
    found = draw(model(name), days(*range(1, 366)), chunks=1)
    before = np.concatenate([np.full((CHUNK, 1), 100.0), found.close[:, :-1]], axis=1)
    assert np.isfinite(found.close).all()
    assert (found.low > 0.0).all()
    assert (found.low <= found.close).all()
    if name != "bootstrap":  # a real day may begin above the close before it
        assert (found.low <= before * (1.0 + 1e-12)).all()


@pytest.mark.parametrize("name", [name for name in KEYS if name != "jump_diffusion"])
def test_nodes_far_apart_see_the_same_days(name: str) -> None:
    daily = draw(model(name), days(*range(1, 92)), chunks=1)
    far = draw(model(name), days(30, 91), chunks=1)
    assert far.close == pytest.approx(daily.close[:, [29, 90]], rel=1e-12)
    assert far.low[:, 1] == pytest.approx(daily.low[:, 30:].min(axis=1), rel=1e-12)


@pytest.mark.parametrize("name", KEYS)
def test_the_same_seed_gives_the_same_bytes_and_more_paths_extend_it(name: str) -> None:
    one, more = draw(model(name), days(10, 20), chunks=1), draw(model(name), days(10, 20), chunks=2)
    assert np.array_equal(one.close, more.close[:CHUNK])
    assert np.array_equal(one.low, more.low[:CHUNK])
    assert not np.array_equal(one.close, draw(model(name), days(10, 20), chunks=1, seed=2).close)


def test_sobol_points_of_jumps_extend_below_a_chunk_too() -> None:
    few, more = (Sample(1, paths, "sobol", ("BTC",), np.eye(1)) for paths in (1_024, CHUNK))
    one, other = (draw(model("jump_diffusion"), days(30, 91), sample=sample) for sample in (few, more))
    assert np.array_equal(one.close, other.close[:1_024])
    assert np.array_equal(one.low, other.low[:1_024])
    assert errors_off(other.close[:, 1], 100.0 * math.exp(0.2 * 91 / 365.0)) < 4.0


def test_jumps_have_the_cumulants_of_merton() -> None:
    """Variance (s^2 + l E[J^2]) T and third cumulant l E[J^3] T of the log price."""
    merton: JumpDiffusion = model("jump_diffusion")
    logs = np.log(draw(merton, days(91, 365), chunks=32).close[:, 1] / 100.0)
    mean, deviation, jumps = merton.jump_mean, merton.jump_volatility, merton.jumps_per_year
    mean_jump = math.exp(mean + deviation**2 / 2.0) - 1.0
    first = merton.drift - merton.volatility**2 / 2.0 - jumps * mean_jump + jumps * mean
    assert errors_off(logs, first) < 4.0
    assert errors_off((logs - first) ** 2, merton.volatility**2 + jumps * (mean**2 + deviation**2)) < 4.0
    assert errors_off((logs - first) ** 3, jumps * (mean**3 + 3.0 * mean * deviation**2)) < 4.0


def test_jumps_of_no_size_leave_the_minimum_of_a_brownian_motion() -> None:
    """However many stretches the bridge is cut into, P(min <= b) is that of the reflection principle."""
    merton = model("jump_diffusion", jumps_per_year=60.0, jump_mean=0.0, jump_volatility=0.0)
    found = draw(merton, days(91, 182))
    growth, spread, years = 0.2 - 0.5**2 / 2.0, 0.5, 182 / 365.0
    for level in (0.95, 0.8, 0.6):
        barrier, root = math.log(level), spread * math.sqrt(years)
        expected = stats.norm.cdf((barrier - growth * years) / root)
        expected += math.exp(2.0 * growth * barrier / spread**2) * stats.norm.cdf((barrier + growth * years) / root)
        assert errors_off((found.low.min(axis=1) <= 100.0 * level).astype(float), expected) < 4.0


def test_jumps_alone_have_the_minimum_of_a_plain_loop() -> None:
    """With next to no diffusion the lowest price is the lowest sum of jumps on the way."""
    jumps = {"jumps_per_year": 20.0, "jump_mean": 0.0, "jump_volatility": 0.1}
    found = draw(model("jump_diffusion", asset="BTC", drift=0.0, volatility=1e-9, **jumps), days(30, 91))
    years, push = 91 / 365.0, 20.0 * math.expm1(0.1**2 / 2.0)
    generator = np.random.default_rng(5)
    lowest = []
    for _ in range(20_000):
        times = sorted(generator.uniform(0.0, years, generator.poisson(20.0 * years)))
        total = low = 0.0
        for time in [*times, years]:
            low = min(low, total - push * time)
            total += float(generator.normal(0.0, 0.1)) if time < years else 0.0
            low = min(low, total - push * time)
        lowest.append(low)
    ours, plain = np.log(found.low.min(axis=1) / 100.0), np.array(lowest)
    spread = math.sqrt(ours.var() / ours.size + plain.var() / plain.size)
    assert abs(ours.mean() - plain.mean()) < 4.0 * spread


def test_a_day_of_garch_is_a_student_t() -> None:
    garch = model("garch", degrees_of_freedom=5.0, drift=0.0)
    logs = np.log(draw(garch, days(1), chunks=4).close[:, 0] / 100.0)
    scale = 0.8 / math.sqrt(365.0)
    centred = (logs - np.median(logs)) / (scale * math.sqrt(3.0 / 5.0))
    assert stats.kstest(centred, stats.t(5.0).cdf).pvalue > 1e-3


def test_garch_follows_its_recursion() -> None:
    """Against a plain loop over days, with the growth of each day by numerical integration."""
    garch: Garch = model("garch")
    generator = np.random.default_rng(3)
    motion = generator.standard_normal((6, 3))
    gammas = generator.standard_gamma(2.0, (6, 3))
    gammas[2, 0] = 1e-3  # a day so volatile that it is capped
    change, variance = garch._days(motion.copy(), 1.0 / gammas)
    cap, omega = MOST_VOLATILE_DAY**2, 0.6**2 / 365.0 * (1.0 - 0.06 - 0.02 - 0.9)

    def growth(expected: float) -> float:
        def integrand(value: float) -> float:
            return float(stats.gamma.pdf(value, 2.0)) * math.exp(min(expected / value, cap) / 2.0)

        return math.log(integrate.quad(integrand, 0, 1, limit=200)[0] + integrate.quad(integrand, 1, np.inf)[0])

    for path in range(3):
        expected = 0.8**2 / 365.0
        for day in range(6):
            real = min(expected / gammas[day, path], cap)
            shock = math.sqrt(real) * motion[day, path]
            assert variance[day, path] == pytest.approx(real, rel=1e-12)
            assert change[day, path] == pytest.approx(0.2 / 365.0 - growth(expected) + shock, abs=2e-7)
            expected = omega + (0.06 + 0.04 * (shock < 0.0)) * shock**2 + 0.9 * expected


def test_no_day_of_bitcoin_was_as_volatile_as_the_cap() -> None:
    returns = np.diff(np.log(load_history("BTC").close))
    assert returns.min() == pytest.approx(-0.491, abs=0.001)
    assert -MOST_VOLATILE_DAY < returns.min() < returns.max() < MOST_VOLATILE_DAY


def test_garch_stays_at_the_volatility_of_the_long_run() -> None:
    garch = model("garch", degrees_of_freedom=30.0, initial_volatility=None)
    logs = np.log(draw(garch, days(364, 365), chunks=16).close)
    assert errors_off((logs[:, 1] - logs[:, 0]) ** 2, 0.6**2 / 365.0) < 4.0


def test_the_second_moment_of_regimes_is_that_of_their_chain() -> None:
    """E[S^2] by the exact recursion over the two states."""
    regime: Regime = model("regime")
    found = draw(regime, days(182), chunks=16)
    adjustment = regime.adjustment(182)[:, 0]
    states = (regime.calm, regime.turbulent)
    grow = [math.exp((2.0 * state.relative_drift + state.volatility**2) / 365.0) for state in states]
    weight = [0.0, 1.0]
    for day in range(182):
        calm, turbulent = (w * g * math.exp(2.0 * adjustment[day]) for w, g in zip(weight, grow, strict=True))
        weight = [0.95 * calm + 0.15 * turbulent, 0.05 * calm + 0.85 * turbulent]
    assert errors_off((found.close[:, 0] / 100.0) ** 2, sum(weight)) < 4.0


def test_regimes_are_as_frequent_as_in_the_long_run() -> None:
    regime: Regime = model("regime", first_state="stationary")
    assert regime.turbulent_first == pytest.approx(0.25)
    states = regime._states(np.random.default_rng(2).random((200, 4_000)))
    assert states.mean(axis=1) == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / 4_000))
    left = states[:-1] & ~states[1:]
    assert left.sum() / states[:-1].sum() == pytest.approx(0.15, abs=0.005)


def test_a_bootstrap_draws_real_days_in_blocks() -> None:
    bootstrap: Bootstrap = model("bootstrap", drift=None)
    found = draw(bootstrap, days(*range(1, 101)), chunks=1)
    before = np.concatenate([np.full((CHUNK, 1), 100.0), found.close[:, :-1]], axis=1)
    returns = np.log(found.close / before)
    order = np.argsort(bootstrap.returns)
    place = np.searchsorted(bootstrap.returns[order], returns - 1e-10).clip(max=bootstrap.returns.size - 1)
    day = order[place]
    assert bootstrap.returns[day] == pytest.approx(returns, abs=1e-9)
    assert bootstrap.low_to_close[day] == pytest.approx(np.log(found.low / found.close), abs=1e-9)
    goes_on = (day[:, 1:] == (day[:, :-1] + 1) % bootstrap.returns.size).mean()
    assert goes_on == pytest.approx(1.0 - 1.0 / 15.0, abs=4 * math.sqrt(1 / 15 * 14 / 15 / day.size) + 1e-3)
    assert np.bincount(day.ravel(), minlength=bootstrap.returns.size).min() > 0


def test_the_growth_of_a_bootstrap_is_that_of_its_chain() -> None:
    bootstrap: Bootstrap = model("bootstrap", drift=None)
    expected = 100.0 * math.exp(bootstrap.growth(182).sum())
    assert errors_off(draw(bootstrap, days(91, 182), chunks=8).close[:, 1], expected) < 4.0
    # With blocks of one day the days are independent: each grows by the mean of the window.
    single: Bootstrap = model("bootstrap", drift=None, block_length=1.0)
    assert single.growth(5)[:, 0] == pytest.approx(np.full(5, math.log(np.exp(single.returns).mean())))


def test_bitcoin_and_ether_are_drawn_from_the_same_days() -> None:
    sample = Sample(1, CHUNK, "pseudorandom", ("BTC", "ETH"), np.eye(2))
    nodes = days(*range(1, 61))
    logs = [np.log(draw(model("bootstrap", asset), nodes, sample=sample).close) for asset in ("BTC", "ETH")]
    simulated = np.array([np.diff(log, axis=1).ravel() for log in logs])
    past = np.array([model("bootstrap", asset).returns for asset in ("BTC", "ETH")])
    assert np.corrcoef(simulated)[0, 1] == pytest.approx(np.corrcoef(past)[0, 1], abs=0.02)


@pytest.mark.parametrize("name", ["jump_diffusion", "garch", "regime"])
def test_assets_are_correlated_through_their_normals(name: str) -> None:
    def correlation(loadings: list[list[float]]) -> float:
        noise = Sample(1, CHUNK, "pseudorandom", ("BTC", "ETH"), np.array(loadings)).noise(0)
        logs = [np.log(model(name, asset).draw(days(91), START, 1.0, noise).close[:, 0]) for asset in ("BTC", "ETH")]
        return float(np.corrcoef(np.array(logs))[0, 1])

    # Jumps and volatilities are each asset's own, so that prices are correlated somewhat less than their normals.
    assert 0.5 < correlation([[1.0, 0.0], [0.8, 0.6]]) < 0.82
    assert abs(correlation([[1.0, 0.0], [0.0, 1.0]])) < 4.0 / math.sqrt(CHUNK)


def test_the_bootstrap_takes_the_day_before_its_window() -> None:
    bootstrap: Bootstrap = model("bootstrap")
    daily = load_history("BTC")
    rows = daily.row(np.array([WINDOW.first, WINDOW.first - timedelta(days=1)], dtype="datetime64[D]"))
    assert bootstrap.returns[0] == pytest.approx(math.log(daily.close[rows[0]] / daily.close[rows[1]]))
    assert bootstrap.returns.size == bootstrap.low_to_close.size == WINDOW.days
