"""Check that every event has a price and a lot; reports all problems at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from treasury_sim.case import Case
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.prices_needed import TABLES, update_command
from treasury_sim.case.schema import Period
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Loan, Payment, Purchase, Receipt, Sale, Swap, Transfer
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import Problem
from treasury_sim.treasury.recurring import Recurring, days_of

Event = Purchase | Receipt | Sale | Payment | Swap | Transfer | Loan


@dataclass(frozen=True)
class DatedEvent:
    """A lot or an event of the plan, with its dates.

    Attributes
    ----------
    path
        Key path.
    kind
        ``lot``, ``purchase``, ``sale`` and so on.
    what
        Description for messages.
    asset, quantity
        Asset and units [coins]; the quantity is ``None`` if the event is for an amount of money.
    first, last
        First and last day; for a lot with an opening balance, the day of the balance.
    is_own_row
        Whether it has a separate row; the incoming side of a swap has none.
    is_repeated
        Whether it repeats between its days rather than covering each of them.
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
        """The number of units in words."""
        return "units" if self.quantity is None else f"{self.quantity:,.8g} units"


def dated_events(case: Case) -> Iterator[DatedEvent]:
    """Every lot and event of a scenario, lots first."""
    spec = case.spec
    is_table = not isinstance(spec.holder.lots, tuple)
    for row, lot in enumerate(case.lots):
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
    """First and last day of an event; for a repeated event, its first and last occurrence."""
    if not isinstance(event, Recurring) or event.every is None:
        return event.date, getattr(event, "date_to", None) or event.date
    days = days_of(event, period.start, period.end)
    # An event that never occurs in the period counts as after it.
    return (days[0], days[-1]) if days else (event.date, event.date)


def after_the_period(case: Case) -> Iterator[str]:
    """A note that lists events after the period, which are not used."""
    end = case.spec.period.end
    counts: dict[str, int] = {}
    for event in dated_events(case):
        counts[event.kind] = counts.get(event.kind, 0) + (event.first > end and event.is_own_row)
    counted = [f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items() if count]
    if counted:
        yield f"Not used, because after the period ends on {end}: {', '.join(counted)}."


def assets_of(case: Case) -> list[str]:
    """Every asset with a lot or event by the end of the period."""
    end = case.spec.period.end
    return sorted({event.asset for event in dated_events(case) if event.first <= end})


def missing_prices(case: Case, histories: Mapping[str, DailyPrices]) -> list[Problem]:
    """Every event of the period on a day without a price in `histories`."""
    end = case.spec.period.end
    problems = [_period_end(case, history) for history in histories.values() if history.last < end]
    for event in dated_events(case):
        if event.first <= end:
            asset_prices = histories[event.asset]
            if event.first < asset_prices.first or event.last > asset_prices.last:
                problems.append(_event(case, event, asset_prices))
    return problems


GENESIS = date(2009, 1, 3)
"""The day of the first block of bitcoin."""
MOST_BITCOIN = 21_000_000.0
"""The maximum supply of bitcoin."""


def impossible(case: Case) -> list[Problem]:
    """Entries that are impossible at any price: bitcoin before its first block, or more than its maximum supply."""
    problems = []
    for event in dated_events(case):
        if event.asset != "BTC":
            continue
        if (event.quantity or 0.0) > MOST_BITCOIN:
            stated = f"{event.quantity:,.8g} in {event.what}"
            problems.append(case.problem(_size(event.path), _AT_MOST, stated))
        if event.first < GENESIS:
            expected = f"a day on or after {GENESIS}, the day of the first bitcoin block"
            problems.append(case.problem(event.path, expected, f"{event.what} on {event.first}"))
    held = sum(lot.quantity for lot in case.lots if lot.asset == "BTC")
    if held > MOST_BITCOIN and not problems:
        problems.append(case.problem(("holder", "lots"), _AT_MOST, f"{held:,.8g} in all lots"))
    return problems


_AT_MOST = f"at most {MOST_BITCOIN:,.0f} bitcoin, the maximum supply"


def _size(path: KeyPath) -> KeyPath:
    """Key path of the quantity of an event, or the whole table of lots."""
    return path if path == ("holder", "lots") else (*path, "quantity")


def unknown_lots(case: Case, lots: Sequence[Lot]) -> list[Problem]:
    """Every event that names an unknown lot, and every lot id used twice."""
    known = {(lot.asset, lot.id) for lot in lots}
    repeated = sorted(name for name, count in Counter(lot.id for lot in lots).items() if count > 1)
    problems = [
        case.problem(("plan",), "a different id for every lot", name, "Give the event another `id`.")
        for name in repeated
    ]
    return problems + [
        case.problem(
            ("plan", table, row, "lots", name),
            f"the id of a lot of {event.asset}",
            found=name,
            fix="`treasury-sim run FILE --out DIR` lists the ids in lots.csv.",
        )
        for table in TABLES
        for row, event in enumerate(getattr(case.spec.plan, table))
        if event.date <= case.spec.period.end
        for name in getattr(event, "lots", None) or ()
        if (event.asset, name) not in known
    ]


def unknown_wallets(case: Case, lots: Sequence[Lot]) -> list[Problem]:
    """Every disposal for an amount of money from a wallet that never holds its asset.

    Such a disposal takes at most the units held, so without this check it would do nothing, without an error.
    """
    plan = case.spec.plan
    leaving: tuple[tuple[str, tuple[Sale | Payment, ...]], ...] = (("sales", plan.sales), ("payments", plan.payments))
    known = {(lot.asset, lot.wallet) for lot in lots} | {(move.asset, move.to_wallet) for move in plan.transfers}
    return [
        case.problem(
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


def _period_end(case: Case, history: DailyPrices) -> Problem:
    return case.problem(
        ("period", "end"),
        f"a day on or before {history.last}, when {history.asset} prices end ({history.source})",
        fix=f"{how_to_have_later_prices(case, history)}; or end the period on an earlier quarter; or add "
        f"as_of: {history.last} to keep the last price from then on; `treasury-sim now` forecasts from there.",
    )


def _event(case: Case, event: DatedEvent, history: DailyPrices) -> Problem:
    outside = event.first if event.first < history.first else event.last
    return case.problem(
        event.path,
        f"only days with a {history.asset} price, {history.first} to {history.last} ({history.source})",
        found=f"{event.what} on {outside}",
        fix=f"Correct the date, give prices for that day with prices.{history.asset}.file, or enter earlier holdings "
        "with an `opening` balance."
        if outside < history.first
        else f"{how_to_have_later_prices(case, history)}; or correct the date.",
    )


def how_to_have_later_prices(case: Case, history: DailyPrices) -> str:
    """The command, or the key, that gives prices after those of `history`."""
    if history.asset in case.price_files:
        return f"Give longer prices with prices.{history.asset}.file"
    return f"Run `{update_command(case.spec, history.asset)}` to have later prices"
