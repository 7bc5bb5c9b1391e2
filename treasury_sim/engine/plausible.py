"""Whether what a scenario states is plausible: prices far from those of their days, more coins restricted than held.

A stated price is far where it is below half the lowest or above twice the highest price from a week before its days to
a week after. No two closes of bitcoin a week apart have differed by that much since 2014, and those of ether on eight
days, while the usual mistakes (a total for a price, another currency, thousands) are off by far more. Where a model
replaces history, prices of both count. Days without a price are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Purchase, Receipt, Sale
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.result import NOT_PLAUSIBLE
from treasury_sim.engine.coverage import days_of_event
from treasury_sim.engine.prepare import Prepared, PreparedAsset
from treasury_sim.engine.price_paths import ONE_DAY, PricePath
from treasury_sim.engine.restricted import beyond_what_is_held
from treasury_sim.errors import Problem
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, load_history
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.strict import TOTALS
from treasury_sim.scenario.tree import KeyPath

FAR = 2.0
AROUND = timedelta(days=7)
SHOWN = 5
"""How many of them notes tell; the others are counted."""
SAME = 0.001
"""Prices in another currency that are on most days within this share of those in dollars are dollars."""


@dataclass(frozen=True)
class StatedPrice:
    """A price of a unit that a scenario states.

    Attributes
    ----------
    path
        Where it is written, as a price or as a total.
    what
        Words for it.
    price
        [currency/unit]
    quantity
        Units that it is for; ``None`` if not stated.
    first, last
        Its days.
    least
        What is not too high, whatever prices were: what was paid, say [currency/unit].
    any_low
        Whether it may be as low as it likes: what an impairment left, say.
    """

    path: KeyPath
    what: str
    asset: str
    price: float
    quantity: float | None
    first: date
    last: date
    least: float = 0.0
    any_low: bool = False


def implausible(prepared: Prepared) -> list[Problem]:
    """Everything stated that can hardly be, each with both figures."""
    scenario = prepared.scenario
    # Many lots are of the same days.
    around = cache(lambda asset, first, last: _seen(prepared.assets[asset].path, first, last))
    problems = []
    for stated in _stated_prices(scenario):
        seen = around(stated.asset, stated.first, stated.last) if stated.asset in prepared.assets else None
        if seen is not None and _is_far(stated, seen):
            problems.append(_far(scenario, stated, seen))
    for name, asset in prepared.assets.items():
        problems += _in_dollars(scenario, name, asset)
    return [*problems, *beyond_what_is_held(prepared)]


def notes(problems: list[Problem]) -> Iterator[str]:
    """Tell what can hardly be, in sentences; of many the first ones."""
    yield from (f"{NOT_PLAUSIBLE}{problem}" for problem in problems[:SHOWN])
    if len(problems) > SHOWN:
        more = len(problems) - SHOWN
        figures = f"{more:,} more such figure{'s' * (more > 1)}"
        yield f"{NOT_PLAUSIBLE}{figures}; `treasury-sim check --strict` shows all."


def _stated_prices(scenario: Scenario) -> Iterator[StatedPrice]:
    is_table = not isinstance(scenario.spec.holder.lots, tuple)
    for row, lot in enumerate(scenario.lots):
        above: KeyPath = ("holder", "lots") if is_table else ("holder", "lots", row)
        yield from _of_lot(scenario, lot, above, is_table=is_table)
    yield from _of_plan(scenario)
    yield from _of_prices(scenario)


def _priced_at(scenario: Scenario, above: KeyPath, key: str) -> KeyPath:
    """Where the price of a unit is written, or the price of all units instead of it."""
    total = (*above, TOTALS[key])
    return (*above, key) if scenario.origin.chain.tree.get(*total) is None else total


def _of_lot(scenario: Scenario, lot: Lot, above: KeyPath, *, is_table: bool) -> Iterator[StatedPrice]:
    def at(key: str) -> KeyPath:
        return above if is_table else (*above, key)

    of_lot = f" of lot {lot.id}"
    days = (lot.acquired, lot.last_day)
    cost_at = above if is_table else _priced_at(scenario, above, "unit_cost")
    yield StatedPrice(cost_at, "unit cost" + of_lot, lot.asset, lot.unit_cost, lot.quantity, *days)
    if lot.tax_basis is not None:
        what = f"tax basis{of_lot}"
        yield StatedPrice(
            at("tax_basis"), what, lot.asset, lot.tax_basis, lot.quantity, *days, lot.unit_cost, any_low=True
        )
    if lot.opening is not None:
        day, what = lot.opening.date, f"carrying amount of a unit{of_lot}"
        path = at("opening")
        yield StatedPrice(
            path, what, lot.asset, lot.opening.carrying, lot.quantity, day, day, lot.unit_cost, any_low=True
        )


def _of_plan(scenario: Scenario) -> Iterator[StatedPrice]:
    plan, period = scenario.spec.plan, scenario.spec.period
    bought: tuple[tuple[str, tuple[Purchase | Receipt, ...]], ...] = (
        ("purchases", plan.purchases),
        ("receipts", plan.receipts),
    )
    for table, rows in bought:
        for row, event in enumerate(rows):
            key = "unit_cost" if isinstance(event, Purchase) else "unit_value"
            price = getattr(event, key)
            if price is not None:
                path, what = _priced_at(scenario, ("plan", table, row), key), key.replace("_", " ")
                yield StatedPrice(path, what, event.asset, price, event.quantity, *days_of_event(event, period))
    for table, key in (("sales", "proceeds"), ("payments", "value"), ("swaps", "value")):
        for row, event in enumerate(getattr(plan, table)):
            total = getattr(event, key)
            if total is None or event.quantity is None:
                continue
            path, days = ("plan", table, row, key), days_of_event(event, period)
            noun = "proceeds" if isinstance(event, Sale) else "value"
            yield StatedPrice(path, f"{noun} of a unit", event.asset, total / event.quantity, event.quantity, *days)
            if table == "swaps":
                each, units = total / event.for_quantity, event.for_quantity
                yield StatedPrice(path, f"value of a unit of {event.for_asset}", event.for_asset, each, units, *days)


def _of_prices(scenario: Scenario) -> Iterator[StatedPrice]:
    """Stated prices of quarters that a model does not make, and the price from which it starts."""
    for asset, stated in scenario.spec.prices.items():
        above, first = ("prices", asset), stated.first_day or scenario.spec.period.start
        begins = None if stated.model == "historical" and stated.first_day is None else first
        for day, price in stated.quarter_end.items():
            if begins is None or day < begins:
                yield StatedPrice((*above, "quarter_end", day), f"price at {day}", asset, price, None, day, day)
        for end, low in stated.quarter_low.items():
            day = low.date or end
            if begins is None or day < begins:
                yield StatedPrice((*above, "quarter_low", end, "price"), "low", asset, low.price, None, day, day)
        if stated.spot is not None and begins is not None:
            day = begins - ONE_DAY
            yield StatedPrice((*above, "spot"), f"price at {day}", asset, stated.spot, None, day, day)


@dataclass(frozen=True)
class _Seen:
    """The lowest and the highest price of some days [currency/unit]."""

    lowest: float
    highest: float
    first: date
    last: date


def _seen(path: PricePath, first: date, last: date) -> _Seen | None:
    """What prices of `path` were around some days, in history and in a model of one path; ``None`` for none."""
    start, end = first - AROUND, last + AROUND
    simulated = path.sampled_from
    known = [_within(path.history, start, end)]
    until = end if simulated is None else min(end, simulated - ONE_DAY)
    known.append(_within(path.daily, start, until))
    lows, highs = [np.concatenate(prices) for prices in zip(*known, strict=True)]
    return _Seen(float(lows.min()), float(highs.max()), start, end) if lows.size else None


def _within(daily: DailyPrices, start: date, end: date) -> tuple[Floats, Floats]:
    first, last = (start - daily.first).days, (end - daily.first).days + 1
    inside = slice(max(first, 0), max(last, 0))
    return daily.low[inside], daily.close[inside]


def _is_far(stated: StatedPrice, seen: _Seen) -> bool:
    too_low = stated.price < seen.lowest / FAR and not stated.any_low
    return too_low or stated.price > max(seen.highest * FAR, stated.least)


def _far(scenario: Scenario, stated: StatedPrice, seen: _Seen) -> Problem:
    currency = scenario.spec.holder.currency
    prices = f"{seen.lowest:,.8g} to {seen.highest:,.8g} {currency}"
    expected = f"a price near those from {seen.first} to {seen.last}, {prices}"
    found = f"{stated.price:,.8g} as the {stated.what}"
    return scenario.problem(stated.path, expected, found, _guess(scenario, stated, seen))


def _guess(scenario: Scenario, stated: StatedPrice, seen: _Seen) -> str:
    """What the mistake may be."""
    if stated.quantity and not _is_outside(stated.price / stated.quantity, seen):
        total = TOTALS["unit_value" if "receipts" in stated.path else "unit_cost"]
        return f"That looks like the price of all units: state it as {total}."
    if stated.quantity and not _is_outside(stated.price * stated.quantity, seen):
        return "That looks like the price of one unit where that of all units belongs."
    currency = scenario.spec.holder.currency
    if currency != EMBEDDED_CURRENCY and stated.asset in EMBEDDED:
        history = load_history(stated.asset)
        dollars = _seen(PricePath(history, history), stated.first, stated.last)
        if dollars is not None and not _is_outside(stated.price, dollars):
            return f"That looks like {EMBEDDED_CURRENCY}, while holder.currency is {currency}."
    return "Correct it if it is a mistake; per-coin figures are never scaled by holder.units."


def _is_outside(price: float, seen: _Seen) -> bool:
    return not seen.lowest / FAR <= price <= seen.highest * FAR


def _in_dollars(scenario: Scenario, name: str, asset: PreparedAsset) -> Iterator[Problem]:
    """Prices that a holder in another currency gives, and that are those in dollars."""
    currency = scenario.spec.holder.currency
    given = scenario.price_files.get(name)
    if currency == EMBEDDED_CURRENCY or name not in EMBEDDED or given is None:
        return
    embedded = load_history(name)
    days, mine, theirs = np.intersect1d(asset.path.history.days, embedded.days, return_indices=True)
    if days.size and np.median(np.abs(given.close[mine] / embedded.close[theirs] - 1.0)) < SAME:
        expected = f"prices in {currency}, the currency of the holder"
        found = f"prices that are those in {EMBEDDED_CURRENCY}: {given.close[mine][-1]:,.8g} at {days[-1]}"
        fix = f"Give prices in {currency}, or set holder.currency: {EMBEDDED_CURRENCY}."
        yield scenario.problem(("prices", name, "file"), expected, found, fix)
