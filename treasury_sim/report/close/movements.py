"""What came and went of one asset in each quarter, by kind of event: the one place that reads the ledger's events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.accounting import FRAMEWORKS, Framework
from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.result import Result
from treasury_sim.errors import TreasurySimError
from treasury_sim.report.close.grid import largest

COMES_IN: Mapping[str, str] = {
    "purchase": "Purchases",
    "receipt": "Received as income",
    "swap_in": "Received in exchange",
    "return": "Returned by borrowers",
    "opening": "Opening balances entered",
}
"""How coins come, and what it is called."""

GOES_OUT: Mapping[str, str] = {
    "sale": "Sales",
    "payment": "Paid for goods and services",
    "swap_out": "Given in exchange",
    "loan": "Lent out",
}
"""How coins go, and what it is called."""


class NotOnePathError(TreasurySimError):
    """A close needs a replay of one price path: nothing is closed on an average."""


@dataclass(frozen=True)
class Movements:
    """One asset under one framework, by kind and quarter; every array is (quarters,), no sign turned.

    Attributes
    ----------
    units_in, cost_in, entered
        Units [coins], cost [currency], and what a typed opening balance enters with above cost, by kind that comes.
    units_out, cost_out, carrying_out, gross_out, net_out
        Units [coins]; cost, carrying amount, proceeds before and after selling costs [currency], by kind that goes.
    surplus_out
        Revaluation surplus within what left [currency].
    realised_gains, realised_losses
        Proceeds less cost, release by release: where positive, and where negative [currency].
    """

    units_in: Mapping[str, Floats]
    cost_in: Mapping[str, Floats]
    entered: Mapping[str, Floats]
    units_out: Mapping[str, Floats]
    cost_out: Mapping[str, Floats]
    carrying_out: Mapping[str, Floats]
    gross_out: Mapping[str, Floats]
    net_out: Mapping[str, Floats]
    surplus_out: Floats
    realised_gains: Floats
    realised_losses: Floats


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
        What it brings to the account of the asset [currency].
    """

    lot: str
    first: date
    last: date
    units: float
    amount: float


def rule_in_force(result: Result, key: str, asset: str, label: str) -> Framework:
    """The framework whose rule applies to `asset` in quarter `label`."""
    return FRAMEWORKS[result.applied[key, asset]].in_force(adopted=result.adopted[label])


_MONEY = ("cost_basis", "carrying", "fair_value", "additions", "disposed_carrying", "net_proceeds", "loan_receivable")


def money_scale(result: Result, key: str, assets: Iterable[str], quarter: int) -> float:
    """The largest amount that was added up for `assets` until the end of `quarter` [currency]: it decides what ties."""
    until = slice(quarter + 1)
    statements = [result.statements[key].assets[asset].lines for asset in assets]
    return largest(
        float(np.nanmax(np.abs(lines[name][0, until]), initial=0.0)) for lines in statements for name in _MONEY
    )


def units_scale(result: Result, asset: str) -> float:
    """The units that ever came [coins]."""
    return float(result.holdings[asset].ledger.quantity.sum())


def release_carrying(result: Result, key: str, asset: str) -> tuple[Floats, Floats]:
    """Carrying amount of each release and the surplus within it, (releases,) [currency].

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    """
    measured = result.measurements[key, asset]
    if measured.release_carrying is None or measured.release_surplus is None:
        message = "a close needs a replay of a single price path"
        raise NotOnePathError(message)
    return measured.release_carrying, measured.release_surplus


def kinds_in(result: Result, asset: str) -> Floats:
    """How each part of the books came, (parts,) of text."""
    holding = result.holdings[asset]
    names = np.array([_in_name(lot.kind, typed=lot.opening is not None) for lot in holding.lots], dtype=object)
    return names[holding.ledger.lot]


def _in_name(kind: str, *, typed: bool) -> str:
    if typed:
        return "opening"
    return "swap_in" if kind == "swap" else kind


def kinds_out(result: Result, asset: str) -> Floats:
    """How each release left, (releases,) of text."""
    ledger = result.holdings[asset].ledger
    names = ["swap_out" if out.kind == "swap" else out.kind for out in ledger.disposals]
    return np.array(names, dtype=object)[ledger.release_disposal]


def entered_above_cost(result: Result, asset: str) -> Floats:
    """What each part enters with above its cost, (parts,) [currency]; 0 where it enters at cost."""
    ledger = result.holdings[asset].ledger
    above: Floats = np.nan_to_num(ledger.opening - ledger.unit_cost, nan=0.0) * ledger.quantity
    return above


def movements(result: Result, key: str, asset: str) -> Movements:
    """Add the events of one asset up by kind and quarter."""
    ledger, timeline = result.holdings[asset].ledger, result.timeline
    coming, going = kinds_in(result, asset), kinds_out(result, asset)
    carrying, surplus = release_carrying(result, key, asset)

    def into(amounts: Floats) -> dict[str, Floats]:
        return _by_kind(COMES_IN, coming, amounts, ledger.acquired)

    def out_of(amounts: Floats) -> dict[str, Floats]:
        return _by_kind(GOES_OUT, going, amounts, ledger.release_mark)

    def _by_kind(kinds: Mapping[str, str], is_of: Floats, amounts: Floats, marks: Ints) -> dict[str, Floats]:
        found = {}
        for kind in kinds:
            chosen: Bools = is_of == kind
            found[kind] = sum_by_quarter(amounts[chosen], marks[chosen], timeline)
        return found

    realised = ledger.release_gross - ledger.release_cost
    return Movements(
        units_in=_exact(ledger, into(ledger.quantity)),
        cost_in=into(ledger.quantity * ledger.unit_cost),
        entered=into(entered_above_cost(result, asset)),
        units_out=_exact(ledger, out_of(ledger.release_quantity)),
        cost_out=out_of(ledger.release_cost),
        carrying_out=out_of(carrying),
        gross_out=out_of(ledger.release_gross),
        net_out=out_of(ledger.release_net),
        surplus_out=sum_by_quarter(surplus, ledger.release_mark, timeline),
        realised_gains=sum_by_quarter(np.maximum(realised, 0.0), ledger.release_mark, timeline),
        realised_losses=sum_by_quarter(np.minimum(realised, 0.0), ledger.release_mark, timeline),
    )


def _exact(ledger: Ledger, units: dict[str, Floats]) -> dict[str, Floats]:
    return {kind: ledger.grain.exact(sums) for kind, sums in units.items()}


def details_in(result: Result, asset: str, kind: str, quarter: int) -> tuple[Detail, ...]:
    """The lots that came by `kind` in `quarter`, with their cost (or opening balance)."""
    ledger = result.holdings[asset].ledger
    chosen = (kinds_in(result, asset) == kind) & _within(result, ledger.acquired, quarter)
    amounts = ledger.quantity * ledger.unit_cost + entered_above_cost(result, asset)
    return tuple(
        _details(result, asset, ledger.lot[chosen], ledger.acquired[chosen], ledger.quantity[chosen], amounts[chosen])
    )


def details_out(result: Result, key: str, asset: str, kind: str, quarter: int) -> tuple[Detail, ...]:
    """The lots that left by `kind` in `quarter`, with the carrying amount that left; both negative."""
    ledger = result.holdings[asset].ledger
    chosen = (kinds_out(result, asset) == kind) & _within(result, ledger.release_mark, quarter)
    carrying, _ = release_carrying(result, key, asset)
    lots = ledger.lot[ledger.release_part[chosen]]
    marks = ledger.release_mark[chosen]
    return tuple(_details(result, asset, lots, marks, -ledger.release_quantity[chosen], -carrying[chosen]))


def _within(result: Result, marks: Ints, quarter: int) -> Bools:
    inside: Bools = result.timeline.quarter_of_mark[marks] == quarter
    return inside


def _details(  # noqa: PLR0917 - the columns of one table
    result: Result, asset: str, lots: Ints, marks: Ints, units: Floats, amounts: Floats
) -> Iterator[Detail]:
    ledger, days = result.holdings[asset].ledger, result.timeline.days
    for lot in dict.fromkeys(lots.tolist()):
        mine = lots == lot
        yield Detail(
            ledger.lot_ids[lot],
            days[marks[mine].min()].astype(date),
            days[marks[mine].max()].astype(date),
            float(ledger.grain.exact(units[mine].sum())),
            float(amounts[mine].sum()),
        )
