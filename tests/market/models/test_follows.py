"""An asset that follows another: its expectation, a plain loop as the oracle, and the published fit with its weeks."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from treasury_sim.domain.arrays import DAY, Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.following import FollowTest, fit_follower
from treasury_sim.market.history import Window, load_history
from treasury_sim.market.models import Follows, NodePrices, SampledModel
from treasury_sim.market.models.garch import Garch
from treasury_sim.market.models.gbm import Gbm
from treasury_sim.market.models.leader import LeaderPaths
from treasury_sim.market.sampling import Sample
from treasury_sim.market.sampling.sample import CHUNK

START = date(2025, 12, 31)
BTC, ETH = load_history("BTC"), load_history("ETH")
PARAMETERS: dict[str, Any] = {
    "beta": 0.909, "momentum": 1.009, "on_falls": 0.214, "noise": 0.37, "degrees_of_freedom": 3.1}  # fmt: skip
LEADERS: dict[str, SampledModel] = {
    "gbm": Gbm("BTC", 0.3, 0.6),
    "garch": Garch("BTC", 0.3, 0.6, 0.06, 0.04, 0.88, 4.0, 0.9),
}


def closes(history: DailyPrices) -> Floats:
    return history.close[: (START - history.first).days + 1]


def follower(**changes: Any) -> Follows:
    return Follows("ETH", "BTC", 0.1, known=closes(ETH), **{**PARAMETERS, **changes})


def drawn(leader: SampledModel | None, days: int, chunks: int = 4, **changes: Any) -> tuple[NodePrices, NodePrices]:
    """Leader and follower, (paths, days); the leader's own path of 2026 if it has no model."""
    nodes = np.datetime64(START) + np.arange(1, days + 1) * DAY
    sample = Sample(1, chunks * CHUNK, "pseudorandom", ("BTC", "ETH"), np.eye(2))
    after = slice(closes(BTC).size, closes(BTC).size + days)
    pairs = []
    for chunk in range(chunks):
        noise = sample.noise(chunk)
        prices = NodePrices(BTC.close[None, after], BTC.low[None, after])
        if leader is not None:
            prices = leader.draw(nodes, START, float(closes(BTC)[-1]), noise)
        led = LeaderPaths(prices, closes(BTC), leader)
        pairs.append((prices, follower(**changes).draw_following(nodes, START, 3_000.0, noise, led)))
    joined = [
        NodePrices(*(np.concatenate([getattr(pair[asset], name) for pair in pairs]) for name in ("close", "low")))
        for asset in (0, 1)
    ]
    return joined[0], joined[1]


@pytest.mark.parametrize("name", LEADERS)
def test_the_expected_price_grows_with_the_drift(name: str) -> None:
    _, found = drawn(LEADERS[name], 120, chunks=6)
    for day in (1, 7, 30, 120):
        values = found.close[:, day - 1] / 3_000.0
        error = float(values.std()) / math.sqrt(values.size)
        assert abs(float(values.mean()) - math.exp(0.1 * day / 365.0)) < 4.0 * error


@pytest.mark.parametrize("name", LEADERS)
def test_it_grows_so_from_every_state_of_the_path(name: str) -> None:
    """After a week of falls and after one of rises: the next day's mean, given the past, is the drift."""
    leader, found = drawn(LEADERS[name], 9, chunks=8)
    week = np.log(leader.close[:, 7] / leader.close[:, 0])
    change = found.close[:, 8] / found.close[:, 7]
    for chosen in (week < np.quantile(week, 0.1), week > np.quantile(week, 0.9)):
        error = float(change[chosen].std()) / math.sqrt(chosen.sum())
        assert abs(float(change[chosen].mean()) - math.exp(0.1 / 365.0)) < 4.0 * error


def test_along_a_stated_path_it_has_the_growth_of_the_path() -> None:
    """E[S(T)] = spot exp(drift T + sum of beta x the leader's days)."""
    _, found = drawn(None, 60)
    known = np.log(BTC.close[closes(BTC).size - 8 : closes(BTC).size + 60])
    moved, growth = np.diff(known), 0.1 * 60 / 365.0
    for day in range(7, moved.size):
        week = min(max(known[day] - known[day - 7], -0.3), 0.3)
        growth += (0.909 - 1.009 * week + 0.214 * (moved[day] < 0.0)) * moved[day]
    values = found.close[:, -1] / 3_000.0
    assert abs(float(values.mean()) - math.exp(growth)) < 4.0 * float(values.std()) / math.sqrt(values.size)


@pytest.mark.parametrize("name", [*LEADERS, None])
def test_lows_are_positive_and_at_most_the_closes_around_them(name: str | None) -> None:
    _, found = drawn(LEADERS[name] if name else None, 90, chunks=1)
    before = np.concatenate([np.full((CHUNK, 1), 3_000.0), found.close[:, :-1]], axis=1)
    assert (found.low > 0.0).all()
    assert (found.low <= np.minimum(found.close, before)).all()


def test_without_noise_it_is_a_plain_loop() -> None:
    leader, found = drawn(LEADERS["gbm"], 20, chunks=1, noise=0.0)
    variance, mean = 0.6**2 / 365.0, (0.3 - 0.18) / 365.0
    deviation = math.sqrt(variance)

    def above(beta: float) -> float:
        return 0.5 * math.erfc(-(mean + beta * variance) / deviation / math.sqrt(2.0))

    def whole(beta: float) -> float:
        return math.exp(beta * mean + beta**2 * variance / 2.0)

    for path in range(3):
        closes_of_leader = [*closes(BTC)[-8:], *leader.close[path]]
        price = 3_000.0
        for day in range(8, 28):
            week = math.log(closes_of_leader[day - 1] / closes_of_leader[day - 8])
            moved = math.log(closes_of_leader[day] / closes_of_leader[day - 1])
            up = 0.909 - 1.009 * min(max(week, -0.3), 0.3)
            down = up + 0.214
            expected = whole(up) * above(up) + whole(down) * (1.0 - above(down))
            price *= math.exp(0.1 / 365.0 + (down if moved < 0.0 else up) * moved) / expected
            assert found.close[path, day - 8] == pytest.approx(price, rel=1e-9)


@pytest.fixture(scope="module")
def published() -> tuple[dict[str, float], FollowTest]:
    """The fit to 2018 to 2023."""
    fitted, test = fit_follower(ETH, BTC, Window(date(2018, 1, 1), date(2023, 12, 31)))
    return {parameter.key: parameter.value for parameter in fitted.parameters}, test


def test_the_fit_finds_the_published_parameters(published: tuple[dict[str, float], FollowTest]) -> None:
    values, _ = published
    for key, expected in PARAMETERS.items():
        assert values[key] == pytest.approx(expected, abs=0.02), key


def test_the_weeks_to_5_and_6_february_2026_are_predicted_within_5_points(
    published: tuple[dict[str, float], FollowTest],
) -> None:
    """Predicted: parameters to 2023, bitcoin's path given. A constant beta misses by 7.9 and 6.4."""
    weeks = {week.last: week for week in published[1].weeks}
    for day, off in ((date(2026, 2, 5), 0.034), (date(2026, 2, 6), 0.025)):
        assert not weeks[day].in_window
        assert weeks[day].predicted - weeks[day].actual == pytest.approx(off, abs=0.005)
        assert abs(weeks[day].by_constant - weeks[day].actual) > 0.05


def test_eleven_weeks_of_crashes_within_5_points(published: tuple[dict[str, float], FollowTest]) -> None:
    """Five fitted, six predicted: root mean square 4.3 points, 6.2 with a constant beta."""
    weeks, (model, constant) = published[1].weeks, published[1].errors
    assert [week.in_window for week in weeks].count(True) == 5
    assert len(weeks) == 11
    assert model < 0.05 < constant


def test_lower_tails_depend_more_than_upper_ones() -> None:
    """Predicted for 2021 to 2026 from a fit to it: a third of the gap between the tails of history."""
    _, test = fit_follower(ETH, BTC, Window(date(2021, 1, 1), date(2026, 7, 31)))
    assert test.lower[0] == pytest.approx(0.72, abs=0.02)
    assert test.upper[0] == pytest.approx(0.46, abs=0.02)
    assert test.lower[1] - test.upper[1] > 0.05
    assert test.after_falls[1] == pytest.approx(0.90, abs=0.03)


@pytest.mark.xfail(reason="Only a third of the gap is explained: 0.09 of 0.26")
def test_the_whole_gap_between_the_tails_is_explained() -> None:
    _, test = fit_follower(ETH, BTC, Window(date(2021, 1, 1), date(2026, 7, 31)))
    assert test.lower[1] - test.upper[1] > 0.2


def test_a_fit_finds_the_parameters_of_drawn_days() -> None:
    """The leader's own history, and a follower drawn along it."""
    days = 1_500
    rows = slice(BTC.close.size - days, BTC.close.size)
    nodes = BTC.days[rows]
    first = int(rows.start)
    sample = Sample(3, CHUNK, "pseudorandom", ("BTC", "ETH"), np.eye(2))
    led = LeaderPaths(NodePrices(BTC.close[None, rows], BTC.low[None, rows]), BTC.close[:first], None)
    model = Follows("ETH", "BTC", 0.0, known=ETH.close[:1_000], **PARAMETERS)
    start: date = (nodes[0] - DAY).astype(date)
    path = model.draw_following(nodes, start, 3_000.0, sample.noise(0), led)
    history = DailyPrices("ETH", nodes, path.low[0], path.close[0], "drawn")
    fitted, _ = fit_follower(history, BTC, Window((nodes[300]).astype(date), (nodes[-1]).astype(date)))
    for parameter in fitted.parameters:
        assert abs(parameter.value - PARAMETERS[parameter.key]) < 4.0 * parameter.error, parameter.key
