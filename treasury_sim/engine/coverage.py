"""Whether there is a price, and a lot, for everything that happens; what is missing is told all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from treasury_sim.domain.holding import Lot
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import Problem
from treasury_sim.market.history import EMBEDDED_CURRENCY
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.tree import KeyPath

DatedEvent = tuple[KeyPath, str, str, date, date]
"""Where it is written, what it is, its asset, its first and last day."""

TABLES = ("purchases", "receipts", "sales", "payments", "swaps", "transfers", "loans")


def dated_events(scenario: Scenario) -> Iterator[DatedEvent]:
    """Everything that happens, lots first; what it is begins with a word that can be counted."""
    spec = scenario.spec
    is_table = not isinstance(spec.holder.lots, tuple)
    for row, lot in enumerate(scenario.lots):
        path: KeyPath = ("holder", "lots") if is_table else ("holder", "lots", row)
        if lot.opening is not None:
            yield path, f"lot {lot.id}", lot.asset, lot.opening.date, lot.opening.date
        else:
            yield path, f"lot {lot.id}", lot.asset, lot.acquired, lot.last_day
    for table in TABLES:
        for row, event in enumerate(getattr(spec.plan, table)):
            last = getattr(event, "date_to", None) or event.date
            yield ("plan", table, row), table.removesuffix("s"), event.asset, event.date, last
            if table == "swaps":
                yield ("plan", table, row, "for_asset"), "swap", event.for_asset, event.date, event.date


def assets_of(scenario: Scenario) -> list[str]:
    """Every asset that the scenario speaks of."""
    return sorted({asset for _, _, asset, _, _ in dated_events(scenario)})


def missing_prices(scenario: Scenario, histories: Mapping[str, DailyPrices]) -> list[Problem]:
    """Everything in the scenario's period that needs a price on a day for which `histories` have none."""
    end, first_end = scenario.spec.period.end, scenario.spec.quarters[0].end
    problems = []
    for asset, history in histories.items():
        if asset not in scenario.price_files and scenario.spec.holder.currency != EMBEDDED_CURRENCY:
            problems.append(_currency(scenario, history))
        if history.first > first_end:
            problems.append(_period_start(scenario, history))
        if history.last < end:
            problems.append(_period_end(scenario, history))
    for path, what, asset, first, last in dated_events(scenario):
        history = histories[asset]
        if first <= end and (first < history.first or last > history.last):
            outside = first if first < history.first else last
            problems.append(_event(scenario, path, what, outside, history))
    return problems


def unknown_lots(scenario: Scenario, lots: Sequence[Lot]) -> list[Problem]:
    """Every event that names a lot which the holder does not have, and every id that two lots share."""
    known = {(lot.asset, lot.id) for lot in lots}
    repeated = sorted(name for name, count in Counter(lot.id for lot in lots).items() if count > 1)
    problems = [
        scenario.problem(("plan",), "an id for every lot that no other has", name, "Give the event another `id`.")
        for name in repeated
    ]
    return problems + [
        scenario.problem(
            ("plan", table, row, "lots", name),
            f"the id of a lot of {event.asset}",
            found=name,
            fix="See the ids with `treasury-sim run FILE --out DIR` in lots.csv.",
        )
        for table in TABLES
        for row, event in enumerate(getattr(scenario.spec.plan, table))
        for name in getattr(event, "lots", None) or ()
        if (event.asset, name) not in known
    ]


def _currency(scenario: Scenario, history: DailyPrices) -> Problem:
    return scenario.problem(
        ("holder", "currency"),
        f"{EMBEDDED_CURRENCY}, the currency of the embedded {history.asset} prices",
        fix=f"Give prices in your currency with prices.{history.asset}.file.",
    )


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
