"""What differs between two scenarios is named key by key, and nothing else is."""

from __future__ import annotations

from datetime import date
from typing import Any

from treasury_sim.scenario import Scenario, load_given, to_yaml
from treasury_sim.scenario.differences import differences

END = date(2025, 12, 31)
OURS = """schema: 1
title: Ours
holder:
  name: Us
  lots:
    - {acquired: 2025-10-06, quantity: 220, unit_cost: 123_561}
    - {acquired: 2025-11-06, quantity: 10, unit_cost: 100_000}
period: {start: 2025-10-01, end: 2025-12-31}
tax: {rate: 28.73%}
"""


def ours(text: str = OURS) -> Scenario:
    return load_given({"ours.yaml": text.encode()})


def test_edits_are_named_with_both_values() -> None:
    changes: dict[tuple[Any, ...], object] = {
        ("prices", "BTC", "quarter_end", END): 60_000.0,
        ("tax", "rate"): 0.21,
        ("title",): "another",
    }
    found = [(each.key, each.first, each.second) for each in differences(ours(), ours().with_values(changes))]
    assert found == [("tax.rate", "28.73%", 0.21), ("prices.BTC.quarter_end.2025-12-31", None, 60_000.0)]
    assert differences(ours(), ours()) == ()


def test_a_key_that_only_one_has_is_told_to_its_leaves() -> None:
    low = {"price": 70_000.0, "date": date(2025, 11, 21)}
    other = ours().with_values({("prices", "BTC", "quarter_low", END): low})
    keys = [each.key for each in differences(ours(), other)]
    assert keys == [f"prices.BTC.quarter_low.{END}.price", f"prices.BTC.quarter_low.{END}.date"]
    assert [each.second for each in differences(other, ours())] == [None, None]


def test_a_lot_is_compared_with_the_one_in_its_place() -> None:
    second = ours(OURS.replace("quantity: 10", "quantity: 11"))
    (only,) = differences(ours(), second)
    assert (only.key, only.first, only.second) == ("holder.lots[1].quantity", 10, 11)
    assert differences(ours(), load_given({"again.yaml": to_yaml(ours()).encode()})) == ()
