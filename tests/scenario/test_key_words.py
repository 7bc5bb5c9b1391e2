"""Keys are called what finance people call them, and every rate of the language is known to be one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from treasury_sim import Scenario, load
from treasury_sim.case.key_paths import KeyPath, key_path
from treasury_sim.report.words import stated
from treasury_sim.scenario.json_schema import json_schema
from treasury_sim.scenario.key_words import SHARES, key_words, kind_of

END = date(2025, 12, 31)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("strategy_2026_forward")


@pytest.mark.parametrize(
    ("path", "words", "kind"),
    [
        (("tax", "rate"), "tax rate", "share"),
        (("income", "other_operating"), "other operating income", "money"),
        (("income", "other_operating", "2026Q1"), "other operating income in 2026Q1", "other"),
        (("prices", "BTC", "quarter_end", END), "BTC price at the end of 2025Q4", "price"),
        (("prices", "BTC", "quarter_low", END, "price"), "lowest BTC price in 2025Q4", "price"),
        (("prices", "BTC", "quarter_low", END, "date"), "day of the lowest BTC price in 2025Q4", "other"),
        (("prices", "BTC", "volatility"), "BTC volatility", "share"),
        (("plan", "sales", 0, "quantity"), "sale of 2022-12-22", "coins"),
        (("plan", "sales", 0, "fee"), "sale of 2022-12-22: fee", "money"),
        (("capital", "opening", "cash"), "opening cash", "money"),
        (("capital", "share_price", "beta"), "share price beta", "other"),
        (("accounting", "unit_of_account"), "unit of account", "other"),
    ],
)
def test_a_key_has_a_name_and_a_kind(scenario: Scenario, path: KeyPath, words: str, kind: str) -> None:
    assert (key_words(path, scenario), kind_of(path, scenario)) == (words, kind)


def test_an_instrument_is_called_by_its_name(scenario: Scenario) -> None:
    name = scenario.spec.capital.notes[0].name
    assert key_words(key_path("capital.notes[0].coupon"), scenario) == f"{name}: coupon"
    assert kind_of(key_path("capital.notes[0].principal"), scenario) == "money"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("limits.0.above", ("limits", 0, "above")),
        ("plan.sales.1.quantity", ("plan", "sales", 1, "quantity")),
        ("plan.sales.0.lots.12", ("plan", "sales", 0, "lots", "12")),
        ("plan.sales[0].lots.12", ("plan", "sales", 0, "lots", "12")),
        ("prices.BTC.quarter_end.2025-12-31", ("prices", "BTC", "quarter_end", END)),
    ],
)
def test_digits_are_a_row_or_the_name_of_a_lot(text: str, path: KeyPath) -> None:
    assert key_path(text) == path


def test_every_key_that_may_be_written_as_a_percentage_is_a_share() -> None:
    def rates(node: Any, name: str = "") -> set[str]:
        if isinstance(node, list):
            return set().union(*(rates(entry, name) for entry in node))
        if not isinstance(node, dict):
            return set()
        found = {name} if "%$" in str(node.get("pattern", "")) else set()
        for key, entry in node.items():
            if key in {"properties", "$defs"}:
                found |= set().union(*(rates(below, below_name) for below_name, below in entry.items()))
            else:
                found |= rates(entry, name)
        return found

    of_a_sweep = {"from", "to", "step"}  # values of another key
    assert rates(json_schema()) - {"tolerance"} - of_a_sweep <= SHARES


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("28.73%", "share", "28.73%"),
        (-0.4, "share", "(40.00%)"),
        (-12_060_000.0, "money", "(12,060,000)"),
        (12.5, "money", "12.50"),
        (87_515, "price", "87,515.00"),
        (633.6, "coins", "633.6"),
        ("daily_close", "other", "daily close"),
        ("library:strategy_lots.csv", "other", "library:strategy_lots.csv"),
        (END, "other", "2025-12-31"),
        (None, "money", "not given"),
    ],
)
def test_a_value_is_written_as_finance_people_do(value: object, kind: Any, text: str) -> None:
    assert stated(value, kind) == text
