"""Additions and disposals of one asset in each quarter, by kind of event: the one reader of the ledger's events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.result import AssetHolding
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.errors import TreasurySimError

COMES_IN: Mapping[str, str] = {
    "purchase": "Purchases",
    "receipt": "Received as income",
    "swap_in": "Received in exchange",
    "return": "Returned by borrowers",
    "opening": "Opening balances entered",
}
"""Kinds of acquisition, and their headings."""

GOES_OUT: Mapping[str, str] = {
    "sale": "Sales",
    "payment": "Paid for goods and services",
    "swap_out": "Given in exchange",
    "loan": "Lent out",
}
"""Kinds of disposal, and their headings."""


class NotOnePathError(TreasurySimError):
    """A close needs a replay of one price path: nothing is closed on an average."""


@dataclass(frozen=True)
class Movements:
    """One asset under one framework, by kind and quarter; every array is (quarters,), no sign turned.

    Attributes
    ----------
    units_in, cost_in, entered
        Units [coins], cost [currency], and the excess over cost of a typed opening balance, by kind of acquisition.
    units_out, cost_out, carrying_out, gross_out, net_out
        Units [coins]; cost, carrying amount, proceeds before and after selling costs [currency], by kind that goes.
    surplus_out
        Revaluation surplus of the units disposed of [currency].
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


def release_carrying(measured: Measurement) -> tuple[Floats, Floats]:
    """Carrying amount of each release and the surplus within it, (releases,) [currency].

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    """
    if measured.release_carrying is None or measured.release_surplus is None:
        message = "a close needs a replay of a single price path"
        raise NotOnePathError(message)
    return measured.release_carrying, measured.release_surplus


def kinds_in(holding: AssetHolding) -> Floats:
    """How each part of the books was acquired, (parts,) of text."""
    names = np.array([_in_name(lot.kind, typed=lot.opening is not None) for lot in holding.lots], dtype=object)
    return names[holding.ledger.lot]


def _in_name(kind: str, *, typed: bool) -> str:
    if typed:
        return "opening"
    return "swap_in" if kind == "swap" else kind


def kinds_out(ledger: Ledger) -> Floats:
    """The kind of disposal of each release, (releases,) of text."""
    names = ["swap_out" if out.kind == "swap" else out.kind for out in ledger.disposals]
    return np.array(names, dtype=object)[ledger.release_disposal]


def entered_above_cost(ledger: Ledger) -> Floats:
    """The amount above cost that each part enters with, (parts,) [currency]; 0 where it enters at cost."""
    above: Floats = np.nan_to_num(ledger.opening - ledger.unit_cost, nan=0.0) * ledger.quantity
    return above


def movements(holding: AssetHolding, measured: Measurement, timeline: Timeline) -> Movements:
    """Add the events of one asset up by kind and quarter."""
    ledger = holding.ledger
    acquired_by, disposed_by = kinds_in(holding), kinds_out(ledger)
    carrying, surplus = release_carrying(measured)

    def into(amounts: Floats) -> dict[str, Floats]:
        return _by_kind(COMES_IN, acquired_by, amounts, ledger.acquired)

    def out_of(amounts: Floats) -> dict[str, Floats]:
        return _by_kind(GOES_OUT, disposed_by, amounts, ledger.release_mark)

    def _by_kind(kinds: Mapping[str, str], is_of: Floats, amounts: Floats, marks: Ints) -> dict[str, Floats]:
        sums = {}
        for kind in kinds:
            chosen: Bools = is_of == kind
            sums[kind] = sum_by_quarter(amounts[chosen], marks[chosen], timeline)
        return sums

    realised = ledger.release_gross - ledger.release_cost
    return Movements(
        units_in=_exact(ledger, into(ledger.quantity)),
        cost_in=into(ledger.quantity * ledger.unit_cost),
        entered=into(entered_above_cost(ledger)),
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
