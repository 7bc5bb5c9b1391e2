"""Figures that can hardly be: told with both figures, refused under --strict, and none among the shipped scenarios."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.cases import write_prices
from treasury_sim import InputError, load, run
from treasury_sim.batch.score import scores_of
from treasury_sim.engine.run import check
from treasury_sim.market.history import load_history
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.json_result import to_json
from treasury_sim.scenario.library import shipped

DAY = date(2024, 5, 28)


def scenario(folder: Path, **sections: Any) -> Path:
    spec: dict[str, Any] = {
        "schema": 1,
        "title": "A test",
        "holder": {"name": "Holder", "lots": [{"id": "a", "acquired": DAY, "quantity": 581, "unit_cost": 68_000}]},
        "period": {"start": date(2024, 4, 1), "end": date(2024, 6, 30)},
        "accounting": {"frameworks": ["us_gaap_fair_value"]},
    }
    for name, section in sections.items():
        spec[name] = {**spec.get(name, {}), **section}
    file = folder / "x.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return file


def lot(**keys: Any) -> dict[str, Any]:
    return {"lots": [{"id": "a", "acquired": DAY, "quantity": 581, "unit_cost": 68_000, **keys}]}


def doubts(file: Path) -> list[str]:
    found = [note for note in run(load(file)).notes if note.startswith("Not plausible")]
    assert [note for note in check(load(file)) if note.startswith("Not plausible")] == found
    if found:
        with pytest.raises(InputError) as refused:
            check(load(file), strict=True)
        assert [f"Not plausible: {problem}" for problem in refused.value.problems] == found
    else:
        check(load(file), strict=True)
    return found


def test_a_total_typed_as_a_unit_cost_is_told_with_both_figures(tmp_path: Path) -> None:
    (told,) = doubts(scenario(tmp_path, holder=lot(unit_cost=40_000_000)))
    assert "holder.lots[0].unit_cost" in told
    assert "40,000,000" in told
    assert "66,259 to 70,542.32 USD" in told
    assert "total_cost" in told


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"holder": lot(unit_cost=680)}, "holder.lots[0].unit_cost"),
        ({"holder": lot(unit_cost=None, total_cost=68_000)}, "holder.lots[0].total_cost"),
        ({"holder": lot(tax_basis=40_000_000)}, "holder.lots[0].tax_basis"),
        ({"plan": {"purchases": [{"date": DAY, "quantity": 1, "unit_cost": 9}]}}, "plan.purchases[0].unit_cost"),
        ({"plan": {"receipts": [{"date": DAY, "quantity": 1, "unit_value": 9}]}}, "plan.receipts[0].unit_value"),
        ({"plan": {"sales": [{"date": DAY, "quantity": 2, "proceeds": 68_000_000}]}}, "plan.sales[0].proceeds"),
        ({"plan": {"payments": [{"date": DAY, "quantity": 2, "value": 68}]}}, "plan.payments[0].value"),
        ({"prices": {"BTC": {"quarter_end": {date(2024, 6, 30): 600}}}}, "prices.BTC.quarter_end.2024-06-30"),
        ({"plan": {"restrictions": [{"date": DAY, "quantity": 582}]}}, "plan.restrictions[0].quantity"),
    ],
)
def test_every_stated_price_is_held_against_its_days(tmp_path: Path, sections: dict[str, Any], key: str) -> None:
    (told,) = doubts(scenario(tmp_path, **sections))
    assert f"{key}: expected" in told


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"holder": lot(unit_cost=34_000)},
        {"holder": lot(unit_cost=None, total_cost=40_000_000)},
        {"holder": lot(tax_basis=1)},
        {"plan": {"sales": [{"date": DAY, "quantity": 2, "proceeds": 140_000}]}},
        {"plan": {"restrictions": [{"date": DAY, "quantity": 581}]}},
        {"prices": {"BTC": {"model": "target", "quarter_end": {date(2024, 6, 30): 600}}}},
    ],
)
def test_what_can_be_is_not_told(tmp_path: Path, sections: dict[str, Any]) -> None:
    assert doubts(scenario(tmp_path, **sections)) == []


def test_restrictions_are_counted_together_on_each_day(tmp_path: Path) -> None:
    """Of 581 coins 500 are pledged; 100 are sold in June, and 90 more locked then."""
    plan = {
        "sales": [{"date": date(2024, 6, 10), "quantity": 100}],
        "restrictions": [
            {"date": DAY, "quantity": 500},
            {"date": date(2024, 6, 1), "until": date(2024, 6, 9), "quantity": 81},
            {"date": date(2024, 6, 20), "quantity": 90, "kind": "locked"},
        ],
    }
    first, second = doubts(scenario(tmp_path, plan=plan))
    assert "restrictions[0].quantity: expected at most the 481 BTC held on 2024-06-10, found 500" in first
    assert "restrictions[2].quantity: expected at most the 481 BTC held on 2024-06-20, found 590" in second


def test_costs_and_prices_in_dollars_of_a_holder_in_another_currency_are_told(tmp_path: Path) -> None:
    daily = load_history("BTC")
    rows = range(int(daily.row(np.array(["2024-01-01"], dtype="datetime64[D]"))[0]), daily.days.size)
    for name, factor in (("dollars.csv", 1.0), ("yen.csv", 157.0)):
        lines = [f"{daily.days[row]},{daily.low[row] * factor!r},{daily.close[row] * factor!r}" for row in rows]
        text = "\n".join(["date,low,close", *(line.replace("np.float64(", "").replace(")", "") for line in lines)])
        (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    holder = {**lot(), "currency": "JPY"}
    (told,) = doubts(scenario(tmp_path, holder=holder, prices={"BTC": {"file": "yen.csv"}}))
    assert "That looks like USD, while holder.currency is JPY." in told
    (told,) = doubts(scenario(tmp_path, holder=holder, prices={"BTC": {"file": "dollars.csv"}}))
    assert "prices.BTC.file: expected prices in JPY" in told


def test_many_are_counted_and_strict_tells_all(tmp_path: Path) -> None:
    lots = [{"acquired": DAY, "quantity": 1, "unit_cost": 40_000_000}] * 9
    file = scenario(tmp_path, holder={"lots": lots})
    found = [note for note in run(load(file)).notes if note.startswith("Not plausible")]
    assert len(found) == 6
    assert "4 more" in found[-1]
    with pytest.raises(InputError) as refused:
        check(load(file), strict=True)
    assert len(refused.value.problems) == 9


@pytest.mark.parametrize(
    ("lots", "expected"),
    [
        ([{"acquired": DAY, "quantity": 21_000_001, "unit_cost": 68_000}], "at most 21,000,000 bitcoin"),
        ([{"acquired": DAY, "quantity": 11_000_000, "unit_cost": 68_000}] * 2, "at most 21,000,000 bitcoin"),
        ([{"acquired": date(2009, 1, 2), "quantity": 1, "unit_cost": 68_000}], "on or after 2009-01-03"),
    ],
)
def test_bitcoin_that_cannot_be_is_refused(tmp_path: Path, lots: list[dict[str, Any]], expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        run(load(scenario(tmp_path, holder={"lots": lots})))


def test_no_shipped_scenario_is_doubted() -> None:
    for name in shipped():
        assert check(load(name), strict=True) is not None


def test_closes_a_week_apart_are_no_further_apart_than_the_bounds_allow_but_for_eight_days_of_ether() -> None:
    days = {}
    for asset in ("BTC", "ETH"):
        close = load_history(asset).close
        moved = np.abs(np.log(close[7:] / close[:-7])) > np.log(2.0)
        days[asset] = int(moved.sum())
    assert days == {"BTC": 0, "ETH": 8}


def test_a_holder_in_yen_runs_on_prices_that_it_states_itself(tmp_path: Path) -> None:
    """1,717 coins at 6,446,183 are worth 3,850,000 at the quarter end: a loss of 4,457,646,211 yen."""
    lots = [{"acquired": date(2021, 4, 28), "quantity": 1717, "unit_cost": 6_446_183}]
    stated: dict[str, Any] = {"model": "target", "spot": 6_500_000, "quarter_end": {date(2021, 6, 30): 3_850_000}}
    period = {"start": date(2021, 4, 1), "end": date(2021, 6, 30)}
    holder = {"currency": "JPY", "lots": lots}
    accounting = {"frameworks": ["ifrs_cost"]}
    file = scenario(tmp_path, holder=holder, period=period, prices={"BTC": stated}, accounting=accounting)
    result = run(load(file))
    loss = result.statements["ifrs_cost"].lines["remeasurement_pl"]
    assert loss is not None
    assert loss[0, -1] == -1717 * (6_446_183 - 3_850_000)
    assert not any(name.startswith("history:") for name in result.inputs)


@pytest.mark.parametrize(
    ("btc", "expected"),
    [
        ({}, r"prices\.BTC\.file: expected a CSV of daily prices, date,low,close, in ARS"),
        (
            {"model": "target", "quarter_end": {date(2024, 6, 30): 9e6}},
            r"prices\.BTC\.spot: expected the price of BTC in ARS on 2024-03-31",
        ),
        ({"model": "gbm", "volatility": 0.5}, r"prices\.BTC\.spot: expected the price of BTC in ARS on 2024-03-31"),
    ],
)
def test_the_price_that_is_missing_in_another_currency_is_named(
    tmp_path: Path, btc: dict[str, Any], expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        run(load(scenario(tmp_path, holder={"currency": "ARS"}, prices={"BTC": btc})))


def test_a_window_is_held_against_all_its_days(tmp_path: Path) -> None:
    """The price is 100 in January and 1,000 from February on: an average of 550 is between, 49 and 2,001 are not."""
    steps = {date(2024, 1, 1): 100.0, date(2024, 2, 1): 1_000.0}
    write_prices(tmp_path / "p.csv", date(2024, 1, 1), date(2024, 6, 30), steps)
    for cost, count in ((550, 0), (50, 0), (2_000, 0), (49, 1), (2_001, 1)):
        window = [date(2024, 1, 20), date(2024, 2, 20)]
        lots = [{"acquired": window, "quantity": 3, "unit_cost": cost}]
        file = scenario(tmp_path, holder={"lots": lots}, prices={"BTC": {"file": "p.csv"}})
        assert len(doubts(file)) == count


def test_every_output_tells_it(tmp_path: Path) -> None:
    file = scenario(tmp_path, holder=lot(unit_cost=40_000_000))
    result = run(load(file))
    told = result.doubts[0]
    assert told in json.loads(to_json(result))["notes"]
    assert told in result.notes
    pack = close_pack(result, "us_gaap_fair_value", "2024Q2", STANDARD)
    assert pack.flash.notes == result.doubts
    (score,) = scores_of(["x"], result, [])
    assert told in score.sentence
