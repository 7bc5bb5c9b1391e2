"""The ladder against runs: the charge it tells for a price is what a run at that price charges."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases import load_case
from treasury_sim import InputError, Scenario, load, run
from treasury_sim.analysis.lot_ladder import lot_ladder
from treasury_sim.report.tables.ladder import grouped, headline, ladder_json

STEPS = {date(2025, 1, 1): 100.0, date(2025, 6, 1): (65.0, 70.0), date(2025, 7, 1): 90.0, date(2025, 10, 1): 120.0}
LOTS = [
    {"id": "old", "acquired": date(2025, 1, 10), "quantity": 5, "unit_cost": 100.0},
    {"id": "new", "acquired": date(2025, 8, 10), "quantity": 3, "unit_cost": 92.0},
    {"id": "window", "acquired": [date(2025, 10, 20), date(2025, 10, 23)], "quantity": 4, "unit_cost": 118.0},
]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    frameworks = ["us_gaap_fair_value", "us_gaap_impairment", "hgb_current_asset"]
    return load_case(tmp_path_factory.mktemp("ladder"), STEPS, LOTS, accounting={"frameworks": frameworks})


def test_by_hand(scenario: Scenario) -> None:
    """At the end the old lot is carried at its low of 65, the new one at 90, the window at 118."""
    found = lot_ladder(scenario)
    assert found.framework == "us_gaap_impairment"
    assert [(rung.price, rung.lots, rung.tripped, rung.units) for rung in found.rungs] == [
        (118.0, ("window",), 1, 4.0),
        (90.0, ("new",), 2, 7.0),
        (65.0, ("old",), 3, 12.0),
    ]
    assert [rung.charge for rung in found.rungs] == pytest.approx([0.0, 4 * 28, 4 * 53 + 3 * 25])
    assert found.each_dollar(117.0) == 4.0
    assert found.each_dollar(119.0) == 0.0


@pytest.mark.parametrize("price", [119.0, 100.0, 80.0, 60.0, 10.0])
@pytest.mark.parametrize("framework", ["us_gaap_impairment", "us_gaap_fair_value"])
def test_a_run_at_the_price_charges_what_the_ladder_says(scenario: Scenario, price: float, framework: str) -> None:
    end = ("prices", "BTC", "quarter_end", date(2025, 12, 31))
    found = lot_ladder(scenario, framework=framework)
    base, then = (
        run(one).statements[framework].lines["carrying"] for one in (scenario, scenario.with_values({end: price}))
    )
    assert base is not None
    assert then is not None
    assert found.charge(np.array([price]))[0] == pytest.approx(base[0, -1] - then[0, -1])


def test_the_opening_ladder_is_the_charge_of_the_quarter_by_its_low(scenario: Scenario) -> None:
    found = lot_ladder(scenario, moment="opening")
    assert [rung.price for rung in found.rungs] == [118.0, 90.0, 65.0]
    # A low after the last purchase is seen by all.
    low: dict[Any, Any] = {
        ("prices", "BTC", "quarter_low", date(2025, 12, 31)): {"price": 50.0, "date": date(2025, 12, 5)}
    }
    charged = run(scenario.with_values(low)).statements["us_gaap_impairment"].lines["remeasurement_pl"]
    assert charged is not None
    assert -charged[0, -1] == pytest.approx(found.charge(np.array([50.0]))[0])


def test_under_fair_value_every_coin_follows(scenario: Scenario) -> None:
    found = lot_ladder(scenario, framework="us_gaap_fair_value")
    assert found.follows
    assert found.each_dollar(50.0) == 12.0
    assert [rung.price for rung in found.rungs] == [118.0, 100.0, 92.0]


def test_strategy_has_all_its_coins_on_the_ladder() -> None:
    found = lot_ladder(load("strategy_2025q4"))
    assert found.rungs[-1].units == pytest.approx(672_503, abs=1e-6)
    assert found.rungs[-1].tripped == 94
    assert len(grouped(found.rungs, 10)) <= 10
    assert grouped(found.rungs, 10)[-1][-1] == found.rungs[-1]
    assert "78,763.50" in headline(found)
    assert len(json.loads(ladder_json(found))["rungs"]) == len(found.rungs)


def test_what_is_unknown_is_told(scenario: Scenario) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"framework": "x"}, "x"),
        ({"quarter": "2024Q1"}, "2024Q1"),
        ({"asset": "ETH"}, "ETH"),
    )
    for arguments, words in wrong:
        with pytest.raises(InputError, match=words):
            lot_ladder(scenario, **arguments)


def test_the_coins_that_the_waterfall_sold_are_not_on_the_ladder(tmp_path: Path) -> None:
    scenario = load_case(
        tmp_path,
        {date(2025, 1, 1): 100.0},
        [{"id": "old", "acquired": date(2025, 1, 10), "quantity": 12, "unit_cost": 100.0}],
        accounting={"frameworks": ["us_gaap_impairment"]},
        period={"start": date(2025, 4, 1), "end": date(2025, 12, 31)},
        capital={"opening": {"cash": 0, "shares": 10, "share_price": 10}, "operating_cash_flow": -60},
    )
    held = run(scenario).statements["us_gaap_impairment"].lines["units"]
    assert held is not None
    assert 0.0 < held[0, -1] < 11.5
    assert lot_ladder(scenario).rungs[-1].units == pytest.approx(held[0, -1])


def test_without_coins_there_is_no_ladder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a lot, found none"):
        lot_ladder(load_case(tmp_path, STEPS, []))
