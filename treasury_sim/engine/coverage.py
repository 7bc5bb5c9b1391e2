"""Whether there is a price for everything that happens; what is missing is told all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.tree import KeyPath

Event = tuple[KeyPath, str, str, date, date]
"""Where it is written, what it is, its asset, its first and last day."""


def missing_prices(scenario: Scenario, histories: Mapping[str, DailyPrices]) -> list[Problem]:
    """Everything in the scenario's period that needs a price on a day for which `histories` have none."""
    end = scenario.spec.period.end
    first_end = scenario.spec.quarters[0].end
    problems = [_period_end(scenario, history) for history in histories.values() if history.last < end]
    problems += [_period_start(scenario, history) for history in histories.values() if history.first > first_end]
    for path, what, asset, first, last in _events(scenario):
        history = histories[asset]
        if first <= end and (first < history.first or last > history.last):
            outside = first if first < history.first else last
            problems.append(_event(scenario, path, what, outside, history))
    return problems


def _events(scenario: Scenario) -> Iterator[Event]:
    spec = scenario.spec
    is_table = isinstance(spec.holder.lots, str)
    for row, lot in enumerate(scenario.lots):
        path: KeyPath = ("holder", "lots") if is_table else ("holder", "lots", row)
        yield path, f"lot {lot.id}", lot.asset, lot.acquired, lot.last_day
    for row, purchase in enumerate(spec.plan.purchases):
        last = purchase.date_to or purchase.date
        yield ("plan", "purchases", row), "a purchase", purchase.asset, purchase.date, last
    for row, sale in enumerate(spec.plan.sales):
        yield ("plan", "sales", row), "a sale", sale.asset, sale.date, sale.date_to or sale.date


def _period_start(scenario: Scenario, history: DailyPrices) -> Problem:
    return scenario.problem(
        ("period", "start"),
        f"a quarter that ends on or after {history.first}, when {history.asset} prices begin ({history.source})",
        fix=f"Start the period on a later quarter, or give earlier prices with prices.{history.asset}.file.",
    )


def _period_end(scenario: Scenario, history: DailyPrices) -> Problem:
    return scenario.problem(
        ("period", "end"),
        f"a day on or before {history.last}, when {history.asset} prices end ({history.source})",
        fix=f"End the period on an earlier quarter, or give longer prices with prices.{history.asset}.file.",
    )


def _event(scenario: Scenario, path: KeyPath, what: str, outside: date, history: DailyPrices) -> Problem:
    return scenario.problem(
        path,
        f"only days with a {history.asset} price, {history.first} to {history.last} ({history.source})",
        found=f"{what} on {outside}",
        fix=f"Correct the date, or give prices for that day with prices.{history.asset}.file.",
    )
