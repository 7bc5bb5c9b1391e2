"""Every line can be explained, the numbers in the formulas give the figure, and the lots add up to it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from tests.report.close.holders import adopting, busy
from treasury_sim import InputError, Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.lines import LINES, PARTS
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.lot_schedule import FIELDS
from treasury_sim.report.explain import Explanation, explain
from treasury_sim.report.explain.formulas import FORMULAS, STATED
from treasury_sim.report.explain.text import explanation_json, explanation_report


@pytest.fixture(scope="module")
def strategy() -> Result:
    return run(load("strategy_history"))


@pytest.fixture(scope="module", params=["every event", "adoption", "strategy"])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("explain")
    if request.param == "every event":
        return busy(folder, list(FRAMEWORKS))
    return adopting(folder) if request.param == "adoption" else run(load("strategy_2025q4"))


def nodes(found: Explanation) -> Iterator[Explanation]:
    yield found
    for part in found.parts:
        yield from nodes(part)


def worked_out(formula: str) -> tuple[float, float] | None:
    """Both sides of a formula that is plain arithmetic, ``None`` where it has words."""
    text = re.sub(r"\((\d[\d,]*\.?\d*)\)", r"-\1", formula)
    text = text.replace("×", "*").replace("−", "-").replace("÷", "/")
    text = re.sub(r"(?<=\d),(?=\d)", "", text).replace("%", "*0.01").replace("max(", "MAX(").replace("min(", "MIN(")
    if text.count("=") != 1 or re.search(r"[a-z;]", text):
        return None
    left, right = text.split("=")
    return eval(left.lower()), eval(right)


def test_every_line_of_every_framework_is_explained(result: Result) -> None:
    for key, statement in result.statements.items():
        for label in (result.timeline.quarters[-1].label,):
            period = Period(label, (result.timeline.index_of(label),))
            for line in LINES:
                found = explain(result, line, quarter=label, framework=key)
                assert found.amount == single(period, line, statement.lines)
                assert found.formula
                for node in nodes(found):
                    sides = worked_out(node.formula)
                    if sides:
                        # Prices in a formula are shown to the cent, so a product may be off by that.
                        assert sides[0] == pytest.approx(sides[1], rel=1e-5, abs=0.05), (key, line, node)


def test_lots_add_up_to_the_line(result: Result) -> None:
    for key in result.statements:
        for line in FIELDS:
            found = explain(result, line, framework=key)
            if found.amount is not None and line != "accumulated_impairment" and line not in FORMULAS:
                total = sum(term.amount for term in found.lots)
                assert total == pytest.approx(found.amount, abs=0.01 * max(1, len(found.lots)))


def test_formulas_of_lots_give_the_amount_of_the_lot() -> None:
    result = run(load("strategy_2025q4"))
    tried = 0
    for key in result.statements:
        for line in ("remeasurement_pl", "carrying", "cost_basis"):
            for term in explain(result, line, framework=key).lots:
                sides = worked_out(term.formula)
                if sides:
                    tried += 1
                    assert sides[0] == pytest.approx(sides[1], rel=1e-6)
                    assert sides[1] == pytest.approx(term.amount, abs=0.01)
    assert tried > 100


def test_an_impairment_of_2021_names_its_low(strategy: Result) -> None:
    """Strategy's second quarter of 2021: the low of 22 June on Coinbase is what every lot that was hit is tested at."""
    found = explain(strategy, "impairment", quarter="2021Q2")
    assert found.title == "Impairment of digital assets"
    assert len(found.lots) >= 5
    for term in found.lots:
        assert (term.price, term.day) == (28_800.0, date(2021, 6, 22))
        assert "low of the UTC day on Coinbase" in term.source
        assert "min(" in term.formula or "carried" in term.formula
    assert "28,800.00" in found.lots[0].formula
    assert "ASC 350-30-35-18" in found.rule
    assert found.amount == pytest.approx(-424.8e6, rel=0.01)  # reported; the days in the windows are not known


def test_one_lot_is_explained_day_by_day(strategy: Result) -> None:
    found = explain(strategy, "impairment", quarter="2021Q2", lot="mstr-2021-06-14")
    whole, days = found.lots[0], found.lots[1:]
    assert len(days) == 8
    assert sum(term.units for term in days) == pytest.approx(whole.units)
    schedule = explain(strategy, "carrying", quarter="2021Q2", lot="mstr-2021-06-14")
    assert sum(term.amount for term in days) == pytest.approx(schedule.amount, abs=0.01)


def test_the_chain_reaches_the_leaves() -> None:
    found = explain(run(load("strategy_2025q4")), "net_income_common")
    lines = {node.line for node in nodes(found)}
    assert {"remeasurement_pl", "income_tax", "deferred_tax_on_holdings", "other_operating_income"} <= lines
    leaf = next(node for node in nodes(found) if node.line == "remeasurement_pl")
    assert len(leaf.lots) == 94


def test_every_line_has_a_way_to_be_explained() -> None:
    assert set(LINES) <= {*FORMULAS, *FIELDS, *PARTS, *STATED}


def test_json_is_whole(strategy: Result) -> None:
    found = explain(strategy, "net_income", quarter="2025Q4")
    assert json.loads(explanation_json(found))["amount"] == found.amount


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"line": "impairmnt"}, r"Did you mean impairment\?"),
        ({"line": "impairment", "framework": "us_gaap_fair_value"}, "nothing is impaired"),
        ({"line": "carrying", "quarter": "2031Q1"}, "2031Q1"),
        ({"line": "carrying", "lot": "none"}, "a lot that was held"),
        ({"line": "net_income", "lot": "mstr-2020-08-11"}, "lots add up to"),
        ({"line": "carrying", "framework": "hgb"}, "Known here: us_gaap_fair_value"),
    ],
)
def test_what_cannot_be_explained_is_told(asked: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        explain(run(load("strategy_2025q4")), **asked)


def test_the_venue_is_not_named_for_prices_of_ones_own(tmp_path: Path) -> None:
    found = explain(busy(tmp_path, ["us_gaap_impairment"]), "impairment", quarter="2025Q1")
    assert all("Coinbase" not in term.source for term in found.lots)


def test_a_formula_never_says_that_a_number_is_itself() -> None:
    found = explain(run(load("strategy_2025q4")), "net_income_common")
    assert all(not re.fullmatch(r"(\S+) = \1", node.formula) for node in nodes(found))
    printed = io.StringIO()
    Console(file=printed, width=200).print(explanation_report(found, ""))
    lines = [line.strip() for line in printed.getvalue().splitlines()]
    assert not any(re.fullmatch(r"= [(]?[0-9][0-9,.]*[)]?", line) for line in lines)
    assert "Other operating income: (13,400,000.00)" in lines


def test_a_sum_of_one_names_it() -> None:
    scenario = load("strategy_2025q4").with_values({("capital", "preferred_dividends"): None, ("expect",): None})
    found = explain(run(scenario), "net_income_common")
    assert found.formula == "net income = (12,444,139,898.04)"
