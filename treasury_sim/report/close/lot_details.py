"""The lots behind an entry of the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.movements import entered_above_cost, kinds_in, kinds_out, release_carrying


@dataclass(frozen=True, slots=True)
class Detail:
    """One lot's part in an entry or a quarter.

    Attributes
    ----------
    lot
        Its name.
    first, last
        First and last day.
    units
        Coins; negative where they leave.
    amount
        Amount on the account of the asset [currency].
    """

    lot: str
    first: date
    last: date
    units: float
    amount: float


def details_in(close: Close, asset: str, kind: str) -> tuple[Detail, ...]:
    """The lots acquired by `kind` in the quarter, with their cost (or opening balance)."""
    ledger = close.holding(asset).ledger
    chosen = (kinds_in(close.holding(asset)) == kind) & _within(close, ledger.acquired)
    amounts = ledger.quantity * ledger.unit_cost + entered_above_cost(ledger)
    return tuple(
        _details(close, asset, ledger.lot[chosen], ledger.acquired[chosen], ledger.quantity[chosen], amounts[chosen])
    )


def details_out(close: Close, asset: str, kind: str) -> tuple[Detail, ...]:
    """The lots disposed of by `kind` in the quarter, with their carrying amount; both negative."""
    ledger = close.holding(asset).ledger
    chosen = (kinds_out(ledger) == kind) & _within(close, ledger.release_mark)
    carrying, _ = release_carrying(close.result.measurements[close.framework, asset])
    lots = ledger.lot[ledger.release_part[chosen]]
    marks = ledger.release_mark[chosen]
    return tuple(_details(close, asset, lots, marks, -ledger.release_quantity[chosen], -carrying[chosen]))


def _within(close: Close, marks: Ints) -> Bools:
    inside: Bools = close.result.timeline.quarter_of_mark[marks] == close.quarter
    return inside


def _details(  # noqa: PLR0917 - the columns of one table
    close: Close, asset: str, lots: Ints, marks: Ints, units: Floats, amounts: Floats
) -> Iterator[Detail]:
    ledger, days = close.holding(asset).ledger, close.result.timeline.days
    for lot in dict.fromkeys(lots.tolist()):
        mine = lots == lot
        yield Detail(
            ledger.lot_ids[lot],
            days[marks[mine].min()].astype(date),
            days[marks[mine].max()].astype(date),
            float(ledger.grain.exact(units[mine].sum())),
            float(amounts[mine].sum()),
        )
