"""The books and the tax ledger of one asset, from the same lots and events, each with separate lot relief."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Bools, Days, Floats, Ints, frozen
from treasury_sim.domain.coins import Grain, grain_of
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.ledger import FOLLOWS, Ledger
from treasury_sim.domain.plan import Disposal, Transfer
from treasury_sim.domain.timeline import Timeline
from treasury_sim.errors import TreasurySimError
from treasury_sim.treasury.events import returned_id
from treasury_sim.treasury.lot_relief import Move, NotEnoughUnitsError, Relieved, relieve, unnamed
from treasury_sim.treasury.windows import Parts

ORDER_ON_A_DAY = ("transfer", "sale", "payment", "swap", "loan")
"""After all acquisitions of the day."""


class OversoldError(TreasurySimError):
    """An event takes more units than are held.

    Attributes
    ----------
    event
        The disposal or transfer.
    wanted, held
        Units requested, and units held at the time [coins].
    lot
        The lot that the event names; empty if none.
    """

    def __init__(self, event: Disposal | Transfer, wanted: float, held: float, lot: str) -> None:
        super().__init__(f"{wanted:,.8g} {event.asset} on {event.date} exceed the {held:,.8g} held")
        self.event = event
        self.wanted = wanted
        self.held = held
        self.lot = lot


@dataclass(frozen=True)
class OnLoan:
    """Coins lent, in a ledger in which a loan is not a disposal: they stay in it and cannot be sold until returned.

    Attributes
    ----------
    event
        The loan, with its day of return.
    lots
        Units of each lot that left the books, by its position in this ledger. These are lent as far as this ledger
        still holds them; the lot relief selects the rest.
    """

    event: Disposal
    lots: Mapping[int, float]


@dataclass(frozen=True)
class Activity:
    """Acquisitions and disposals of one asset, by day.

    Attributes
    ----------
    lots, bought
        The lots, and the days on which they are acquired.
    disposals, sold
        The disposals, and the days on which they are made.
    transfers
        Moves between wallets.
    simulated_from
        The first day on which prices differ from path to path, if they do.
    loans
        Coins lent, where a loan is not a disposal.
    """

    lots: Sequence[Lot]
    bought: Parts
    disposals: Sequence[Disposal]
    sold: Parts
    transfers: Sequence[Transfer] = ()
    simulated_from: date | None = None
    loans: Sequence[OnLoan] = ()


@dataclass(frozen=True)
class LedgerPolicy:
    """Policies of one ledger.

    Attributes
    ----------
    relief
        Lot relief of disposals that do not name one.
    relief_of
        The lot relief that a disposal names for this ledger, if any.
    cost_of
        Cost of a unit of a lot in this ledger [currency/coin].
    by_wallet
        Whether a disposal may only take lots of the wallet it names.
    pooled
        Whether all units are one unit of account.
    """

    relief: str
    relief_of: Callable[[Disposal], str | None]
    cost_of: Callable[[Lot], float]
    by_wallet: bool = False
    pooled: bool = False


def book_cost(lot: Lot, *, capitalise_fees: bool) -> float:
    """Cost of a unit in the books [currency/coin]."""
    return lot.unit_cost + capitalise_fees * lot.fee / lot.quantity


def tax_cost(lot: Lot) -> float:
    """Tax basis of a unit: as typed, else unit cost plus fee [currency/coin]."""
    return lot.unit_cost + lot.fee / lot.quantity if lot.tax_basis is None else lot.tax_basis


def at_cost(tax: Ledger, lots: Sequence[Lot]) -> Ledger:
    """The tax ledger `tax` of `lots` with the price paid, fee included, as tax basis of every lot."""
    paid = np.array([lot.unit_cost + lot.fee / lot.quantity for lot in lots])
    is_typed = np.array([lot.tax_basis is not None for lot in lots])[tax.lot]
    # Within a window, cost follows the closes of the days.
    price = np.array([lot.unit_cost for lot in lots])[tax.lot]
    factor = np.divide(tax.priced_at, price, out=np.ones_like(price), where=price > 0.0)
    unit_cost = np.where(is_typed, paid[tax.lot] * factor, tax.unit_cost)
    if tax.pooled:
        by_acquisition = np.argsort(tax.acquired, kind="stable")
        bought, spent = tax.quantity[by_acquisition], (tax.quantity * unit_cost)[by_acquisition]
        cost = _at_average(tax.acquired[by_acquisition], bought, spent, tax.release_mark, tax.release_quantity)
    else:
        cost = unit_cost[tax.release_part] * tax.release_quantity
    return replace(tax, unit_cost=frozen(unit_cost), release_cost=frozen(cost))


def lent_lots(books: Ledger, lots: Sequence[Lot]) -> tuple[OnLoan, ...]:
    """The lots lent in each loan of the books, for a ledger in which coins lent stay.

    Coins returned and lent again count as the lots of the first loan, in proportion.

    Parameters
    ----------
    lots
        Lots of the books, coins returned from loans included.
    """
    positions = np.cumsum([lot.kind != "return" for lot in lots]) - 1
    of_loan: dict[str, OnLoan] = {}
    numbers = [number for number, out in enumerate(books.disposals) if out.kind == "loan"]
    for number in sorted(numbers, key=lambda n: (books.disposals[n].date, n)):
        event, lent = books.disposals[number], books.release_disposal == number
        units: dict[int, float] = {}
        rows = books.lot[books.release_part[lent]].tolist()
        for row, quantity in zip(rows, books.release_quantity[lent].tolist(), strict=True):
            before = of_loan.get(lots[row].id) if lots[row].kind == "return" else None
            shares = {int(positions[row]): 1.0}
            if before is not None:
                shares = {lot: part / before.event.quantity for lot, part in before.lots.items()}
            for lot, share in shares.items():
                units[lot] = units.get(lot, 0.0) + share * quantity
        if units:
            of_loan[returned_id(event.row)] = OnLoan(event, units)
    return tuple(of_loan.values())


def build_ledger(activity: Activity, timeline: Timeline, policy: LedgerPolicy) -> Ledger:
    """Build one ledger.

    Raises
    ------
    OversoldError
        If an event takes more units than are held.
    """
    bought, sold = until(activity.bought, timeline), until(activity.sold, timeline)
    acquired = timeline.mark_of(bought.day)
    lot_cost = np.array([policy.cost_of(lot) for lot in activity.lots])
    unit_cost = lot_cost[bought.row] * bought.price_factor
    wallets = [activity.lots[row].wallet for row in bought.row]
    grain = _grain(activity, bought)
    moves, origins = moves_of(activity, sold, timeline, policy)
    try:
        age = _ages(activity.lots, bought)
        relieved = relieve(
            acquired, bought.quantity, unit_cost, moves, lot=bought.row, wallet=wallets, age=age, grain=grain
        )
    except NotEnoughUnitsError as error:
        lot = "" if error.lot is None else activity.lots[error.lot].id
        event = origins[error.move].event
        raise OversoldError(event, moves[error.move].quantity, error.held, lot) from error
    part = np.array([origin.part for origin in origins], dtype=np.intp)[relieved.move]
    releases = _releases(activity, sold, part, relieved, timeline)
    if policy.pooled:
        cost = _at_average(acquired, bought.quantity, bought.quantity * unit_cost, releases.mark, releases.quantity)
    else:
        cost = unit_cost[relieved.origin[relieved.part]] * relieved.released
    row = bought.row[relieved.origin]
    seniority = np.empty(age.size, dtype=np.intp)
    seniority[np.lexsort((np.arange(age.size), age))] = np.arange(age.size)
    opening = np.array([np.nan if lot.opening is None else lot.opening.carrying for lot in activity.lots])
    return Ledger(
        acquired=frozen(acquired[relieved.origin]),
        quantity=frozen(relieved.quantity),
        unit_cost=frozen(unit_cost[relieved.origin]),
        lot=frozen(row),
        seniority=frozen(seniority[relieved.origin]),
        wallet=relieved.wallet,
        opening=frozen(opening[row]),
        lot_ids=tuple(lot.id for lot in activity.lots),
        disposals=tuple(activity.disposals),
        release_part=frozen(relieved.part),
        release_mark=frozen(releases.mark),
        release_disposal=frozen(releases.disposal),
        release_quantity=frozen(relieved.released),
        release_cost=frozen(cost),
        release_gross=frozen(releases.gross),
        release_net=frozen(releases.gross - releases.fee),
        follows=frozen((_follows(activity.lots)[bought.row] * _simulated(activity, bought.day))[relieved.origin]),
        release_follows=frozen((_follows(activity.disposals)[sold.row] * _simulated(activity, sold.day))[part]),
        priced_at=frozen((_priced_at(activity.lots)[bought.row] * bought.price_factor)[relieved.origin]),
        release_priced_at=frozen(releases.gross / relieved.released),
        pooled=policy.pooled,
        grain=grain,
        lent_from=frozen(relieved.lent_from) if activity.loans else None,
        lent_until=frozen(relieved.lent_until) if activity.loans else None,
    )


def _grain(activity: Activity, bought: Parts) -> Grain:
    """The precision of stated units: of lots, disposals, transfers and loans, and of the lots they name."""
    loans = [loan.event for loan in activity.loans]
    moves: tuple[Disposal | Transfer, ...] = (*activity.disposals, *activity.transfers, *loans)
    named = [units for move in moves for units in (move.lots or {}).values()]
    lots = [lot.quantity for lot in activity.lots]
    return grain_of([*lots, *(move.quantity for move in moves), *named], float(bought.quantity.sum()))


def _simulated(activity: Activity, days: Days) -> Bools:
    """Whether prices of each of `days` are simulated."""
    if activity.simulated_from is None:
        return np.zeros(days.size, dtype=bool)
    return days >= np.datetime64(activity.simulated_from)


def _follows(events: Sequence[Lot | Disposal]) -> Ints:
    """The figure of each event that the close of its day determines, by its position in `FOLLOWS`."""
    return np.array([FOLLOWS.index(event.follows) for event in events], dtype=np.intp)


def _priced_at(lots: Sequence[Lot]) -> Floats:
    """Price of a unit of each lot, without fees [currency/coin]."""
    return np.array([lot.unit_cost for lot in lots])


def _ages(lots: Sequence[Lot], bought: Parts) -> Ints:
    """Day of purchase of each part, as a number; for a lot with a typed balance it precedes the day of entry."""
    days = bought.day.astype(np.intp)
    purchased = np.array([lot.acquired for lot in lots], dtype="datetime64[D]").astype(np.intp)
    is_typed = np.array([lot.opening is not None for lot in lots], dtype=bool)
    return np.where(is_typed[bought.row], purchased[bought.row], days)


def until(parts: Parts, timeline: Timeline) -> Parts:
    """The parts up to the end of the timeline."""
    inside = parts.day <= timeline.days[-1]
    return Parts(parts.row[inside], parts.day[inside], parts.quantity[inside], parts.price_factor[inside])


@dataclass(frozen=True)
class EventOfMove:
    """The event behind a move, and the position among the daily parts of disposals; -1 if nothing is disposed of."""

    event: Disposal | Transfer
    part: int = -1


def moves_of(
    activity: Activity, sold: Parts, timeline: Timeline, policy: LedgerPolicy
) -> tuple[list[Move], list[EventOfMove]]:
    """Every move in its order, and the event behind it."""
    planned = [
        *_disposals(activity, sold, timeline, policy),
        *_transfers(activity, timeline, policy),
        *_loans(activity, timeline, policy),
    ]
    planned.sort(key=lambda entry: entry[0])
    return [move for _, move, _ in planned], [origin for _, _, origin in planned]


_Planned = tuple[tuple[int, int, int], Move, EventOfMove]
"""Position in the order, move, and the event behind it."""


def _disposals(activity: Activity, sold: Parts, timeline: Timeline, policy: LedgerPolicy) -> Iterator[_Planned]:
    positions = {lot.id: number for number, lot in enumerate(activity.lots)}
    marks = timeline.mark_of(sold.day)
    for part, (mark, row, quantity) in enumerate(
        zip(marks.tolist(), sold.row.tolist(), sold.quantity.tolist(), strict=True)
    ):
        event = activity.disposals[row]
        move = Move(
            mark=mark,
            quantity=quantity,
            relief=policy.relief_of(event) or policy.relief,
            wallet=event.wallet or None if policy.by_wallet else None,
            lots=None if event.lots is None else _named(event.lots, positions, quantity / event.quantity),
            at_most=event.follows == "money",
        )
        yield (mark, ORDER_ON_A_DAY.index(event.kind), event.row), move, EventOfMove(event, part)


def _transfers(activity: Activity, timeline: Timeline, policy: LedgerPolicy) -> Iterator[_Planned]:
    """Moves between wallets; without effect, and so left out, where a disposal may take lots of any wallet."""
    positions = {lot.id: number for number, lot in enumerate(activity.lots)}
    for number, transfer in enumerate(activity.transfers if policy.by_wallet else ()):
        if np.datetime64(transfer.date) <= timeline.days[-1]:
            mark = _mark(timeline, transfer.date)
            move = Move(
                mark=mark,
                quantity=transfer.quantity,
                relief="fifo",
                wallet=transfer.from_wallet,
                to_wallet=transfer.to_wallet,
                lots=None if transfer.lots is None else _named(transfer.lots, positions, 1.0),
            )
            yield (mark, ORDER_ON_A_DAY.index("transfer"), number), move, EventOfMove(transfer)


def _loans(activity: Activity, timeline: Timeline, policy: LedgerPolicy) -> Iterator[_Planned]:
    """Coins lent, and their return, which comes first on its day."""
    for number, loan in enumerate(activity.loans):
        event, back = loan.event, loan.event.returned
        if np.datetime64(event.date) > timeline.days[-1]:
            continue
        mark = _mark(timeline, event.date)
        move = Move(
            mark=mark,
            quantity=event.quantity,
            relief=unnamed(policy.relief_of(event) or policy.relief),
            wallet=event.wallet or None if policy.by_wallet else None,
            prefers=None if policy.relief_of(event) else loan.lots,
            loan=number,
        )
        yield (mark, ORDER_ON_A_DAY.index("loan"), event.row), move, EventOfMove(event)
        if back is not None and np.datetime64(back) <= timeline.days[-1]:
            mark = _mark(timeline, back)
            yield (mark, -1, event.row), replace(move, mark=mark, is_return=True), EventOfMove(event)


def _mark(timeline: Timeline, day: date) -> int:
    return int(timeline.mark_of(np.array([day], dtype="datetime64[D]"))[0])


def _named(lots: Mapping[str, float], positions: Mapping[str, int], share: float) -> dict[int, float] | None:
    """Units of each lot by its position, for `share` of an event.

    ``None`` if it names a lot that is unknown to this ledger: for tax, coins returned from a loan are not a separate
    lot, so the lot relief selects.
    """
    if not positions.keys() >= lots.keys():
        return None
    return {positions[name]: quantity * share for name, quantity in lots.items()}


@dataclass(frozen=True)
class _Releases:
    """Mark, disposal, units, proceeds and fee of each release, each (releases,)."""

    mark: Ints
    disposal: Ints
    quantity: Floats
    gross: Floats
    fee: Floats


def _releases(activity: Activity, sold: Parts, part: Ints, relieved: Relieved, timeline: Timeline) -> _Releases:
    """Spread each disposal's proceeds and fee over its releases, each made by `part` of `sold`."""
    disposal = sold.row[part]
    gross = np.array([event.proceeds / event.quantity for event in activity.disposals])
    fee = np.array([event.fee / event.quantity for event in activity.disposals])
    return _Releases(
        mark=timeline.mark_of(sold.day)[part],
        disposal=disposal,
        quantity=relieved.released,
        gross=gross[disposal] * sold.price_factor[part] * relieved.released,
        fee=fee[disposal] * relieved.released,
    )


def _at_average(acquired: Ints, quantity: Floats, cost: Floats, marks: Ints, units: Floats) -> Floats:
    """Cost of each release at the moving average of everything held before it, (releases,) [currency]."""
    release_cost = np.empty(marks.size)
    held = paid = 0.0
    bought = 0
    for number, (mark, released) in enumerate(zip(marks, units, strict=True)):
        while bought < acquired.size and acquired[bought] <= mark:
            held += quantity[bought]
            paid += cost[bought]
            bought += 1
        release_cost[number] = paid * min(released / held, 1.0)
        held -= released
        paid -= release_cost[number]
    return release_cost
