"""What the charts of a sample show is what the paths are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.report.charts.shown import FAIR_VALUE, rows
from treasury_sim import load, run
from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.paths import (
    fan,
    fan_chart,
    histogram,
    histogram_chart,
    histogram_title,
    price_fan,
    price_fan_chart,
)
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.sample import (
    estimates_table,
    lines_that_vary,
    periods_of,
    probability,
    probability_words,
    sample_finding,
)


@pytest.fixture(scope="module")
def sample() -> Result:
    gbm = {"model": "gbm", "spot": 87_515, "volatility": 0.55}
    changes: dict[tuple[Any, ...], object] = {("prices", "BTC"): gbm, ("simulation", "paths"): 2_048, ("expect",): None}
    return run(load("strategy_2026_targets").with_values(changes))


@pytest.fixture(scope="module")
def loss(sample: Result) -> Distribution:
    found = distribution(sample, FAIR_VALUE, "remeasurement_pl", periods_of(sample)["2026Q1"])
    assert found is not None
    return found


def test_bars_hold_every_path_but_the_far_ends_and_end_at_the_value_at_risk(loss: Distribution) -> None:
    bins = histogram(loss)
    assert sum(each.share for each in bins) == pytest.approx(1.0, abs=0.002)
    widths = [each.stop - each.start for each in bins]
    assert max(widths) == pytest.approx(min(widths))
    edge = max(each.stop for each in bins if each.in_tail)
    assert edge == pytest.approx(-loss.value_at_risk().value)
    assert sum(each.share for each in bins if each.in_tail) == pytest.approx(0.05, abs=0.002)


def test_a_histogram_names_its_lines_with_their_errors_and_tells_the_tail_apart(loss: Distribution) -> None:
    chart = histogram_chart(loss, line="remeasurement_pl", period="2026Q1", currency="USD")
    shown = rows(chart)
    assert {row["part"] for row in shown if "part" in row} == {"The worst paths", "All others"}
    named = [row["what"] for row in shown if "what" in row]
    assert len(named) == 3
    assert "±" in named[0] and "±" in named[1]  # noqa: PT018
    assert named[0].startswith("Value at risk, 95%: ($")  # a loss stands in parentheses


def test_the_title_says_what_one_path_in_twenty_loses() -> None:
    worst = Distribution(np.linspace(-100e9, 100e9, 2_002), 2)
    assert (
        histogram_title(worst, line="net_income", period="2026Q1", currency="USD")
        == "2026Q1: one path in 20 shows a loss of $90.0bn or more"
    )
    good = Distribution(np.linspace(1e9, 2e9, 2_002), 2)
    assert "ends below $1.1bn" in histogram_title(good, line="carrying", period="2026Q1", currency="USD")


def test_a_fan_has_quantiles_in_order_for_every_quarter(sample: Result) -> None:
    quarters = fan(sample, FAIR_VALUE, "net_income")
    assert [each.label for each in quarters] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    for each in quarters:
        assert list(each.quantiles) == sorted(each.quantiles)
    chart = fan_chart(quarters, line="net_income", currency="USD")
    assert chart.to_dict()["description"].startswith("2026Q4: net income between ($")
    prices = price_fan(sample, "BTC")
    # The median of a geometric Brownian motion without drift: spot * exp(-s^2 t / 2).
    assert prices[-1].quantiles[2] == pytest.approx(87_515 * np.exp(-(0.55**2) / 2), rel=0.03)
    assert "BTC ends 2026Q4 between" in price_fan_chart(prices, asset="BTC", currency="USD").to_dict()["description"]


def test_words_and_tables_agree_with_the_paths(sample: Result, loss: Distribution) -> None:
    assert lines_that_vary(sample, FAIR_VALUE)[:2] == ["remeasurement_pl", "net_income"]
    share = float((loss.values <= -10e9).mean())
    assert probability(loss, 10e9).value == pytest.approx(share)
    assert f"{share:.1%}" in probability_words(loss, 10e9, "2026Q1", "USD")
    table = {row[0]: row[1] for row in printed(estimates_table(loss, "USD")).rows}
    assert table["50% of paths below"] == f"({-np.median(loss.values) / 1e6:,.1f})"
    assert "on one path in 20" in sample_finding(loss, "remeasurement_pl", "2026Q1", "USD")
