"""A waterfall on many paths: each path is what it is alone, whether coins are sold, bought or kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from treasury_sim import load, run
from treasury_sim.domain.result import Result
from treasury_sim.engine.run import open_path
from treasury_sim.scenario import Scenario

ALL = ["us_gaap_fair_value", "us_gaap_impairment", "ifrs_revaluation", "jgaap_no_active_market", "swiss_co_market"]
LOTS = [
    {"id": "a", "acquired": date(2025, 3, 3), "quantity": 300, "unit_cost": 50_000},
    {"id": "b", "acquired": date(2025, 10, 6), "quantity": 200, "unit_cost": 120_000},
    {"id": "c", "acquired": date(2025, 12, 1), "quantity": 100, "unit_cost": 90_000},
]
LOAN = {"name": "Loan", "principal": 18_000_000, "rate": 0.08, "maturity": date(2026, 11, 15)}


def scenario(folder: Path, **capital: Any) -> Scenario:
    spec = {
        "schema": 1,
        "title": "Many paths",
        "holder": {"name": "Holder", "lots": LOTS},
        "period": {"start": date(2026, 1, 1), "end": date(2026, 12, 31)},
        "prices": {"BTC": {"model": "gbm", "spot": 87_515, "volatility": 0.7}},
        "simulation": {"paths": 256, "seed": 7},
        "accounting": {"frameworks": ALL, "fluctuation_reserve": 0.2, **capital.pop("accounting", {})},
        "tax": {"rate": 0.25, "support": 0, "character": "capital"},
        "plan": capital.pop("plan", {}),
        "capital": {
            "opening": {"cash": 2_000_000, "shares": 1_000_000, "equity": dict.fromkeys(ALL, 30_000_000)},
            "loans": [LOAN],
            "operating_cash_flow": -1_500_000,
            **capital,
        },
    }
    file = folder / "many.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return load(file)


SECURED = {**LOAN, "collateral": 300, "max_ltv": 0.75, "restored_ltv": 0.5}
SELLING = {**SECURED, "margin_call": "sell", "executed_at": "trigger"}
RAISED = [{"of": "common", "per_month": 2_000_000, "to_bitcoin": 0.7}]


@pytest.mark.parametrize(
    "capital",
    [
        {},
        {"plan": {"lot_relief": "hifo"}},
        {"plan": {"lot_relief": "lifo", "tax_lot_relief": "hifo"}, "loans": [SELLING]},
        {"loans": [SECURED], "accounting": {"interim": "year_to_date", "remeasure_before_disposal": True}},
        {"issuance": RAISED, "loans": []},
        {"issuance": RAISED},
    ],
    ids=["sold", "dearest first", "called", "year to date", "bought", "bought and sold"],
)
def test_each_path_is_what_it_is_alone(tmp_path: Path, capital: dict[str, Any]) -> None:
    case = scenario(tmp_path, **capital)
    found = run(case)
    assert not any("one by one" in note for note in found.notes)
    held_to(found, case, (0, 17, 101, 255))


def held_to(found: Result, case: Scenario, paths: tuple[int, ...]) -> None:
    for number in paths:
        alone = open_path(case, number)
        first = len(alone.timeline.quarters) - len(found.timeline.quarters)
        for key in ALL:
            for name, line in found.statements[key].lines.items():
                other = alone.statements[key].lines[name]
                if line is None or other is None:
                    assert line is other, name
                    continue
                row = np.broadcast_to(line, (found.paths, line.shape[1]))[number]
                np.testing.assert_allclose(
                    row, other[0, first:], rtol=1e-7, atol=0.05, err_msg=f"{key} {name} {number}"
                )


def test_what_cannot_be_added_is_replayed_one_by_one(tmp_path: Path) -> None:
    case = scenario(tmp_path, issuance=RAISED, plan={"lot_relief": "hifo"}).with_values({("simulation", "paths"): 16})
    found = run(case)
    assert any("one by one" in note for note in found.notes)
    held_to(found, case, (0, 9))


def test_paths_that_sell_what_they_bought_since_are_replayed(tmp_path: Path) -> None:
    drained = scenario(tmp_path, issuance=RAISED, operating_cash_flow=-8_000_000)
    case = drained.with_values({("simulation", "paths"): 16})
    held_to(run(case), case, (0, 5, 9, 15))


def test_paths_on_which_nothing_is_sold_and_others(tmp_path: Path) -> None:
    found = run(scenario(tmp_path))
    units = found.statements["us_gaap_fair_value"].lines["units"]
    unpaid = found.statements["us_gaap_fair_value"].lines["unpaid"]
    assert units is not None
    assert unpaid is not None
    assert units[:, -1].std() > 1.0
    assert 0.0 < (unpaid[:, -1] > 0.0).mean() < 1.0


def test_how_likely_what_breaks(tmp_path: Path) -> None:
    from io import StringIO

    from rich.console import Console

    from treasury_sim.report.tables.capital import as_json, capital_report

    found = run(scenario(tmp_path))
    told: dict[str, Any] = as_json(found)
    units, unpaid = (found.statements["us_gaap_fair_value"].lines[name] for name in ("units", "unpaid"))
    assert units is not None
    assert unpaid is not None
    by_name = {one["what"]: one for one in told["chances"]}
    assert by_name["cash has run out"]["by_quarter"][-1] == pytest.approx((unpaid[:, -1] > 0.0).mean())
    assert by_name["coins are sold in the quarter"]["ever"] == pytest.approx((units[:, -1] < 600 - 1e-9).mean())
    assert len(told["lines"]["units"]) == 4
    console = Console(width=200, record=True, file=StringIO())
    console.print(capital_report(found))
    assert "Coins are worth less than the debt" in console.export_text()
