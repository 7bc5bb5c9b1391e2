"""What changed since the last answer, and the score of forecasts, against plain loops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.analysis.running.record import LEVELS, Change, Forecast, KeptLimit, Record, changes
from treasury_sim.analysis.running.scores import score_table, scored

DAY = date(2026, 8, 2)


def record(quantiles: list[float], stays: float | None = 0.0, **more: object) -> Record:
    forecast = Forecast("net_income", "us_gaap_fair_value", 1.0, stays, tuple(quantiles))
    limit = KeptLimit("a loss", "us_gaap_fair_value", 0.25, {"BTC": (50_000.0,)})
    plain = Record("", "x", "Holder", "USD", DAY, "2026Q3", date(2026, 9, 30), {}, (forecast,), (limit,), {}, "1")
    return replace(plain, **more)  # type: ignore[arg-type]


def normal(mean: float, deviation: float) -> list[float]:
    from scipy.special import ndtri

    return [float(mean + deviation * ndtri(level)) for level in LEVELS]


def test_what_changed_is_every_figure_that_is_not_the_same() -> None:
    before, after = record(normal(0.0, 1.0)), record(normal(0.0, 2.0), stays=0.5)
    limit = KeptLimit("a loss", "us_gaap_fair_value", 0.5, {"BTC": (50_000.0,)})
    found = changes(before, replace(after, limits=(limit,)))
    assert [change.what for change in found] == ["stays", "5 %", "95 %", "probability"]
    assert found[0] == Change("net_income", "us_gaap_fair_value", "stays", "money", 0.0, 0.5)
    assert found[1].before == pytest.approx(-1.645, abs=0.001)
    assert found[-1] == Change("a loss", "us_gaap_fair_value", "probability", "share", 0.25, 0.5)
    assert changes(before, before) == ()


@given(st.floats(-50.0, 50.0), st.floats(0.1, 20.0), st.floats(-80.0, 80.0))
def test_the_score_is_the_integral_of_the_squared_distance(mean: float, deviation: float, came: float) -> None:
    quantiles = normal(mean, deviation)
    (row,) = scored([record(quantiles)], {("2026Q3", "net_income", "us_gaap_fair_value"): came})
    # CRPS of an ensemble of the kept quantiles: mean distance less half the mean distance of its members.
    members = np.array(quantiles)
    ensemble = np.abs(members - came).mean() - 0.5 * np.abs(members[:, None] - members[None, :]).mean()
    assert row.crps == pytest.approx(ensemble, rel=0.05, abs=0.03 * deviation)
    assert row.no_change == abs(came)
    assert row.days_ahead == 59
    assert row.is_inside(0.9) == (quantiles[1] <= came <= quantiles[-2])
    inside = np.interp(came, quantiles, LEVELS)
    assert row.percentile == pytest.approx(inside)


def test_scores_by_hand() -> None:
    # What came is the median of the first forecast, and far below the second.
    rows = [record(normal(10.0, 1.0), stays=12.0), record(normal(30.0, 1.0), stays=12.0)]
    came = {("2026Q3", "net_income", "us_gaap_fair_value"): 10.0}
    (score,) = score_table(scored(rows, came))
    assert (score.count, score.inside_50, score.inside_90) == (2, 0.5, 0.5)
    assert (score.below_5, score.above_95) == (1, 0)
    assert score.no_change == 2.0
    # CRPS of a normal at its median: deviation x (root 2 - 1) / root pi; far off: about the distance less 0.56.
    assert score.crps == pytest.approx((0.2337 + 20.0 - 0.564) / 2.0, abs=0.06)
    assert score.skill == pytest.approx(1.0 - score.crps / 2.0)


def test_only_forecasts_of_quarters_that_have_ended_are_scored() -> None:
    late, certain = record(normal(0.0, 1.0), as_of=date(2026, 9, 30)), record([5.0] * len(LEVELS))
    unknown = record([])
    assert scored([late, unknown], {("2026Q3", "net_income", "us_gaap_fair_value"): 1.0}) == ()
    assert scored([certain], {("2026Q4", "net_income", "us_gaap_fair_value"): 1.0}) == ()
    (row,) = scored([certain], {("2026Q3", "net_income", "us_gaap_fair_value"): 5.0})
    assert (row.crps, row.percentile) == (0.0, 0.5)
