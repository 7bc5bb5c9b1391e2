"""Rules across keys name what they read, so that a change runs those that it concerns, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from treasury_sim import load
from treasury_sim.case import Case
from treasury_sim.case.checks.across import RULES
from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.scenario import library, variations
from treasury_sim.scenario.draft import FIELDS, read_section


class Recorded:
    """Sections of which those that are read are noted."""

    def __init__(self, spec: ScenarioSpec) -> None:
        self._spec = spec
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        section = next((alias for alias, field in FIELDS.items() if field == name), None)
        if section is None:  # a property, which reads sections
            return getattr(type(self._spec), name).fget(self)
        self.read.add(section)
        return getattr(self._spec, name)


SPECS = [load(path).case for path in library.shipped()]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check.__qualname__)
def test_a_rule_reads_no_section_that_it_does_not_name(rule: CrossCheck) -> None:
    named = {read.removesuffix("[]").partition(".")[0] for read in rule.reads}
    for case in SPECS:
        spec = Recorded(case.spec)
        list(rule.check(replace(DraftCase(case.spec, case.lots), spec=spec)))  # type: ignore[arg-type]
        assert spec.read <= named


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check.__qualname__)
def test_every_key_that_a_rule_names_exists(rule: CrossCheck) -> None:
    for read in rule.reads:
        owner: Any = ScenarioSpec
        for key in read.removesuffix("[]").split("."):
            assert key in owner.model_fields
            owner = owner.model_fields[key].annotation


@pytest.mark.parametrize(
    ("wrong", "read", "valid"),
    [
        (("plan", "sales", 3), "plan.sales[]", True),
        (("plan", "sales", 3), "plan.sales", False),
        (("plan", "sales", 3), "plan", False),
        (("plan", "sales", 3), "plan.payments", True),
        (("plan", "sales"), "plan.sales[]", False),
        (("plan",), "plan.sales[]", False),
        (("limits", 0), "limits[]", True),
        (("prices", "BTC"), "prices[]", True),
        (("prices", "BTC"), "prices", False),
        (("tax", "rate"), "tax.state_rate", True),
    ],
)
def test_what_is_wrong_stops_the_rules_that_read_it(wrong: tuple[str | int, ...], read: str, valid: bool) -> None:
    draft = DraftCase(SPECS[0].spec, wrong=frozenset({wrong}))
    assert draft.is_valid(read) is valid


def test_a_change_of_one_section_reads_that_section_only(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    checked: list[CrossCheck] = []

    def recorded(section: str, value: object) -> Any:
        read.append(section)
        return read_section(section, value)

    def noted(rule: CrossCheck) -> CrossCheck:
        def check(draft: DraftCase) -> Iterator[Breach]:
            checked.append(rule)
            return rule.check(draft)

        return rule._replace(check=check)

    monkeypatch.setattr(variations, "read_section", recorded)
    monkeypatch.setattr("treasury_sim.case.checks.across.RULES", [noted(rule) for rule in RULES])
    scenario = load("strategy_2025q4")
    checked.clear()
    changed = scenario.with_values({("tax", "rate"): 0.21})

    assert read == ["tax"]
    assert checked
    assert all(rule.concerns({"tax"}) for rule in checked)
    assert changed.spec.plan is scenario.spec.plan
    assert changed.spec.tax.rate == 0.21


def test_a_case_made_in_python_reports_a_problem_by_its_key() -> None:
    case = Case(SPECS[0].spec)
    problem = case.problem(("prices", "BTC", "quarter_end", date(2025, 12, 31)), "a price", "none")
    assert (problem.where, problem.line, problem.key) == ("", None, "prices.BTC.quarter_end.2025-12-31")
