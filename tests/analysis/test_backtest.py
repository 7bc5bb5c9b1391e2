"""Scores by hand and by other programs; forecasts that know no later price; the page against a repeated part of it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, multivariate_normal

from treasury_sim.analysis.backtest.backtest import Backtest, backtest
from treasury_sim.analysis.backtest.candidates import CANDIDATES, Candidate, known_on
from treasury_sim.analysis.backtest.scoring import crps, percentile, quantiles
from treasury_sim.analysis.backtest.summary import summaries, uniformity
from treasury_sim.analysis.backtest.targets import figures
from treasury_sim.analysis.backtest.weights import log_density, shipped_scores, weights_on
from treasury_sim.batch.executors import InProcess
from treasury_sim.errors import InputError
from treasury_sim.market.history import forecast_record, load_history
from treasury_sim.report.tables.record import record_tables
from treasury_sim.scenario import load

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
FIRST, LAST = date(2022, 4, 1), date(2022, 9, 30)
SAMPLES = st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def repeated() -> Backtest:
    """Two of the quarters of the page, with the weights that earlier quarters give."""
    history = load_history("BTC")
    return backtest(history, InProcess(), first=FIRST, last=LAST, inside=(), past=shipped_scores())


def equal(count: int) -> np.ndarray:
    return np.full(count, 1.0 / count)


def test_crps_by_hand() -> None:
    """A forecast of 0 or 2, each with one half, when 1 came: E|X - 1| = 1, E|X - X'| / 2 = 1 / 2."""
    assert crps(np.array([0.0, 2.0]), equal(2), 1.0) == pytest.approx(0.5)
    assert crps(np.array([0.0, 2.0]), np.array([0.25, 0.75]), 3.0) == pytest.approx(1.5 - 0.375)


@given(SAMPLES, st.floats(-10.0, 10.0))
def test_crps_is_its_double_sum(values: list[float], came: float) -> None:
    sample = np.array(values)
    expected = np.abs(sample - came).mean() - np.abs(sample[:, None] - sample).mean() / 2.0
    assert crps(sample, equal(sample.size), came) == pytest.approx(expected, abs=1e-9)


@given(SAMPLES)
def test_a_quantile_is_a_value_that_holds_its_share(values: list[float]) -> None:
    sample = np.array(values)
    for level, value in zip((0.05, 0.25, 0.5, 0.75, 0.95), quantiles(sample, equal(sample.size)), strict=True):
        assert (sample <= value).mean() >= level - 1e-9
        assert (sample < value).mean() <= level + 1e-9


def test_a_percentile_within_an_atom_is_spread_over_it() -> None:
    """Half of the paths have no charge, as came: anything from 0 to one half is as likely."""
    sample = np.array([0.0, 0.0, 0.3, 0.7])
    assert percentile(sample, equal(4), 0.0, 0.0) == 0.0
    assert percentile(sample, equal(4), 0.0, 1.0) == 0.5
    assert percentile(sample, equal(4), 0.5, 0.9) == 0.75


def test_the_figures_of_two_quarters_by_hand() -> None:
    """Bought at 100; lows 80 and 70, closes 90 and 120: charges 20 and 10, changes -10 and 30."""
    own = figures(np.array([[90.0, 120.0]]), np.array([[80.0, 70.0]]), 100.0, math.inf)
    assert own.values["change"][0] == pytest.approx([-0.1, 0.3])
    assert own.values["charge"][0] == pytest.approx([0.2, 0.1])
    assert own.breaks("charge")[0].tolist() == [0.0, 0.0]
    deeper = figures(np.array([[75.0, 120.0]]), np.array([[74.0, 70.0]]), 100.0, 60.0)
    assert deeper.values["low"][0] == pytest.approx([0.6, 0.7])
    assert deeper.breaks("charge")[0].tolist() == [1.0, 0.0]
    assert deeper.breaks("change")[0].tolist() == [1.0, 0.0]


def test_the_log_density_is_that_of_a_normal_sample() -> None:
    random = np.random.default_rng(1)
    covariance = np.array([[0.09, 0.04], [0.04, 0.05]])
    sample = random.multivariate_normal([0.0, -0.2], covariance, 20_000).T
    for came in ([0.0, -0.2], [0.3, 0.0]):
        expected = multivariate_normal([0.0, -0.2], covariance).logpdf(came)
        assert log_density(sample, np.array(came)) == pytest.approx(expected, abs=0.06)


def test_weights_are_products_of_past_densities_and_of_no_later_one() -> None:
    scores = {date(2020, 3, 31): np.array([0.0, math.log(3.0)]), date(2020, 6, 30): np.array([5.0, 0.0])}
    assert weights_on(scores, date(2020, 3, 30), 2).tolist() == [0.5, 0.5]
    assert weights_on(scores, date(2020, 6, 29), 2) == pytest.approx([0.25, 0.75])


def test_uniformity_is_the_test_of_scipy() -> None:
    values = np.random.default_rng(3).random(42) ** 1.5
    assert uniformity(values) == pytest.approx(kstest(values, "uniform").pvalue, rel=1e-9)


def test_forecasts_know_no_later_price() -> None:
    """With other prices after the day, the fits and their draws are the same."""
    history, day = load_history("BTC"), date(2020, 2, 29)
    after = history.days > np.datetime64(day)
    other = replace(history, close=np.where(after, 1.0, history.close), low=np.where(after, 0.5, history.low))
    models = ("gbm", "bootstrap")
    one, two = (known_on(prices, day, models) for prices in (history, other))
    for model in models:
        candidate = Candidate(model, "trend goes on", 1.25)
        assert [one.keys(candidate, draw) for draw in range(3)] == [two.keys(candidate, draw) for draw in range(3)]


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(InputError, match="700 days before a quarter that has ended"):
        backtest(load_history("BTC").up_to(date(2015, 6, 30)), InProcess())


def test_the_shipped_scores_are_those_of_a_repeated_part(repeated: Backtest) -> None:
    """In a repeated part of the backtest every candidate has the score that the package has of that quarter."""
    shipped = shipped_scores()
    for end in (date(2022, 6, 30), date(2022, 9, 30)):
        assert repeated.log_scores[end] == pytest.approx(shipped[end], abs=0.02)
    assert len(shipped) == 42
    assert {score.size for score in shipped.values()} == {len(CANDIDATES)}


def test_the_page_shows_the_forecasts_of_a_repeated_part(repeated: Backtest) -> None:
    for label, end in (("Q2 2022", date(2022, 6, 30)), ("Q3 2022", date(2022, 9, 30))):
        (score,) = [
            each
            for each in repeated.scores
            if each.quarter_end == end and each.ahead == 1 and each.model == "ensemble" and each.target == "close"
        ]
        row = re.search(rf"\| {label} \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|", PAGE)
        assert row is not None, label
        shown = [float(cell) for cell in row.groups()]
        assert shown == pytest.approx(
            [score.quantiles[0], score.quantiles[2], score.quantiles[4], score.came], abs=0.015
        )


def test_summaries_hold_what_the_scores_say(repeated: Backtest) -> None:
    rows = summaries(repeated)
    for row in rows:
        own = [
            each
            for each in repeated.scores
            if (each.model, each.target, each.day, each.ahead) == (row.model, row.target, row.day, row.ahead)
        ]
        assert row.count == len(own)
        assert row.crps.value == pytest.approx(np.mean([each.crps for each in own]))
        assert sum(row.bins) == row.count
        assert row.below_5 + row.above_95 == round(row.count * (1.0 - row.inside_90.value))


def test_the_record_in_the_package_is_that_of_the_page() -> None:
    """Coverage and misses of the quarter-end price, as the page shows them."""
    for row in forecast_record():
        if row["target"] == "close":
            inside = f"{float(row['inside_90']):.0%}".replace("%", " %")
            pattern = rf"\| {row['model']} \| [^|]+ \| {inside} ± \d+ \| {row['below_5']} \| {row['above_95']} \|"
            assert re.search(pattern, PAGE), row["model"]


def test_the_method_page_shows_the_record_of_the_model_in_use() -> None:
    (table,) = record_tables(load("strategy_2026_garch"))
    assert [row.cells[1] for row in table.rows] == ["garch", "garch"]
    assert record_tables(load("strategy_2025q4")) == ()
