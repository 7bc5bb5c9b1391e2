"""Tornado and grid: every bar and cell is what a run of its own gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases import load_case
from tests.report.charts.shown import rows
from treasury_sim import InputError, Scenario, load, run
from treasury_sim.analysis.sensitivity.grid import grid
from treasury_sim.analysis.sensitivity.tornado import tornado
from treasury_sim.report.charts.sensitivity import grid_chart, tornado_chart
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.sensitivity import drivers_table, grid_json, headline, tornado_json

END = ("prices", "BTC", "quarter_end", date(2025, 12, 31))


@pytest.fixture(scope="module")
def strategy() -> Scenario:
    return load("strategy_2025q4")


def net(scenario: Scenario, changes: dict[Any, Any]) -> float:
    values = run(scenario.with_values(changes)).statements["us_gaap_fair_value"].lines["net_income"]
    assert values is not None
    return float(values[0, -1])


def test_bars_are_runs(strategy: Scenario) -> None:
    found = tornado(strategy)
    price = next(bar for bar in found.bars if bar.words.startswith("BTC price"))
    assert found.bars[0] is price
    assert price.low == pytest.approx(net(strategy, {END: 87_515 * 0.9}))
    assert price.high == pytest.approx(net(strategy, {END: 87_515 * 1.1}))
    rate = next(bar for bar in found.bars if bar.key == "tax.rate")
    assert rate.high == pytest.approx(net(strategy, {("tax", "rate"): 0.2873 * 1.1}))
    assert [bar.swing for bar in found.bars] == sorted((bar.swing for bar in found.bars), reverse=True)
    assert headline(found).startswith("BTC price at the end of 2025Q4")
    assert json.loads(tornado_json(found))["bars"][0]["swing"] == price.swing


def test_policies_that_a_rule_looks_at_are_drivers(strategy: Scenario) -> None:
    found = {bar.words for bar in tornado(strategy, framework="us_gaap_impairment", line="remeasurement_pl").bars}
    assert {"observed price", "unit of account"} <= found
    assert "lowest BTC price in 2025Q4" in found
    fair = {bar.words for bar in tornado(strategy, line="remeasurement_pl").bars}
    assert "observed price" not in fair


def test_a_tornado_reads_as_finance_people_write_and_keeps_the_keys_for_programs(strategy: Scenario) -> None:
    found = tornado(strategy)
    table = {row[0]: row[1:] for row in printed(drivers_table(found)).rows}
    assert (table["Tax rate"][0], table["Tax rate"][3]) == ("25.86%", "31.60%")
    assert table["Other operating income"][0] == "(12,060,000)"
    assert table["BTC price at the end of Q4 2025"][0] == "78,763.50"
    assert table["Cut-off (now 16:00 America/New_York)"][0] == "00:00 UTC"
    shown = {row["driver"]: row["at"] for row in rows(tornado_chart(found)) if "driver" in row}
    assert shown["Tax rate"] == "31.60%"
    told = {bar["key"]: bar for bar in json.loads(tornado_json(found))["bars"]}
    assert told["income.other_operating"]["low_at"] == pytest.approx(-12_060_000)
    assert told["prices.BTC.quarter_end.2025-12-31"]["words"] == "BTC price at the end of 2025Q4"


def test_a_grid_is_headed_in_words(strategy: Scenario) -> None:
    found = grid(strategy, ("price", [80_000.0, 90_000.0]), ("tax.rate", [0.2, 0.25]))
    shown = rows(grid_chart(found))
    assert {(row["row"], row["column"]) for row in shown} == {
        *(("80,000.00", "20.00%"), ("80,000.00", "25.00%"), ("90,000.00", "20.00%"), ("90,000.00", "25.00%")),
    }
    title = " ".join(grid_chart(found).to_dict()["title"]["text"])
    assert title == "Net income by BTC price at the end of 2025Q4 and tax rate, $bn"
    assert json.loads(grid_json(found))["column_key"] == "tax.rate"


def test_only_what_is_asked_is_moved(strategy: Scenario) -> None:
    found = tornado(strategy, keys=["income.interest"], by=0.5)
    (bar,) = found.bars
    assert bar.low == pytest.approx(found.base + 0.5 * 11.1e6 * (1 - 0.2873))


def test_a_grid_of_prices_is_what_runs_give(strategy: Scenario) -> None:
    prices, lows = [90_000.0, 110_000.0], [60_000.0, 75_000.0]
    found = grid(strategy, ("price", prices), ("low", lows), framework="us_gaap_impairment", line="remeasurement_pl")
    for i, price in enumerate(prices):
        for j, low in enumerate(lows):
            changes: dict[Any, Any] = {
                END: price,
                ("prices", "BTC", "quarter_low", date(2025, 12, 31)): {"price": low, "date": date(2025, 11, 21)},
            }
            values = run(strategy.with_values(changes)).statements["us_gaap_impairment"].lines["remeasurement_pl"]
            assert values is not None
            assert found.values[i, j] == pytest.approx(values[0, -1])


def test_a_grid_of_anything_else_is_run_by_run(strategy: Scenario) -> None:
    found = grid(strategy, ("price", [80_000.0, 90_000.0]), ("tax.rate", [0.2, 0.3]))
    assert found.values[1, 0] == pytest.approx(net(strategy, {END: 90_000.0, ("tax", "rate"): 0.2}))
    assert found.rows.values.tolist() == [80_000.0, 90_000.0]


def test_a_low_above_the_price_has_no_figure(strategy: Scenario) -> None:
    found = grid(strategy, ("price", [60_000.0, 90_000.0]), ("low", [70_000.0]), framework="us_gaap_impairment")
    assert np.isnan(found.values[0, 0])
    assert json.loads(grid_json(found))["values"][0][0] is None


def test_what_is_unknown_is_told(strategy: Scenario) -> None:
    with pytest.raises(InputError, match="a flow or a balance"):
        tornado(strategy, line="net_incom")
    with pytest.raises(InputError, match="2024Q1"):
        tornado(strategy, quarter="2024Q1")
    with pytest.raises(InputError, match="a key that holds a number"):
        tornado(strategy, keys=["tax.rat"])


def test_an_event_in_a_window_is_named_by_its_days(tmp_path: Path) -> None:
    purchase = {"date": [date(2025, 11, 3), date(2025, 11, 9)], "quantity": 2, "unit_cost": 100.0}
    scenario = load_case(
        tmp_path, {date(2025, 1, 1): 100.0, date(2025, 12, 1): 80.0}, [], plan={"purchases": [purchase]}
    )
    found = tornado(scenario, line="pre_tax_income")
    assert "purchase of 2025-11-03 to 2025-11-09" in [bar.words for bar in found.bars]


def test_a_share_moves_and_a_grid_has_an_end(strategy: Scenario) -> None:
    with pytest.raises(InputError, match="above 0"):
        tornado(strategy, by=0.0)
    with pytest.raises(InputError, match="up to 200 values"):
        grid(strategy, ("price", [1.0] * 201), ("low", [1.0]))
