"""The price of all units instead of that of one: lots, purchases and receipts, in YAML and in tables."""

from __future__ import annotations

import pytest

from treasury_sim import run
from treasury_sim.scenario import load
from treasury_sim.scenario.dump import to_yaml
from treasury_sim.scenario.json_schema import json_schema

from .conftest import HEAD, Problems, Write

HELD = HEAD.replace("y}", "y%s}")
TOTAL = "lots: [{acquired: 2025-10-06, quantity: 4, total_cost: 500, fee: 8}]"


def test_the_cost_of_a_lot_may_be_a_total_in_the_units_of_the_file(write: Write) -> None:
    write("case/x.yaml", HELD % f", units: 1_000, {TOTAL}")
    scenario = load("case/x.yaml")
    (lot,) = scenario.lots
    assert (lot.unit_cost, lot.fee) == (125_000.0, 8_000.0)
    write("case/y.yaml", to_yaml(scenario))
    assert load("case/y.yaml").lots == scenario.lots


def test_purchases_and_receipts_may_have_totals(write: Write) -> None:
    plan = (
        "plan:\n"
        "  purchases: [{date: 2025-10-06, quantity: 2, total_cost: 250_000}]\n"
        "  receipts: [{date: [2025-10-06, 2025-10-07], quantity: 2, total_value: 246_000}]\n"
        "accounting: {frameworks: [us_gaap_fair_value]}\n"
    )
    write("case/x.yaml", HEAD + plan)
    scenario = load("case/x.yaml")
    assert scenario.spec.plan.purchases[0].unit_cost == 125_000
    assert scenario.spec.plan.receipts[0].unit_value == 123_000
    basis = run(scenario).statements["us_gaap_fair_value"].lines["cost_basis"]
    assert basis is not None
    assert basis[0, -1] == pytest.approx(496_000, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "key", "expected", "found"),
    [
        (HELD % ", lots: [{acquired: 2025-10-06, quantity: 4}]", "holder.lots[0].unit_cost", "required", "nothing"),
        (
            HELD % ", lots: [{acquired: 2025-10-06, quantity: 4, total_cost: 5, unit_cost: 1}]",
            "holder.lots[0].total_cost",
            "one of unit_cost and total_cost",
            "both",
        ),
        (HELD % ", lots: [{acquired: 2025-10-06, quantity: 4, totl_cost: 5, unit_cost: 1}]", "", "known key", ""),
        (
            HEAD + "plan: {purchases: [{date: 2025-10-06, amount: 4, total_cost: 5}]}\n",
            "plan.purchases[0].total_cost",
            "a quantity with total_cost",
            "an amount",
        ),
        (
            HEAD + "plan: {receipts: [{date: 2025-10-06, quantity: 4, total_value: -5}]}\n",
            "plan.receipts[0].total_value",
            "a number of at least 0",
            "-5",
        ),
    ],
)
def test_what_is_wrong_with_a_total(problems: Problems, text: str, key: str, expected: str, found: str) -> None:
    (problem,) = problems(text)
    assert problem.key.startswith(key)
    assert expected in problem.expected
    assert found in problem.found
    if "totl_cost" in text:
        assert "total_cost" in problem.fix


def test_a_table_has_one_of_the_two_in_each_row(write: Write, problems: Problems) -> None:
    write("case/total.csv", "acquired,quantity,total_cost\n2025-10-06,4,500\n")
    write("case/both.csv", "acquired,quantity,unit_cost,total_cost\n2025-10-06,4,,500\n2025-10-06,4,125,\n")
    for name, costs in (("total", [125.0]), ("both", [125.0, 125.0])):
        write("case/x.yaml", HELD % f", units: 1_000, lots: {name}.csv")
        assert [lot.unit_cost for lot in load("case/x.yaml").lots] == costs
    write("case/none.csv", "acquired,quantity\n2025-10-06,4\n")
    (problem,) = problems(HELD % ", lots: none.csv")
    assert (problem.where, problem.line, problem.key) == ("case/none.csv", 1, "unit_cost")
    write("case/wrong.csv", "acquired,quantity,unit_cost,total_cost\n2025-10-06,4,125,500\n2025-10-06,4,,\n")
    first, second = problems(HELD % ", lots: wrong.csv")
    assert (first.line, first.key, first.found) == (2, "total_cost", "both")
    assert (second.line, second.key) == (3, "unit_cost")


def test_an_editor_knows_totals() -> None:
    lot = json_schema()["$defs"]["Lot"]
    assert "total_cost" in lot["properties"]
    assert "unit_cost" not in lot.get("required", [])
    assert len(lot["allOf"][0]["oneOf"]) == 2
    assert json_schema()["$defs"]["Receipt"]["properties"]["total_value"]["description"].startswith("Total price")
