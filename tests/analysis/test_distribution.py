"""Answers of a sample: statistics against NumPy, errors that are honest, chances, and the path that is opened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.test_exact import scenario
from treasury_sim import load, run
from treasury_sim.analysis.distribution import Distribution, chances, distribution
from treasury_sim.analysis.open_path import path_number
from treasury_sim.analysis.solve.exact import exact
from treasury_sim.domain.periods import cumulative
from treasury_sim.engine.run import open_path
from treasury_sim.errors import InputError


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.0))
def test_statistics_are_those_of_numpy(seed: int, share: float) -> None:
    values = np.random.default_rng(seed).normal(size=1_024)
    found = Distribution(values, 16)
    assert found.mean.value == pytest.approx(values.mean())
    assert found.quantile(share).value == pytest.approx(np.quantile(values, share))
    assert found.value_at_risk().value == pytest.approx(-np.quantile(values, 0.05))
    replicates = [values[r::16].mean() for r in range(16)]
    assert found.mean.error == pytest.approx(np.std(replicates, ddof=1) / 4.0)


def test_the_worst_paths_count_in_part() -> None:
    """Of 32 values the worst 5 % are one and six tenths: the lowest, and 0.6 of the next."""
    values = np.arange(32.0)
    assert Distribution(values, 16).expected_shortfall().value == pytest.approx(-(0.0 + 0.6 * 1.0) / 1.6)


def test_independent_paths_have_the_error_of_independent_paths() -> None:
    values = np.random.default_rng(1).normal(size=65_536)
    assert Distribution(values, 16).mean.error == pytest.approx(1.0 / 256.0, rel=0.6)


def test_error_bars_of_a_simulation_are_honest(tmp_path: Path) -> None:
    """Over 40 seeds the closed form lies within two standard errors about as often as it should (32 to 40 of them)."""
    inside, keys = 0, ["us_gaap_impairment"]
    truth = exact(load(scenario(tmp_path, keys)))[0].cumulative[-1]
    for seed in range(40):
        result = run(load(scenario(tmp_path, keys, simulation={"paths": 512, "seed": seed})))
        period = cumulative(result.timeline.quarters, result.reported)[-1]
        found = distribution(result, keys[0], "remeasurement_pl", period)
        assert found is not None
        inside += abs(found.mean.value - truth) <= 2.0 * found.mean.error
    assert 32 <= inside <= 40


def test_how_figures_settle_as_paths_are_added(tmp_path: Path) -> None:
    result = run(load(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 4_096})))
    found = distribution(
        result, "us_gaap_impairment", "carrying", cumulative(result.timeline.quarters, result.reported)[-1]
    )
    assert found is not None
    rows = found.convergence()
    assert [paths for paths, _, _ in rows] == [256, 512, 1_024, 2_048, 4_096]
    assert rows[-1][1] == found.mean
    assert rows[-1][1].error < rows[0][1].error / 3.0


def test_how_likely_a_limit_is_to_fail(tmp_path: Path) -> None:
    limits = [
        {"charge": "remeasurement_pl", "above": 100.0, "name": "a large charge"},
        {"line": "carrying", "below": 0.0, "name": "nothing left"},
    ]
    result = run(load(scenario(tmp_path, ["us_gaap_impairment"], limits=limits)))
    large, nothing = chances(result, result.watched)
    charge = result.statements["us_gaap_impairment"].lines["remeasurement_pl"]
    assert charge is not None
    fails = -charge[:, -len(result.reported) :] > 100.0
    assert large.ever.value == pytest.approx(fails.any(axis=1).mean())
    assert [one.value for one in large.by_quarter] == pytest.approx(fails.mean(axis=0))
    assert 0.0 < large.ever.error < 0.01
    assert (nothing.ever.value, nothing.ever.error) == (0.0, 0.0)


def test_the_path_of_a_quantile_is_opened_down_to_its_lots(tmp_path: Path) -> None:
    given = load(scenario(tmp_path, ["us_gaap_impairment", "us_gaap_fair_value"], tax={"rate": 0.25}))
    result = run(given)
    number = path_number(result, "p5")
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    found = distribution(result, "us_gaap_impairment", "net_income", period)
    assert found is not None
    assert found.values[number] == pytest.approx(found.quantile(0.05).value, rel=0.01)
    alone = open_path(given, number)
    assert (alone.basis, alone.paths) == ("replay", 1)
    assert alone.measurements["us_gaap_impairment", "BTC"].lot_carrying is not None
    assert alone.holdings["BTC"].daily.last == date(2025, 12, 31)
    net = alone.statements["us_gaap_impairment"].lines["net_income"]
    assert net is not None
    assert net[0, -3:].sum() == pytest.approx(found.values[number])


@pytest.mark.parametrize("which", ["p5x", "-1", "99999999"])
def test_a_path_that_is_not_there_is_told(tmp_path: Path, which: str) -> None:
    given = load(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 16}))
    with pytest.raises(InputError, match="expected a"):
        open_path(given, path_number(run(given), which))
