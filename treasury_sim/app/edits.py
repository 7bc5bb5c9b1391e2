"""Edits of a scenario: from one `Scenario` to another. Nothing here knows of widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from treasury_sim.report import words
from treasury_sim.report.prices import QuarterPrice
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.sections.prices import AssetPrices, Historical


def stated(scenario: Scenario, asset: str) -> AssetPrices:
    """Return what the scenario states about the prices of `asset`."""
    return scenario.spec.prices.get(asset, Historical())


def shown_price(scenario: Scenario, base: QuarterPrice) -> float:
    """Quarter-end price in force: the one stated, else the one of `base`, the unedited run [currency/unit]."""
    return stated(scenario, base.asset).quarter_end.get(base.quarter.end, base.end.price)


def shown_low(scenario: Scenario, base: QuarterPrice) -> float:
    """Lowest price of the quarter, never above its quarter-end price, which is an observation as well."""
    override = stated(scenario, base.asset).quarter_low.get(base.quarter.end)
    low = base.low if override is None else override.price
    return min(low, shown_price(scenario, base))


def set_price(scenario: Scenario, original: Scenario, base: QuarterPrice, price: float) -> Scenario:
    """State another quarter-end price; a stated low that would lie above it follows.

    Parameters
    ----------
    original
        The unedited scenario.
    base
        Its prices of the quarter.
    price
        [currency/unit]
    """
    end = base.quarter.end
    own = stated(original, base.asset).quarter_end.get(end)
    changes: dict[tuple[Any, ...], object] = {
        ("prices", base.asset, "quarter_end", end): own if price == base.end.price else price
    }
    override = stated(scenario, base.asset).quarter_low.get(end)
    if override is not None and override.price > price:
        changes["prices", base.asset, "quarter_low", end] = {"price": price, "date": override.date}
    return settle(_with(scenario, changes), original)


def set_low(scenario: Scenario, original: Scenario, base: QuarterPrice, low: float) -> Scenario:
    """State another low of the quarter, on the day of the historical one [currency/unit]."""
    end = base.quarter.end
    own = stated(original, base.asset).quarter_low.get(end)
    as_it_was = min(base.low, shown_price(scenario, base))
    value: object = {"price": low, "date": base.low_day}
    if low == as_it_was:
        value = None if own is None else {"price": min(own.price, low), "date": own.date}
    return settle(_with(scenario, {("prices", base.asset, "quarter_low", end): value}), original)


def set_accounting(scenario: Scenario, original: Scenario, *, frameworks: Sequence[str], policy: str) -> Scenario:
    """Choose the accounting frameworks and which prices an impairment test sees."""
    changes = {("accounting", "frameworks"): list(frameworks), ("accounting", "impairment_price"): policy}
    return settle(_with(scenario, changes), original)


def _with(scenario: Scenario, changes: Mapping[tuple[Any, ...], object]) -> Scenario:
    # The published figures belong to the original: an edited scenario expects nothing.
    return scenario.with_values({**changes, ("expect",): None})


def settle(scenario: Scenario, original: Scenario) -> Scenario:
    """Return the original if every edit has been taken back, else a scenario that says it was edited."""
    spec, own = scenario.spec, original.spec
    if spec.prices == own.prices and spec.accounting == own.accounting:
        return original
    author = f"{own.author}, edited" if own.author else None
    return scenario.with_values({("title",): f"{own.title}: what if {_what(scenario, original)}", ("author",): author})


def _what(scenario: Scenario, original: Scenario) -> str:
    """Name the edits in words."""
    found = []
    for asset, prices in scenario.spec.prices.items():
        before = stated(original, asset)
        found += [
            f"{asset} is {words.price(price)} on {day}"
            for day, price in prices.quarter_end.items()
            if before.quarter_end.get(day) != price
        ]
        found += [
            f"its low is {words.price(low.price)}"
            for day, low in prices.quarter_low.items()
            if before.quarter_low.get(day) != low
        ]
    if scenario.spec.accounting != original.spec.accounting:
        found.append("the accounting is another")
    return " and ".join(found) or "prices are others"
