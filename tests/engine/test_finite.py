"""No figure that is not a number leaves a run, whatever the input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases import load_case
from treasury_sim import InputError, run
from treasury_sim.engine.prepare import prepare
from treasury_sim.engine.statements.finite import refuse_overflow
from treasury_sim.report.json_result import to_json

STEPS = {date(2025, 1, 1): 100.0}
LOT = {"id": "a", "acquired": date(2025, 1, 2), "quantity": 2, "unit_cost": 90, "asset": "BTC"}
SIZES = st.one_of(st.floats(1e-320, 1e-10), st.floats(1e-10, 1e6), st.floats(1e6, 1e15), st.floats(1e15, 1e300))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(quantity=SIZES, cost=SIZES, fee=SIZES, amount=SIZES, price=SIZES, rate=st.sampled_from([0.0, 0.25, 1.0]))
def test_extreme_figures_run_or_are_refused(
    tmp_path: Path, quantity: float, cost: float, fee: float, amount: float, price: float, rate: float
) -> None:
    lots = [{**LOT, "quantity": quantity, "unit_cost": cost, "fee": fee}]
    plan: dict[str, Any] = {
        "purchases": [{"date": date(2025, 2, 1), "amount": amount, "unit_cost": price}],
        "sales": [{"date": date(2025, 3, 1), "amount": amount, "fee": fee}],
    }
    prices = {"BTC": {"file": "prices.csv", "quarter_end": {date(2025, 6, 30): price}}}
    try:
        result = run(load_case(tmp_path, STEPS, lots, plan=plan, prices=prices, tax={"rate": rate}))
    except InputError:
        return
    for statement in result.statements.values():
        for line in statement.lines.values():
            assert line is None or np.isfinite(line).all()
    assert "Infinity" not in to_json(result)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(
    drift=st.floats(-10_000, 10_000).map("{:.4f}%".format),
    volatility=st.floats(0.0001, 1_000).map("{:.4f}%".format),
    spot=st.floats(1e-18, 1e15),
    model=st.sampled_from(["gbm", "jump_diffusion"]),
)
def test_extreme_models_are_simulated_or_refused(
    tmp_path: Path, drift: str, volatility: str, spot: float, model: str
) -> None:
    jumps = {"jumps_per_year": 50, "jump_mean": drift, "jump_volatility": volatility}
    btc = {"file": "prices.csv", "model": model, "from": date(2025, 7, 1), "spot": spot, "drift": drift}
    btc |= {"volatility": volatility, **(jumps if model == "jump_diffusion" else {})}
    scenario = {"prices": {"BTC": btc}, "simulation": {"paths": 64}}
    try:
        result = run(load_case(tmp_path, STEPS, [LOT], **scenario))
    except InputError:
        return
    for statement in result.statements.values():
        for line in statement.lines.values():
            assert line is None or np.isfinite(line[:, -len(result.reported) :]).all()


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"lots": [{**LOT, "quantity": 1e-306, "fee": 1200}]}, r"holder\.lots\[0\]\.quantity: expected at least 1e-18"),
        ({"model": {"drift": "10000%"}}, r"prices\.BTC\.drift: expected a drift and a volatility"),
        (
            {"model": {"drift": 0.0, "volatility": "1000%"}},
            r"prices\.BTC\.volatility: expected a drift and",
        ),
    ],
)
def test_the_key_that_is_too_extreme_is_named(tmp_path: Path, sections: dict[str, Any], key: str) -> None:
    lots = sections.get("lots", [{**LOT, "acquired": date(2024, 5, 28)}])
    btc = {"model": "gbm", "volatility": 0.5, **sections["model"]} if "model" in sections else {"file": "prices.csv"}
    period = {"period": {"start": date(2025, 1, 1), "end": date(2054, 12, 31)}} if "model" in sections else {}
    with pytest.raises(InputError, match=key):
        run(load_case(tmp_path, STEPS, lots, prices={"BTC": {**btc, "file": None} if period else btc}, **period))


def test_what_overflows_all_the_same_is_refused_with_its_line_and_quarter(tmp_path: Path) -> None:
    scenario = load_case(tmp_path, STEPS, [LOT])
    found = dict(run(scenario).statements)
    statement = found["us_gaap_fair_value"]
    line = np.array(statement.lines["carrying"], dtype=float)
    line[0, 2] = np.inf
    found["us_gaap_fair_value"] = replace(statement, lines={**statement.lines, "carrying": line})
    with pytest.raises(InputError, match=r"\(carrying\) under us_gaap_fair_value in 2025Q3"):
        refuse_overflow(prepare(scenario.case), found)
