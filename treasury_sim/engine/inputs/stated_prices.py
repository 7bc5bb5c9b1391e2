"""Every unit price a scenario states, of lots, events and quarters; totals are divided by their units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from treasury_sim.case import Case
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Purchase, Receipt, Sale
from treasury_sim.engine.inputs.price_coverage import days_of_event
from treasury_sim.engine.price_paths import ONE_DAY


@dataclass(frozen=True)
class StatedPrice:
    """A unit price that a scenario states.

    Attributes
    ----------
    path
        Key path of the price; a problem there names the total if that is stated instead.
    what
        Description for messages.
    price
        The price [currency/unit].
    quantity
        Units it applies to; ``None`` if not stated.
    first, last
        First and last day it applies to.
    least
        A price up to this is never too high, whatever market prices were, such as the cost [currency/unit].
    any_low
        Whether any low price is plausible, as after an impairment.
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


def stated_prices(case: Case) -> Iterator[StatedPrice]:
    """Every unit price of a scenario."""
    is_table = not isinstance(case.spec.holder.lots, tuple)
    for row, lot in enumerate(case.lots):
        above: KeyPath = ("holder", "lots") if is_table else ("holder", "lots", row)
        yield from _of_lot(lot, above, is_table=is_table)
    yield from _of_plan(case)
    yield from _of_prices(case)


def _of_lot(lot: Lot, above: KeyPath, *, is_table: bool) -> Iterator[StatedPrice]:
    def at(key: str) -> KeyPath:
        return above if is_table else (*above, key)

    of_lot = f" of lot {lot.id}"
    days = (lot.acquired, lot.last_day)
    yield StatedPrice(at("unit_cost"), "unit cost" + of_lot, lot.asset, lot.unit_cost, lot.quantity, *days)
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


def _of_plan(case: Case) -> Iterator[StatedPrice]:
    plan, period = case.spec.plan, case.spec.period
    bought: tuple[tuple[str, tuple[Purchase | Receipt, ...]], ...] = (
        ("purchases", plan.purchases),
        ("receipts", plan.receipts),
    )
    for table, rows in bought:
        for row, event in enumerate(rows):
            key = "unit_cost" if isinstance(event, Purchase) else "unit_value"
            price = getattr(event, key)
            if price is not None:
                path, what = ("plan", table, row, key), key.replace("_", " ")
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


def _of_prices(case: Case) -> Iterator[StatedPrice]:
    """Stated prices of quarters outside the model, and the spot price the model starts from."""
    for asset, stated in case.spec.prices.items():
        above, first = ("prices", asset), stated.first_day or case.spec.model_begins
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
