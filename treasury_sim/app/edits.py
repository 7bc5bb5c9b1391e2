"""Edits of a scenario: from one `Scenario` to another. Nothing here knows of widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from treasury_sim.case.sections.prices import AssetPrices, Historical, Sampled, Shock
from treasury_sim.domain.holding import Lot
from treasury_sim.errors import InputError, Problem
from treasury_sim.report import words
from treasury_sim.report.tables.prices import QuarterPrice
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.amounts import write_amount
from treasury_sim.scenario.differences import Difference, differences
from treasury_sim.scenario.dump import written_lots

Changes = Mapping[tuple[Any, ...], object]


def edited(scenario: Scenario, original: Scenario, changes: Changes) -> Scenario:
    """Make `changes`; return the original if they undo every edit.

    The published figures belong to the original: an edited scenario expects nothing, and its title names the edits.

    Raises
    ------
    InputError
        If the new scenario is wrong.
    """
    changed = scenario.with_values({**changes, ("expect",): None})
    changes_made = differences(original, changed)
    if not changes_made:
        return original
    spec = original.spec
    author = f"{spec.author}, edited" if spec.author else None
    return changed.with_values({"title": f"{spec.title}; what if: {_what(changes_made)}", "author": author})


def _what(changes_made: Sequence[Difference]) -> str:
    """Name the edits in words."""
    phrases = list(dict.fromkeys(_phrase(each) for each in changes_made))
    return ", ".join(phrases[:3]) + (" and more" if len(phrases) > 3 else "")


def _phrase(each: Difference) -> str:
    match each.path:
        case ("prices", asset, "quarter_end", day) if each.second is not None:
            return f"{asset} at {words.price(float(each.second))} on {day}"
        case ("prices", asset, "quarter_low", _, "price") if each.second is not None:
            return f"low of {asset} at {words.price(float(each.second))}"
        case ("prices", asset, *_):
            return f"edited price of {asset}"
        case ("holder" | "limits" as section, *_):
            return "edited lots" if section == "holder" else "other limits"
        case ("plan", "purchases", *_):
            return "additional purchases"
    return f"{each.words} {words.stated(each.second, each.kind)}"


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
    low = stated(scenario, base.asset).quarter_low.get(end)
    if low is not None and low.price > price:
        changes["prices", base.asset, "quarter_low", end] = {"price": price, "date": low.date}
    return edited(scenario, original, changes)


def set_low(scenario: Scenario, original: Scenario, base: QuarterPrice, low: float) -> Scenario:
    """State another low, on the day of the historical one [currency/unit].

    Raises
    ------
    InputError
        If it lies above the quarter-end price, which is an observation as well.
    """
    end, price = base.quarter.end, shown_price(scenario, base)
    if low > price:
        most = f"at most the quarter-end price, {write_amount(price)}"
        raise InputError([Problem("", None, f"lowest price of {base.asset}", most, write_amount(low))])
    own = stated(original, base.asset).quarter_low.get(end)
    as_it_was = min(base.low, price)
    value: object = {"price": low, "date": base.low_day}
    if low == as_it_was:
        value = None if own is None else {"price": min(own.price, low), "date": own.date}
    return edited(scenario, original, {("prices", base.asset, "quarter_low", end): value})


@dataclass(frozen=True)
class Fall:
    """A shock of the price (model ``shock``).

    Attributes
    ----------
    relative
        Size as a share of the price on the day before `first`, negative for a fall.
    shape
        ``instant``, ``linear``, ``v`` or ``l``.
    first
        First day of the model.
    start
        First day of the shock.
    through
        Last day of a ``linear`` shock; day of the whole shock of a ``v`` or an ``l``.
    """

    relative: float
    shape: str
    first: date
    start: date
    through: date

    def values(self) -> dict[str, object]:
        """The keys of `prices.ASSET`."""
        keys: dict[str, object] = {"model": "shock", "from": self.first, "relative": self.relative}
        keys |= {"shape": self.shape, "start": self.start}
        if self.shape == "linear":
            keys["end"] = self.through
        elif self.shape in {"v", "l"}:
            keys["trough"] = self.through
        return keys


def fall_of(scenario: Scenario, asset: str) -> Fall | None:
    """Return the fall of `asset` that the scenario states, days that it leaves open filled in."""
    model, period = stated(scenario, asset), scenario.spec.period
    if not isinstance(model, Shock) or model.relative is None:
        return None
    first = model.first_day or scenario.spec.model_begins
    through = model.trough or model.end or period.end
    return Fall(model.relative, model.shape, first=first, start=model.start or first, through=through)


def last_day_of_fall(scenario: Scenario, asset: str) -> date:
    """Return the last day on which the fall of `asset` can be complete: a ``v`` is back at least a day later."""
    model, last = stated(scenario, asset), scenario.spec.period.end
    if isinstance(model, Shock) and model.shape == "v":
        return (model.end or last) - timedelta(days=1)
    return last


def set_shape(scenario: Scenario, original: Scenario, asset: str, shape: str) -> Scenario:
    """Give a fall another shape; its days stay, but that a ``v`` must be back by the end of the period."""
    fall = fall_of(scenario, asset)
    if fall is None or shape == fall.shape:
        return scenario
    last = scenario.spec.period.end
    through = min(fall.through, last - timedelta(days=1)) if shape == "v" else fall.through
    days = replace(fall, shape=shape, through=through).values()
    changes: dict[tuple[Any, ...], object] = {
        ("prices", asset, key): days.get(key) for key in ("shape", "trough", "end")
    }
    if fall.start > through:
        changes["prices", asset, "start"] = through
    return edited(scenario, original, changes)


def set_days(scenario: Scenario, original: Scenario, asset: str, start: date, through: date | None) -> Scenario:
    """Let a fall begin on another day, or be complete on another; what is not another stays as it is written."""
    fall = fall_of(scenario, asset)
    if fall is None:
        return scenario
    changes: dict[tuple[Any, ...], object] = {}
    if start != fall.start:
        changes["prices", asset, "start"] = start
    if through is not None and through != fall.through:
        changes["prices", asset, "end" if fall.shape == "linear" else "trough"] = through
    return edited(scenario, original, changes)


def set_fall(scenario: Scenario, original: Scenario, asset: str, fall: Fall) -> Scenario:
    """Let the price of `asset` stand still but for one shock, instead of what was stated."""
    return edited(scenario, original, {("prices", asset): {**fall.values(), **_kept(original, asset)}})


def _kept(original: Scenario, asset: str) -> dict[str, object]:
    """What another model of the price keeps: the price on the day before, and the holder's own history."""
    given = {key: original.get("prices", asset, key) for key in ("spot", "file")}
    return {key: value for key, value in given.items() if value is not None}


def set_model(scenario: Scenario, original: Scenario, asset: str, values: Mapping[str, object] | None) -> Scenario:
    """State another model of the price of `asset`; ``None`` brings back what the original states."""
    own = original.get("prices", asset)
    return edited(scenario, original, {("prices", asset): own if values is None else dict(values)})


def simulate(scenario: Scenario, original: Scenario, asset: str, values: Mapping[str, object]) -> Scenario:
    """Draw the price of `asset` at random by the model of `values`; what the original states, if it is that model.

    It begins where the model in force does, else at the start of the period.
    """
    if original.get("prices", asset, "model") == values["model"]:
        return set_model(scenario, original, asset, None)
    now = stated(scenario, asset)
    first = now.first_day if isinstance(now, Sampled) else None
    block = {"from": first or scenario.spec.model_begins, **values, **_kept(original, asset)}
    return edited(scenario, original, {("prices", asset): block})


def set_key(scenario: Scenario, original: Scenario, path: tuple[Any, ...], value: object) -> Scenario:
    """Give one key another value."""
    return edited(scenario, original, {path: value})


def set_frameworks(scenario: Scenario, original: Scenario, frameworks: Sequence[str]) -> Scenario:
    """Choose the accounting frameworks."""
    own = list(frameworks) == list(original.spec.accounting.frameworks)
    written = original.get("accounting", "frameworks") if own else list(frameworks)
    return edited(scenario, original, {("accounting", "frameworks"): written})


def set_impairment_price(scenario: Scenario, original: Scenario, policy: str) -> Scenario:
    """Choose which prices an impairment test sees."""
    own = policy == original.spec.accounting.impairment_price
    written = original.get("accounting", "impairment_price") if own else policy
    return edited(scenario, original, {("accounting", "impairment_price"): written})


def set_tax(scenario: Scenario, original: Scenario, rate: float | None) -> Scenario:
    """Choose the tax rate; ``None`` computes no tax."""
    own = original.spec.tax.rate
    written = original.get("tax", "rate") if rate == own else rate
    return edited(scenario, original, {("tax", "rate"): written})


def set_lots(scenario: Scenario, original: Scenario, lots: Sequence[Lot]) -> Scenario:
    """Hold other lots, written out in the scenario."""
    return edited(scenario, original, {("holder", "lots"): written_lots(lots)})


def add_purchase(scenario: Scenario, original: Scenario, *, asset: str, day: date, amount: float) -> Scenario:
    """Buy for `amount` [currency] at the price of `day`."""
    row = {"asset": asset, "date": day, "amount": amount}
    return edited(scenario, original, {("plan", "purchases"): [*purchases(scenario), row]})


def remove_purchase(scenario: Scenario, original: Scenario, row: object) -> Scenario:
    """Take a purchase of the plan away, the last one that is written as `row`."""
    rows = purchases(scenario)
    for position in [position for position, each in enumerate(rows) if each == row][-1:]:
        del rows[position]
    own = original.get("plan", "purchases")
    return edited(scenario, original, {("plan", "purchases"): own if not rows and not own else rows})


def add_limit(scenario: Scenario, original: Scenario, *, row: Mapping[str, object]) -> Scenario:
    """Add a limit, as a row of the section is written."""
    return edited(scenario, original, {("limits",): [*_limits(scenario), row]})


def remove_limit(scenario: Scenario, original: Scenario, *, number: int) -> Scenario:
    """Take limit `number` away, counted from nought."""
    rows = _limits(scenario)
    del rows[number]
    own = original.get("limits")
    return edited(scenario, original, {("limits",): own if not rows and not own else rows})


def _limits(scenario: Scenario) -> list[Any]:
    return list(scenario.get("limits") or ())


def purchases(scenario: Scenario) -> list[Any]:
    """The purchases of the plan, as written."""
    return list(scenario.get("plan", "purchases") or ())
