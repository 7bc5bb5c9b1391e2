"""Attributions add up, split as by hand, and say what was changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import write_scenario
from treasury_sim import InputError, load, run
from treasury_sim.analysis.attribution.attribute import attribute
from treasury_sim.analysis.attribution.steps import Attribution
from treasury_sim.domain.lines import LINES, PARTS, leaves
from treasury_sim.report.tables.attribution import attribution_json, bars
from treasury_sim.scenario import Scenario

STEPS = {
    date(2025, 1, 1): 100.0,
    date(2025, 2, 1): (60.0, 80.0),
    date(2025, 3, 31): 120.0,
    date(2025, 6, 1): (65.0, 70.0),
    date(2025, 8, 1): 90.0,
    date(2025, 11, 1): 140.0,
}
LOTS = [
    {"acquired": date(2025, 1, 10), "quantity": 5, "unit_cost": 100, "fee": 2},
    {"acquired": [date(2025, 3, 20), date(2025, 4, 5)], "quantity": 5, "unit_cost": 120},
]
SALES = [{"date": date(2025, 7, 15), "quantity": 3, "proceeds": 250, "fee": 1}]
KEYS = ["us_gaap_fair_value", "us_gaap_impairment", "ifrs_cost", "ifrs_revaluation", "hgb_current_asset"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("attribution")
    file = write_scenario(
        folder,
        STEPS,
        holder={"lots": LOTS},
        plan={"sales": SALES},
        accounting={"frameworks": KEYS},
        tax={"rate": 0.3},
        income={"interest": -7, "other_operating": 3},
    )
    return load(file)


def off(found: Attribution) -> float:
    return found.first + sum(step.amount for step in found.steps) - found.last


def changes() -> st.SearchStrategy[dict[tuple[Any, ...], Any]]:
    """Values of a random scenario, by path; not all of them run."""
    days = st.dates(date(2025, 1, 2), date(2025, 12, 30))
    lots = st.lists(
        st.fixed_dictionaries({"acquired": days, "quantity": st.floats(1.0, 9.0), "unit_cost": st.floats(50.0, 150.0)}),
        min_size=1,
        max_size=3,
    )
    sales = st.lists(st.fixed_dictionaries({"date": days, "quantity": st.floats(0.1, 0.9)}), max_size=2)
    purchases = st.lists(
        st.fixed_dictionaries({"date": days, "quantity": st.floats(0.1, 5.0), "fee": st.floats(0, 2)}), max_size=2
    )
    return st.fixed_dictionaries(
        {},
        optional={
            ("holder", "lots"): lots,
            ("plan", "sales"): sales,
            ("plan", "purchases"): purchases,
            ("plan", "lot_relief"): st.sampled_from(["fifo", "hifo", "average"]),
            ("prices", "BTC", "quarter_end"): st.dictionaries(
                st.just(date(2025, 12, 31)), st.floats(70.0, 300.0), max_size=1
            ),
            ("accounting", "fees"): st.sampled_from(["expense", "capitalise"]),
            ("accounting", "impairment_price"): st.sampled_from(["weekly", "period_end"]),
            ("tax", "rate"): st.floats(0.0, 0.5),
            ("income", "interest"): st.floats(-50.0, 50.0),
            ("capital", "preferred_dividends"): st.floats(-9.0, 0.0),
        },
    )


LINES_TO_TRY = ["net_income", "remeasurement_pl", "carrying", "deferred_tax_liability", "comprehensive_income"]


@settings(max_examples=25)
@given(changes(), changes(), st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(LINES_TO_TRY))
def test_steps_between_two_random_scenarios_add_up(
    base: Scenario, one: dict[Any, Any], two: dict[Any, Any], first: str, second: str, line: str
) -> None:
    try:
        start, goal = base.with_values(one), base.with_values(two)
        run(start)
        run(goal)
    except InputError:
        return
    found = attribute(start, goal, framework=first, to_framework=second, line=line)
    assert off(found) == pytest.approx(0.0, abs=0.005)
    assert found.first == pytest.approx(_value(start, first, line), abs=1e-9)
    assert found.last == pytest.approx(_value(goal, second, line), abs=1e-9)


def _value(scenario: Scenario, key: str, line: str) -> float:
    values = run(scenario.with_values({("accounting", "frameworks"): [key]})).statements[key].lines[line]
    assert values is not None
    return float(values[0, -1])


@settings(max_examples=25)
@given(
    changes(),
    st.sampled_from(KEYS),
    st.sampled_from(["2025Q2", "2025Q3", "2025Q4"]),
    st.sampled_from([None, "inception", "2025Q2"]),
    st.sampled_from(LINES_TO_TRY),
)
def test_steps_of_a_period_add_up(
    base: Scenario, values: dict[Any, Any], key: str, quarter: str, since: str | None, line: str
) -> None:
    try:
        scenario = base.with_values(values)
        run(scenario)
    except InputError:
        return
    found = attribute(scenario, framework=key, quarter=quarter, since=since, line=line)
    assert off(found) == pytest.approx(0.0, abs=0.005)


def test_strategy_splits_into_opening_coins_and_coins_bought() -> None:
    """640,032 coins from 114,378.49 to 87,515 by hand, and the coins of the quarter from their cost."""
    found = attribute(load("strategy_2025q4"), line="remeasurement_pl")
    amounts = [(step.cause, step.amount) for step in found.steps]
    assert [cause for cause, _ in amounts] == ["price", "bought"]
    assert amounts[0][1] == pytest.approx(-17_193.5e6, rel=0.001)
    assert amounts[0][1] == pytest.approx(640_032 * (87_515 - 114_378.49), rel=1e-4)
    assert amounts[1][1] == pytest.approx(-242.6e6, rel=0.001)
    assert found.last == pytest.approx(-17_436.1e6, rel=1e-4)


def test_a_quarter_with_purchase_and_sale_by_hand(base: Scenario) -> None:
    """Q3: 10 coins held from 70 to 90; 3 sold at 83.33 instead of 90; a selling fee of 1; tax on all of it."""
    found = attribute(base, framework="us_gaap_fair_value", quarter="2025Q3")
    assert {step.cause: step.amount for step in found.steps if step.cause not in {"income", "tax"}} == pytest.approx(
        {"price": 10 * (90 - 70), "sold": 250 - 3 * 90, "fees": -1.0}
    )
    assert found.by_cause["income"] == pytest.approx(3 - 7)
    assert found.by_cause["tax"] == pytest.approx(-0.3 * (200 - 20 - 1 - 4))


def test_a_purchase_is_held_against_the_price_at_the_end(base: Scenario) -> None:
    """Q1: 5 coins with a fee of 2 at 100, of the window 12 of 17 days, all at 120 in the end; nothing before."""
    found = attribute(base, framework="us_gaap_fair_value", quarter="2025Q1", line="remeasurement_pl")
    assert [step.cause for step in found.steps] == ["bought"]
    assert "No coins" not in found.steps[0].words
    first, window = 5 * (120 - 100) - 2, 5 / 17
    closes = np.array([80.0] * 11 + [120.0] * 6)  # of the window's 17 days, 12 of them in the quarter
    costs = 120 * closes / closes.mean()
    assert found.last == pytest.approx(first + window * (120 - costs[:12]).sum())


def test_two_quarters_differ_cause_by_cause(base: Scenario) -> None:
    found = attribute(base, framework="us_gaap_fair_value", quarter="2025Q4", against="2025Q3")
    assert off(found) == pytest.approx(0.0, abs=1e-9)
    assert found.by_cause["price"] == pytest.approx(7 * (140 - 90) - 10 * (90 - 70))
    assert found.by_cause["sold"] == pytest.approx(-(250 - 3 * 90))


@settings(max_examples=30)
@given(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(LINES_TO_TRY))
def test_steps_between_two_frameworks_add_up(base: Scenario, first: str, second: str, line: str) -> None:
    found = attribute(base, framework=first, to_framework=second, line=line)
    assert off(found) == pytest.approx(0.0, abs=1e-9)
    assert found.last == pytest.approx(_value(base, second, line), abs=1e-9)


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({("prices", "BTC", "quarter_end"): {date(2025, 12, 31): 150.0}}, "price"),
        ({("accounting", "impairment_price"): "period_end"}, "policy"),
        ({("tax", "rate"): 0.2}, "tax"),
        ({("income", "interest"): -9.0}, "income"),
        ({("plan", "purchases"): [{"date": date(2025, 10, 5), "quantity": 1.0, "unit_cost": 150.0}]}, "bought"),
        ({("plan", "sales"): []}, "sold"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_change_has_one_cause(base: Scenario, values: dict[Any, Any], cause: str) -> None:
    # What is seen in June moves the carrying amount for good; the fourth quarter's income does not know of it.
    key = "us_gaap_impairment" if cause == "policy" else "us_gaap_fair_value"
    line = "carrying" if cause == "policy" else "net_income"
    found = attribute(base, base.with_values(values), framework=key, line=line)
    assert [step.cause for step in found.steps] == [cause]


def test_what_cannot_be_changed_alone_is_changed_together(base: Scenario) -> None:
    more = base.with_values(
        {
            ("holder", "lots"): [{"acquired": date(2025, 1, 5), "quantity": 1.0, "unit_cost": 90.0}],
            ("plan", "sales"): [{"date": date(2025, 7, 15), "quantity": 0.5}],
        }
    )
    found = attribute(base, more, framework="us_gaap_fair_value")
    assert off(found) == pytest.approx(0.0, abs=1e-9)
    assert found.steps[0].cause == "several"
    assert "can only change together" in found.steps[0].words


def test_lines_are_the_sum_of_their_parts() -> None:
    """The table of parts is what the engine computes, for every shipped scenario and framework."""
    for name in ("strategy_history", "kulr_2025", "bitmine_2026q1", "mara"):
        for statement in run(load(name)).statements.values():
            for line, parts in PARTS.items():
                whole, pieces = statement.lines[line], [statement.lines[part] for _, part in parts]
                known = [piece for piece in pieces if piece is not None]
                if whole is None or len(known) < len(pieces):
                    continue
                total = sum((sign * piece for (sign, _), piece in zip(parts, known, strict=True)), np.zeros(1))
                told = ~np.isnan(total)  # flows before a typed balance are not known
                assert total[told] == pytest.approx(whole[told], rel=1e-9, abs=0.01), (name, line)


def test_leaves_are_not_taken_apart_further() -> None:
    found = [name for _, name in leaves("net_income_common")]
    assert not set(found) & set(PARTS)
    assert set(found) <= set(LINES)
    assert (-1, "disposed_carrying") in set(leaves("net_income"))


def test_waterfall_and_json_end_where_the_attribution_does() -> None:
    found = attribute(load("strategy_2025q4"))
    drawn = list(bars(found))
    assert drawn[-1].is_total
    assert drawn[-2].end == pytest.approx(drawn[-1].end)
    assert json.loads(attribution_json(found))["last"]["amount"] == found.last


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"quarter": "2024Q1"}, "2024Q1"),
        ({"since": "2026Q1"}, "inception"),
        ({"line": "eps_basic"}, "a flow or a balance"),
        ({"line": "carrying", "against": "2025Q3"}, "to compare two quarters"),
        ({"since": "inception", "against": "2025Q3"}, "nothing besides since"),
        ({"since": "inception", "line": "net_income"}, "a line that is known"),
        ({"framework": "us_gap"}, "us_gap"),
    ],
)
def test_what_cannot_be_attributed_is_told(asked: dict[str, str], said: str, tmp_path: Path) -> None:
    # A quarter before the period has no income of its own.
    scenario = load("strategy_2025q4").with_values({("capital",): None})
    with pytest.raises(InputError, match=said):
        attribute(scenario, **asked)  # type: ignore[arg-type]
