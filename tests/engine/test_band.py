from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cases import value, write_scenario
from treasury_sim import load, run

STEPS = {
    date(2025, 1, 1): 100.0,
    date(2025, 2, 1): 80.0,
    date(2025, 3, 1): 120.0,
    date(2025, 5, 1): 60.0,
    date(2025, 6, 1): 90.0,
}
LOTS = [
    {"acquired": [date(2025, 1, 10), date(2025, 3, 10)], "quantity": 10, "unit_cost": 100},
    {"acquired": [date(2025, 4, 10), date(2025, 6, 10)], "quantity": 10, "unit_cost": 90},
]


def test_the_band_spans_the_four_corners(tmp_path: Path) -> None:
    """Each corner is a run of its own, with each window written as the day that the corner puts it on."""
    result = run(load(write_scenario(tmp_path, STEPS, holder={"lots": LOTS})), band=True)
    corners = []
    for earlier in (0, 1):
        for own in (0, 1):
            lots = [
                {**LOTS[0], "acquired": LOTS[0]["acquired"][earlier]},  # type: ignore[index]
                {**LOTS[1], "acquired": LOTS[1]["acquired"][own]},  # type: ignore[index]
            ]
            corner = run(load(write_scenario(tmp_path, STEPS, holder={"lots": lots})))
            corners.append(value(corner, "us_gaap_impairment", "2025Q2", "remeasurement_pl"))
    assert len(set(corners)) > 1
    low, high = result.bands["us_gaap_impairment", "2025Q2"]["remeasurement_pl"]
    assert low == pytest.approx(min(c for c in corners if c))
    assert high == pytest.approx(max(c for c in corners if c))


def test_the_band_does_not_move_what_does_not_depend_on_the_days(tmp_path: Path) -> None:
    result = run(load(write_scenario(tmp_path, STEPS, holder={"lots": LOTS})), band=True)
    low, high = result.bands["us_gaap_fair_value", "2025Q2"]["carrying"]
    # The figure itself is a sum over days, which rounds.
    assert low == pytest.approx(20 * 90, rel=1e-12)
    assert high == 20 * 90


def test_a_window_over_a_quarter_end_is_noted(tmp_path: Path) -> None:
    lots = [{"id": "w", "acquired": [date(2025, 3, 25), date(2025, 4, 5)], "quantity": 12, "unit_cost": 100}]
    result = run(load(write_scenario(tmp_path, STEPS, holder={"lots": lots})))
    assert value(result, "us_gaap_fair_value", "2025Q1", "units") == pytest.approx(7)
    assert any("lot w" in note and "12 units" in note and "2025-03-31" in note for note in result.notes)
