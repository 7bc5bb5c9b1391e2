"""Whether there is a price, and a lot, for everything that happens; what is missing is told all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Loan, Payment, Purchase, Receipt, Sale, Swap, Transfer
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.schema import Period
from treasury_sim.scenario.tree import KeyPath
from treasury_sim.treasury.recurring import Recurring, days_of

Event = Purchase | Receipt | Sale | Payment | Swap | Transfer | Loan


@dataclass(frozen=True)
class DatedEvent:
    """Something that happens.

    Attributes
    ----------
    path
        Where it is written.
    kind
        ``lot``, ``purchase``, ``sale`` and so on.
    what
        Words for it.
    asset, quantity
        What it moves [coins]; ``None`` if it is for an amount of money.
    first, last
        Its days; those of a lot with a typed balance are the day of the balance.
    is_own_row
        Whether it is a row of its own; the incoming side of a swap is not.
    is_repeated
        Whether it happens again and again between its days, and not on each of them.
    """

    path: KeyPath
    kind: str
    what: str
    asset: str
    quantity: float | None
    first: date
    last: date
    is_own_row: bool = True
    is_repeated: bool = False

    @property
    def size(self) -> str:
        """How many units it moves, in words."""
        return "units" if self.quantity is None else f"{self.quantity:,.8g} units"


TABLES = ("purchases", "receipts", "sales", "payments", "swaps", "transfers", "loans")


def dated_events(scenario: Scenario) -> Iterator[DatedEvent]:
    """Everything that happens, lots first."""
    spec = scenario.spec
    is_table = not isinstance(spec.holder.lots, tuple)
    for row, lot in enumerate(scenario.lots):
        path: KeyPath = ("holder", "lots") if is_table else ("holder", "lots", row)
        last = lot.enters if lot.opening else lot.last_day
        yield DatedEvent(path, "lot", f"lot {lot.id}", lot.asset, lot.quantity, lot.enters, last)
    for table in TABLES:
        for row, event in enumerate(getattr(spec.plan, table)):
            kind, path = table.removesuffix("s"), ("plan", table, row)
            first, last = days_of_event(event, spec.period)
            what = f"the {kind} of {first}"
            is_repeated = getattr(event, "every", None) is not None
            yield DatedEvent(path, kind, what, event.asset, event.quantity, first, last, is_repeated=is_repeated)
            if kind == "swap":
                path = (*path, "for_asset")
                yield DatedEvent(path, kind, what, event.for_asset, event.for_quantity, event.date, last, False)


def days_of_event(event: Event, period: Period) -> tuple[date, date]:
    """First and last day of an event; those of one that is repeated are the days on which it happens first and last."""
    if not isinstance(event, Recurring) or event.every is None:
        return event.date, getattr(event, "date_to", None) or event.date
    days = days_of(event, period.start, period.end)
    # One that never happens in the period counts as what comes after it.
    return (days[0], days[-1]) if days else (event.date, event.date)


def after_the_period(scenario: Scenario) -> Iterator[str]:
    """Tell what happens after the period, which is not used, in a sentence."""
    end = scenario.spec.period.end
    counts: dict[str, int] = {}
    for event in dated_events(scenario):
        counts[event.kind] = counts.get(event.kind, 0) + (event.first > end and event.is_own_row)
    told = [f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items() if count]
    if told:
        yield f"Not used, because after the period ends on {end}: {', '.join(told)}."


def assets_of(scenario: Scenario) -> list[str]:
    """Every asset of which something happens by the end of the period."""
    end = scenario.spec.period.end
    return sorted({event.asset for event in dated_events(scenario) if event.first <= end})


def missing_prices(scenario: Scenario, histories: Mapping[str, DailyPrices]) -> list[Problem]:
    """Everything in the scenario's period that needs a price on a day for which `histories` have none."""
    end = scenario.spec.period.end
    problems = [_period_end(scenario, history) for history in histories.values() if history.last < end]
    for event in dated_events(scenario):
        if event.first <= end:
            found = histories[event.asset]
            if event.first < found.first or event.last > found.last:
                problems.append(_event(scenario, event, found))
    return problems


GENESIS = date(2009, 1, 3)
"""The day of the first block of bitcoin."""
MOST_BITCOIN = 21_000_000.0
"""No more bitcoin can ever be."""


def impossible(scenario: Scenario) -> list[Problem]:
    """Everything that cannot be, whatever the price: bitcoin before its first block, and more than there can be."""
    problems = []
    for event in dated_events(scenario):
        if event.asset != "BTC":
            continue
        if (event.quantity or 0.0) > MOST_BITCOIN:
            found = f"{event.quantity:,.8g} in {event.what}"
            problems.append(scenario.problem(_size(event.path, scenario), _AT_MOST, found))
        if event.first < GENESIS:
            expected = f"a day on or after {GENESIS}, that of the first block of bitcoin"
            problems.append(scenario.problem(event.path, expected, f"{event.what} on {event.first}"))
    held = sum(lot.quantity for lot in scenario.lots if lot.asset == "BTC")
    if held > MOST_BITCOIN and not problems:
        problems.append(scenario.problem(("holder", "lots"), _AT_MOST, f"{held:,.8g} in all lots"))
    return problems


_AT_MOST = f"at most {MOST_BITCOIN:,.0f} bitcoin, all that there can be"


def _size(path: KeyPath, scenario: Scenario) -> KeyPath:
    """Where the number of units of an event is written."""
    written = (*path, "quantity")
    return path if scenario.origin.chain.tree.get(*written) is None else written


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
        if event.date <= scenario.spec.period.end
        for name in getattr(event, "lots", None) or ()
        if (event.asset, name) not in known
    ]


def unknown_wallets(scenario: Scenario, lots: Sequence[Lot]) -> list[Problem]:
    """Every disposal for an amount of money from a wallet that never holds a coin of its asset.

    Such a disposal takes at most what is held, so it would pass in silence; others ask for units.
    """
    plan = scenario.spec.plan
    leaving: tuple[tuple[str, tuple[Sale | Payment, ...]], ...] = (("sales", plan.sales), ("payments", plan.payments))
    known = {(lot.asset, lot.wallet) for lot in lots} | {(move.asset, move.to_wallet) for move in plan.transfers}
    return [
        scenario.problem(
            ("plan", table, row, "wallet"),
            f"a wallet that holds {event.asset}",
            event.wallet,
            _held_in(known, event.asset),
        )
        for table, events in leaving
        for row, event in enumerate(events)
        if event.amount is not None and plan.pool == "wallet" and (event.asset, event.wallet) not in known
    ]


def _held_in(known: set[tuple[str, str]], asset: str) -> str:
    wallets = sorted(wallet for name, wallet in known if name == asset)
    return f"Wallets with {asset}: {', '.join(wallets)}." if wallets else f"Add lots of {asset}."


def _period_end(scenario: Scenario, history: DailyPrices) -> Problem:
    return scenario.problem(
        ("period", "end"),
        f"a day on or before {history.last}, when {history.asset} prices end ({history.source})",
        fix=f"End the period on an earlier quarter, or give longer prices with prices.{history.asset}.file.",
    )


def _event(scenario: Scenario, event: DatedEvent, history: DailyPrices) -> Problem:
    outside = event.first if event.first < history.first else event.last
    return scenario.problem(
        event.path,
        f"only days with a {history.asset} price, {history.first} to {history.last} ({history.source})",
        found=f"{event.what} on {outside}",
        fix=f"Correct the date, give prices for that day with prices.{history.asset}.file, or let what was held before "
        "enter with a typed `opening`."
        if outside < history.first
        else f"Correct the date, or give prices for that day with prices.{history.asset}.file.",
    )
